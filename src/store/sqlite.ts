import { closeSync, existsSync, fdatasync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { promisify } from 'node:util'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import { LRUCache } from 'lru-cache'
import { commitsAsync } from './prepared-query.ts'
import { StoreUnusable } from './store-unusable.ts'
import { createWalSync, type WalSync } from './wal-sync.ts'

/** Another process holds the data directory. */
export class DataDirectoryHeld extends Error {
  readonly folder: string
  constructor(folder: string) {
    super(
      `The data directory ${folder} is in use by another Wherry process. Stop that process first, or set WHERRY_DATA_DIR to another directory (several processes at once need PostgreSQL: set DATABASE_URL).`,
    )
    this.name = 'DataDirectoryHeld'
    this.folder = folder
  }
}

type SqliteValue = string | number | bigint | null | Uint8Array

/** Creates the file with permissions for its owner only. SQLite gives its write-ahead log the same mode. */
function createFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function openFile(file: string): DatabaseSync {
  if (file !== ':memory:') createFile(file)
  let opened: DatabaseSync | undefined
  try {
    const database = new DatabaseSync(file, { timeout: 2000 })
    opened = database
    // One process holds the file. The lock is the operating system's, so a killed process leaves none behind.
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    // SQLite syncs before and after checkpoints; the driver syncs the log for commits, off the event loop.
    database.exec('pragma synchronous = normal')
    database.exec('pragma foreign_keys = on')
    database.exec('pragma wal_autocheckpoint = 2000')
    database.exec('begin immediate; commit')
    // SQLite's lower() changes the letters A to Z only: JOSÉ becomes josÉ, unlike on PostgreSQL.
    database.function('unicode_lower', { deterministic: true }, (text) =>
      typeof text === 'string' ? text.toLowerCase() : text,
    )
    return database
  } catch (error) {
    opened?.close()
    if (sqliteCode(error) === 5) throw new DataDirectoryHeld(path.dirname(file))
    if (sqliteCode(error) === undefined || !(error instanceof Error)) throw error
    throw new StoreUnusable(`The embedded store ${file} cannot be opened: ${error.message}.`, { cause: error })
  }
}

/** SQLite's primary result code of an error, such as 5 (busy) or 19 (constraint), or undefined. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

type Prepared = { statement: StatementSync; has_rows: boolean; writes: boolean }

const only_reads = /^\s*(?:select|pragma|begin|commit|rollback)\b/i

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #statements = new LRUCache<string, Prepared>({ max: 500 })
  #wrote: 'sync' | 'async' | undefined

  constructor(database: DatabaseSync) {
    this.#database = database
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
    const { statement, has_rows, writes } = this.#prepared(query.sql)
    const parameters = query.parameters as SqliteValue[]
    if (writes) this.#wrote = commitsAsync(query) ? (this.#wrote ?? 'async') : 'sync'
    if (has_rows) return { rows: statement.all(...parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const row of this.#prepared(query.sql).statement.iterate(...(query.parameters as SqliteValue[]))) {
      yield { rows: [row as R] }
    }
  }
}

/** Declares support for many connections, so that callers queue in the driver, in order, and not in a mutex of Kysely's. */
class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

const sync = promisify(fdatasync)

/**
 * One connection for one caller at a time: no other caller's statement runs inside a transaction. The connection is free for the next
 * caller when a commit is written, and the caller that wrote has its answer when the commit is on the disk.
 */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection
  readonly #wal_file: number | undefined
  readonly #wal: WalSync
  readonly #waiting: (() => void)[] = []
  #busy = false

  constructor(file: string) {
    this.#database = openFile(file)
    this.#connection = new SqliteConnection(this.#database)
    const wal_file = file === ':memory:' ? undefined : openSync(`${file}-wal`, 'r+')
    this.#wal_file = wal_file
    this.#wal = createWalSync(async () => {
      if (wal_file !== undefined) await sync(wal_file)
    })
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#busy) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#busy = true
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    const wrote = this.#connection.takeWrote()
    const next = this.#waiting.shift()
    if (next) next()
    else this.#busy = false
    if (wrote === 'sync') await this.#wal.synced()
    else if (wrote === 'async') this.#wal.syncSoon()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await this.#wal.idle()
    if (!this.#database.isOpen) return
    if (this.#wal_file !== undefined) closeSync(this.#wal_file)
    this.#database.close()
  }
}

/**
 * The Kysely dialect of the embedded store in `file` (or `:memory:`). It is durable: a write is answered when the write-ahead log is
 * on the disk. No other process can open the file meanwhile.
 *
 * @throws {DataDirectoryHeld} when another process has the file open
 * @throws {StoreUnusable} when the file is no store, or cannot be read or written
 */
export function sqliteDialect(file: string): Dialect {
  const driver = new SqliteDriver(file)
  return {
    createAdapter: () => new QueueingAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
