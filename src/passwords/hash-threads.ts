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
import { giveBack, type HashMemory } from './hash-memory.ts'
import type { Work } from './recorded-work.ts'

/**
 * What a thread computes. `repeat`: what a verification computed, for another password. `at_least`: where a hash that does not match costs
 * less, the thread computes on for as long as that work takes.
 */
export type HashRequest =
  | {
      kind: 'verify'
      password: string
      stored: Stored
      recipe: Recipes | undefined
      at_least?: { cost: number; cpu_ms: number } | undefined
    }
  | { kind: 'repeat'; password: string; work: Work }
  | { kind: 'detect'; samples: readonly Stored[]; known: KnownPassword | undefined }

/** The result of a request of the same kind. */
export type HashResult =
  | { kind: 'verify'; matches: boolean; work: Work; cpu_ms: number }
  | { kind: 'repeat' }
  | { kind: 'detect'; detection: Detection }

/** The message of a thread. */
export type HashAnswer =
  | { result: HashResult }
  | { refused: { code: HashErrorCode; message: string; format: string | undefined } }
  | { message: string }

// A hash within the limits takes at most 2 s of CPU; a machine under load takes longer.
const deadline_ms = 20_000

/** The deadline of a request passed: the machine is overloaded, or the hash costs more than the limits allow. */
export class HashDeadline extends HashError {
  constructor() {
    super('too_costly', `the hash was not computed within ${deadline_ms / 1000} s`)
  }
}

const program = new URL(`./hash-worker${path.extname(import.meta.filename)}`, import.meta.url)

const idle: Worker[] = []
const used_memory = new Int32Array(new SharedArrayBuffer(4))

function takeThread(): Worker {
  const kept = idle.pop()
  kept?.ref()
  return kept ?? startThread()
}

function startThread(): Worker {
  // Without the options of the process, of which `--input-type` would end the thread.
  const memory: HashMemory = { used: used_memory, own: new Int32Array(new SharedArrayBuffer(4)) }
  const worker = new Worker(program, { execArgv: [], workerData: memory })
  // A thread that ends is not used again; the request that it had rejects.
  worker.on('error', () => {})
  worker.on('exit', () => {
    giveBack(memory)
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
  })
  return worker
}

/**
 * Computes in a thread, because most hashes of other systems have no asynchronous call: the event loop goes on. How many are computed at
 * once is the caller's limit; a thread is kept for the next request, and ended where it does not answer within 20 s.
 *
 * @throws HashError as `verify` does; {@link HashDeadline}
 */
export async function computeInThread<Request extends HashRequest>(
  request: Request,
): Promise<Extract<HashResult, { kind: Request['kind'] }>> {
  const worker = takeThread()
  try {
    worker.postMessage(request)
    const [answer] = (await once(worker, 'message', { signal: AbortSignal.timeout(deadline_ms) })) as [HashAnswer]
    worker.unref()
    idle.push(worker)
    if ('result' in answer) return answer.result as Extract<HashResult, { kind: Request['kind'] }>
    if ('message' in answer) throw new Error(answer.message)
    throw new HashError(answer.refused.code, answer.refused.message, answer.refused.format)
  } catch (error) {
    if (!idle.includes(worker)) await worker.terminate()
    if (error instanceof Error && error.name === 'AbortError') {
      throw new HashDeadline()
    }
    throw error
  }
}
