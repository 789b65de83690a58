import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import type { TestDatabase } from '../support/servers.ts'
import type { JsonObject } from '../tour/json.ts'
import type { ManagementClient } from '../tour/tenant-api.ts'
import type { TourClient } from '../tour/tour-recorder.ts'

/** The engines that an old store was made on. */
export type Engine = 'sqlite' | 'postgres'

/** An admin of a tenant, with the password in clear. */
export type OldAdmin = { tenant: string; email: string; password: string }

/** What tests need of an old store: its secrets in clear, and what its server answered last. */
export type OldStore = {
  /** Epoch milliseconds. */
  made_at: number
  secret_key: string
  management: { first: ManagementClient; second: ManagementClient }
  clients: { rotating: TourClient; non_rotating: TourClient; second: TourClient }
  connection_ids: { users: string; legacy: string }
  passwords: { here: string; legacy: string }
  admins: OldAdmin[]
  tickets: {
    password_of_moved: string
    password_of_unmoved: string
    verification: string
    open_admin: string
    used_admin: string
  }
  refresh_tokens: { used: string; current: string; non_rotating: string }
  answers: {
    users: JsonObject[]
    clients: JsonObject[]
    connections: JsonObject[]
    migration: JsonObject
    ledger: JsonObject[]
    outbox: JsonObject[]
    script_logs: JsonObject[]
    kids: string[]
  }
}

const folder = join(import.meta.dirname, 'fixtures')

/** The file that holds a store of an engine. */
export function storeFile(engine: Engine): string {
  return join(folder, engine === 'sqlite' ? 'wherry.sqlite.gz' : 'postgres.sql.gz')
}

/** The file that holds what tests need of it. */
export function secretsFile(engine: Engine): string {
  return join(folder, `${engine}.json`)
}

/** Reads what tests need of an old store. */
export function readOldStore(engine: Engine): OldStore {
  return JSON.parse(readFileSync(secretsFile(engine), 'utf8')) as OldStore
}

/**
 * Columns that hold when something began or ends. Tickets live for days and locks for one, so these columns are moved by the age of
 * the store when it is loaded: what was open when the store was made is open now, and nothing else changes.
 */
const moved_times: Record<string, string[]> = {
  tickets: ['created_at', 'expires_at', 'used_at'],
  outbox: ['created_at', 'expires_at'],
  token_families: ['created_at', 'expires_at', 'revoked_at'],
  refresh_tokens: ['created_at', 'last_used_at', 'rotated_at'],
  shield_counters: ['started_at', 'expires_at'],
}

function timeStatements(made_at: number): string[] {
  const age_ms = Date.now() - made_at
  return Object.entries(moved_times).flatMap(([table, columns]) =>
    columns.map((column) => `update ${table} set ${column} = ${column} + ${age_ms} where ${column} is not null`),
  )
}

/** Puts the old embedded store with its key into `data_dir`. */
export function loadSqlite(data_dir: string): void {
  const { secret_key, made_at } = readOldStore('sqlite')
  const file = join(data_dir, 'wherry.sqlite')
  writeFileSync(file, gunzipSync(readFileSync(storeFile('sqlite'))))
  writeFileSync(join(data_dir, 'secret.key'), `${secret_key}\n`, { mode: 0o600 })
  const store = new DatabaseSync(file)
  for (const statement of timeStatements(made_at)) store.exec(statement)
  store.close()
}

/** Loads the old store into an empty PostgreSQL database. */
export async function loadPostgres(database: TestDatabase): Promise<void> {
  const { made_at } = readOldStore('postgres')
  await database.query(gunzipSync(readFileSync(storeFile('postgres'))).toString('utf8'))
  for (const statement of timeStatements(made_at)) await database.query(statement)
}
