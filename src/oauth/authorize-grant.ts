import { Refusal } from '../contract/refusal.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'
import { grantTypesOf } from './grant-types-of.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { password } from './grants/password.ts'
import { passwordRealm } from './grants/password-realm.ts'
import { refreshToken } from './grants/refresh-token.ts'
import type { Grant } from './token-request.ts'

/** Every grant that the token endpoint knows; the discovery document lists them. */
export const grants: readonly Grant[] = [password, passwordRealm, clientCredentials, refreshToken]

const byType = new Map(grants.map((grant) => [grant.grant_type, grant]))

/** The grant of this type, or undefined. */
export function grantOfType(grant_type: string): Grant | undefined {
  return byType.get(grant_type)
}

function notAllowed(grant_type: string): Refusal {
  return new Refusal('unauthorized_client', { message: `Grant type '${grant_type}' not allowed for the client.` })
}

/**
 * The grant that a request names, if its client may use it.
 *
 * @throws {Refusal} `unauthorized_client` where the client may not; `unsupported_grant_type` where nobody can
 */
export function authorizeGrant(grant_type: string, { client, has_shown_secret }: AuthenticatedClient): Grant {
  const grant = byType.get(grant_type)
  const types = grantTypesOf(client)
  if (!grant) {
    const known = /^(authorization_code|implicit|(urn|http):.*)$/.test(grant_type)
    if (known && !types.includes(grant_type)) throw notAllowed(grant_type)
    throw new Refusal('unsupported_grant_type', { message: `Unsupported grant type: ${grant_type}` })
  }
  // RFC 6749 section 4.4: only a client that keeps a secret may act for itself.
  const may = has_shown_secret || grant !== clientCredentials
  if (!may || !grant.allowed_by.some((type) => types.includes(type))) throw notAllowed(grant_type)
  return grant
}
