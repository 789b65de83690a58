import { isSecretName } from '../base/is-secret-name.ts'
import type { LoginGrant, LoginProtocol } from '../rules/post-login.ts'
import type { Session } from '../sessions/session.ts'
import type { AuthorizationRequest } from './authorize/authorization-request.ts'
import type { Fields } from './request-fields.ts'

const secret_parameters = new Set([
  'password',
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
])

/** The parameters of a request that post-login steps may read: texts, without secrets. */
export function readableParameters(fields: Fields): Record<string, string> {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !secret_parameters.has(name) && !isSecretName(name) ? [[name, value]] : [],
  )
  return Object.fromEntries(entries)
}

function protocolOf({ code, token, id_token }: AuthorizationRequest['response_type']): LoginProtocol {
  if (!code) return 'oidc-implicit-profile'
  return token || id_token ? 'oidc-hybrid-profile' : 'oidc-basic-profile'
}

/** What a login in a browser grants, for its post-login steps. */
export function browserGrant({ response_type, scope, resource_server, parameters }: AuthorizationRequest): LoginGrant {
  const readable = readableParameters(parameters)
  return {
    protocol: protocolOf(response_type),
    scope,
    audience: resource_server?.identifier,
    query: readable,
    body: {},
    parameters: readable,
  }
}

/** The members of a grant that come from the session of a browser. */
export function sessionMembers({ session_id, authenticated_at }: Pick<Session, 'session_id' | 'authenticated_at'>) {
  return { session_id, authenticated_at }
}
