import { openid_scopes } from './granted-scope.ts'
import { profile_claims } from './profile-claims.ts'

/** The discovery document of an issuer (OpenID Connect Discovery section 3, RFC 8414). It lists supported features only. */
export function discoveryDocument(issuer: string, grant_types: readonly string[]): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: openid_scopes,
    // There is no authorization endpoint, so there are no response types. The member is required.
    response_types_supported: [],
    grant_types_supported: grant_types,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub', ...profile_claims].toSorted(),
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}
