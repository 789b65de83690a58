import type { Connection as ShownConnection } from '../contract/connection-routes.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Db } from '../store/tables.ts'
import type { Connection } from './connection.ts'
import { openScripts } from './seal-scripts.ts'

/** Connections as the API shows them, with the configuration sealed and the scripts opened. One query reads the clients of all. */
export async function showConnections(
  { db, sealer }: { db: Db; sealer: Sealer },
  tenant_id: string,
  connections: Connection[],
): Promise<ShownConnection[]> {
  if (connections.length === 0) return []
  const rows = await db
    .selectFrom('connection_clients')
    .select(['connection_id', 'client_id'])
    .where('tenant_id', '=', tenant_id)
    .where(
      'connection_id',
      'in',
      connections.map((connection) => connection.connection_id),
    )
    .orderBy('client_id')
    .execute()
  const clients = Map.groupBy(rows, (row) => row.connection_id)
  return connections.map((connection) => {
    const scripted = Object.keys(connection.scripts_sealed).length > 0
    const configured = Object.keys(connection.configuration_sealed).length > 0
    return {
      is_domain_connection: false,
      authentication: { active: true },
      connected_accounts: { active: false },
      ...connection.data,
      id: connection.connection_id,
      name: connection.name,
      strategy: connection.strategy,
      options: {
        ...connection.options,
        ...(scripted ? { customScripts: openScripts(sealer, connection) } : {}),
        ...(configured ? { configuration: connection.configuration_sealed } : {}),
      },
      realms: realmsOf(connection),
      enabled_clients: (clients.get(connection.connection_id) ?? []).map((row) => row.client_id),
    }
  })
}

/** The realms of a connection as they were set; by default its name. */
function realmsOf(connection: Pick<Connection, 'name' | 'data'>): string[] {
  const { realms } = connection.data
  return Array.isArray(realms) ? realms.filter((realm) => typeof realm === 'string') : [connection.name]
}
