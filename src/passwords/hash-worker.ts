/** A thread that computes hashes of other systems, one at a time. */
import { parentPort } from 'node:worker_threads'
import { createDetect, createVerify, HashError } from './formats/index.ts'
import type { HashAnswer, HashRequest } from './hash-threads.ts'
import { native_primitives } from './native-primitives.ts'

const verify = createVerify(native_primitives)
const detect = createDetect(native_primitives)

async function answerOf(request: HashRequest): Promise<HashAnswer> {
  try {
    const value =
      'samples' in request
        ? await detect(request.samples, request.known)
        : await verify(request.password, request.stored, request.recipe)
    return { value }
  } catch (error) {
    const { message } = error as Error
    return error instanceof HashError ? { refused: { code: error.code, message, format: error.format } } : { message }
  }
}

parentPort?.on('message', (request: HashRequest) => {
  void answerOf(request).then((answer) => parentPort?.postMessage(answer))
})
