import { sql } from 'kysely'
import { engineOf } from './engine.ts'
import type { Database, Db } from './tables.ts'

/**
 * Lets PostgreSQL count the values of tables that have just got many rows. It does so by itself some minutes later; until then it takes a tenant for
 * one of many, and reads all rows of the tenant where an index has the few that are searched. Does nothing on SQLite, whose
 * planner needs no statistics.
 */
export async function analyzeTables(db: Db, tables: readonly (keyof Database)[]): Promise<void> {
  if (engineOf(db) !== 'postgres') return
  for (const table of tables) await sql`analyze ${sql.table(table)}`.execute(db)
}
