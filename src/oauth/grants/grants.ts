/**
 * Grants: one file per grant of the token endpoint. A grant decides the subject and the scope of the tokens, and writes its log
 * event. It knows neither client authentication nor HTTP.
 */
import type { Grant } from '../token-request.ts'
import { authorizationCodeGrant, type AuthorizationCodeDeps } from './authorization-code-grant.ts'
import { clientCredentialsGrant, type ClientCredentialsDeps } from './client-credentials-grant.ts'
import { passwordGrants, realmGrant, type PasswordGrantDeps } from './password-grant.ts'
import { refreshTokenGrant, type RefreshTokenDeps } from './refresh-token-grant.ts'

/** Dependencies of all grants. */
export type GrantsDeps = AuthorizationCodeDeps & PasswordGrantDeps & ClientCredentialsDeps & RefreshTokenDeps

/** Every grant of the token endpoint, in the order of the discovery document. */
export function createGrants(deps: GrantsDeps): Grant[] {
  return [authorizationCodeGrant(deps), ...passwordGrants(deps), clientCredentialsGrant(deps), refreshTokenGrant(deps)]
}

/** The grants of the admin origin: a login in a browser, one of a program, with the connection named, and their refresh. No client acts for itself there. */
export function createAdminGrants(deps: AuthorizationCodeDeps & PasswordGrantDeps & RefreshTokenDeps): Grant[] {
  return [authorizationCodeGrant(deps), realmGrant(deps), refreshTokenGrant(deps)]
}
