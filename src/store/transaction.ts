import { setTimeout } from 'node:timers/promises'
import type { IsolationLevel } from 'kysely'
import { recordWrites, reportChanges, type CachedTable } from './table-changes.ts'
import { createReadWriteLock, type ReadWriteLock } from './read-write-lock.ts'
import { sqliteCode } from './sqlite-code.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import type { Database, Db, Transaction } from './tables.ts'

const attempts_max = 12
const postgresRetryable = new Set(['40001', '40P01'])

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined && postgresRetryable.has(code)) return true
  return sqliteCode(error instanceof StoreUnavailable ? error.cause : error) === 5
}

type Work<T> = (trx: Transaction) => Promise<T>

async function runOnce<T>(db: Db, isolation: IsolationLevel, work: Work<T>): Promise<T> {
  const written = new Set<CachedTable>()
  try {
    return await db
      .transaction()
      .setIsolationLevel(isolation)
      .execute((trx) => work(recordWrites(trx, written)))
  } finally {
    // Also after an error: the store may have committed before the connection broke.
    reportChanges(db, written)
  }
}

/** Runs attempts until one ends without a serialization failure or deadlock. */
async function retry<T>(run: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(attempt)
    } catch (error) {
      if (!isRetryable(error)) throw error
      if (attempt >= attempts_max) throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error)
      await setTimeout(Math.random() * 2 ** Math.min(attempt, 7))
    }
  }
}

const locks = new WeakMap<object, ReadWriteLock>()

function lockOf(db: Db): ReadWriteLock {
  // A store and all its transactions have the same adapter.
  const { adapter } = db.getExecutor()
  const lock = locks.get(adapter) ?? createReadWriteLock()
  locks.set(adapter, lock)
  return lock
}

/**
 * Runs `work` in one serializable transaction: it ends as if no other transaction of `inTransaction` ran at the same time. After a
 * serialization failure or deadlock (PostgreSQL 40001 and 40P01, SQLite busy) it runs again with fresh reads, at most 12 times, and from
 * the second time on without another such transaction of this process: PostgreSQL also ends transactions that touch neighbouring index
 * entries, and in small tables all entries are neighbours.
 * `work` may therefore run more than once: it reads and writes only through `trx`, makes its decisions on rows that it reads in
 * the transaction, and never awaits a hash, a script or the network.
 *
 * @throws the error of `work`, after the transaction was rolled back; `StoreUnavailable` after 12 serialization failures
 */
export async function inTransaction<T>(db: Db, work: Work<T>): Promise<T> {
  const run = (): Promise<T> => runOnce(db, 'serializable', work)
  return await retry((attempt) => (attempt === 1 ? lockOf(db).shared(run) : lockOf(db).exclusive(run)))
}

/**
 * Runs `work` in one transaction that waits for the rows that others write, and does not fail for them. Only for writes each of which
 * decides by the row that it writes (`update … where`, `insert … on conflict`), because PostgreSQL evaluates only that row again after it
 * has waited: a condition on another table is evaluated as of before. `docs/adr/0023-serializable-transactions.md` lists its callers.
 *
 * @throws the error of `work`, after the transaction was rolled back; `StoreUnavailable` after 12 deadlocks
 */
export async function inReadCommittedTransaction<T>(db: Db, work: Work<T>): Promise<T> {
  return await retry(() => runOnce(db, 'read committed', work))
}

/**
 * The table whose primary key or unique index an insert or update violated, in one form for both engines. Undefined for any other
 * error.
 */
export function uniqueViolation(error: unknown): { table: string } | undefined {
  if (codeOf(error) === '23505') {
    const table = typeof error === 'object' && error !== null && 'table' in error ? error.table : undefined
    return { table: typeof table === 'string' ? table : '' }
  }
  if (sqliteCode(error) !== 19 || !(error instanceof Error)) return undefined
  const match = /UNIQUE constraint failed: (\w+)\./.exec(error.message)
  return match?.[1] === undefined ? undefined : { table: match[1] }
}

/**
 * Whether an insert or update violated the primary key or a unique index of this table. Some databases with PostgreSQL's protocol name the
 * constraint only, with the number of a shard behind it, in the text of the error; the names of our constraints begin with their table's.
 */
export function violatesUnique(error: unknown, table: keyof Database): boolean {
  const violation = uniqueViolation(error)
  if (!violation || violation.table !== '') return violation?.table === table
  const constraint = error instanceof Error ? /"(\w+)"/.exec(error.message)?.[1] : undefined
  return constraint === undefined || constraint.startsWith(`${table}_`)
}
