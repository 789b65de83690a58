import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { clientById } from '../clients/client.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { hasScripts } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import type { EmailVerificationTicket, PasswordChangeTicket } from '../contract/user-ticket.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { profileById, rootId, userById, type User } from '../users/user.ts'
import { findResetRecipient, recipientId, type MailRecipient } from './find-reset-recipient.ts'
import { insertResetTicket } from './insert-reset-ticket.ts'
import { legacy_retry_after_s } from './legacy-outage.ts'
import type { LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { ticket_lifetime_s, type TicketData } from './tickets.ts'
import { userEvent } from './user-event.ts'
import { insertVerificationTicket } from './verify-email.ts'

/** A request of the Management API for a link, which the caller delivers to the user. */
export type TicketRequest<Input> = { tenant: Tenant; input: Input; caller: Caller }

/** Dependencies of `createPasswordTicket`. */
export type CreateTicketDeps = LookUpLegacyUserDeps & { site: Site }

type TicketInput = PasswordChangeTicket | EmailVerificationTicket

const invalid = (message: string): Refusal => new Refusal('invalid_body', { message })

async function ticketData(db: Db, tenant: Tenant, input: TicketInput): Promise<TicketData> {
  const { client_id, result_url, includeEmailInRedirect } = input
  if (client_id !== undefined && !(await clientById(db, tenant.tenant_id, client_id)))
    throw new Refusal('inexistent_client')
  const marks_email = 'mark_email_as_verified' in input && input.mark_email_as_verified === true
  return defined({
    client_id,
    result_url,
    mark_email_as_verified: marks_email || undefined,
    include_email_in_redirect: includeEmailInRedirect || undefined,
  })
}

const lifetimeSeconds = ({ ttl_sec = 0 }: TicketInput): number => (ttl_sec === 0 ? ticket_lifetime_s : ttl_sec)

/** The profile of the identity that a request names; of the user where it names none. */
async function profileOf(db: Db, user: User, identity: TicketInput['identity']): Promise<User> {
  if (identity === undefined) return user
  const found = user.identities.find(
    ({ identity_user_id, strategy, connection_id }) =>
      identity_user_id === identity.user_id &&
      strategy === identity.provider &&
      (identity.connection_id === undefined || connection_id === identity.connection_id),
  )
  const profile = found && (await profileById(db, user.tenant_id, rootId(found)))
  if (!profile) throw invalid('The user exists, but does not contain the given identity.')
  return profile
}

type TicketEvent = 'reset_confirmation' | 'verification'

// In legacy mode the next login overwrites a change that is made here alone.
function requireTicketScripts(connection: Connection, event: TicketEvent): void {
  if (connection.mode === 'legacy' && !hasScripts(connection, event)) throw new Refusal('ticket_not_supported')
}

/** A user with an address, or the profile of an identity that was linked to the user, and the connection. */
export type TicketUser = { user: User; email: string; connection: Connection }

async function ticketUser(
  db: Db,
  tenant: Tenant,
  { user_id, input, event }: { user_id: string; input: TicketInput; event: TicketEvent },
): Promise<TicketUser> {
  const owner = await userById(db, tenant.tenant_id, user_id)
  if (!owner) throw new Refusal('inexistent_user')
  const user = await profileOf(db, owner, input.identity)
  const connection = await connectionById(db, tenant.tenant_id, user.connection_id)
  if (!connection) throw new Refusal('inexistent_user')
  requireTicketScripts(connection, event)
  if (user.email === null) throw invalid('The user does not have an email address.')
  return { user, email: user.email, connection }
}

async function recipientByEmail(
  deps: CreateTicketDeps,
  tenant: Tenant,
  { connection_id, email }: { connection_id: string; email: string },
): Promise<{ connection: Connection; recipient: MailRecipient }> {
  const connection = await connectionById(deps.db, tenant.tenant_id, connection_id)
  if (!connection) throw invalid(`The connection with id ${connection_id} does not exist.`)
  requireTicketScripts(connection, 'reset_confirmation')
  const found = await findResetRecipient(deps, connection, email, 'api')
  if (found.recipient) {
    // The identifier may be another user's username: the link is for the user with this address.
    const same = canonicalIdentifier(found.recipient.email ?? '') === canonicalIdentifier(email)
    if (found.recipient.email === undefined || !same) throw new Refusal('inexistent_user')
    return { connection, recipient: found.recipient }
  }
  if (found.reason === 'unavailable') {
    throw new Refusal('ticket_unavailable', { retry_after_s: legacy_retry_after_s })
  }
  throw found.reason === 'unknown' ? new Refusal('inexistent_user') : invalid(found.message)
}

async function readRecipient(
  deps: CreateTicketDeps,
  tenant: Tenant,
  input: PasswordChangeTicket,
): Promise<{ connection: Connection; recipient: MailRecipient }> {
  const { user_id, connection_id, email } = input
  const one_of_two = invalid('Send either user_id, or connection_id and email.')
  if (user_id !== undefined) {
    if (connection_id !== undefined || email !== undefined) throw one_of_two
    const {
      user,
      connection,
      email: user_email,
    } = await ticketUser(deps.db, tenant, {
      user_id,
      input,
      event: 'reset_confirmation',
    })
    return { connection, recipient: { user_id: user.user_id, legacy_id: null, email: user_email } }
  }
  if (connection_id === undefined || email === undefined) throw one_of_two
  if (input.identity !== undefined) throw invalid('identity needs user_id.')
  return await recipientByEmail(deps, tenant, { connection_id, email })
}

/**
 * Creates a link for a new password, for a user or for an address of a connection. In import mode the address may be that of a legacy
 * user who has not moved. No mail is sent.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_client`, `ticket_not_supported`, `ticket_unavailable`
 */
export async function createPasswordTicket(
  deps: CreateTicketDeps,
  { tenant, input, caller }: TicketRequest<PasswordChangeTicket>,
): Promise<string> {
  const data = await ticketData(deps.db, tenant, input)
  const { connection, recipient } = await readRecipient(deps, tenant, input)
  return await inTransaction(deps.db, async (trx) => {
    const { link, created_at } = await insertResetTicket(trx, deps, {
      tenant,
      connection,
      recipient,
      typed: input.email?.trim() ?? recipient.email,
      through: 'api',
      data,
      lifetime_s: lifetimeSeconds(input),
    })
    await recordEvent(trx, tenant.tenant_id, created_at, {
      ...userEvent({ connection, caller }, recipient.email),
      type: 'scpr',
      description: 'A link to choose a new password was made through the Management API.',
      ...defined({ client_id: data.client_id }),
      user_id: recipientId(recipient),
    })
    return link
  })
}

/**
 * The user whose address a link verifies, and the connection.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_client`, `ticket_not_supported`
 */
export async function findTicketUser(
  db: Db,
  tenant: Tenant,
  input: Pick<EmailVerificationTicket, 'user_id' | 'client_id' | 'identity'>,
): Promise<TicketUser> {
  const { user_id, client_id } = input
  if (client_id !== undefined && !(await clientById(db, tenant.tenant_id, client_id)))
    throw new Refusal('inexistent_client')
  return await ticketUser(db, tenant, { user_id, input, event: 'verification' })
}

/**
 * Creates a link that verifies a user's address. No mail is sent.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_client`, `ticket_not_supported`
 */
export async function createVerificationTicket(
  deps: { db: Db; clock: Clock; site: Site },
  { tenant, input }: Pick<TicketRequest<EmailVerificationTicket>, 'tenant' | 'input'>,
): Promise<string> {
  const data = await ticketData(deps.db, tenant, input)
  const { user_id } = input
  const { user, email, connection } = await ticketUser(deps.db, tenant, { user_id, input, event: 'verification' })
  const { link } = await inTransaction(deps.db, (trx) =>
    insertVerificationTicket(trx, deps, { tenant, connection, user, email, data, lifetime_s: lifetimeSeconds(input) }),
  )
  return link
}
