import { defined } from '../base/defined.ts'
import { isJsonObject } from '../base/json.ts'
import { clientSubject } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Role } from '../contract/roles.ts'
import type { Route } from '../contract/route.ts'
import { bearerToken } from '../http/bearer-token.ts'
import { verifyToken, type VerifyTokenDeps } from '../keys/verify-token.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'

/**
 * A verified access token. `subject` is `client` for a client that acts for itself, `user` for a user of the tenant, and `admin` for a user
 * of the system tenant: the scopes are those of the admin's role, and the name is for the log.
 */
export type BearerToken = {
  sub: string
  subject: 'client' | 'user' | 'admin'
  client_id: string
  scopes: ReadonlySet<string>
  user_name?: string
  /** The role of an admin. */
  role?: Role
  jti?: string
  /** The session of an admin. */
  sid?: string
}

function textClaim(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/**
 * Verifies the bearer token of a request (RFC 6750): a JWT that is signed by a key of the tenant, has its issuer and the audience of its
 * Management API, and has not expired.
 *
 * @throws {Refusal} `missing_authentication`, `invalid_token`, `expired_token`, `invalid_signature`, `bad_audience`
 */
export async function readBearerToken(
  deps: VerifyTokenDeps,
  tenant: Tenant,
  issuer: string,
  authorization: string | undefined,
): Promise<BearerToken> {
  const token = bearerToken(authorization)
  if (token === undefined) throw new Refusal('missing_authentication')
  const audience = managementAudience(issuer)
  const { sub, scope, azp, jti, sid } = await verifyToken(deps, tenant.tenant_id, token, { issuer, audience })
  const client_id = textClaim(azp)
  return {
    sub: textClaim(sub),
    subject: sub === clientSubject(client_id) ? 'client' : 'user',
    client_id,
    scopes: new Set(textClaim(scope).split(' ').filter(Boolean)),
    ...defined({ jti, sid: typeof sid === 'string' ? sid : undefined }),
  }
}

const insufficientScope = (scopes: readonly string[]): Refusal =>
  new Refusal('insufficient_scope', { message: `Insufficient scope, expected any of: ${scopes.join(',')}` })

/**
 * Requires that a token has one of the scopes.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export function requireScope(token: BearerToken, scopes: readonly string[]): void {
  if (!scopes.some((scope) => token.scopes.has(scope))) throw insufficientScope(scopes)
}

/**
 * Requires that a token may use a route. The token of a client or an admin needs one of the route's scopes; the token of a user is
 * accepted only by routes on that user.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export function authorizeRoute(token: BearerToken, route: Route, params: unknown): void {
  if (route.admins_only === true && token.subject !== 'admin') {
    const message = `Only admins may use this, at the admin origin. Insufficient scope, expected any of: ${route.scopes.join(',')}`
    throw new Refusal('insufficient_scope', { message })
  }
  if (token.subject !== 'user') return requireScope(token, route.scopes)
  const is_own = route.current_user !== undefined && isJsonObject(params) && params['id'] === token.sub
  if (!is_own) throw insufficientScope(route.scopes)
  requireScope(token, route.current_user ?? [])
}
