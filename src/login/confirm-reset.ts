import { digestText } from '../base/digest.ts'
import type { JsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { runsScript } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import type { FoundLegacyUser } from '../migration/legacy-store.ts'
import { moveUser } from '../migration/move-user.ts'
import type { PasswordHash, Passwords } from '../passwords/passwords.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { endPasswordLinks } from '../users/end-password-links.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import { newCredential, setPassword } from '../users/write-credential.ts'
import { refusalEventDetails } from './change-legacy-store.ts'
import { completeReset, type ConfirmedReset } from './complete-reset.ts'
import { confirmLegacyUser, isReached } from './confirm-legacy-user.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { resetInLegacyStore, type ResetInLegacyStoreDeps } from './reset-in-legacy-store.ts'
import { readTicket, recipientOf, usedTicket, type Ticket, type UsedTicket } from './tickets.ts'
import { namesOfUser } from './user-blocks.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `confirmReset`. */
export type ConfirmResetDeps = ResetInLegacyStoreDeps & {
  log: ProcessLog
  passwords: Pick<Passwords, 'hash'>
  unauthenticated_events: UnauthenticatedEvents
}

/** Input for confirming a reset: the secret of the mailed link and the new password. */
export type ResetConfirmation = { tenant: Tenant; secret: string; password: string; caller: Caller }

async function openTicket(
  deps: Pick<ConfirmResetDeps, 'db' | 'clock'>,
  tenant: Tenant,
  secret: string,
): Promise<{ ticket: Ticket; connection: Connection }> {
  const ticket = await readTicket(deps.db, tenant.tenant_id, 'password_change', secret, deps.clock.now())
  const connection = await connectionById(deps.db, tenant.tenant_id, ticket.connection_id)
  if (!connection) throw new Refusal('ticket_invalid')
  return { ticket, connection }
}

/** The ticket, connection, result URL and language of a reset link. Reading a ticket does not use it. @throws {Refusal} `ticket_invalid` */
export async function readResetTicket(
  deps: Pick<ConfirmResetDeps, 'db' | 'clock'>,
  tenant: Tenant,
  secret: string,
): Promise<{ ticket: Ticket; connection: Connection; result_url: string | undefined; language: string | undefined }> {
  const { ticket, connection } = await openTicket(deps, tenant, secret)
  const { result_url, language } = ticket.data
  return { ticket, connection, result_url, language }
}

type PasswordChange = ConfirmedReset & { password_hash: PasswordHash }

/** Completes a reset of a user who is stored here, in the transaction that sets the password. */
async function completeLocalReset(
  trx: Transaction,
  deps: Pick<ConfirmResetDeps, 'clock'>,
  change: PasswordChange,
  user_id: string,
  details: JsonObject = {},
): Promise<void> {
  const names = await namesOfUser(trx, change.connection, user_id)
  await completeReset(trx, deps, change, { user_id, names, details })
}

async function changePassword(deps: ConfirmResetDeps, change: PasswordChange, user_id: string): Promise<void> {
  const { tenant, ticket, password_hash } = change
  await inTransaction(deps.db, async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select(['email', 'phone_number'])
      .where('tenant_id', '=', tenant.tenant_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst()
    if (!user) throw new Refusal('ticket_invalid')
    // A link is valid only for the address that it was mailed to, or the number that the code was sent to.
    if (!isReached(ticket, user)) throw new Refusal('reset_changed')
    await setPassword(trx, tenant.tenant_id, user_id, newCredential(password_hash, 'reset'), {
      at: deps.clock.now(),
      ticket_digest: digestText(change.secret),
    })
    await completeLocalReset(trx, deps, change, user_id)
  })
}

async function moveWithPassword(
  deps: ConfirmResetDeps,
  change: PasswordChange,
  { profile, names, decision }: FoundLegacyUser,
): Promise<void> {
  const source = change.connection.finish_step === null ? 'get_user' : 'directory'
  const moved = await moveUser(deps, {
    connection: change.connection,
    source,
    profile,
    names,
    decision,
    identifier: change.ticket.data.identifier ?? recipientOf(change.ticket),
    password_hash: change.password_hash,
    through: 'reset_confirm',
    afterInsert: async (trx, user_id) => {
      const { tenant_id, connection_id } = change.connection
      // This move is a change of the password too: the one of the legacy store no longer logs the user in.
      await endPasswordLinks(trx, { tenant_id, connection_id, user_id }, digestText(change.secret))
      await completeLocalReset(trx, deps, change, user_id, {
        migration: { outcome: 'moved', ...(source === 'get_user' ? { script: source } : { source }) },
      })
    },
  })
  if (moved.kind === 'moved_before') await changePassword(deps, change, moved.user_id)
  if (moved.kind === 'decided' || moved.kind === 'tombstoned' || moved.kind === 'blocked') {
    throw new Refusal('reset_changed')
  }
  if (moved.kind === 'collision') {
    deps.log.warn({ connection: change.connection.name, reason: moved.message }, 'a reset was refused: collision')
    throw new Refusal('login_not_completed', { message: 'We could not change your password. Please contact support.' })
  }
}

async function resetLocally(deps: ConfirmResetDeps, confirmed: ConfirmedReset & { password: string }): Promise<void> {
  const { ticket, connection, password, ...reset } = confirmed
  const { tenant_id, connection_id } = connection
  let { user_id } = ticket
  if (user_id === null && ticket.legacy_id !== null) {
    const moved = await findCredentialByIdentity(deps.db, tenant_id, connection_id, ticket.legacy_id)
    if (moved && moved.credential !== null) user_id = moved.user_id
  }
  const unmoved = user_id === null ? await confirmLegacyUser(deps, connection, ticket) : undefined
  const password_hash = await deps.passwords.hash(password, tenant_id)
  const change: PasswordChange = { ...reset, ticket, connection, password_hash }
  if (unmoved) await moveWithPassword(deps, change, unmoved)
  else if (user_id !== null) await changePassword(deps, change, user_id)
}

/**
 * Sets the password that a user chose on the page of a reset link. In import mode a legacy user who has not moved is moved with it, after
 * `get_user` confirmed the id and the address (once the migration is being finished, the directory), and the legacy store is not changed. In legacy mode the password changes in the legacy store:
 * see `resetInLegacyStore`.
 *
 * @throws {Refusal} `ticket_invalid`, `weak_password`, `reset_changed`, `legacy_unavailable` (the link stays valid),
 *   `login_not_completed`; in legacy mode those of `resetInLegacyStore`
 */
export async function confirmReset(deps: ConfirmResetDeps, confirmation: ResetConfirmation): Promise<UsedTicket> {
  const { tenant, secret, password } = confirmation
  const { ticket, connection } = await openTicket(deps, tenant, secret)
  checkPasswordPolicy(connection.options, password)
  try {
    const confirmed = { ...confirmation, ticket, connection }
    if (runsScript(connection, 'reset_confirmation', 'change_password')) await resetInLegacyStore(deps, confirmed)
    else await resetLocally(deps, confirmed)
  } catch (error) {
    if (error instanceof Refusal) {
      const { caller } = confirmation
      await deps.unauthenticated_events.record(tenant.tenant_id, {
        ...userEvent({ connection, caller }, recipientOf(ticket)),
        caller,
        type: 'fcp',
        description: error.message,
        ...refusalEventDetails(error),
      })
    }
    throw error
  }
  return usedTicket(ticket)
}
