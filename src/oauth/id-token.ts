import { isJsonObject } from '../base/json.ts'
import type { User } from '../users/user.ts'
import type { DoorParts } from './oauth-parts.ts'
import { profileClaims } from './profile-claims.ts'
import { signToken } from './sign-token.ts'
import type { TokenRequest } from './token-request.ts'

const lifetime_s = 36_000

/** Signs an ID token (OpenID Connect Core section 2). It lives as long as the client's `jwt_configuration` says, else 10 hours. */
export async function makeIdToken(
  parts: DoorParts,
  request: TokenRequest,
  user: User,
  scope: readonly string[],
): Promise<string> {
  const configured = request.client.data['jwt_configuration']
  const lifetime = isJsonObject(configured) ? configured['lifetime_in_seconds'] : undefined
  const iat = Math.floor(parts.clock.now() / 1000)
  return await signToken(parts, request.tenant.tenant_id, {
    ...profileClaims(user, scope),
    iss: request.issuer,
    aud: request.client.client_id,
    sub: user.user_id,
    iat,
    exp: iat + (typeof lifetime === 'number' && lifetime > 0 ? lifetime : lifetime_s),
  })
}
