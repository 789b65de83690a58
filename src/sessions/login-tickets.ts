import { digestText } from '../base/digest.ts'
import { newSecret } from '../base/ids.ts'
import { readJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { SessionsTable, Transaction } from '../store/tables.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import { extendSession, newSession, type NewLogin, type NewSession } from './session.ts'

/** How long a login ticket can be used. A client uses it at once: the page that asked for it goes on to the authorization endpoint. */
export const login_ticket_lifetime_ms = 120_000

/** What a ticket is bound to: the client that it was issued for, and the browser whose cookie has this digest. */
export type TicketBinding = { client_id: string; browser_digest: string }

/** The session of a login that waits for its browser. The caller writes it with `insertSession`. */
export type NewLoginTicket = { ticket: string; waiting: NewSession }

// The header of a cookie holds no line break: a ticket is never accepted as the secret of a session.
const boundSecret = (secret: string, { client_id, browser_digest }: TicketBinding): string =>
  ['login ticket', client_id, browser_digest, secret].join('\n')

/**
 * A login ticket: a password was right, and the browser can exchange the ticket for the session of that login, once, within
 * `login_ticket_lifetime_ms`. Until then the session is a row that no cookie opens; what ends sessions ends it too.
 */
export function newLoginTicket(
  login: NewLogin,
  lifetime: SessionLifetime,
  binding: TicketBinding,
  at: number,
): NewLoginTicket {
  const { session, secret } = newSession(login, lifetime, at)
  const expires_at = Math.min(session.expires_at, at + login_ticket_lifetime_ms)
  return {
    ticket: `${session.session_id}.${secret}`,
    waiting: { session: { ...session, expires_at }, secret: boundSecret(secret, binding) },
  }
}

type Exchange = Pick<SessionsTable, 'tenant_id' | 'session_id'> & {
  ticket_digest: string
  secret_digest: string
  at: number
}

const replaceSecret = prepareQuery((db, { tenant_id, session_id, ticket_digest, secret_digest, at }: Exchange) =>
  db
    .updateTable('sessions')
    .set({ secret_digest })
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .where('secret_digest', '=', ticket_digest)
    .where('expires_at', '>', at)
    .returning([
      'tenant_id',
      'session_id',
      'user_id',
      'connection_id',
      'request_id',
      'amr',
      'authenticated_at',
      'expires_at',
      'ends_at',
    ]),
)

/**
 * Exchanges a login ticket for its session, with a secret of its own: of any number of concurrent exchanges one succeeds.
 *
 * @returns undefined for a ticket that is unknown, was used or has expired, or belongs to another client or browser
 */
export async function exchangeLoginTicket(
  trx: Transaction,
  tenant_id: string,
  { ticket, binding, lifetime, at }: { ticket: string; binding: TicketBinding; lifetime: SessionLifetime; at: number },
): Promise<NewSession | undefined> {
  const [session_id = '', ticket_secret = ''] = ticket.split('.', 2)
  const secret = newSecret()
  const { rows } = await replaceSecret(trx, {
    tenant_id,
    session_id,
    ticket_digest: digestText(boundSecret(ticket_secret, binding)),
    secret_digest: digestText(secret),
    at,
  })
  const [row] = rows
  if (!row) return undefined
  const session = { ...row, amr: readJson<string[]>(row.amr) }
  await extendSession(trx, session, lifetime, at)
  return { session, secret }
}
