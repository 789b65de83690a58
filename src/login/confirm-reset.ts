import { canonicalIdentifier } from '../base/canonical.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { moveUser } from '../migration/move-user.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import { setPassword } from '../users/write-credential.ts'
import type { LoginParts } from './login-parts.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { probeLegacy } from './probe-legacy.ts'
import { liftBlocks } from './shield.ts'
import { readTicket, ticketUsed, useOtherTickets, useTicket, type Ticket, type TicketUsed } from './tickets.ts'

/** A person at the end of a mailed link, with the password they chose. */
export type ResetConfirmation = { tenant: Tenant; secret: string; password: string; caller: Caller }

async function openTicket(
  parts: LoginParts,
  tenant: Tenant,
  secret: string,
): Promise<{ ticket: Ticket; connection: Connection }> {
  const ticket = await readTicket(parts.db, tenant.tenant_id, 'password_change', secret, parts.clock.now())
  const connection = await connectionById(parts.db, tenant.tenant_id, ticket.connection_id)
  if (!connection) throw new Refusal('ticket_invalid')
  return { ticket, connection }
}

/** Whom a reset link is for, and where it leads in the end. Reading changes nothing. @throws {Refusal} `ticket_invalid` */
export async function readResetTicket(
  parts: LoginParts,
  tenant: Tenant,
  secret: string,
): Promise<{ email: string; connection: Connection; result_url: string | undefined }> {
  const { ticket, connection } = await openTicket(parts, tenant, secret)
  return { email: ticket.email, connection, result_url: ticket.data.result_url }
}

// Between the request and this moment the answer of get_user may have changed: then it is not the same person.
async function askAgain(parts: LoginParts, connection: Connection, ticket: Ticket): Promise<LegacyProfile> {
  const probe = await probeLegacy(parts, connection, ticket.email, 'reset_confirm')
  if (probe.kind === 'failed') {
    const unreachable = outcomes[probe.outcome].problem === 'legacy_unavailable'
    throw unreachable
      ? new Refusal('legacy_unavailable', {
          retry_after_s: 5,
          message:
            'The user store cannot be reached right now. Your password was not changed; your link is still good.',
        })
      : new Refusal('login_not_completed', { message: 'We could not change your password. Please try again later.' })
  }
  if (probe.kind === 'not_found' || probe.tombstoned || probe.profile.blocked) throw new Refusal('reset_changed')
  const same_id = probe.profile.legacy_id === ticket.legacy_id
  const same_email = canonicalIdentifier(probe.profile.email ?? '') === canonicalIdentifier(ticket.email)
  if (!same_id || !same_email) throw new Refusal('reset_changed')
  return probe.profile
}

type Change = ResetConfirmation & { ticket: Ticket; connection: Connection; password_hash: PasswordHash }

async function finish(trx: Transaction, parts: LoginParts, change: Change, user_id: string): Promise<void> {
  const { tenant, ticket, connection, secret, caller } = change
  const at = parts.clock.now()
  await useTicket(trx, tenant.tenant_id, 'password_change', secret, at)
  await useOtherTickets(trx, tenant.tenant_id, ticket, at)
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

async function changeHere(parts: LoginParts, change: Change, user_id: string): Promise<void> {
  const { tenant, ticket, password_hash } = change
  await inTransaction(parts.db, async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select('email')
      .where('tenant_id', '=', tenant.tenant_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst()
    // The link went to an address; it opens nothing once the user has another one.
    if (!user) throw new Refusal('ticket_invalid')
    if (canonicalIdentifier(user.email ?? '') !== canonicalIdentifier(ticket.email)) throw new Refusal('reset_changed')
    await setPassword(trx, tenant.tenant_id, user_id, { ...password_hash, set_through: 'reset' }, parts.clock.now())
    await finish(trx, parts, change, user_id)
  })
}

async function moveWithPassword(parts: LoginParts, change: Change, profile: LegacyProfile): Promise<void> {
  const moved = await moveUser(parts, {
    connection: change.connection,
    profile,
    identifier: change.ticket.email,
    password_hash: change.password_hash,
    through: 'reset_confirm',
    also: (trx, user_id) => finish(trx, parts, change, user_id),
  })
  if (moved.kind === 'alias') await changeHere(parts, change, moved.user_id)
  if (moved.kind === 'tombstoned') throw new Refusal('reset_changed')
  if (moved.kind === 'collision') {
    parts.log.warn({ connection: change.connection.name, reason: moved.message }, 'a reset met a collision')
    throw new Refusal('login_not_completed', { message: 'We could not change your password. Please contact support.' })
  }
}

/**
 * Gives the person at the end of a link the password they chose. Somebody who has not moved is created whole
 * with it, after `get_user` confirmed that it is still the same person; the legacy store is not written to.
 *
 * @throws {Refusal} `ticket_invalid`, `weak_password`, `reset_changed`, `legacy_unavailable` (the link stays
 *   good), `login_not_completed`
 */
export async function confirmReset(parts: LoginParts, confirmation: ResetConfirmation): Promise<TicketUsed> {
  const { tenant, secret, password } = confirmation
  const { ticket, connection } = await openTicket(parts, tenant, secret)
  checkPasswordPolicy(connection.options, password)
  try {
    let user_id = ticket.user_id
    if (user_id === null && ticket.legacy_id !== null) {
      const { tenant_id, connection_id } = connection
      const moved = await findCredentialByIdentity(parts.db, tenant_id, connection_id, ticket.legacy_id)
      if (moved && moved.credential !== null) user_id = moved.user_id
    }
    const profile = user_id === null ? await askAgain(parts, connection, ticket) : undefined
    const password_hash = await parts.passwords.hash(password)
    const change: Change = { ...confirmation, ticket, connection, password_hash }
    if (profile) await moveWithPassword(parts, change, profile)
    else if (user_id !== null) await changeHere(parts, change, user_id)
  } catch (error) {
    if (error instanceof Refusal) {
      await recordEvent(parts.db, tenant.tenant_id, parts.clock.now(), {
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
  return ticketUsed(ticket)
}
