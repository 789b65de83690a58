/** A thread that computes hashes of other systems, one at a time. */
import { parentPort } from 'node:worker_threads'
import { createDetect, createVerify, HashError } from './formats/index.ts'
import type { HashAnswer, HashRequest, HashResult } from './hash-threads.ts'
import { native_primitives } from './native-primitives.ts'
import { recordWork, repeatWork } from './recorded-work.ts'

const detect = createDetect(native_primitives)

async function resultOf(request: HashRequest): Promise<HashResult> {
  switch (request.kind) {
    case 'verify': {
      const { primitives, onAttempt, work } = recordWork(native_primitives)
      const verify = createVerify(primitives, onAttempt)
      const matches = await verify(request.password, request.stored, request.recipe)
      return { kind: 'verify', matches, work: work() }
    }
    case 'repeat':
      await repeatWork(request.work, request.password, native_primitives)
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
