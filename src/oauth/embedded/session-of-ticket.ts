import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Session } from '../../sessions/session.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { browserDigest } from '../sign-in/browser-cookie.ts'
import { useLoginTicket, type UseLoginTicketDeps } from './use-login-ticket.ts'

/**
 * The session of the login whose ticket (`login_ticket`) a request has; undefined without a ticket.
 *
 * @throws {AuthorizationError} `access_denied`
 */
export async function sessionOfTicket(
  deps: UseLoginTicketDeps,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  { tenant, client, parameters, target }: AuthorizationRequest,
): Promise<Session | undefined> {
  const { login_ticket: ticket } = parameters
  if (ticket === undefined) return undefined
  const refused = 'Unknown or invalid login ticket.'
  const browser_digest = browserDigest(exchange.request, deps.site.scheme, 'ticket')
  if (browser_digest === undefined) {
    const reason = 'The browser did not send the cookie of the ticket, as where it blocks cookies of other sites.'
    throw new AuthorizationError(target, 'access_denied', `${refused} ${reason}`)
  }
  const binding = { client_id: client.client_id, browser_digest }
  const session = await useLoginTicket(deps, exchange, tenant, { ticket, binding })
  if (!session) throw new AuthorizationError(target, 'access_denied', refused)
  return session
}
