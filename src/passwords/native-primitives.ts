import { hashRawSync } from '@node-rs/argon2'
import { hashSync } from '@node-rs/bcrypt'
import * as hash_wasm from 'hash-wasm'
import unix_crypt from 'unix-crypt-td-js'
import { fromBcryptBase64 } from './formats/encodings.ts'
import { createPrimitives } from './formats/primitives.ts'

const algorithms = { argon2d: 0, argon2i: 1, argon2id: 2 } as const

/** The primitives of the server. They are synchronous: use them in a worker thread. */
export const native_primitives = createPrimitives({
  hash_wasm,
  unix_crypt,
  native: {
    bcrypt: (password, salt, cost) => fromBcryptBase64(hashSync(password, cost, salt).slice(-31)).subarray(0, 23),
    argon2: ({ type, version, password, salt, memory_kib, passes, parallelism, length }) =>
      hashRawSync(password, {
        algorithm: algorithms[type],
        version: version === 16 ? 0 : 1,
        salt,
        memoryCost: memory_kib,
        timeCost: passes,
        parallelism,
        outputLen: length,
      }),
  },
})
