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
import { createLogSync, type LogSync } from './log-sync.ts'
import { isUnawaited } from './prepared-query.ts'
import { StoreUnusable } from './store-unusable.ts'

/** The data directory is held by another process. */
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

/** The file is made readable by its owner only, whatever the folder allows; SQLite gives its log the same mode. */
function makeFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function openFile(file: string): DatabaseSync {
  if (file !== ':memory:') makeFile(file)
  let opened: DatabaseSync | undefined
  try {
    const database = new DatabaseSync(file, { timeout: 2000 })
    opened = database
    // One process holds the file: the lock is the operating system's, so a killed process leaves none behind.
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    // SQLite syncs before and after checkpoints; the driver syncs the log for commits, off the event loop.
    database.exec('pragma synchronous = normal')
    database.exec('pragma foreign_keys = on')
    database.exec('pragma wal_autocheckpoint = 2000')
    database.exec('begin immediate; commit')
    // SQLite's own knows the letters a to z only: JOSÉ would stay josÉ, unlike on the other engine.
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
  #wrote: 'awaited' | 'unawaited' | undefined

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    const made = { statement, has_rows: statement.columns().length > 0, writes: !only_reads.test(sql) }
    this.#statements.set(sql, made)
    return made
  }

  /** Whether anything was written since this was last asked, and whether its writer waits for the disk. */
  takeWrote(): 'awaited' | 'unawaited' | undefined {
    const wrote = this.#wrote
    this.#wrote = undefined
    return wrote
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, has_rows, writes } = this.#prepared(query.sql)
    const parameters = query.parameters as SqliteValue[]
    if (writes) this.#wrote = isUnawaited(query) ? (this.#wrote ?? 'unawaited') : 'awaited'
    if (has_rows) return { rows: statement.all(...parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const row of this.#prepared(query.sql).statement.iterate(...(query.parameters as SqliteValue[]))) {
      yield { rows: [row as R] }
    }
  }
}

/** Kysely is told of many connections, so that callers queue in the driver, in order, and not in a mutex of Kysely's. */
class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

const sync = promisify(fdatasync)

/**
 * One connection, handed to one caller at a time: a transaction never sees another caller's statements. The next
 * caller has it as soon as a commit is written; whoever wrote gets an answer when the write is on the disk.
 */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection
  readonly #log_file: number | undefined
  readonly #log: LogSync
  readonly #waiting: (() => void)[] = []
  #taken = false

  constructor(file: string) {
    this.#database = openFile(file)
    this.#connection = new SqliteConnection(this.#database)
    const log_file = file === ':memory:' ? undefined : openSync(`${file}-wal`, 'r+')
    this.#log_file = log_file
    this.#log = createLogSync(async () => {
      if (log_file !== undefined) await sync(log_file)
    })
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#taken) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#taken = true
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    const wrote = this.#connection.takeWrote()
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken = false
    if (wrote === 'awaited') await this.#log.reached()
    else if (wrote === 'unawaited') this.#log.soon()
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
    await this.#log.settled()
    if (!this.#database.isOpen) return
    if (this.#log_file !== undefined) closeSync(this.#log_file)
    this.#database.close()
  }
}

/**
 * The embedded store in `file` (or `:memory:`), durable: a write is answered when the write-ahead log is on the disk.
 * The process that opened it is the only one that can.
 *
 * @throws {DataDirectoryHeld} when another process has it open
 * @throws {StoreUnusable} when the file is no store or cannot be read or written
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
