import { credential_algorithms } from '../contract/client-credential.ts'
import { prompts, response_modes } from './authorize/authorization-request.ts'
import { openid_scopes } from './granted-scope.ts'
import { profile_claims } from './profile-claims.ts'

const token_claims = ['aud', 'exp', 'iat', 'iss', 'sub']
const login_claims = ['amr', 'at_hash', 'auth_time', 'c_hash', 'nonce', 'sid']

const auth_methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']

const response_types = [
  'code',
  'token',
  'id_token',
  'code token',
  'code id_token',
  'token id_token',
  'code token id_token',
]

/** The members of an issuer where users log in with a browser. `has_logout`: whether the tenant wants clients to know `/oidc/logout`. */
function browserMembers(issuer: string, { has_logout }: { has_logout: boolean }): Record<string, unknown> {
  return {
    authorization_endpoint: `${issuer}authorize`,
    ...(has_logout ? { end_session_endpoint: `${issuer}oidc/logout` } : {}),
    response_types_supported: response_types,
    // web_message is not in any registry, so it is not listed, as at Auth0.
    response_modes_supported: response_modes.filter((mode) => mode !== 'web_message'),
    code_challenge_methods_supported: ['S256', 'plain'],
    prompt_values_supported: prompts,
    authorization_response_iss_parameter_supported: true,
  }
}

/** What an issuer offers. `browser`: undefined where no user logs in with a browser. */
export type Offered = { grant_types: readonly string[]; browser: { has_logout: boolean } | undefined }

/** The discovery document of an issuer (OpenID Connect Discovery section 3, RFC 8414). It lists supported features only. */
export function discoveryDocument(issuer: string, { grant_types, browser }: Offered): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: openid_scopes,
    // Without an authorization endpoint there are no response types. The member is required.
    response_types_supported: [],
    ...(browser ? browserMembers(issuer, browser) : {}),
    grant_types_supported: browser ? [...grant_types, 'implicit'] : grant_types,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: auth_methods,
    token_endpoint_auth_signing_alg_values_supported: credential_algorithms,
    revocation_endpoint_auth_methods_supported: auth_methods,
    revocation_endpoint_auth_signing_alg_values_supported: credential_algorithms,
    claims_supported: [...token_claims, ...(browser ? login_claims : []), ...profile_claims].toSorted(),
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}
