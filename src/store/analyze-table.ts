import { sql } from 'kysely'
import { engineOf } from './engine.ts'
import type { Database, Db } from './tables.ts'

/**
 * Updates PostgreSQL's statistics of a table, which the server itself does only some minutes after many inserts: until then it compares a list of
 * keys with each row of a tenant instead of reading an index. Does nothing on SQLite, whose plans do not depend on statistics. Statistics only
 * make later statements faster, so an error is ignored.
 */
export async function analyzeTable(db: Db, table: keyof Database): Promise<void> {
  if (engineOf(db) === 'sqlite') return
  await sql`analyze ${sql.table(table)}`.execute(db).catch(() => undefined)
}
