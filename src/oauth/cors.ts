import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../clients/client.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { DoorParts } from './oauth-parts.ts'

const preflight_lives_s = 600

/**
 * Answers preflights of `path` from any origin: they carry no cookie and name no client, so only the answer to the request itself
 * can tell whether the origin is one of the client's.
 */
export function answerPreflights(scope: FastifyInstance, path: string, methods: string): void {
  scope.options(path, async (_request, reply) =>
    reply
      .code(204)
      .header('access-control-allow-origin', '*')
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', 'authorization, content-type, auth0-client, dpop, x-request-language')
      .header('access-control-max-age', String(preflight_lives_s))
      .send(),
  )
}

/** Lets pages of every origin read the answers of a scope. */
export function allowEveryOrigin(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
}

/** Lets a page read the answer where its origin is one of the client's: a web origin, an allowed origin or that of a callback. */
export async function allowOriginOfClient(
  parts: DoorParts,
  tenant: Tenant,
  client_id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { origin } = request.headers
  if (origin === undefined) return
  reply.header('vary', 'Origin')
  const client = await parts.lookups.client(tenant.tenant_id, client_id)
  if (client && isOriginOf(client, origin)) reply.header('access-control-allow-origin', origin)
}

/** Whether an origin is one of a client's. `*` stands for one name in the place of a sub-domain. */
export function isOriginOf(client: Client, origin: string): boolean {
  const { web_origins, allowed_origins, callbacks } = client.data
  const listed = [web_origins, allowed_origins, callbacks].flatMap((list) => (Array.isArray(list) ? list : []))
  return listed.some((entry) => typeof entry === 'string' && matches(entry, origin))
}

function matches(entry: string, origin: string): boolean {
  const listed = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)/i.exec(entry)?.[1]?.toLowerCase()
  if (listed === undefined) return false
  const [before, after] = listed.split('://*.')
  if (after === undefined) return listed === origin.toLowerCase()
  const asked = origin.toLowerCase()
  const name = asked.slice(`${before}://`.length, -(after.length + 1))
  return asked === `${before}://${name}.${after}` && /^[a-z0-9-]+$/.test(name)
}
