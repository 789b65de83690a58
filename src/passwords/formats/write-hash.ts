import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { digested } from './digest-chain.ts'
import { limits, requirePbkdf2 } from './limits.ts'
import { named_recipes } from './named-recipes.ts'
import { encode } from './password-encodings.ts'
import { digest_bytes, HashError, type Primitives } from './types.ts'

/** A format that `hash` writes. */
export type HashFormat = {
  format: string
  /** `aspnet-identity-v3`: its PRF; `sha512` by default, as in .NET 7 and later. */
  digest?: 'sha1' | 'sha256' | 'sha512'
  /** `aspnet-identity-v3`: the iterations; 100,000 by default. */
  rounds?: number
}

/** A hash as its store keeps it, with the salt where that is a column of its own. */
export type WrittenHash = { hash: string; salt?: string }

type Writer = {
  /** The length of the computed key or digest, in bytes. */
  key_bytes: number
  compute(password: string, salt: Uint8Array, primitives: Primitives): Uint8Array | Promise<Uint8Array>
  write(salt: Uint8Array, key: Uint8Array): WrittenHash
}

const salt_bytes = 16
// Their places are the numbers of KeyDerivationPrf in ASP.NET Core.
const identity_digests = ['sha1', 'sha256', 'sha512'] as const

const identityV2: Writer = {
  key_bytes: 32,
  compute: (password, salt, primitives) => primitives.pbkdf2('sha1', Buffer.from(password), salt, 1000, 32),
  write: (salt, key) => ({ hash: Buffer.concat([Buffer.from([0]), salt, key]).toString('base64') }),
}

function identityV3({ format, digest = 'sha512', rounds = 100_000 }: HashFormat): Writer {
  const prf = identity_digests.indexOf(digest)
  if (prf < 0) throw new HashError('bad_recipe', `digest must be one of ${identity_digests.join(', ')}`)
  if (!Number.isInteger(rounds) || rounds < 1) throw new HashError('bad_recipe', 'rounds must be a whole number')
  requirePbkdf2(format, digest, rounds, 32)
  return {
    key_bytes: 32,
    compute: (password, salt, primitives) => primitives.pbkdf2(digest, Buffer.from(password), salt, rounds, 32),
    write(salt, key) {
      const head = Buffer.alloc(13)
      head.writeUInt8(1, 0)
      head.writeUInt32BE(prf, 1)
      head.writeUInt32BE(rounds, 5)
      head.writeUInt32BE(salt.length, 9)
      return { hash: Buffer.concat([head, salt, key]).toString('base64') }
    },
  }
}

function membership({ format }: HashFormat): Writer {
  const { digest, of = ['password'], key } = named_recipes[format] ?? {}
  if (digest === undefined) throw new HashError('bad_recipe', `${format} has no digest`)
  return {
    key_bytes: digest_bytes[digest],
    async compute(password, salt, primitives) {
      await primitives.load([digest])
      const bytes = encode(password, 'utf-16le') ?? Buffer.alloc(0)
      const values = { password: bytes, salt, pepper: new Uint8Array(), username: '' }
      return digested({ digest, of, ...(key && { key }) }, values, primitives)
    },
    write: (salt, hash) => ({
      hash: Buffer.from(hash).toString('base64'),
      salt: Buffer.from(salt).toString('base64'),
    }),
  }
}

const writers: Record<string, (options: HashFormat) => Writer> = {
  'aspnet-identity-v2': () => identityV2,
  'aspnet-identity-v3': identityV3,
  ...Object.fromEntries(
    Object.keys(named_recipes).flatMap((name) => (name.startsWith('membership-') ? [[name, membership]] : [])),
  ),
}

function writerOf(options: HashFormat): Writer {
  const create = Object.hasOwn(writers, options.format) ? writers[options.format] : undefined
  if (create) return create(options)
  throw new HashError('bad_recipe', `format must be one of ${Object.keys(writers).join(', ')}`)
}

/** The hash of a password with this salt. @throws HashError `bad_recipe`, `too_costly` */
export async function hashWithSalt(
  primitives: Primitives,
  password: string,
  salt: Uint8Array,
  options: HashFormat,
): Promise<WrittenHash> {
  const { compute, write } = writerOf(options)
  if (typeof password !== 'string' || password === '' || Buffer.byteLength(password) > limits.password_bytes) {
    throw new TypeError(`the password must be a text of 1 to ${limits.password_bytes} bytes`)
  }
  return write(salt, await compute(password, salt, primitives))
}

/** Creates `hash` with the primitives. */
export function createHash(primitives: Primitives) {
  /**
   * The hash of a new password as the legacy store keeps it, with a random salt of 16 bytes.
   *
   * @throws HashError `bad_recipe` where the format is not written, `too_costly` where it has too many rounds
   */
  return function hash(password: string, options: HashFormat): Promise<WrittenHash> {
    return hashWithSalt(primitives, password, crypto.randomBytes(salt_bytes), options)
  }
}

/** A hash that no known password has, which costs as much to verify as those that `hash` writes. @throws HashError `bad_recipe` */
export function dummyHash(options: HashFormat): WrittenHash {
  const { key_bytes, write } = writerOf(options)
  return write(new Uint8Array(salt_bytes), new Uint8Array(key_bytes))
}
