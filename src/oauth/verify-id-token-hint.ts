import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { Refusal } from '../contract/refusal.ts'
import type { VerifyTokenDeps } from '../keys/verify-token.ts'

/** The user, the client and the session of an ID token that a client sends back. */
export type IdTokenHint = { user_id: string; client_id: string; session_id: string | undefined }

const token_max = 8192
// An ID token that has expired is still a valid hint (OpenID Connect RP-Initiated Logout section 2).
const any_age_s = 100 * 365 * 24 * 3600

/**
 * Verifies an ID token that a client sends back: it is signed by a key of the tenant (RS256) and of the issuer. It may have expired.
 *
 * @throws {Refusal} `invalid_token`
 */
export async function verifyIdTokenHint(
  { keys, clock }: VerifyTokenDeps,
  tenant_id: string,
  issuer: string,
  token: string,
): Promise<IdTokenHint> {
  if (token.length > token_max) throw new Refusal('invalid_token')
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid === undefined ? undefined : await keys.verificationKey(tenant_id, kid)
    if (!key) throw new Refusal('invalid_token')
    const { payload } = await jwtVerify(token, key, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'aud'],
      clockTolerance: any_age_s,
      currentDate: new Date(clock.now()),
    })
    const { sub, aud, sid } = payload
    if (sub === undefined || typeof aud !== 'string') throw new Refusal('invalid_token')
    return { user_id: sub, client_id: aud, session_id: typeof sid === 'string' ? sid : undefined }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new Refusal('invalid_token')
    throw error
  }
}
