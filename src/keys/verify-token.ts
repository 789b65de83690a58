import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The dependencies of verifying tokens. */
export type VerifyTokenDeps = { keys: Pick<SigningKeys, 'verificationKey'>; clock: Clock }

function tokenRefusal(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return new Refusal('expired_token')
  if (error instanceof errors.JWSSignatureVerificationFailed) return new Refusal('invalid_signature')
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return new Refusal('bad_audience')
  return new Refusal('invalid_token')
}

/**
 * The claims of a JWT that is signed by a key of the tenant (RS256), is of the issuer, is for the audience, and has not expired.
 *
 * @throws {Refusal} `invalid_token`, `expired_token`, `invalid_signature`, `bad_audience`
 */
export async function verifyToken(
  deps: VerifyTokenDeps,
  tenant_id: string,
  token: string,
  expected: { issuer: string; audience: string },
): Promise<JWTPayload> {
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid === undefined ? undefined : await deps.keys.verificationKey(tenant_id, kid)
    if (!key) throw new Refusal('invalid_token')
    const { payload } = await jwtVerify(token, key, {
      ...expected,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(deps.clock.now()),
    })
    return payload
  } catch (error) {
    throw error instanceof errors.JOSEError || error instanceof TypeError ? tokenRefusal(error) : error
  }
}
