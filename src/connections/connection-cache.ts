import type { Clock } from '../base/clock.ts'
import { readSignInTest } from '../clients/sign-in-test.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createReadCache } from '../store/read-cache.ts'
import type { Db } from '../store/tables.ts'
import {
  connectionById,
  connectionByRealm,
  enabledConnections,
  isConnectionEnabled,
  type Connection,
} from './connection.ts'

/** A connection that a client may use. */
export type EnabledConnection = Pick<Connection, 'connection_id' | 'name'>

/** Connections, read from the store at most every `cache_ttl_ms`. */
export type ConnectionCache = {
  /** The connection of a realm, and whether the client may use it. */
  forClient(
    tenant_id: string,
    realm: string,
    client_id: string,
  ): Promise<{ connection: Connection; is_enabled: boolean } | undefined>
  byId(tenant_id: string, connection_id: string): Promise<Connection | undefined>
  /** The connections that a client may use, oldest first: at most 100. */
  ofClient(tenant_id: string, client_id: string): Promise<EnabledConnection[]>
  /** The connection of a realm, and whether any client may use it. */
  forAnyClient(tenant_id: string, realm: string): Promise<{ connection: Connection; is_enabled: boolean } | undefined>
}

// An entry contains the scripts of the connection, which may be large.
const cached_connections_max = 100
const enabled_max = 2000

/** The connection of a sign-in test: closed for sign-up and for resets of passwords. */
function tested(connection: Connection): Connection {
  const closed = { disable_signup: true, disable_self_service_change_password: true }
  return { ...connection, options: { ...connection.options, ...closed } }
}

/** Creates the cache. The client of a sign-in test may use the connection of its test, for a login, and no other. */
export function createConnectionCache(deps: { db: Db; clock: Clock; sealer: Sealer }): ConnectionCache {
  const { db, clock, sealer } = deps
  const connections = createReadCache<Connection | undefined>(deps, ['connections', 'connection_realms'], {
    max: cached_connections_max,
  })
  const enabled = createReadCache<boolean>(deps, ['connection_clients'], { max: enabled_max })
  const of_clients = createReadCache<EnabledConnection[]>(deps, ['connections', 'connection_clients'], {
    max: enabled_max,
  })
  const ofRealm = (tenant_id: string, realm: string): Promise<Connection | undefined> =>
    connections.read(['realm', tenant_id, realm], () => connectionByRealm(db, tenant_id, realm))
  const byId = (tenant_id: string, connection_id: string): Promise<Connection | undefined> =>
    connections.read(['id', tenant_id, connection_id], () => connectionById(db, tenant_id, connection_id))
  return {
    byId,
    async ofClient(tenant_id, client_id) {
      const test = readSignInTest(sealer, tenant_id, client_id, clock.now())
      if (!test)
        return await of_clients.read([tenant_id, client_id], () => enabledConnections(db, tenant_id, client_id))
      const connection = await byId(tenant_id, test.connection_id)
      return connection ? [connection] : []
    },
    async forAnyClient(tenant_id, realm) {
      const connection = await ofRealm(tenant_id, realm)
      if (!connection) return undefined
      const is_enabled = await enabled.read([tenant_id, connection.connection_id], () =>
        isConnectionEnabled(db, connection),
      )
      return { connection, is_enabled }
    },
    async forClient(tenant_id, realm, client_id) {
      const connection = await ofRealm(tenant_id, realm)
      if (!connection) return undefined
      const test = readSignInTest(sealer, tenant_id, client_id, clock.now())
      if (test) return { connection: tested(connection), is_enabled: test.connection_id === connection.connection_id }
      const is_enabled = await enabled.read([tenant_id, connection.connection_id, client_id], () =>
        isConnectionEnabled(db, connection, client_id),
      )
      return { connection, is_enabled }
    },
  }
}
