import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { createAccessToken } from './access-token.ts'
import type { Authorization } from './authorization.ts'
import { halfHash } from './half-hash.ts'
import { createIdToken } from './id-token.ts'

/** Dependencies of `signTokens`. */
export type SignTokensDeps = { clock: Clock; keys: SigningKeys; sealer: Sealer }

/** The body of a successful token response (RFC 6749 section 5.1). `expires_in` is in seconds. */
export type TokenAnswer = {
  access_token: string
  refresh_token?: string
  id_token?: string
  scope?: string
  expires_in: number
  token_type: 'Bearer'
}

/**
 * Creates the access token of an authorization and, for a user with the scope `openid`, the ID token.
 *
 * @param refresh_token a refresh token to add to the response; the caller stores it
 */
export async function signTokens(
  deps: SignTokensDeps,
  authorization: Authorization,
  refresh_token?: string,
): Promise<TokenAnswer> {
  const { subject, scope } = authorization
  const signed_access = createAccessToken(deps, authorization)
  const signId = async (): Promise<string | undefined> => {
    if (subject.kind !== 'user' || !scope.includes('openid')) return undefined
    const { authentication } = subject
    // Only the ID token of a login in a browser names its access token (OpenID Connect Core section 3.1.3.6).
    if (authentication.auth_time === undefined) return await createIdToken(deps, { ...authorization, ...subject })
    const at_hash = halfHash((await signed_access).access_token)
    return await createIdToken(deps, { ...authorization, ...subject, authentication: { ...authentication, at_hash } })
  }
  const [access, id_token] = await Promise.all([signed_access, signId()])
  return {
    access_token: access.access_token,
    ...defined({ refresh_token, id_token, scope: scope.join(' ') || undefined }),
    expires_in: access.expires_in,
    token_type: 'Bearer',
  }
}
