import { once } from 'node:events'
import { statSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { engineOf } from './engine.ts'
import { withoutReaders } from './sqlite-readers.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import type { Db } from './tables.ts'

/** The answer of the thread that rewrites a file. */
export type RewriteAnswer = { error?: string }

// A slow disk reads and writes this much in a millisecond, twice over.
const bytes_per_ms = 5000
const least_ms = 30_000

/** The file of the embedded store; undefined for a store in memory, and for one on a server. */
async function fileOf(db: Db): Promise<string | undefined> {
  if (engineOf(db) !== 'sqlite') return undefined
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(db)
  const file = rows[0]?.file
  return file === undefined || file === '' ? undefined : file
}

/** The longest time that `rewriteStore` may take, in milliseconds. */
export async function rewriteTimeMs(db: Db): Promise<number> {
  const file = await fileOf(db)
  return file === undefined ? least_ms : least_ms + Math.ceil(statSync(file).size / bytes_per_ms)
}

async function rewriteFile(file: string): Promise<void> {
  const program = new URL(`./sqlite-rewrite-worker${path.extname(import.meta.filename)}`, import.meta.url)
  const worker = new Worker(program, { workerData: file })
  const [answer] = (await once(worker, 'message')) as [RewriteAnswer]
  await worker.terminate()
  if (answer.error !== undefined) throw new StoreUnavailable(new Error(answer.error))
}

/**
 * Writes the file of the embedded store anew and empties its write-ahead log, so that neither has bytes of rows that were deleted or changed. All
 * other work on the store waits meanwhile, off the event loop; the disk needs space for a second copy. The rowids of tables without an
 * integer key may change. Does nothing on PostgreSQL, which
 * overwrites such rows when it vacuums.
 *
 * @throws {StoreUnavailable} where the disk is full or another process reads the store: the store is as it was
 */
export async function rewriteStore(db: Db): Promise<void> {
  const file = await fileOf(db)
  if (file === undefined) return
  await db.connection().execute(() => withoutReaders(file, () => rewriteFile(file)))
}
