import type { Client } from '../clients/client.ts'
import type { ConnectionCache } from '../connections/connection-cache.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { optionalText, type Fields } from './request-fields.ts'

const realm_max = 128

/**
 * The connection of a login: that of the parameter `realm`, else that of the tenant's `default_directory`.
 *
 * @throws {Refusal} `unknown_realm`, also for a connection that is not enabled for the client; `no_default_directory`
 */
export async function connectionOfRealm(
  connections: Pick<ConnectionCache, 'forClient'>,
  tenant: Tenant,
  client: Client,
  fields: Fields,
): Promise<Connection> {
  const realm = optionalText(fields, 'realm', realm_max)
  const fallback = tenant.settings['default_directory']
  const name = realm ?? (typeof fallback === 'string' && fallback !== '' ? fallback : undefined)
  if (name === undefined) throw new Refusal('no_default_directory')
  const found = await connections.forClient(tenant.tenant_id, name, client.client_id)
  if (!found && realm === undefined) throw new Refusal('no_default_directory')
  if (!found?.is_enabled) throw new Refusal('unknown_realm', { message: `Unknown realm ${name}.` })
  return found.connection
}
