import type { DatabaseSync } from 'node:sqlite'

/** Defines the SQL functions of the embedded store on a connection. */
export function defineFunctions(database: DatabaseSync): void {
  // SQLite's lower() changes the letters A to Z only: JOSÉ becomes josÉ, unlike on PostgreSQL.
  database.function('unicode_lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  )
}
