import path from 'node:path'
import { Kysely, type Dialect } from 'kysely'
import { migrateSchema } from './migrate-schema.ts'
import { postgresDialect } from './postgres.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Database, Db } from './tables.ts'

/** Which store to open: the embedded one in a folder, or PostgreSQL at a URL. */
export type StoreTarget =
  | { engine: 'sqlite'; folder: string }
  | { engine: 'postgres'; url: string; connections: number; onIdleError(error: Error): void }

/** A store on any dialect, its schema brought up to date. The conformance suite opens further dialects with it. */
export async function openStoreOn(dialect: Dialect): Promise<Db> {
  const db = new Kysely<Database>({ dialect })
  try {
    await migrateSchema(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return db
}

/**
 * Opens the store and brings its schema up to date. Several processes may do so at once on one PostgreSQL.
 * Close it with `db.destroy()`.
 *
 * @throws {DataDirectoryHeld} when another process holds the embedded store
 * @throws {SchemaTooNew} when a newer Wherry has migrated it
 */
export async function openStore(target: StoreTarget): Promise<Db> {
  if (target.engine === 'postgres') {
    return await openStoreOn(postgresDialect(target.url, target.connections, target.onIdleError))
  }
  const file = target.folder === ':memory:' ? ':memory:' : path.join(target.folder, 'wherry.sqlite')
  return await openStoreOn(sqliteDialect(file))
}
