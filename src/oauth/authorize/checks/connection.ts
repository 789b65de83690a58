import { isNonEmpty } from '../../../base/non-empty.ts'
import { stores_per_page } from '../../../login/stores-of-identifier.ts'
import { errorOf, type Check } from './check.ts'

const name_max = 128

/**
 * `connection`: the connection of the login, which must be enabled for the client. Without it: those that are enabled for the client, the
 * tenant's `default_directory` first, then the oldest first; at most five.
 */
export const checkConnection: Check = async (deps, request) => {
  const { tenant, client, parameters } = request
  const named = (parameters['connection'] ?? parameters['realm'])?.slice(0, name_max)
  const enabled = await deps.connections.ofClient(tenant.tenant_id, client.client_id)
  const isDefault = ({ name }: { name: string }): boolean => name === tenant.settings['default_directory']
  const ordered = [...enabled.filter(isDefault), ...enabled.filter((each) => !isDefault(each))]
  const names = named === undefined ? ordered.slice(0, stores_per_page).map(({ name }) => name) : [named]
  if (names.length === 0) throw errorOf(request, 'invalid_request', 'no connections enabled for the client')
  const found = await Promise.all(
    names.map((name) => deps.connections.forClient(tenant.tenant_id, name, client.client_id)),
  )
  const connections = found.flatMap((each) => (each?.is_enabled === true ? [each.connection] : []))
  if (!isNonEmpty(connections)) {
    throw errorOf(request, 'invalid_request', 'the connection is not enabled for the client')
  }
  request.connections = connections
  request.accepted_connections = named === undefined ? enabled : connections
}
