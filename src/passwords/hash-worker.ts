/** A thread that computes hashes of other systems, one at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { cpuMs, createDetect, createVerify, HashError } from './formats/index.ts'
import type { HashAnswer, HashRequest, HashResult } from './hash-threads.ts'
import { withinMemory, type HashMemory } from './hash-memory.ts'
import { native_primitives } from './native-primitives.ts'
import { costOf, fillUp, isCheaper, recordWork, repeatWork } from './recorded-work.ts'

const primitives_here = withinMemory(native_primitives, workerData as HashMemory)
const detect = createDetect(primitives_here)

async function resultOf(request: HashRequest): Promise<HashResult> {
  switch (request.kind) {
    case 'verify': {
      const { primitives, onAttempt, work } = recordWork(primitives_here)
      const verify = createVerify(primitives, onAttempt)
      const started = cpuMs()
      const matches = await verify(request.password, request.stored, request.recipe)
      const cpu_ms = cpuMs() - started
      const { at_least } = request
      if (!matches && at_least && isCheaper(costOf(work()), at_least.cost)) {
        await fillUp(started, at_least.cpu_ms, primitives_here)
      }
      return { kind: 'verify', matches, work: work(), cpu_ms }
    }
    case 'repeat':
      await repeatWork(request.work, request.password, primitives_here)
      return { kind: 'repeat' }
    case 'detect':
      return { kind: 'detect', detection: await detect(request.samples, request.known) }
  }
}

async function answerOf(request: HashRequest): Promise<HashAnswer> {
  try {
    return { result: await resultOf(request) }
  } catch (error) {
    const { message } = error as Error
    return error instanceof HashError ? { refused: { code: error.code, message, format: error.format } } : { message }
  }
}

parentPort?.on('message', (request: HashRequest) => {
  void answerOf(request).then((answer) => parentPort?.postMessage(answer))
})
