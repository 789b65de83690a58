import { setTimeout } from 'node:timers/promises'
import { recordWrites, reportChanges, type CachedTable } from './changes.ts'
import { sqliteCode } from './sqlite-code.ts'
import type { Db, Transaction } from './tables.ts'

const attempts = 12
const postgresRetryable = new Set(['40001', '40P01'])

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined && postgresRetryable.has(code)) return true
  return sqliteCode(error) === 5
}

/**
 * Runs `work` in one transaction and retries it after a serialization failure or deadlock (PostgreSQL 40001 and 40P01, SQLite busy).
 * `work` may therefore run more than once: it only reads and writes through `trx`, and never awaits a hash, a script or the network.
 *
 * @throws the error of `work`, after the transaction was rolled back
 */
export async function inTransaction<T>(db: Db, work: (trx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const written = new Set<CachedTable>()
    try {
      return await db.transaction().execute((trx) => work(recordWrites(trx, written)))
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
      const pause_ms = Math.random() * 2 ** Math.min(attempt, 7)
      await setTimeout(pause_ms)
    } finally {
      // Also after an error: the store may have committed before the connection broke.
      reportChanges(db, written)
    }
  }
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
