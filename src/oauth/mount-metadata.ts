import type { FastifyInstance } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'
import { answerRefusal } from './answer-refusal.ts'
import { allowEveryOrigin, answerPreflights } from './cors.ts'
import { discoveryDocument } from './discovery.ts'

// The lifetime is short, so that a revoked key disappears soon. A new key is published long before it signs.
const cache_control = 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400'

/** Mounts the discovery document on its two paths, and the JWKS. */
export async function mountMetadata(
  scope: FastifyInstance,
  deps: { keys: Pick<SigningKeys, 'jwks'>; log: ProcessLog; site: Site },
  grant_types: readonly string[],
): Promise<void> {
  allowEveryOrigin(scope)
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, deps.log, request), request, reply))
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    scope.get(path, async (request, reply) =>
      reply
        .header('cache-control', cache_control)
        .send(discoveryDocument(issuerOf(tenantOf(request), deps.site.scheme), grant_types)),
    )
    answerPreflights(scope, path, 'GET')
  }
  scope.get('/.well-known/jwks.json', async (request, reply) => {
    const jwks = await deps.keys.jwks(tenantOf(request).tenant_id)
    return await reply.header('cache-control', cache_control).send(jwks)
  })
  answerPreflights(scope, '/.well-known/jwks.json', 'GET')
}
