/**
 * Connections: database connections with their mode, their scripts and the sealed configuration of these. It knows no users and no
 * ledger: it runs scripts and does not interpret the profiles that they return.
 */
import type { ScriptName } from '../contract/action-scripts.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import type { JsonObject } from '../base/json.ts'
import type { FinishStep } from '../contract/finish-steps.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy } from '../contract/script-version.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson } from '../store/json-column.ts'
import { configurationAad, scriptAad } from '../store/sealed-aad.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { ConnectionsTable, Db, Transaction } from '../store/tables.ts'

/** Where users are looked up: `local`, Wherry's store; `import`, Wherry's store, then the legacy store; `legacy`, the legacy store. */
export type ConnectionMode = 'local' | 'import' | 'legacy'

/** Options as they are stored. The configuration and the scripts are stored apart from them, sealed. */
export type StoredOptions = Omit<ConnectionOptions, 'configuration' | 'bareConfiguration' | 'customScripts'>

/** The sealed sources of the scripts that a connection has. */
export type SealedScripts = Partial<Record<ScriptName, string>>

/** Who set values of a configuration, and when, by their names. */
export type ConfigurationOrigins = Record<string, { set_at: number; set_by: SavedBy }>

/** A database connection. */
export type Connection = {
  tenant_id: string
  connection_id: string
  name: string
  strategy: string
  options: StoredOptions
  mode: ConnectionMode
  /** Sealed values by key, exactly as stored; `openConfiguration` opens them. */
  configuration_sealed: Record<string, string>
  /** Who set each value of the configuration, and when; values of before this was recorded are missing. */
  configuration_origins: ConfigurationOrigins
  /** Sealed sources, exactly as stored; `openScript` opens one. */
  scripts_sealed: SealedScripts
  /** The members of the API object that have no column: `display_name`, `metadata`, `realms` and others. */
  data: JsonObject
  version: number
  /** Whether users were imported with password hashes of other systems. */
  has_foreign_hashes: boolean
  /** The last step of its finish that was started; null where its migration is not being finished. */
  finish_step: FinishStep | null
  /** Whether decisions on migration records were made. */
  has_decisions: boolean
  created_at: number
  updated_at: number
}

/** The mode of a connection, from two of its options. */
export function connectionMode(options: StoredOptions): ConnectionMode {
  if (options.enabledDatabaseCustomization !== true) return 'local'
  return options.import_mode === true ? 'import' : 'legacy'
}

/** The connection of a row. */
export function connectionFromRow(row: ConnectionsTable): Connection {
  const options = readJson<JsonObject>(row.options) as StoredOptions
  return {
    tenant_id: row.tenant_id,
    connection_id: row.connection_id,
    name: row.name,
    strategy: row.strategy,
    options,
    mode: connectionMode(options),
    configuration_sealed: readJson<Record<string, string>>(row.configuration_sealed),
    configuration_origins: readJson<ConfigurationOrigins>(row.configuration_origins ?? '{}'),
    scripts_sealed: readJson<SealedScripts>(row.scripts_sealed),
    data: readJson<JsonObject>(row.data),
    version: row.version,
    has_foreign_hashes: row.foreign_hashes === 1,
    finish_step: row.finish_step as FinishStep | null,
    has_decisions: row.decisions === 1,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}

/** The `configuration` of a connection in the clear. Only for a script call. */
export function openConfiguration(sealer: Sealer, connection: Connection): Record<string, string> {
  const opened: Record<string, string> = {}
  for (const [key, sealed] of Object.entries(connection.configuration_sealed)) {
    opened[key] = sealer.open(sealed, configurationAad(connection.tenant_id, connection.connection_id, key))
  }
  return opened
}

/** The source of one script of a connection in the clear, or undefined when the connection has no such script. */
export function openScript(
  sealer: Sealer,
  { tenant_id, connection_id, scripts_sealed }: Pick<Connection, 'tenant_id' | 'connection_id' | 'scripts_sealed'>,
  script: ScriptName,
): string | undefined {
  const sealed = scripts_sealed[script]
  return sealed === undefined ? undefined : sealer.open(sealed, scriptAad(tenant_id, connection_id, script))
}

/** The connection with this id, or undefined. */
export async function connectionById(
  db: Db,
  tenant_id: string,
  connection_id: string,
): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .executeTakeFirst()
  return row && connectionFromRow(row)
}

const selectExisting = prepareQuery((db, { tenant_id, connection_id }: { tenant_id: string; connection_id: string }) =>
  db
    .selectFrom('connections')
    .select('decisions')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id),
)

/**
 * Checks that a connection still exists, in the transaction that writes a user of it: it may have been deleted since it was read. Returns
 * whether it has decisions on migration records at this moment.
 *
 * @throws {Refusal} `connection_deleted`
 */
export async function requireConnection(
  trx: Transaction,
  { tenant_id, connection_id }: Pick<Connection, 'tenant_id' | 'connection_id'>,
): Promise<{ has_decisions: boolean }> {
  const [row] = (await selectExisting(trx, { tenant_id, connection_id })).rows
  if (!row) throw new Refusal('connection_deleted')
  return { has_decisions: row.decisions === 1 }
}

/** The connection of a realm, which is its name or one of its `realms`. */
export async function connectionByRealm(db: Db, tenant_id: string, realm: string): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connection_realms')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.tenant_id', '=', 'connection_realms.tenant_id')
        .onRef('connections.connection_id', '=', 'connection_realms.connection_id'),
    )
    .selectAll('connections')
    .where('connection_realms.tenant_id', '=', tenant_id)
    .where('connection_realms.realm', '=', realm)
    .executeTakeFirst()
  return row && connectionFromRow(row)
}

/** Whether a client may use a connection; without `client_id`, whether any client may. */
export async function isConnectionEnabled(db: Db, connection: Connection, client_id?: string): Promise<boolean> {
  const query = db
    .selectFrom('connection_clients')
    .select('client_id')
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .limit(1)
  const row = await (client_id === undefined ? query : query.where('client_id', '=', client_id)).executeTakeFirst()
  return row !== undefined
}

const enabled_connections_max = 100

/** The connections that a client may use, oldest first: at most 100. */
export async function enabledConnections(
  db: Db,
  tenant_id: string,
  client_id: string,
): Promise<Pick<Connection, 'connection_id' | 'name'>[]> {
  return await db
    .selectFrom('connections')
    .select(['connection_id', 'name'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', 'in', (clients) =>
      clients
        .selectFrom('connection_clients')
        .select('connection_clients.connection_id')
        .where('connection_clients.tenant_id', '=', tenant_id)
        .where('connection_clients.client_id', '=', client_id),
    )
    .orderBy('created_at')
    .orderBy('connection_id')
    .limit(enabled_connections_max)
    .execute()
}
