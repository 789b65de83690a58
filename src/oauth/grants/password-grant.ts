import { defined } from '../../base/defined.ts'
import { newSecret } from '../../base/ids.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import type { ConnectionCache } from '../../connections/connection-cache.ts'
import { logIn, type AcceptedLogin, type LoginDeps } from '../../login/login.ts'
import type { LoginGrant } from '../../rules/post-login.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { insertSession, newSession } from '../../sessions/session.ts'
import { insertTokenFamily } from '../../store/refresh-tokens.ts'
import type { Transaction } from '../../store/tables.ts'
import type { Authorization } from '../authorization.ts'
import { connectionOfRealm } from '../connection-of-realm.ts'
import { tokenIssuedEvent } from '../token-request-event.ts'
import { credential_max, optionalText, requestedScope, requiredText } from '../request-fields.ts'
import { scopeAfterSteps, scopeForUser } from '../granted-scope.ts'
import { readableParameters } from '../login-grant.ts'
import { newTokenFamily } from '../new-token-family.ts'
import { audience_max, resolveAudience } from '../resolve-audience.ts'
import { newRequestId } from '../sign-in/sealed-request.ts'
import { signTokens, type SignTokensDeps, type TokenAnswer } from '../sign-tokens.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the password grant. */
export type PasswordGrantDeps = LoginDeps &
  SignTokensDeps & {
    clients: Pick<ClientCache, 'resourceServer'>
    connections: ConnectionCache
  }

const logs: GrantLogs = { success: 'sepft', failure: 'fepft', exchange: 'Password for Access Token' }

/** Logs the user in and issues tokens. The audience is resolved first, so that an invalid one does not count as a failed attempt. */
async function issue(deps: PasswordGrantDeps, request: TokenRequest): Promise<TokenAnswer> {
  const { tenant, issuer, client, fields, caller } = request
  const identifier = requiredText(fields, 'username', credential_max)
  const password = requiredText(fields, 'password', credential_max)
  const requested = requestedScope(fields)
  const resource_server = await resolveAudience(deps.clients, request, optionalText(fields, 'audience', audience_max))
  const connection = await connectionOfRealm(deps.connections, tenant, client, fields)
  const granted = scopeForUser(client, resource_server, requested)

  const issueTokens = async ({ user, at, changes }: AcceptedLogin) => {
    const scope = scopeAfterSteps(granted, resource_server, changes)
    const { tenant_id } = tenant
    const { connection_id } = connection
    // An admin's tokens end with a session, also those of a program.
    const login = { tenant_id, user_id: user.user_id, connection_id, request_id: newRequestId(), amr: ['pwd'] }
    const created = tenant.is_system ? newSession(login, sessionLifetime(tenant.settings), at) : undefined
    const session_id = created?.session.session_id
    const authorization: Authorization = {
      tenant,
      issuer,
      client,
      subject: { kind: 'user', user, authentication: defined({ sid: session_id }) },
      resource_server,
      scope,
      custom_claims: changes,
      gty: 'password',
    }
    const refresh_token = scope.includes('offline_access') ? newSecret() : undefined
    const answer = await signTokens(deps, authorization, refresh_token)
    return {
      answer,
      events: [tokenIssuedEvent(logs, request, authorization, connection)],
      async write(trx: Transaction): Promise<void> {
        if (created) await insertSession(trx, created, caller)
        if (refresh_token === undefined) return
        const first = { ...authorization, user, connection_id, session_id: session_id ?? null, refresh_token, at }
        await insertTokenFamily(trx, newTokenFamily(first))
      },
    }
  }

  const grant: LoginGrant = {
    protocol: 'oauth2-password',
    scope: granted,
    audience: resource_server?.identifier,
    query: {},
    body: readableParameters(fields),
    parameters: {},
  }
  const login = { tenant, connection, client, identifier, password, caller, grant, can_redirect: false }
  const result = await logIn(deps, login, issueTokens)
  if (result.kind === 'completed') return result.answer
  if (result.kind === 'failed') throw result.refusal
  throw new Error('A login without a browser was redirected')
}

const grant_types = ['password', 'http://auth0.com/oauth/grant-type/password-realm'] as const

function passwordGrant(deps: PasswordGrantDeps, grant_type: (typeof grant_types)[number]): Grant {
  return {
    grant_type,
    allowed_by: grant_types,
    needs_authentication: false,
    required: grant_type === 'password' ? ['username', 'password'] : ['username', 'password', 'realm'],
    logs,
    issue: (request) => issue(deps, request),
  }
}

/** Auth0's form of the password grant, which names the connection. */
export const realmGrant = (deps: PasswordGrantDeps): Grant => passwordGrant(deps, grant_types[1])

/** The password grant (RFC 6749 section 4.3) and Auth0's form of it that names the connection: a client that may use one may use both. */
export function passwordGrants(deps: PasswordGrantDeps): Grant[] {
  return grant_types.map((grant_type) => passwordGrant(deps, grant_type))
}
