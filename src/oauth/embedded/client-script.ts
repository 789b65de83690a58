import type { ClientCache } from '../../clients/client-cache.ts'
import type { Client } from '../../clients/client.ts'
import type { ConnectionCache } from '../../connections/connection-cache.ts'
import type { Connection } from '../../connections/connection.ts'
import { identifierRules } from '../../connections/identifier-rules.ts'
import { Refusal } from '../../contract/refusal.ts'
import { issuerOf, type Site, type Tenant } from '../../tenants/tenant.ts'

/** Dependencies of `clientScript`. */
export type ClientScriptDeps = {
  clients: Pick<ClientCache, 'clientOfLogin'>
  connections: Pick<ConnectionCache, 'ofClient' | 'forClient'>
  site: Site
}

function showConnection({ name, data, options }: Connection) {
  const { disable_signup, disable_self_service_change_password, password_complexity_options, validation } = options
  return {
    name,
    display_name: data['display_name'] ?? null,
    forgot_password_url: options.forgot_password_url ?? null,
    signup_url: null,
    passwordPolicy: options.passwordPolicy ?? 'good',
    ...(password_complexity_options ? { password_complexity_options } : {}),
    showSignup: disable_signup !== true,
    showForgot: disable_self_service_change_password !== true,
    requires_username: identifierRules(options).username.at_signup === 'required',
    ...(validation ? { validation } : {}),
  }
}

async function connectionsOf(deps: ClientScriptDeps, { tenant_id, settings }: Tenant, { client_id }: Client) {
  const enabled = await deps.connections.ofClient(tenant_id, client_id)
  const found = await Promise.all(enabled.map(({ name }) => deps.connections.forClient(tenant_id, name, client_id)))
  const usable = found.flatMap((each) => (each?.is_enabled === true ? [each.connection] : []))
  const isDefault = ({ name }: Connection): boolean => name === settings['default_directory']
  return [...usable.filter(isDefault), ...usable.filter((connection) => !isDefault(connection))]
}

/**
 * The script by which Lock reads the settings of a client: a call with its connections, that of `default_directory` first.
 *
 * @throws {Refusal} `not_found` for an unknown client
 */
export async function clientScript(deps: ClientScriptDeps, tenant: Tenant, client_id: string): Promise<string> {
  const client = await deps.clients.clientOfLogin(tenant.tenant_id, client_id)
  if (!client || client.is_global) throw new Refusal('not_found')
  const { callbacks, allowed_origins } = client.data
  const settings = {
    id: client.client_id,
    tenant: tenant.name,
    // With a free subscription Lock shows an advertisement of Auth0.
    subscription: 'enterprise',
    authorize: `${issuerOf(tenant, deps.site.scheme)}authorize`,
    callback: Array.isArray(callbacks) ? (callbacks[0] ?? '') : '',
    hasAllowedOrigins: Array.isArray(allowed_origins) && allowed_origins.length > 0,
    strategies: [
      { name: 'auth0', connections: (await connectionsOf(deps, tenant, client)).map((each) => showConnection(each)) },
    ],
  }
  return `Auth0.setClient(${JSON.stringify(settings)});`
}
