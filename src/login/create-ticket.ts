import { canonicalIdentifier } from '../base/canonical.ts'
import { clientById } from '../clients/client.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { EmailVerificationTicket, PasswordChangeTicket } from '../contract/user-ticket.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { userById, type User } from '../users/user.ts'
import type { LoginParts } from './login-parts.ts'
import { findResetAddressee, type Addressee } from './reset-addressee.ts'
import { makeResetTicket } from './reset-ticket.ts'
import { ticket_lifetime_s, type TicketData } from './tickets.ts'
import { makeVerificationTicket } from './verify-email.ts'

/** A link that a tenant's own back end asks for and hands over itself. */
export type TicketOrder<Wanted> = { tenant: Tenant; wanted: Wanted; caller: Caller }

type Wanted = PasswordChangeTicket | EmailVerificationTicket

const invalid = (message: string): Refusal => new Refusal('invalid_body', { message })

async function dataOf(parts: LoginParts, tenant: Tenant, wanted: Wanted): Promise<TicketData> {
  const { client_id, result_url, includeEmailInRedirect } = wanted
  if (client_id !== undefined && !(await clientById(parts.db, tenant.tenant_id, client_id)))
    throw new Refusal('inexistent_client')
  if (result_url !== undefined && !URL.canParse(result_url))
    throw invalid("Payload validation error: 'Not an address' on property result_url.")
  return {
    ...(client_id === undefined ? {} : { client_id }),
    ...(result_url === undefined ? {} : { result_url }),
    ...('mark_email_as_verified' in wanted && wanted.mark_email_as_verified === true
      ? { mark_email_as_verified: true }
      : {}),
    ...(includeEmailInRedirect === true ? { include_email_in_redirect: true } : {}),
  }
}

const lifetimeOf = ({ ttl_sec = 0 }: Wanted): number => (ttl_sec === 0 ? ticket_lifetime_s : ttl_sec)

function requireIdentity(user: User, identity: Wanted['identity']): void {
  if (identity === undefined) return
  const has = user.identities.some(
    (one) =>
      one.identity_user_id === identity.user_id &&
      one.strategy === identity.provider &&
      (identity.connection_id === undefined || one.connection_id === identity.connection_id),
  )
  if (!has) throw invalid('The user exists, but does not contain the given identity.')
}

// What is changed here in legacy mode, the next login takes back: the scripts have the last word there.
function requireOwnUsers(connection: Connection): void {
  if (connection.mode === 'legacy') throw new Refusal('ticket_not_supported')
}

type Person = { user: User; email: string; connection: Connection }

async function personById(parts: LoginParts, tenant: Tenant, user_id: string, wanted: Wanted): Promise<Person> {
  const user = await userById(parts.db, tenant.tenant_id, user_id)
  if (!user) throw new Refusal('inexistent_user')
  requireIdentity(user, wanted.identity)
  const connection = await connectionById(parts.db, tenant.tenant_id, user.connection_id)
  if (!connection) throw new Refusal('inexistent_user')
  requireOwnUsers(connection)
  if (user.email === null) throw invalid('The user does not have an email address.')
  return { user, email: user.email, connection }
}

async function addresseeByEmail(
  parts: LoginParts,
  tenant: Tenant,
  { connection_id, email }: { connection_id: string; email: string },
): Promise<{ connection: Connection; addressee: Addressee }> {
  const connection = await connectionById(parts.db, tenant.tenant_id, connection_id)
  if (!connection) throw invalid(`The connection with id ${connection_id} does not exist.`)
  requireOwnUsers(connection)
  const found = await findResetAddressee(parts, connection, email, 'api')
  if ('addressee' in found) {
    // A username may look like an address; the link is for who has the address.
    const same = canonicalIdentifier(found.addressee.email) === canonicalIdentifier(email)
    if (!same) throw new Refusal('inexistent_user')
    return { connection, addressee: found.addressee }
  }
  if (found.why === 'untold') throw new Refusal('ticket_unavailable', { retry_after_s: 5 })
  throw found.why === 'unknown' ? new Refusal('inexistent_user') : invalid(found.nobody)
}

async function whomFor(
  parts: LoginParts,
  tenant: Tenant,
  wanted: PasswordChangeTicket,
): Promise<{ connection: Connection; addressee: Addressee }> {
  const { user_id, connection_id, email } = wanted
  if (user_id !== undefined) {
    if (connection_id !== undefined || email !== undefined)
      throw invalid('Send either user_id, or connection_id and email.')
    const person = await personById(parts, tenant, user_id, wanted)
    return { connection: person.connection, addressee: { user_id, legacy_id: null, email: person.email } }
  }
  if (connection_id === undefined || email === undefined)
    throw invalid('Send either user_id, or connection_id and email.')
  if (wanted.identity !== undefined) throw invalid('identity needs user_id.')
  return await addresseeByEmail(parts, tenant, { connection_id, email })
}

/**
 * Makes a link for a new password: for a user, or for an address of a connection, in import mode also of a person who has not
 * moved. Nothing is mailed.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_client`, `ticket_not_supported`, `ticket_unavailable`
 */
export async function orderPasswordTicket(
  parts: LoginParts,
  { tenant, wanted, caller }: TicketOrder<PasswordChangeTicket>,
): Promise<string> {
  const data = await dataOf(parts, tenant, wanted)
  const { connection, addressee } = await whomFor(parts, tenant, wanted)
  return await inTransaction(parts.db, async (trx) => {
    const { link, created_at } = await makeResetTicket(trx, parts, {
      tenant,
      connection,
      addressee,
      typed: addressee.email,
      through: 'api',
      data,
      lifetime_s: lifetimeOf(wanted),
    })
    await recordEvent(trx, tenant.tenant_id, created_at, {
      type: 'scpr',
      description: 'A link to choose a new password was made through the Management API.',
      connection_id: connection.connection_id,
      connection: connection.name,
      ...(data.client_id === undefined ? {} : { client_id: data.client_id }),
      user_id: addressee.user_id ?? `auth0|${addressee.legacy_id ?? ''}`,
      user_name: addressee.email,
      strategy: connection.strategy,
      strategy_type: 'database',
      caller,
    })
    return link
  })
}

/**
 * Makes a link that proves a user's address. Nothing is mailed.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_client`, `ticket_not_supported`
 */
export async function orderVerificationTicket(
  parts: LoginParts,
  { tenant, wanted }: Pick<TicketOrder<EmailVerificationTicket>, 'tenant' | 'wanted'>,
): Promise<string> {
  const data = await dataOf(parts, tenant, wanted)
  const { user, email, connection } = await personById(parts, tenant, wanted.user_id, wanted)
  const { link } = await inTransaction(parts.db, (trx) =>
    makeVerificationTicket(trx, parts, { tenant, connection, user, email, data, lifetime_s: lifetimeOf(wanted) }),
  )
  return link
}
