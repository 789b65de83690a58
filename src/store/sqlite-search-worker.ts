// The worker thread of searches: runs one statement at a time on a read-only connection to the embedded store.
import os from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { SearchAnswer, SearchRequest } from './sqlite-search.ts'
import { defineFunctions } from './sqlite-functions.ts'

// On Linux the priority is that of the calling thread; elsewhere it is that of the whole process.
const niceness = 10
if (process.platform === 'linux') os.setPriority(niceness)

const database = new DatabaseSync(String(workerData), { readOnly: true, timeout: 2000 })
defineFunctions(database)

// SQLite calls this for each row that it visits. Reading the clock at each would cost more than most conditions.
const rows_per_reading = 100
let ends_at = 0
let rows = 0
let timed_out = false
database.function('within_time', () => {
  rows += 1
  if (rows % rows_per_reading > 0 || performance.now() < ends_at) return 1
  timed_out = true
  throw new Error('The search took too long.')
})

function answer({ sql, parameters, timeout_ms }: SearchRequest): SearchAnswer {
  ends_at = performance.now() + timeout_ms
  timed_out = false
  try {
    return { rows: database.prepare(sql).all(...parameters) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), timed_out }
  }
}

parentPort?.on('message', (request: SearchRequest) => parentPort?.postMessage(answer(request)))
