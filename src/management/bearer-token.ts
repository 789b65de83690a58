import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'

/** Who a verified token speaks for, and what it opens. */
export type BearerToken = { sub: string; client_id: string; scopes: ReadonlySet<string>; jti?: string }

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
 * Reads the bearer token of a request (RFC 6750): a JWT signed by this tenant's key, from its issuer, for its
 * Management API, in its time. A token that stands for a person opens nothing but what is about that person.
 *
 * @throws {Refusal} `missing_authentication`, `invalid_token`, `expired_token`, `invalid_signature`, `bad_audience`
 */
export async function readBearerToken(
  parts: { keys: Pick<SigningKeys, 'verificationKey'>; clock: Clock },
  tenant: Tenant,
  issuer: string,
  authorization: string | undefined,
): Promise<BearerToken> {
  const token = authorization === undefined ? undefined : scheme.exec(authorization)?.[1]
  if (token === undefined) throw new Refusal('missing_authentication')
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid === undefined ? undefined : await parts.keys.verificationKey(tenant.tenant_id, kid)
    if (!key) throw new Refusal('invalid_token')
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience: managementAudience(issuer),
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(parts.clock.now()),
    })
    const scopes = claim(payload['scope']).split(' ').filter(Boolean)
    const forItself = payload['gty'] === 'client-credentials'
    return {
      sub: claim(payload.sub),
      client_id: claim(payload['azp']),
      scopes: new Set(forItself ? scopes : scopes.filter((scope) => scope.includes(':current_user'))),
      ...(payload.jti === undefined ? {} : { jti: payload.jti }),
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw refusalOf(error)
    throw error
  }
}

/**
 * Lets a token pass that has any of the scopes.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export function requireScope(token: BearerToken, scopes: readonly string[]): void {
  if (scopes.some((scope) => token.scopes.has(scope))) return
  throw new Refusal('insufficient_scope', { message: `Insufficient scope, expected any of: ${scopes.join(',')}` })
}
