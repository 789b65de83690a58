import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { LRUCache } from 'lru-cache'
import { commitsAsync } from './prepared-query.ts'
import { sqliteCode } from './sqlite-code.ts'
import { StoreUnavailable } from './store-unavailable.ts'

/** A value that SQLite stores. */
export type SqliteValue = string | number | bigint | null | Uint8Array

// Busy, read-only, I/O error, disk full, cannot open a file: another program or the file system is the cause, and not the statement.
const unavailable_codes = new Set([5, 8, 10, 13, 14])

type Prepared = { statement: StatementSync; has_rows: boolean; writes: boolean }

const only_reads = /^\s*(?:select|pragma|begin|commit|rollback)\b/i

/** The connection of the embedded store: an error of the file system, or a lock of another program, becomes `StoreUnavailable` and is passed to `onError`. */
export class SqliteConnection implements DatabaseConnection {
  #database: DatabaseSync
  readonly #onError: (error: Error) => void
  readonly #statements = new LRUCache<string, Prepared>({ max: 500 })
  #wrote: 'sync' | 'async' | undefined
  #failed_sync: StoreUnavailable | undefined

  constructor(database: DatabaseSync, onError: (error: Error) => void) {
    this.#database = database
    this.#onError = onError
  }

  /** Uses another connection of SQLite to the same file. */
  useDatabase(database: DatabaseSync): void {
    this.#statements.clear()
    this.#database = database
  }

  /** Refuses all writes with this error, until it is undefined. */
  refuseWrites(failed_sync: StoreUnavailable | undefined): void {
    this.#failed_sync = failed_sync
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    const prepared = { statement, has_rows: statement.columns().length > 0, writes: !only_reads.test(sql) }
    this.#statements.set(sql, prepared)
    return prepared
  }

  /** How the statements since the last call commit: synchronously, asynchronously, or not at all when none of them wrote. */
  takeWrote(): 'sync' | 'async' | undefined {
    const wrote = this.#wrote
    this.#wrote = undefined
    return wrote
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#database.isOpen) throw this.#failed_sync ?? new StoreUnavailable(undefined)
    try {
      return this.#run<R>(query)
    } catch (error) {
      if (!(error instanceof Error) || !unavailable_codes.has(sqliteCode(error) ?? 0)) throw error
      this.#onError(error)
      throw new StoreUnavailable(error)
    }
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, has_rows, writes } = this.#prepared(query.sql)
    const parameters = query.parameters as SqliteValue[]
    if (writes) {
      if (this.#failed_sync) throw this.#failed_sync
      this.#wrote = commitsAsync(query) ? (this.#wrote ?? 'async') : 'sync'
    }
    if (has_rows) return { rows: statement.all(...parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const row of this.#prepared(query.sql).statement.iterate(...(query.parameters as SqliteValue[]))) {
      yield { rows: [row as R] }
    }
  }
}
