import { closeSync, fdatasync, ftruncateSync, openSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
} from 'kysely'
import { createFile, DataDirectoryHeld, lockDataDirectory } from './data-directory-lock.ts'
import { sqliteCode } from './sqlite-code.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { defineFunctions } from './sqlite-functions.ts'
import { withoutReaders } from './sqlite-readers.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import { StoreUnusable } from './store-unusable.ts'
import { throttleErrors } from './throttle-errors.ts'
import { validWalBytes } from './wal-frames.ts'
import { createWalSync, type WalSync } from './wal-sync.ts'

const opening_wait_ms = 2000
const lock_wait_ms = 50

function openFile(file: string): DatabaseSync {
  if (file !== ':memory:') createFile(file)
  let opened: DatabaseSync | undefined
  try {
    const database = new DatabaseSync(file, { timeout: opening_wait_ms })
    opened = database
    const mode = database.prepare('pragma journal_mode = wal').get()?.['journal_mode']
    if (file !== ':memory:' && mode !== 'wal') {
      throw new StoreUnusable(
        `The embedded store ${file} is on a file system without shared memory maps, which the write-ahead log needs. Set WHERRY_DATA_DIR to a directory on a local disk, or DATABASE_URL.`,
      )
    }
    // SQLite syncs before and after checkpoints; the driver syncs the log for commits, off the event loop.
    database.exec('pragma synchronous = normal')
    database.exec('pragma foreign_keys = on')
    database.exec('pragma wal_autocheckpoint = 2000')
    database.exec('begin immediate; commit')
    // After a failed sync the log may hold commits that are not on the disk. A copy that is synced takes its place.
    const copied = database.prepare('pragma wal_checkpoint(truncate)').get()
    if (copied?.['busy'] !== 0) throw new StoreUnusable(`The write-ahead log of ${file} is in use.`)
    defineFunctions(database)
    // SQLite waits for a lock on the event loop. From here on only another program can hold one.
    database.exec(`pragma busy_timeout = ${lock_wait_ms}`)
    return database
  } catch (error) {
    opened?.close()
    if (sqliteCode(error) === 5) throw new DataDirectoryHeld(path.dirname(file))
    if (sqliteCode(error) === undefined || !(error instanceof Error)) throw error
    throw new StoreUnusable(`The embedded store ${file} cannot be opened: ${error.message}.`, { cause: error })
  }
}

/** Declares support for many connections, so that callers queue in the driver, in order, and not in a mutex of Kysely's. */
export class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

const sync = promisify(fdatasync)
const recover_every_ms = 1000

/**
 * One connection for one caller at a time: no other caller's statement runs inside a transaction. The connection is free for the next
 * caller when a commit is written, and the caller that wrote has its answer when the commit is on the disk.
 */
class SqliteDriver implements Driver {
  readonly #file: string
  readonly #unlock: (() => void) | undefined
  readonly #onError: (error: Error) => void
  readonly #connection: SqliteConnection
  readonly #wal: WalSync
  readonly #waiting: (() => void)[] = []
  #database: DatabaseSync
  #wal_file: number | undefined
  #busy = false
  #recovers_at = 0

  constructor(file: string, onError: (error: Error) => void) {
    this.#file = file
    this.#onError = onError
    const unlock = file === ':memory:' ? undefined : lockDataDirectory(path.dirname(file))
    this.#unlock = unlock
    try {
      this.#database = openFile(file)
    } catch (error) {
      unlock?.()
      throw error
    }
    this.#connection = new SqliteConnection(this.#database, onError)
    this.#wal_file = this.#openWal()
    this.#wal = createWalSync(async () => {
      if (this.#wal_file !== undefined) await sync(this.#wal_file)
    })
  }

  #openWal(): number | undefined {
    return this.#file === ':memory:' ? undefined : openSync(`${this.#file}-wal`, 'r+')
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#busy) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#busy = true
    await this.#recover()
    return this.#connection
  }

  /** After a failed sync: opens the store again, at most once a second, and refuses writes until that has succeeded. */
  async #recover(): Promise<void> {
    const failure = this.#wal.failure()
    if (failure && performance.now() >= this.#recovers_at) {
      this.#recovers_at = performance.now() + recover_every_ms
      try {
        await withoutReaders(this.#file, () => this.#reopen())
        this.#wal.resume()
      } catch (error) {
        if (error instanceof Error) this.#onError(error)
      }
    }
    const failed = this.#wal.failure()
    this.#connection.refuseWrites(failed && new StoreUnavailable(failed.error))
  }

  /**
   * Opens the file again, without readers, as the next start would: SQLite recovers the log up to the first wrong checksum, copies it to the store and
   * syncs it. The log is cut there first, because closing the old connection copies without comparing checksums, and after a failed sync
   * the operating system may have dropped what was written. All acknowledged writes are before that position.
   */
  #reopen(): void {
    if (this.#wal_file !== undefined) {
      ftruncateSync(this.#wal_file, validWalBytes(this.#wal_file))
      closeSync(this.#wal_file)
      this.#wal_file = undefined
    }
    if (this.#database.isOpen) this.#database.close()
    this.#database = openFile(this.#file)
    this.#connection.useDatabase(this.#database)
    this.#wal_file = this.#openWal()
  }

  async releaseConnection(): Promise<void> {
    const wrote = this.#connection.takeWrote()
    const next = this.#waiting.shift()
    if (next) next()
    else this.#busy = false
    if (wrote === undefined) return
    try {
      if (wrote === 'sync') await this.#wal.synced()
      else this.#wal.syncSoon()
    } catch (error) {
      if (error instanceof Error) this.#onError(error)
      throw new StoreUnavailable(error)
    }
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const failure = this.#wal.failure()
    if (failure) throw new StoreUnavailable(failure.error)
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await this.#wal.idle()
    this.#recovers_at = 0
    await this.#recover()
    if (this.#database.isOpen) {
      if (this.#wal_file !== undefined) closeSync(this.#wal_file)
      this.#database.close()
    }
    this.#unlock?.()
  }
}

/**
 * The Kysely dialect of the embedded store in `file` (or `:memory:`). It is durable: a write is answered when the write-ahead log is
 * on the disk. No other process can open the store meanwhile. While the disk is full or fails, or another program locks the store, statements fail with `StoreUnavailable`;
 * after a failed sync nothing is written until the store has recovered.
 *
 * @param onError called with the errors of the file system; for errors with the same message, once in five seconds
 * @throws {DataDirectoryHeld} when another process has the store open
 * @throws {StoreUnusable} when the file is not a store, or cannot be read or written
 */
export function sqliteDialect(file: string, onError: (error: Error) => void = () => undefined): Dialect {
  const driver = new SqliteDriver(file, throttleErrors(onError))
  return {
    createAdapter: () => new QueueingAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
