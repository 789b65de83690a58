import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { login } from '../login/login.ts'
import { optionalText, requestedScope, requiredText } from './fields.ts'
import { scopeForUser } from './granted-scope.ts'
import type { DoorParts } from './oauth-parts.ts'
import { withoutRefusedOfflineAccess } from './offline-access.ts'
import { resolveAudience } from './resolve-audience.ts'
import type { Authorization, TokenRequest } from './token-request.ts'

// The bounds that mean something are the login's own, with their own messages.
const credential_max = 1_048_576
const realm_max = 128

/** The two spellings of the password grant: a client that may use one may use the other. */
export const password_grants = ['password', 'http://auth0.com/oauth/grant-type/password-realm']

/** How both are logged. */
export const password_logs = {
  success: 'sepft',
  failure: 'fepft',
  exchange: 'Password for Access Token',
  login_writes: true,
}

/**
 * The connection to log in on: the one that answers to `realm`, else to the tenant's `default_directory`.
 *
 * @throws {Refusal} `unknown_realm`, also for a connection that is not enabled for the client; `no_default_directory`
 */
async function connectionOf(parts: DoorParts, request: TokenRequest): Promise<Connection> {
  const { tenant, client, fields } = request
  const realm = optionalText(fields, 'realm', realm_max)
  const fallback = tenant.settings['default_directory']
  const name = realm ?? (typeof fallback === 'string' && fallback !== '' ? fallback : undefined)
  if (name === undefined) throw new Refusal('no_default_directory')
  const found = await parts.lookups.connection(tenant.tenant_id, name, client.client_id)
  if (!found && realm === undefined) throw new Refusal('no_default_directory')
  if (!found?.is_enabled) throw new Refusal('unknown_realm', { message: `Unknown realm ${name}.` })
  return found.connection
}

/**
 * The authorization of whoever knows an identifier and its password. The audience is settled before the password is looked at: a
 * misconfigured client costs nobody an attempt.
 *
 * @throws {Refusal} what the audience, the realm or the login refuses
 */
export async function authorizePassword(parts: DoorParts, request: TokenRequest): Promise<Authorization> {
  const { tenant, client, fields, caller } = request
  const identifier = requiredText(fields, 'username', credential_max)
  const password = requiredText(fields, 'password', credential_max)
  const requested = requestedScope(fields)
  const resource_server = await resolveAudience(parts, request)
  const connection = await connectionOf(parts, request)
  const { user, pending } = await login(parts, { tenant, connection, client, identifier, password, caller })
  const scope = scopeForUser(resource_server, requested)
  return {
    kind: 'user',
    user,
    connection_id: connection.connection_id,
    connection_name: connection.name,
    by: { kind: 'login', pending },
    resource_server,
    scope: withoutRefusedOfflineAccess(client, resource_server, scope),
    gty: 'password',
  }
}
