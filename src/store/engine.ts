import { SqliteAdapter } from 'kysely'
import type { Db } from './tables.ts'

/** The database engine of a store, for SQL that differs between the two. */
export type Engine = 'sqlite' | 'postgres'

/** The engine of a store. */
export function engineOf(db: Db): Engine {
  return db.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres'
}
