import { errorOf, type Check } from './check.ts'

const name_max = 128

/**
 * `connection`: the connection of the login, which must be enabled for the client. Without it: the tenant's `default_directory`, else the
 * oldest connection that is enabled for the client.
 */
export const checkConnection: Check = async (deps, request) => {
  const { tenant, client, parameters } = request
  const named = parameters['connection'] ?? parameters['realm']
  const enabled = await deps.connections.ofClient(tenant.tenant_id, client.client_id)
  const by_default = enabled.find(({ name }) => name === tenant.settings['default_directory']) ?? enabled[0]
  const name = named?.slice(0, name_max) ?? by_default?.name
  if (name === undefined) throw errorOf(request, 'invalid_request', 'no connections enabled for the client')
  const found = await deps.connections.forClient(tenant.tenant_id, name, client.client_id)
  if (!found?.is_enabled) throw errorOf(request, 'invalid_request', 'the connection is not enabled for the client')
  request.connection = found.connection
  request.accepted_connections = named === undefined ? enabled : [found.connection]
}
