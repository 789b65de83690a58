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

/**
 * What an issuer offers. `is_for_admins`: the issuer is the admin origin, which knows the authorization code flow only. `has_logout`:
 * whether the tenant wants clients to know `/oidc/logout`.
 */
export type Offered = { grant_types: readonly string[]; is_for_admins: boolean; has_logout: boolean }

/** The members about the flows of a browser. */
function browserMembers(issuer: string, { grant_types, is_for_admins, has_logout }: Offered): Record<string, unknown> {
  if (is_for_admins) {
    return {
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: grant_types,
    }
  }
  return {
    ...(has_logout ? { end_session_endpoint: `${issuer}oidc/logout` } : {}),
    response_types_supported: response_types,
    // web_message is not in any registry, so it is not listed, as at Auth0.
    response_modes_supported: response_modes.filter((mode) => mode !== 'web_message'),
    code_challenge_methods_supported: ['S256', 'plain'],
    grant_types_supported: [...grant_types, 'implicit'],
  }
}

/** The discovery document of an issuer (OpenID Connect Discovery section 3, RFC 8414). It lists supported features only. */
export function discoveryDocument(issuer: string, offered: Offered): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: openid_scopes,
    ...browserMembers(issuer, offered),
    prompt_values_supported: prompts,
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: auth_methods,
    token_endpoint_auth_signing_alg_values_supported: credential_algorithms,
    revocation_endpoint_auth_methods_supported: auth_methods,
    revocation_endpoint_auth_signing_alg_values_supported: credential_algorithms,
    claims_supported: [...token_claims, ...login_claims, ...profile_claims].toSorted(),
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}
