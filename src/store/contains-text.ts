import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { engineOf } from './engine.ts'
import type { Db } from './tables.ts'

/**
 * The condition that a text contains another one, in upper or lower case: of every alphabet on SQLite, as the locale of the database says on
 * PostgreSQL. `part` is a plain text: it has no wildcards.
 *
 * @param text the column or expression that is searched
 */
export function containsText(db: Db, text: RawBuilder<unknown>, part: string): RawBuilder<SqlBool> {
  const pattern = `%${part.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  // SQLite's own lower() changes the letters A to Z only.
  const lower = engineOf(db) === 'sqlite' ? sql`unicode_lower(${text})` : sql`lower(${text})`
  return sql<SqlBool>`${lower} like ${pattern} escape '\\'`
}
