import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { clientById } from '../clients/client.ts'
import { disableClients, enableClients, listConnectionClients } from '../connections/connection-clients.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { deleteConnection, type DeleteConnectionDeps } from '../connections/delete-connection.ts'
import { listConnections } from '../connections/list-connections.ts'
import {
  createConnection,
  updateConnection,
  type SavedConnection,
  type SaveConnectionDeps,
} from '../connections/save-connection.ts'
import { showConnections } from '../connections/show-connections.ts'
import type { Connection as ShownConnection } from '../contract/connection-routes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { followScriptLogs } from '../logs/follow-script-logs.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import { listScriptLogs } from '../logs/list-script-logs.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import { deleteUser, type DeleteUserDeps } from '../login/delete-user.ts'
import { readMigrationHealth, type MigrationHealthDeps } from '../migration/migration-health.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Handlers } from './handler.ts'
import { savedByToken } from './saved-by-token.ts'
import { checkpointAnswer, checkpointOf, listAnswer, pageOf } from './paging.ts'

async function showOne(deps: { db: Db; sealer: Sealer }, connection: Connection): Promise<ShownConnection> {
  const [one] = await showConnections(deps, connection.tenant_id, [connection])
  if (!one) throw new Refusal('inexistent_connection')
  return one
}

/** A saved connection as the API shows it, with the warnings about its scripts. */
export async function showSaved(deps: { db: Db; sealer: Sealer }, { connection, script_warnings }: SavedConnection) {
  const shown = await showOne(deps, connection)
  return script_warnings.length === 0 ? shown : { ...shown, script_warnings }
}

/** The connection of a path parameter. @throws {Refusal} `inexistent_connection` */
export async function connectionOf(db: Db, tenant: Tenant, id: string): Promise<Connection> {
  const connection = await connectionById(db, tenant.tenant_id, id)
  if (!connection) throw new Refusal('inexistent_connection')
  return connection
}

/** Operations on connections. */
export function connectionHandlers(
  deps: SaveConnectionDeps &
    DeleteConnectionDeps &
    DeleteUserDeps &
    MigrationHealthDeps & { script_log: Pick<ScriptLogWriter, 'flush'>; script_calls: Pick<ScriptCallLog, 'flush'> },
) {
  return {
    async listConnections({ tenant, query }) {
      const { name, strategy, q: text } = query
      const filter = defined({ name, strategies: strategy, text })
      if (query.domain_alias !== undefined) return listAnswer('connections', query, { items: [], total: 0 })
      const found = await listConnections(deps.db, tenant.tenant_id, filter, pageOf(query))
      const items = await showConnections(deps, tenant.tenant_id, found.items)
      return listAnswer('connections', query, { ...found, items })
    },

    createConnection: async ({ tenant, body, token }) =>
      await showSaved(deps, await createConnection(deps, tenant, body, savedByToken(token))),

    getConnection: async ({ tenant, params }) => await showOne(deps, await connectionOf(deps.db, tenant, params.id)),

    async updateConnection({ tenant, params, query, body, token }) {
      const saved_by = savedByToken(token)
      const update = { tenant, connection_id: params.id, change: body, force: query.force === true, saved_by }
      return await showSaved(deps, await updateConnection(deps, update))
    },

    async updateConnectionSettings({ tenant, params, query, body: { options: settings, ...change }, token }) {
      const saved_by = savedByToken(token)
      const update = { tenant, connection_id: params.id, change, force: query.force === true, saved_by }
      return await showSaved(deps, await updateConnection(deps, { ...update, ...defined({ settings }) }))
    },

    async deleteConnection({ tenant, params }) {
      const is_known = await deleteConnection(deps, tenant.tenant_id, params.id)
      if (!is_known) return null
      return { deleted_at: isoTime(deps.clock.now()) }
    },

    async deleteConnectionUser({ tenant, params, query, caller }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.id)
      // By the profile: a user whom legacy mode cached has no identifiers.
      const found = await deps.db
        .selectFrom('users')
        .select('user_id')
        .where('tenant_id', '=', tenant.tenant_id)
        .where('connection_id', '=', connection_id)
        .where('email_lower', '=', canonicalIdentifier(query.email))
        .where('linked_to', 'is', null)
        .executeTakeFirst()
      if (found) await deleteUser(deps, { tenant, user_id: found.user_id, caller, local_only: false })
      return null
    },

    async getConnectionStatus({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      if (connection.mode === 'local') return { status: 'ok' }
      const { status } = await readMigrationHealth(deps, connection)
      if (status === 'failing') throw new Refusal('connection_unusable')
      return { status }
    },

    async listConnectionClients({ tenant, params, query }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.id)
      const found = await listConnectionClients(deps.db, tenant.tenant_id, connection_id, checkpointOf(query))
      return checkpointAnswer('clients', found)
    },

    async updateConnectionClients({ tenant, params, body }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.id)
      const idsOfStatus = (status: boolean): string[] =>
        body.filter((item) => item.status === status).map((item) => item.client_id)
      await inTransaction(deps.db, async (trx) => {
        await disableClients(trx, tenant.tenant_id, connection_id, idsOfStatus(false))
        await enableClients(trx, tenant.tenant_id, connection_id, idsOfStatus(true))
      })
      return null
    },

    async listClientConnections({ tenant, params, query }) {
      const client = await clientById(deps.db, tenant.tenant_id, params.id)
      if (!client) throw new Refusal('inexistent_client')
      const { strategy } = query
      const filter = { client_id: client.client_id, ...defined({ strategies: strategy }) }
      const found = await listConnections(deps.db, tenant.tenant_id, filter, checkpointOf(query))
      const items = await showConnections(deps, tenant.tenant_id, found.items)
      return checkpointAnswer('connections', { ...found, items })
    },

    async followScriptLogs({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      const poll = followScriptLogs(deps.db, connection, query)
      return async () => {
        await connectionOf(deps.db, tenant, params.id)
        // Else the line of a call that ended would come after console lines of later calls.
        await deps.script_calls.flush()
        await deps.script_log.flush()
        return (await poll()).map((line) => ({ id: line.id, event: 'line', data: line }))
      }
    },

    async listScriptLogs({ tenant, params, query }) {
      const { connection_id } = await connectionOf(deps.db, tenant, params.id)
      // Stores the waiting lines first, so that the list has those of the last calls.
      await deps.script_calls.flush()
      await deps.script_log.flush()
      const found = await listScriptLogs(deps.db, tenant.tenant_id, connection_id, query, checkpointOf(query))
      return checkpointAnswer('script_logs', found)
    },
  } satisfies Partial<Handlers>
}
