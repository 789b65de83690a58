import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type WhereNode,
} from 'kysely'
import { Refusal } from '../contract/refusal.ts'
import type { SqliteValue } from './sqlite-connection.ts'
import { addReader, ReaderClosed, untilReadable } from './sqlite-readers.ts'
import { QueueingAdapter } from './sqlite.ts'

/** A statement for a search thread. */
export type SearchRequest = { sql: string; parameters: SqliteValue[]; timeout_ms: number }

/** The answer of a search thread. */
export type SearchAnswer = { rows: unknown[] } | { error: string; timed_out: boolean }

// A statement ends at the first row that it visits after its time. A sort visits none, and may take this much longer.
const grace_ms = 5000

/** Adds the condition by which the search thread ends a statement that takes too long, before all other conditions. */
export class TimeLimitedCompiler extends SqliteQueryCompiler {
  protected override visitWhere(node: WhereNode): void {
    this.append('where within_time() and (')
    this.visitNode(node.where)
    this.append(')')
  }
}

/** A thread with a read-only connection, which runs one statement at a time. */
class SearchThread implements DatabaseConnection {
  readonly #worker: Worker
  readonly #timeout_ms: number
  readonly #closed = new AbortController()
  is_usable = true

  constructor(file: string, timeout_ms: number) {
    const removeReader = addReader(file, () => this.close())
    const program = new URL(`./sqlite-search-worker${path.extname(import.meta.filename)}`, import.meta.url)
    this.#worker = new Worker(program, { workerData: file })
    this.#worker.unref()
    this.#worker.on('error', () => (this.is_usable = false))
    this.#worker.on('exit', removeReader)
    this.#timeout_ms = timeout_ms
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const answer = await this.#answer({ sql, parameters: parameters as SqliteValue[], timeout_ms: this.#timeout_ms })
    if ('rows' in answer) return { rows: answer.rows as R[] }
    throw answer.timed_out ? new Refusal('search_timeout') : new Error(answer.error)
  }

  async #answer(request: SearchRequest): Promise<SearchAnswer> {
    const too_late = AbortSignal.timeout(request.timeout_ms + grace_ms)
    this.#worker.ref()
    this.#worker.postMessage(request)
    try {
      const signal = AbortSignal.any([too_late, this.#closed.signal])
      const [answer] = (await once(this.#worker, 'message', { signal })) as [SearchAnswer]
      return answer
    } catch (error) {
      this.is_usable = false
      if (this.#closed.signal.aborted) throw new ReaderClosed(error)
      if (too_late.aborted) return { error: 'The search did not end in time.', timed_out: true }
      throw error
    } finally {
      this.#worker.unref()
    }
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('A search cannot be streamed.')
  }

  async close(): Promise<void> {
    this.is_usable = false
    this.#closed.abort()
    await this.#worker.terminate()
  }
}

/**
 * The Kysely dialect of searches in the embedded store in `file`, which the process has open: each caller gets a thread of its own, with
 * low priority and a read-only connection, so that a search does not block the event loop. Threads are started when they are needed,
 * and kept; while the store is opened again they wait for that, and statements that ran fail with `ReaderClosed`. A statement that takes longer than `timeout_ms` is refused with `search_timeout`.
 */
export function sqliteSearchDialect(file: string, timeout_ms: number): Dialect {
  const idle: SearchThread[] = []
  const driver: Driver = {
    init: () => Promise.resolve(),
    async acquireConnection() {
      for (let thread = idle.pop(); thread; thread = idle.pop()) if (thread.is_usable) return thread
      await untilReadable(file)
      return new SearchThread(file, timeout_ms)
    },
    async releaseConnection(connection) {
      const thread = connection as SearchThread
      if (thread.is_usable) idle.push(thread)
      else void thread.close()
    },
    // The first statement that reads begins it: the others see the store as of then.
    async beginTransaction(connection) {
      await connection.executeQuery(CompiledQuery.raw('begin deferred'))
    },
    async commitTransaction(connection) {
      await connection.executeQuery(CompiledQuery.raw('commit'))
    },
    async rollbackTransaction(connection) {
      if ((connection as SearchThread).is_usable) await connection.executeQuery(CompiledQuery.raw('rollback'))
    },
    async destroy() {
      await Promise.all(idle.splice(0).map((thread) => thread.close()))
    },
  }
  return {
    createAdapter: () => new QueueingAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new TimeLimitedCompiler(),
  }
}
