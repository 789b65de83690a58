// The worker thread that writes the file of the embedded store anew while no other connection uses it.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { RewriteAnswer } from './rewrite-store.ts'
import { defineFunctions } from './sqlite-functions.ts'

const wait_ms = 10_000

function rewrite(file: string): RewriteAnswer {
  const database = new DatabaseSync(file, { timeout: wait_ms })
  try {
    defineFunctions(database)
    database.exec('pragma synchronous = full')
    database.exec('vacuum')
    const copied = database.prepare('pragma wal_checkpoint(truncate)').get()
    return copied?.['busy'] === 0 ? {} : { error: `The write-ahead log of ${file} is in use by another process.` }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  } finally {
    database.close()
  }
}

parentPort?.postMessage(rewrite(String(workerData)))
