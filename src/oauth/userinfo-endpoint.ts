import type { JWTPayload } from 'jose'
import type { ClientCache } from '../clients/client-cache.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { verifyToken, type VerifyTokenDeps } from '../keys/verify-token.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, userinfoAudience, type Site, type Tenant } from '../tenants/tenant.ts'
import { isBlocked, userById } from '../users/user.ts'
import { wantsConformantAnswers } from './conformant-answers.ts'
import { splitScope } from './request-fields.ts'
import { isOpaqueToken, openOpaqueToken, type OpaqueToken } from './opaque-token.ts'
import { profileClaims } from './profile-claims.ts'

/** Dependencies of the userinfo endpoint. */
export type UserinfoDeps = VerifyTokenDeps & {
  db: Db
  sealer: Sealer
  site: Site
  clients: Pick<ClientCache, 'client'>
}

/**
 * The claims about the user of an access token (OpenID Connect Core section 5.3).
 *
 * @throws {Refusal} `invalid_token` or `expired_token`; also where the user is blocked or no longer exists
 */
export async function userinfoFor(deps: UserinfoDeps, tenant: Tenant, token: string): Promise<Record<string, unknown>> {
  const claims = isOpaqueToken(token)
    ? await openOpaqueToken(deps, tenant.tenant_id, token)
    : await verifyJwt(deps, tenant, token)
  const scope = splitScope(typeof claims.scope === 'string' ? claims.scope : '')
  if (claims.sub === undefined || !scope.includes('openid')) throw new Refusal('invalid_token')
  const user = await userById(deps.db, tenant.tenant_id, claims.sub)
  if (!user || isBlocked(user)) throw new Refusal('invalid_token')
  const client = await deps.clients.client(tenant.tenant_id, clientIdOf(claims))
  const is_conformant = wantsConformantAnswers(tenant, client)
  return { sub: user.user_id, ...profileClaims(user, scope, { is_conformant }) }
}

/** The client that an access token was issued to. */
function clientIdOf(claims: OpaqueToken | JWTPayload): string {
  const client_id: unknown = 'client_id' in claims ? claims.client_id : claims['azp']
  return typeof client_id === 'string' ? client_id : ''
}

async function verifyJwt(deps: UserinfoDeps, tenant: Tenant, token: string): Promise<JWTPayload & { scope?: unknown }> {
  const issuer = issuerOf(tenant, deps.site.scheme)
  try {
    return await verifyToken(deps, tenant.tenant_id, token, { issuer, audience: userinfoAudience(issuer) })
  } catch (error) {
    // The reasons of the Management API are not those of RFC 6750 section 3.1.
    throw error instanceof Refusal && error.code !== 'expired_token' ? new Refusal('invalid_token') : error
  }
}
