import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Route } from '../contract/route.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'

/** A verified access token. `subject` tells a client that acts for itself from a user who logged in. */
export type BearerToken = {
  sub: string
  subject: 'client' | 'user'
  client_id: string
  scopes: ReadonlySet<string>
  jti?: string
}

const scheme = /^bearer +(\S+) *$/i

function claim(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return new Refusal('expired_token')
  if (error instanceof errors.JWSSignatureVerificationFailed) return new Refusal('invalid_signature')
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return new Refusal('bad_audience')
  return new Refusal('invalid_token')
}

/**
 * Verifies the bearer token of a request (RFC 6750): a JWT signed by this tenant's key, from its issuer, for its Management API, and not
 * expired.
 *
 * @throws {Refusal} `missing_authentication`, `invalid_token`, `expired_token`, `invalid_signature`, `bad_audience`
 */
export async function readBearerToken(
  deps: { keys: Pick<SigningKeys, 'verificationKey'>; clock: Clock },
  tenant: Tenant,
  issuer: string,
  authorization: string | undefined,
): Promise<BearerToken> {
  const token = authorization === undefined ? undefined : scheme.exec(authorization)?.[1]
  if (token === undefined) throw new Refusal('missing_authentication')
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid === undefined ? undefined : await deps.keys.verificationKey(tenant.tenant_id, kid)
    if (!key) throw new Refusal('invalid_token')
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience: managementAudience(issuer),
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(deps.clock.now()),
    })
    const scopes = claim(payload['scope']).split(' ').filter(Boolean)
    return {
      sub: claim(payload.sub),
      subject: payload['gty'] === 'client-credentials' ? 'client' : 'user',
      client_id: claim(payload['azp']),
      scopes: new Set(scopes),
      ...(payload.jti === undefined ? {} : { jti: payload.jti }),
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw refusalOf(error)
    throw error
  }
}

/**
 * Requires any of the scopes.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export function requireScope(token: BearerToken, scopes: readonly string[]): void {
  if (scopes.some((scope) => token.scopes.has(scope))) return
  throw new Refusal('insufficient_scope', { message: `Insufficient scope, expected any of: ${scopes.join(',')}` })
}

/**
 * Requires that a token may use a route: a client's token needs one of the route's scopes. A user's token, whatever its scopes, reaches
 * only routes about its own user.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export function authorizeRoute(token: BearerToken, route: Route, params: unknown): void {
  if (token.subject === 'client') return requireScope(token, route.scopes)
  const is_own = route.current_user !== undefined && isJsonObject(params) && params['id'] === token.sub
  requireScope(token, is_own ? (route.current_user ?? []) : [])
}
