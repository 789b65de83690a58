import path from 'node:path'
import { Kysely, sql, type Dialect } from 'kysely'
import { withChangeReports } from './table-changes.ts'
import { migrateSchema } from './migrate-schema.ts'
import { postgresDialect } from './postgres.ts'
import { sqliteDialect } from './sqlite.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import { StoreUnusable } from './store-unusable.ts'
import type { Database, Db } from './tables.ts'

/** The store to open: the embedded one in a folder, or PostgreSQL at a URL. */
export type StoreTarget =
  | { engine: 'sqlite'; folder: string; onError?(error: Error): void }
  | {
      engine: 'postgres'
      url: string
      connections: number
      /** By default 15 s. */
      statement_timeout_ms?: number
      onConnectionError(error: Error): void
    }

/** Opens a store on any Kysely dialect and migrates its schema. The conformance suite opens further dialects with it. */
export async function openStoreOn(dialect: Dialect, upgrades = true): Promise<Db> {
  const db = new Kysely<Database>({ dialect })
  try {
    await migrateSchema(db, upgrades)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return withChangeReports(db)
}

const default_statement_timeout_ms = 15_000

// SQLSTATE classes of a PostgreSQL that cannot be used as it is configured or run: connection, authorization, unknown
// database, no privilege, resources, starting or stopping.
const unusable_states = /^(?:08|28|3D|42501|53|57P)/

function unusable(error: unknown): StoreUnusable {
  const cause = error instanceof StoreUnavailable ? error.cause : error
  const { message = '', code = 'unknown reason' } = cause as { message?: string; code?: string }
  return new StoreUnusable(`PostgreSQL at DATABASE_URL cannot be used: ${message === '' ? code : message}.`, { cause })
}

function isUnusable(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return false
  return typeof error.code === 'string' && unusable_states.test(error.code)
}

/** Runs the schema migrations on a connection without a statement timeout, because they may take long. */
async function migratePostgres(url: string, upgrades: boolean): Promise<void> {
  const options = { url, connections: 1, statement_timeout_ms: 0, onConnectionError: () => undefined }
  const db = new Kysely<Database>({ dialect: postgresDialect(options) })
  try {
    await sql`select 1`.execute(db).catch((error: unknown) => {
      // An error of this statement is one of connecting: host name, address, certificate or password.
      throw unusable(error)
    })
    await migrateSchema(db, upgrades)
  } catch (error) {
    throw isUnusable(error) ? unusable(error) : error
  } finally {
    await db.destroy()
  }
}

/**
 * Opens the store and migrates its schema. Several processes may do so at once on one PostgreSQL. Close it with `db.destroy()`.
 *
 * @param options `upgrades: false` refuses a store of an earlier version instead of migrating it, and makes none
 * @throws {DataDirectoryHeld} when another process holds the embedded store
 * @throws {SchemaTooNew} when a newer Wherry has migrated it
 * @throws {StoreMissing} when there is none and `upgrades` is false
 * @throws {StoreUnusable} when it cannot be reached, or not be read and written
 */
export async function openStore(target: StoreTarget, { upgrades = true } = {}): Promise<Db> {
  if (target.engine === 'postgres') {
    await migratePostgres(target.url, upgrades)
    const { url, connections, statement_timeout_ms = default_statement_timeout_ms, onConnectionError } = target
    const dialect = postgresDialect({ url, connections, statement_timeout_ms, onConnectionError })
    return withChangeReports(new Kysely<Database>({ dialect }))
  }
  const file = target.folder === ':memory:' ? ':memory:' : path.join(target.folder, 'wherry.sqlite')
  return await openStoreOn(sqliteDialect(file, target.onError), upgrades)
}
