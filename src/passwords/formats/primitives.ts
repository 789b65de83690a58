import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { concat } from './encodings.ts'
import type { Argon2Input, DigestName, Primitives } from './types.ts'

/** A digest of hash-wasm. */
type Hasher = { init(): Hasher; update(data: Uint8Array): Hasher; digest(as: 'binary'): Uint8Array }

type WasmArgon2 = {
  password: Uint8Array
  salt: Uint8Array
  iterations: number
  parallelism: number
  memorySize: number
  hashLength: number
  outputType: 'binary'
}

/** What is used of the module hash-wasm. */
export type HashWasm = {
  createMD4(): Promise<Hasher>
  createWhirlpool(): Promise<Hasher>
  bcrypt(input: {
    password: Uint8Array
    salt: Uint8Array
    costFactor: number
    outputType: 'binary'
  }): Promise<Uint8Array>
} & Record<Argon2Input['type'], (input: WasmArgon2) => Promise<Uint8Array>>

/** The libraries of the functions that node:crypto lacks. `native`: faster ones, which replace those of hash-wasm. */
export type Libraries = {
  hash_wasm: HashWasm
  /** The module unix-crypt-td-js. */
  unix_crypt: (password: number[], salt: string) => string
  native?: Pick<Primitives, 'bcrypt' | 'argon2'>
}

const no_memory_limit = 2 ** 30

/** HMAC (RFC 2104) of a digest with blocks of 64 bytes. */
function hmacOf(digest: (data: Uint8Array) => Uint8Array, key: Uint8Array, data: Uint8Array): Uint8Array {
  const block = Buffer.alloc(64)
  block.set(key.length > 64 ? digest(key) : key)
  return digest(
    concat(
      block.map((byte) => byte ^ 0x5c),
      digest(
        concat(
          block.map((byte) => byte ^ 0x36),
          data,
        ),
      ),
    ),
  )
}

function wasmFunctions(wasm: HashWasm): Pick<Primitives, 'bcrypt' | 'argon2'> {
  return {
    async bcrypt(password, salt, cost) {
      return (await wasm.bcrypt({ password, salt, costFactor: cost, outputType: 'binary' })).subarray(0, 23)
    },
    argon2({ type, version, password, salt, memory_kib, passes, parallelism, length }) {
      if (version !== 19) throw new Error('argon2 of version 1.0 (v=16) cannot be computed in a script')
      const input = { password, salt, iterations: passes, parallelism, memorySize: memory_kib, hashLength: length }
      return wasm[type]({ ...input, outputType: 'binary' })
    },
  }
}

/** Creates the primitives on node:crypto and these libraries. */
export function createPrimitives({ hash_wasm, unix_crypt, native = wasmFunctions(hash_wasm) }: Libraries): Primitives {
  // OpenSSL 3 refuses these.
  const creators: Partial<Record<DigestName, () => Promise<Hasher>>> = {
    md4: hash_wasm.createMD4,
    whirlpool: hash_wasm.createWhirlpool,
  }
  const loaded = new Map<DigestName, Hasher>()
  const digest = (name: DigestName, data: Uint8Array): Uint8Array => {
    if (!creators[name]) return crypto.createHash(name).update(data).digest()
    const hasher = loaded.get(name)
    if (hasher === undefined) throw new Error(`the digest ${name} was not loaded`)
    return hasher.init().update(data).digest('binary')
  }
  return {
    async load(names) {
      for (const name of names) {
        const create = creators[name]
        if (create && !loaded.has(name)) loaded.set(name, await create())
      }
    },
    digest,
    hmac: (name, key, data) =>
      creators[name]
        ? hmacOf((bytes) => digest(name, bytes), key, data)
        : crypto.createHmac(name, key).update(data).digest(),
    pbkdf2: (name, password, salt, rounds, length) => crypto.pbkdf2Sync(password, salt, rounds, length, name),
    scrypt: ({ password, salt, cost, block_size, parallelization, length }) => {
      const options = { N: cost, r: block_size, p: parallelization, maxmem: no_memory_limit }
      return crypto.scryptSync(password, salt, length, options)
    },
    ...native,
    desCrypt: (password, salt) => unix_crypt([...password], salt).slice(2),
    aes256Ctr(key, data) {
      const cipher = crypto.createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
      return concat(cipher.update(data), cipher.final())
    },
  }
}
