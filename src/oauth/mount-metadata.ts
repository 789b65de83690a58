import type { FastifyInstance } from 'fastify'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf } from '../tenants/tenant.ts'
import { answerRefusal, refusalOf } from './answer-refusal.ts'
import { allowEveryOrigin, answerPreflights } from './cors.ts'
import { discoveryDocument } from './discovery.ts'
import type { DoorParts } from './oauth-parts.ts'

// Short, so that a revoked key is gone soon; the next key is published long before it signs, so that nobody needs it shorter.
const cacheable = 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400'

/** Mounts discovery (both addresses) and the published keys. */
export async function mountMetadata(scope: FastifyInstance, parts: DoorParts): Promise<void> {
  allowEveryOrigin(scope)
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, parts.log, request), request, reply))
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    scope.get(path, async (request, reply) =>
      reply.header('cache-control', cacheable).send(discoveryDocument(issuerOf(tenantOf(request), parts.site.scheme))),
    )
    answerPreflights(scope, path, 'GET')
  }
  scope.get('/.well-known/jwks.json', async (request, reply) => {
    const jwks = await parts.keys.jwks(tenantOf(request).tenant_id)
    return await reply.header('cache-control', cacheable).send(jwks)
  })
  answerPreflights(scope, '/.well-known/jwks.json', 'GET')
}
