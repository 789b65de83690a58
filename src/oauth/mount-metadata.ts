import type { FastifyInstance } from 'fastify'
import { isJsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { answerRefusal } from './answer-refusal.ts'
import { allowEveryOrigin, answerPreflights } from './cors.ts'
import { discoveryDocument } from './discovery.ts'

// The lifetime is short, so that a revoked key disappears soon. A new key is published long before it signs.
const cache_control = 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400'

// Auth0's clients use /v2/logout unless the tenant has this flag.
function advertisesLogout({ settings }: Tenant): boolean {
  const logout = settings['oidc_logout']
  return isJsonObject(logout) && logout['rp_logout_end_session_endpoint_discovery'] === true
}

/** Mounts the discovery document on its two paths, and the JWKS. */
export async function mountMetadata(
  scope: FastifyInstance,
  deps: { keys: Pick<SigningKeys, 'jwks'>; log: ProcessLog; site: Site },
  grant_types: readonly string[],
  { is_for_admins }: { is_for_admins: boolean },
): Promise<void> {
  allowEveryOrigin(scope)
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, deps.log, request), request, reply))
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    scope.get(path, async (request, reply) => {
      const tenant = tenantOf(request)
      const offered = { grant_types, is_for_admins, has_logout: advertisesLogout(tenant) }
      const document = discoveryDocument(issuerOf(tenant, deps.site.scheme), offered)
      return await reply.header('cache-control', cache_control).send(document)
    })
    answerPreflights(scope, path, 'GET')
  }
  scope.get('/.well-known/jwks.json', async (request, reply) => {
    const jwks = await deps.keys.jwks(tenantOf(request).tenant_id)
    return await reply.header('cache-control', cache_control).send(jwks)
  })
  answerPreflights(scope, '/.well-known/jwks.json', 'GET')
}
