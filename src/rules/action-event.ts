import { isoTime } from '../base/time.ts'
import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import { callerMember, clientMember, connectionMember, user_members } from './event-members.ts'
import type { PostLoginInput } from './post-login.ts'

const textsOf = (value: string | undefined): string[] => (value === undefined ? [] : value.split(' ').filter(Boolean))

/**
 * Whether the grant can be redirected: it comes from a browser, and may show a page. True also in a login that comes back from a redirect: an
 * action that would redirect it again must say so, which ends the login, and not skip what it demands.
 */
function canRedirect({ grant }: PostLoginInput): boolean {
  return grant.protocol.startsWith('oidc-') && grant.parameters['prompt'] !== 'none'
}

/** The scopes that the request names, granted or not; without any, those of the login. */
function requestedScopes({ grant: { scope, parameters, body } }: PostLoginInput): string[] {
  const requested = parameters['scope'] ?? body['scope']
  return requested === undefined ? [...scope] : textsOf(requested)
}

/** The members of `event.transaction` that come from the parameters of an authorization request. */
export function authorizationMembers(parameters: Readonly<Record<string, string>>): JsonObject {
  const { redirect_uri, state, login_hint, response_mode, acr_values, prompt, ui_locales, response_type } = parameters
  return {
    acr_values: textsOf(acr_values),
    prompt: textsOf(prompt),
    ui_locales: textsOf(ui_locales),
    response_type: textsOf(response_type),
    ...defined({ redirect_uri, state, login_hint, response_mode }),
  }
}

/** The `event` of a post-login action, without `secrets` and the profile in `user`. A member without a value here is empty or absent. */
export function actionEvent(input: PostLoginInput, now: number): JsonObject {
  const { tenant, client, connection, caller, grant, is_resumed, logins_count } = input
  const { protocol, audience, query, body, parameters, authenticated_at, session_id } = grant
  const is_refresh = protocol === 'oauth2-refresh-token'
  return {
    can_redirect: canRedirect(input),
    tenant: { id: tenant.name },
    user: { ...user_members },
    client: clientMember(client),
    connection: connectionMember(connection),
    authentication: { methods: [{ name: 'pwd', timestamp: isoTime(authenticated_at ?? now) }] },
    authorization: { roles: [] },
    request: {
      ...callerMember(caller),
      method: protocol.startsWith('oidc-') ? 'GET' : 'POST',
      query: { ...query },
      body: { ...body },
    },
    stats: { logins_count },
    security_context: {},
    transaction: {
      protocol: is_resumed ? 'redirect-callback' : protocol,
      requested_scopes: requestedScopes(input),
      metadata: {},
      ...authorizationMembers(parameters),
    },
    ...(audience === undefined ? {} : { resource_server: { identifier: audience } }),
    ...(session_id === undefined ? {} : { session: { id: session_id } }),
    ...(is_refresh ? { refresh_token: { created_at: isoTime(authenticated_at ?? now) } } : {}),
  }
}
