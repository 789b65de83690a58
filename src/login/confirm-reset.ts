import { canonicalIdentifier } from '../base/canonical.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import { moveUser } from '../migration/move-user.ts'
import type { PasswordHash, Passwords } from '../passwords/passwords.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import { newCredential, setPassword } from '../users/write-credential.ts'
import { liftBlocks } from './brute-force-protection.ts'
import { lookUpLegacyUser, type LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { invalidateOtherTickets, readTicket, usedTicket, useTicket, type Ticket, type UsedTicket } from './tickets.ts'

/** What confirming a reset needs. */
export type ConfirmResetDeps = LookUpLegacyUserDeps & { log: ProcessLog; passwords: Pick<Passwords, 'hash'> }

/** The confirmation of a reset: the secret of the mailed link, and the new password. */
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

/** The address of a reset link, and where the user is sent afterwards. Reading changes nothing. @throws {Refusal} `ticket_invalid` */
export async function readResetTicket(
  deps: Pick<ConfirmResetDeps, 'db' | 'clock'>,
  tenant: Tenant,
  secret: string,
): Promise<{ email: string; connection: Connection; result_url: string | undefined }> {
  const { ticket, connection } = await openTicket(deps, tenant, secret)
  return { email: ticket.email, connection, result_url: ticket.data.result_url }
}

// Since the request get_user may have changed its answer: then the link was mailed to another user.
async function lookUpAgain(deps: LookUpLegacyUserDeps, connection: Connection, ticket: Ticket): Promise<LegacyProfile> {
  const lookup = await lookUpLegacyUser(deps, connection, ticket.email, 'reset_confirm')
  if (lookup.kind === 'failed') {
    const unreachable = outcomes[lookup.outcome].problem === 'legacy_unavailable'
    throw unreachable
      ? new Refusal('legacy_unavailable', {
          retry_after_s: 5,
          message:
            'The user store cannot be reached right now. Your password was not changed; your link is still good.',
        })
      : new Refusal('login_not_completed', { message: 'We could not change your password. Please try again later.' })
  }
  if (lookup.kind === 'not_found' || lookup.tombstoned || lookup.profile.blocked) throw new Refusal('reset_changed')
  const same_id = lookup.profile.legacy_id === ticket.legacy_id
  const same_email = canonicalIdentifier(lookup.profile.email ?? '') === canonicalIdentifier(ticket.email)
  if (!same_id || !same_email) throw new Refusal('reset_changed')
  return lookup.profile
}

type Change = ResetConfirmation & { ticket: Ticket; connection: Connection; password_hash: PasswordHash }

async function finish(
  trx: Transaction,
  deps: Pick<ConfirmResetDeps, 'clock'>,
  change: Change,
  user_id: string,
): Promise<void> {
  const { tenant, ticket, connection, secret, caller } = change
  const at = deps.clock.now()
  await useTicket(trx, tenant.tenant_id, 'password_change', secret, at)
  await invalidateOtherTickets(trx, tenant.tenant_id, ticket, at)
  if (ticket.data.mark_email_as_verified === true) {
    await trx
      .updateTable('users')
      .set({ email_verified: 1 })
      .where('tenant_id', '=', tenant.tenant_id)
      .where('user_id', '=', user_id)
      .execute()
  }
  await liftBlocks(trx, tenant.tenant_id, [ticket.email])
  await recordEvent(trx, tenant.tenant_id, at, {
    type: 'scp',
    description: 'The password was changed through a mailed link.',
    connection_id: connection.connection_id,
    connection: connection.name,
    ...(ticket.data.client_id === undefined ? {} : { client_id: ticket.data.client_id }),
    user_id,
    user_name: ticket.email,
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
  })
}

async function changeHere(deps: ConfirmResetDeps, change: Change, user_id: string): Promise<void> {
  const { tenant, ticket, password_hash } = change
  await inTransaction(deps.db, async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select('email')
      .where('tenant_id', '=', tenant.tenant_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst()
    // The link was mailed to an address; it does not work once the user has another one.
    if (!user) throw new Refusal('ticket_invalid')
    if (canonicalIdentifier(user.email ?? '') !== canonicalIdentifier(ticket.email)) throw new Refusal('reset_changed')
    await setPassword(trx, tenant.tenant_id, user_id, newCredential(password_hash, 'reset'), deps.clock.now())
    await finish(trx, deps, change, user_id)
  })
}

async function moveWithPassword(deps: ConfirmResetDeps, change: Change, profile: LegacyProfile): Promise<void> {
  const moved = await moveUser(deps, {
    connection: change.connection,
    profile,
    identifier: change.ticket.email,
    password_hash: change.password_hash,
    through: 'reset_confirm',
    afterInsert: (trx, user_id) => finish(trx, deps, change, user_id),
  })
  if (moved.kind === 'alias') await changeHere(deps, change, moved.user_id)
  if (moved.kind === 'tombstoned') throw new Refusal('reset_changed')
  if (moved.kind === 'collision') {
    deps.log.warn({ connection: change.connection.name, reason: moved.message }, 'a reset was refused: collision')
    throw new Refusal('login_not_completed', { message: 'We could not change your password. Please contact support.' })
  }
}

/**
 * Sets the password that the holder of a link chose. A legacy user who has not moved is created with it, after `get_user` confirmed that
 * the id and the address are still the same; the legacy store is not written to.
 *
 * @throws {Refusal} `ticket_invalid`, `weak_password`, `reset_changed`, `legacy_unavailable` (the link still works),
 *   `login_not_completed`
 */
export async function confirmReset(deps: ConfirmResetDeps, confirmation: ResetConfirmation): Promise<UsedTicket> {
  const { tenant, secret, password } = confirmation
  const { ticket, connection } = await openTicket(deps, tenant, secret)
  checkPasswordPolicy(connection.options, password)
  try {
    let user_id = ticket.user_id
    if (user_id === null && ticket.legacy_id !== null) {
      const { tenant_id, connection_id } = connection
      const moved = await findCredentialByIdentity(deps.db, tenant_id, connection_id, ticket.legacy_id)
      if (moved && moved.credential !== null) user_id = moved.user_id
    }
    const profile = user_id === null ? await lookUpAgain(deps, connection, ticket) : undefined
    const password_hash = await deps.passwords.hash(password)
    const change: Change = { ...confirmation, ticket, connection, password_hash }
    if (profile) await moveWithPassword(deps, change, profile)
    else if (user_id !== null) await changeHere(deps, change, user_id)
  } catch (error) {
    if (error instanceof Refusal) {
      await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
        type: 'fcp',
        description: error.message,
        connection_id: connection.connection_id,
        connection: connection.name,
        user_name: ticket.email,
        strategy: connection.strategy,
        strategy_type: 'database',
        caller: confirmation.caller,
      })
    }
    throw error
  }
  return usedTicket(ticket)
}
