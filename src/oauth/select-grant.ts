import { Refusal } from '../contract/refusal.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'
import { grantTypesOf } from './grant-types-of.ts'
import type { Grant } from './token-request.ts'

/** The refusal of a grant that the client may not use. */
export function grantNotAllowed(grant_type: string): Refusal {
  return new Refusal('unauthorized_client', { message: `Grant type '${grant_type}' not allowed for the client.` })
}

/**
 * The grant of a grant type, which the client must be allowed to use.
 *
 * @throws {Refusal} `unauthorized_client` where the client may not use the grant; `unsupported_grant_type` where it does not exist
 */
export function selectGrant(
  grants: readonly Grant[],
  grant_type: string,
  { client, is_authenticated }: AuthenticatedClient,
): Grant {
  const grant = grants.find((each) => each.grant_type === grant_type)
  const types = grantTypesOf(client)
  if (!grant) {
    const exists_at_auth0 = /^(implicit|(urn|http):.*)$/.test(grant_type)
    if (exists_at_auth0 && !types.includes(grant_type)) throw grantNotAllowed(grant_type)
    throw new Refusal('unsupported_grant_type', { message: `Unsupported grant type: ${grant_type}` })
  }
  const allowed = grant.allowed_by.some((type) => types.includes(type))
  if (!allowed || (grant.needs_authentication && !is_authenticated)) throw grantNotAllowed(grant_type)
  return grant
}
