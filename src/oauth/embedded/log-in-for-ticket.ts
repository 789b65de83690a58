/**
 * Embedded login: login forms that an application or a tenant's own login page shows. They send a password in the background and receive a
 * login ticket, which the browser then exchanges for a session. The pipeline of `src/login` decides whether a password is right.
 */
import type { NonEmpty } from '../../base/non-empty.ts'
import type { Client } from '../../clients/client.ts'
import type { Connection } from '../../connections/connection.ts'
import { logIn, type LoginDeps } from '../../login/login.ts'
import type { Caller } from '../../logs/record-event.ts'
import { no_grant } from '../../rules/post-login.ts'
import { newLoginTicket, type TicketBinding } from '../../sessions/login-tickets.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { insertSession } from '../../sessions/session.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/**
 * A login that gives a ticket. `connections`: where the user is looked up, in this order; `request_id`: of the request that the ticket
 * continues; `browser_digest`: of the browser's cookie.
 */
export type TicketLogin = Pick<TicketBinding, 'browser_digest'> & {
  tenant: Tenant
  client: Client
  connections: NonEmpty<Connection>
  identifier: string
  password: string
  request_id: string
  caller: Caller
}

/** A login ticket, and the connection of the user. */
export type IssuedTicket = { ticket: string; connection: Connection }

/**
 * Logs a user in and issues a login ticket, which only this browser can use, for this client.
 *
 * @throws {Refusal} of a failed login
 */
export async function logInForTicket(
  deps: LoginDeps,
  { request_id, browser_digest, connections: [first, ...next_connections], ...login }: TicketLogin,
): Promise<IssuedTicket> {
  const { tenant, client } = login
  // The post-login steps run when the ticket is used.
  const grant = no_grant
  const request = { ...login, grant, connection: first, next_connections, can_redirect: false, gives_ticket: true }
  const result = await logIn(deps, request, async ({ user, connection, at }) => {
    const { tenant_id, user_id } = user
    const { ticket, waiting } = newLoginTicket(
      { tenant_id, user_id, connection_id: connection.connection_id, request_id, amr: ['pwd'] },
      sessionLifetime(tenant.settings),
      { client_id: client.client_id, browser_digest },
      at,
    )
    return { answer: { ticket, connection }, events: [], write: (trx) => insertSession(trx, waiting, login.caller) }
  })
  if (result.kind === 'completed') return result.answer
  if (result.kind === 'failed') throw result.refusal
  throw new Error('A login for a ticket was redirected')
}
