import type { FastifyReply } from 'fastify'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { readParameters } from '../authorize/read-parameters.ts'
import { isPrefetch } from '../authorize/authorize-endpoint.ts'
import { isRegisteredUrl } from '../registered-url.ts'
import { sessionOf } from '../../http/session-cookies.ts'
import type { Exchange } from '../sign-in/continue-page.ts'
import { endBrowserSession, type EndBrowserSessionDeps } from './end-browser-session.ts'

/** Dependencies of the logouts. */
export type LogoutDeps = EndBrowserSessionDeps & { clients: Pick<ClientCache, 'client'> }

/**
 * Answers GET /v2/logout, Auth0's own logout: ends the session of the browser and redirects to `returnTo`, which must be among the
 * `allowed_logout_urls` of the client that `client_id` names, or of the tenant without one. The session ends also where the URL is refused.
 * `federated` is ignored: there are no upstream sessions.
 *
 * @throws {Refusal} `unknown_client`, `logout_url_mismatch`, `prefetched`
 */
export async function answerLogout(deps: LogoutDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange
  if (isPrefetch(request)) throw new Refusal('prefetched')
  const tenant = tenantOf(request)
  const { returnTo, client_id } = readParameters(request.query)
  const client = client_id === undefined ? undefined : await deps.clients.client(tenant.tenant_id, client_id)
  await endBrowserSession(deps, exchange, await sessionOf(deps, tenant, request), client)
  if (client_id !== undefined && !client) {
    throw new Refusal('unknown_client', { message: `Unknown client: ${client_id.slice(0, 100)}` })
  }
  reply.header('cache-control', 'no-store')
  if (returnTo === undefined) return await reply.type('text/plain; charset=utf-8').send('OK')
  const allowed = client ? client.data['allowed_logout_urls'] : tenant.settings['allowed_logout_urls']
  if (!isRegisteredUrl(allowed, returnTo, client)) throw new Refusal('logout_url_mismatch')
  return await reply.redirect(returnTo, 302)
}
