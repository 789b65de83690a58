import { StoreUnusable } from './store-unusable.ts'
import { schemaMigrations, type SchemaMigration } from './schema/schema.ts'
import type { Db } from './tables.ts'
import { inTransaction, uniqueViolation, violatesUnique } from './transaction.ts'

/** The store was migrated by a newer version of Wherry. */
export class SchemaTooNew extends Error {
  constructor(found: number, known: number) {
    super(
      `The store has schema version ${found}, this Wherry knows versions up to ${known}. Start the newer Wherry that migrated it, or restore a backup from before.`,
    )
    this.name = 'SchemaTooNew'
  }
}

/** The database has no tables of Wherry, and none are to be made. */
export class StoreMissing extends Error {
  constructor() {
    super('The database has no store of Wherry.')
    this.name = 'StoreMissing'
  }
}

// On PostgreSQL, concurrent "create table if not exists" may fail with a duplicate key of the catalog, table (42P07) or type (42710).
const duplicate_codes = new Set(['42P07', '42710'])

function lostRace(error: unknown): boolean {
  if (uniqueViolation(error) !== undefined) return true
  return typeof error === 'object' && error !== null && 'code' in error && duplicate_codes.has(String(error.code))
}

function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '42P01') || error.message.startsWith('no such table')
}

/** Whether no migration has been applied yet. Writes nothing. */
async function isNew(db: Db): Promise<boolean> {
  try {
    return (await db.selectFrom('schema_versions').select('version').limit(1).execute()).length === 0
  } catch (error) {
    if (isMissingTable(error)) return true
    throw error
  }
}

async function createVersionsTable(db: Db): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.schema
        .createTable('schema_versions')
        .ifNotExists()
        .addColumn('version', 'integer', (column) => column.primaryKey().notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('applied_at', 'bigint', (column) => column.notNull())
        .execute()
      return
    } catch (error) {
      if (attempt >= 5 || !lostRace(error)) throw error
    }
  }
}

async function apply(db: Db, migration: SchemaMigration): Promise<void> {
  try {
    await inTransaction(db, async (trx) => {
      // The row is the lock: a second process waits here until the first commits, and then fails on the key.
      await trx
        .insertInto('schema_versions')
        .values({ version: migration.version, name: migration.name, applied_at: Date.now() })
        .execute()
      await migration.up(trx)
    })
  } catch (error) {
    if (!violatesUnique(error, 'schema_versions')) throw error
  }
}

/**
 * Runs the pending schema migrations, each in one transaction with its version row. Several processes may do so at once.
 *
 * @param upgrades whether a store of an earlier version is migrated, and one is made where there is none
 * @throws {SchemaTooNew}
 * @throws {StoreMissing} where there is none and none is to be made
 * @throws {StoreUnusable} for a store of an earlier version that is not to be migrated
 */
export async function migrateSchema(db: Db, upgrades = true): Promise<void> {
  if (!upgrades && (await isNew(db))) throw new StoreMissing()
  await createVersionsTable(db)
  const rows = await db.selectFrom('schema_versions').select('version').execute()
  const done = new Set(rows.map((row) => row.version))
  const newest = Math.max(0, ...schemaMigrations.map((migration) => migration.version))
  const found = Math.max(0, ...done)
  if (found > newest) throw new SchemaTooNew(found, newest)
  if (!upgrades && found < newest) {
    throw new StoreUnusable(
      `The store has schema version ${found}, and this Wherry needs ${newest}. Back it up, stop the servers of the earlier version, and start the server of this one, which migrates it; commands do not.`,
    )
  }
  for (const migration of schemaMigrations) {
    if (!done.has(migration.version)) await apply(db, migration)
  }
}
