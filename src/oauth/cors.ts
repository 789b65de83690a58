import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ClientCache } from '../clients/client-cache.ts'
import type { Client } from '../clients/client.ts'
import type { Tenant } from '../tenants/tenant.ts'

const preflight_max_age_s = 600
const allowed_headers = 'authorization, content-type, auth0-client, dpop, x-request-language'

/**
 * Answers preflights of `path` from any origin. A preflight names no client: the request that follows checks the
 * origin.
 */
export function answerPreflights(scope: FastifyInstance, path: string, methods: string): void {
  scope.options(path, async (_request, reply) =>
    reply
      .code(204)
      .header('access-control-allow-origin', '*')
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', allowed_headers)
      .header('access-control-max-age', String(preflight_max_age_s))
      .send(),
  )
}

/**
 * Answers preflights of a POST to `path` that carries cookies. Browsers accept no `*` for it, so that the response names the origin. The
 * request that follows checks it.
 */
export function answerPreflightsWithCookies(scope: FastifyInstance, path: string): void {
  scope.options(path, async (request, reply) =>
    reply
      .code(204)
      .header('vary', 'Origin')
      .header('access-control-allow-origin', request.headers.origin ?? '*')
      .header('access-control-allow-credentials', 'true')
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', allowed_headers)
      .header('access-control-max-age', String(preflight_max_age_s))
      .send(),
  )
}

/** Allows pages of every origin to read the responses of a scope. */
export function allowEveryOrigin(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
}

/** Allows the page that sent a request to read the response if its origin belongs to the client. */
export async function allowOriginOfClient(
  clients: Pick<ClientCache, 'client'>,
  tenant: Tenant,
  client_id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { origin } = request.headers
  if (origin === undefined) return
  reply.header('vary', 'Origin')
  const client = await clients.client(tenant.tenant_id, client_id)
  if (client && isOriginOf(client, origin)) reply.header('access-control-allow-origin', origin)
}

/**
 * Whether an origin belongs to a client: it is a web origin, an allowed origin or the origin of a callback. `*` in the client's list
 * matches one label of a subdomain.
 */
export function isOriginOf(client: Client, origin: string): boolean {
  const { web_origins, allowed_origins, callbacks } = client.data
  const listed = [web_origins, allowed_origins, callbacks].flatMap((list) => (Array.isArray(list) ? list : []))
  return listed.some((entry) => typeof entry === 'string' && matchesOrigin(entry, origin))
}

function matchesOrigin(entry: string, origin: string): boolean {
  const listed = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)/i.exec(entry)?.[1]?.toLowerCase()
  if (listed === undefined) return false
  const [before, after] = listed.split('://*.')
  if (after === undefined) return listed === origin.toLowerCase()
  const sent = origin.toLowerCase()
  const label = sent.slice(`${before}://`.length, -(after.length + 1))
  return sent === `${before}://${label}.${after}` && /^[a-z0-9-]+$/.test(label)
}
