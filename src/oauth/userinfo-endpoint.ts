import { errors, jwtVerify, type JWTPayload } from 'jose'
import { Refusal } from '../contract/refusal.ts'
import { issuerOf, type Tenant } from '../tenants/tenant.ts'
import { userById } from '../users/user.ts'
import { userinfoAudience } from './access-token.ts'
import { splitScope } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'
import { isOpaqueToken, openOpaqueToken } from './opaque-token.ts'
import { profileClaims } from './profile-claims.ts'

/**
 * What a token lets its bearer know of its user (OpenID Connect Core section 5.3).
 *
 * @throws {Refusal} `invalid_token` or `expired_token`; also where the user is blocked or no longer exists
 */
export async function userinfoFor(parts: DoorParts, tenant: Tenant, token: string): Promise<Record<string, unknown>> {
  const claims = isOpaqueToken(token)
    ? await openOpaqueToken(parts, tenant.tenant_id, token)
    : await verified(parts, tenant, token)
  const scope = splitScope(typeof claims.scope === 'string' ? claims.scope : '')
  if (claims.sub === undefined || !scope.includes('openid')) throw new Refusal('invalid_token')
  const user = await userById(parts.db, tenant.tenant_id, claims.sub)
  if (!user || user.blocked) throw new Refusal('invalid_token')
  return { sub: user.user_id, ...profileClaims(user, scope) }
}

async function verified(parts: DoorParts, tenant: Tenant, token: string): Promise<JWTPayload & { scope?: unknown }> {
  const issuer = issuerOf(tenant, parts.site.scheme)
  try {
    const { payload } = await jwtVerify(token, async ({ kid }) => await keyOf(parts, tenant, kid), {
      issuer,
      audience: userinfoAudience(issuer),
      algorithms: ['RS256'],
      currentDate: new Date(parts.clock.now()),
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Refusal('expired_token')
    if (error instanceof errors.JOSEError) throw new Refusal('invalid_token')
    throw error
  }
}

async function keyOf(parts: DoorParts, tenant: Tenant, kid: string | undefined) {
  const key = kid === undefined ? undefined : await parts.keys.verificationKey(tenant.tenant_id, kid)
  if (!key) throw new Refusal('invalid_token')
  return key
}
