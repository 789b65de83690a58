import path from 'node:path'
import { Kysely, sql, type IsolationLevel } from 'kysely'
import { createFairQueue } from '../base/fair-queue.ts'
import { Refusal } from '../contract/refusal.ts'
import type { StoreTarget } from './open-store.ts'
import { postgresDialect } from './postgres.ts'
import { ReaderClosed } from './sqlite-readers.ts'
import { sqliteSearchDialect } from './sqlite-search.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import type { Database, Db } from './tables.ts'

/** Reads that may visit many rows. They run beside all other work, on connections of their own. */
export type Searches = {
  /**
   * Runs `read` on a connection for searches. At most two searches run at once, one per tenant, and tenants take turns.
   *
   * @throws {Refusal} `search_timeout` when one of its statements takes longer than ten seconds; `overloaded` when
   *   the tenant has 20 waiting searches, or the turn has not come within ten seconds
   */
  run<T>(tenant_id: string, read: (db: Db) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Searches that see the store at one moment, whatever is committed between them. */
export type Snapshots = {
  /**
   * Runs `read` with searches that see the store as it was at the first of them, each in its turn among the others. At most two such
   * `read` run at once, one per tenant.
   *
   * @throws {Refusal} as `run`
   */
  atOneMoment<T>(tenant_id: string, read: (searches: Pick<Searches, 'run'>) => Promise<T>): Promise<T>
}

const at_once = 2
const statement_timeout = '57014'

/** The limits of searches, for tests. */
export const search_limits = { timeout_ms: 10_000, longest_wait_ms: 10_000, waiting_per_tenant: 20 }

function isTimeout(error: unknown): boolean {
  return (
    error instanceof StoreUnavailable && (error.cause as { code?: unknown } | undefined)?.code === statement_timeout
  )
}

function openReader(db: Db, target: StoreTarget, timeout_ms: number): Db {
  if (target.engine === 'postgres') {
    const { url, onConnectionError } = target
    const report = (error: Error): void => {
      if (!('code' in error && error.code === statement_timeout)) onConnectionError(error)
    }
    const options = { url, connections: 2 * at_once, statement_timeout_ms: timeout_ms, onConnectionError: report }
    return new Kysely<Database>({ dialect: postgresDialect(options) })
  }
  // No other connection can open a store in memory.
  if (target.folder === ':memory:') return db
  const dialect = sqliteSearchDialect(path.join(target.folder, 'wherry.sqlite'), timeout_ms)
  return new Kysely<Database>({ dialect })
}

// Workers in parallel would take the cores of the logins. CockroachDB does not have the setting: `set` would fail there.
const one_core = sql`select set_config(name, '0', true) from pg_settings where name = 'max_parallel_workers_per_gather'`

async function onOneCore<T>(reader: Db, read: (db: Db) => Promise<T>, isolation?: IsolationLevel): Promise<T> {
  const transaction = reader.transaction().setAccessMode('read only')
  return await (isolation ? transaction.setIsolationLevel(isolation) : transaction).execute(async (trx) => {
    await one_core.execute(trx)
    return await read(trx)
  })
}

/** Runs a read once more where its connection was closed because the embedded store is opened again: the next one waits for that. */
async function againAfterOpening<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ReaderClosed)) throw error
    return await read()
  }
}

/** Opens connections for searches in a store that is open. Close them before the store. */
export function openSearches(db: Db, target: StoreTarget, limits = search_limits): Searches & Snapshots {
  const { timeout_ms, longest_wait_ms: longest_ms, waiting_per_tenant: per_key } = limits
  const reader = openReader(db, target, timeout_ms)
  const refuse = () =>
    new Refusal('overloaded', { retry_after_s: 5, message: 'Too many searches at once. Try again in a moment.' })
  const createQueue = () => createFairQueue({ at_once, at_once_per_key: 1, wait: { per_key, longest_ms, refuse } })
  const queue = createQueue()
  const snapshots = createQueue()
  async function inTurn<T>(tenant_id: string, search: () => Promise<T>): Promise<T> {
    try {
      return await queue.add(tenant_id, search)
    } catch (error) {
      throw isTimeout(error) ? new Refusal('search_timeout') : error
    }
  }
  const run: Searches['run'] = (tenant_id, read) =>
    inTurn(tenant_id, () =>
      target.engine === 'postgres' ? onOneCore(reader, read) : againAfterOpening(() => read(reader)),
    )
  return {
    run,
    async atOneMoment(tenant_id, read) {
      // The one connection of a store in memory would have no turn for other work.
      if (reader === db) return await read({ run })
      const readIn = (trx: Db) => read({ run: (tenant, search) => inTurn(tenant, () => search(trx)) })
      return await snapshots.add(tenant_id, () =>
        target.engine === 'postgres'
          ? onOneCore(reader, readIn, 'repeatable read')
          : againAfterOpening(() => reader.transaction().execute((trx) => readIn(trx))),
      )
    },
    async close() {
      if (reader !== db) await reader.destroy()
    },
  }
}
