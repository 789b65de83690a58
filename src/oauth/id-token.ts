import type { JWTPayload } from 'jose'
import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import type { AuthenticationClaims, Authorization } from './authorization.ts'
import { wantsConformantAnswers } from './conformant-answers.ts'
import { profileClaims } from './profile-claims.ts'
import { signJwt } from './sign-jwt.ts'

const default_lifetime_s = 36_000

/** The content of an ID token. */
export type IdTokenContent = {
  tenant: Tenant
  issuer: string
  client: Client
  user: User
  scope: readonly string[]
  authentication: AuthenticationClaims
  custom_claims?: Authorization['custom_claims']
}

/** The claims of an ID token (OpenID Connect Core section 2). */
export function idTokenClaims(
  clock: Clock,
  { tenant, issuer, client, user, scope, authentication, custom_claims }: IdTokenContent,
): JWTPayload {
  const configured = client.data['jwt_configuration']
  const lifetime = isJsonObject(configured) ? configured['lifetime_in_seconds'] : undefined
  const iat = Math.floor(clock.now() / 1000)
  return {
    ...custom_claims?.id_token,
    ...profileClaims(user, scope, { is_conformant: wantsConformantAnswers(tenant, client) }),
    iss: issuer,
    aud: client.client_id,
    sub: user.user_id,
    iat,
    exp: iat + (typeof lifetime === 'number' && lifetime > 0 ? lifetime : default_lifetime_s),
    ...authentication,
  }
}

/**
 * Creates an ID token (OpenID Connect Core section 2). Its lifetime is `jwt_configuration.lifetime_in_seconds` of the client, by
 * default 10 hours.
 */
export async function createIdToken(
  deps: { clock: Clock; keys: SigningKeys },
  content: IdTokenContent,
): Promise<string> {
  return await signJwt(deps.keys, content.tenant.tenant_id, idTokenClaims(deps.clock, content))
}
