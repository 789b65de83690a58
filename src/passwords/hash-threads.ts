import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  HashError,
  type Detection,
  type HashErrorCode,
  type KnownPassword,
  type Recipes,
  type Stored,
} from './formats/index.ts'

/** What a thread computes. */
export type HashRequest =
  | { password: string; stored: Stored; recipe: Recipes | undefined }
  | { samples: readonly Stored[]; known: KnownPassword | undefined }

/** The message of a thread. */
export type HashAnswer =
  | { value: boolean | Detection }
  | { refused: { code: HashErrorCode; message: string; format: string | undefined } }
  | { message: string }

// A hash within the limits takes at most 2 s of CPU; a machine under load takes longer.
const deadline_ms = 20_000

const program = new URL(`./hash-worker${path.extname(import.meta.filename)}`, import.meta.url)

const idle: Worker[] = []

function takeThread(): Worker {
  const kept = idle.pop()
  kept?.ref()
  return kept ?? startThread()
}

function startThread(): Worker {
  // Without the options of the process, of which `--input-type` would end the thread.
  const worker = new Worker(program, { execArgv: [] })
  // A thread that ends is not used again; the request that it had rejects.
  worker.on('error', () => {})
  worker.on('exit', () => {
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
  })
  return worker
}

/**
 * Computes in a thread, because most hashes of other systems have no asynchronous call: the event loop goes on. How many are computed at
 * once is the caller's limit; a thread is kept for the next request, and ended where it does not answer within 20 s.
 *
 * @throws HashError as `verify` does, and `too_costly` at the deadline
 */
export async function computeInThread(request: HashRequest): Promise<boolean | Detection> {
  const worker = takeThread()
  try {
    worker.postMessage(request)
    const [answer] = (await once(worker, 'message', { signal: AbortSignal.timeout(deadline_ms) })) as [HashAnswer]
    worker.unref()
    idle.push(worker)
    if ('value' in answer) return answer.value
    if ('message' in answer) throw new Error(answer.message)
    throw new HashError(answer.refused.code, answer.refused.message, answer.refused.format)
  } catch (error) {
    if (!idle.includes(worker)) await worker.terminate()
    if (error instanceof Error && error.name === 'AbortError') {
      throw new HashError('too_costly', `the hash was not computed within ${deadline_ms / 1000} s`)
    }
    throw error
  }
}
