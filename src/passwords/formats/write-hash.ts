import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { digested } from './digest-chain.ts'
import { limits, requirePbkdf2 } from './limits.ts'
import { named_recipes } from './named-recipes.ts'
import { encode } from './password-encodings.ts'
import { HashError, type Primitives } from './types.ts'

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

const salt_bytes = 16
const key_bytes = 32
// Their numbers are those of KeyDerivationPrf in ASP.NET Core.
const identity_digests = ['sha1', 'sha256', 'sha512'] as const

type Input = HashFormat & { password: string; salt: Uint8Array }

async function identityV2({ password, salt }: Input, primitives: Primitives): Promise<WrittenHash> {
  const key = await primitives.pbkdf2('sha1', Buffer.from(password), salt, 1000, key_bytes)
  return { hash: Buffer.concat([Buffer.from([0]), salt, key]).toString('base64') }
}

async function identityV3(
  { password, salt, digest = 'sha512', rounds = 100_000 }: Input,
  primitives: Primitives,
): Promise<WrittenHash> {
  const prf = identity_digests.indexOf(digest)
  if (prf < 0) throw new HashError('bad_recipe', `digest must be one of ${identity_digests.join(', ')}`)
  if (!Number.isInteger(rounds) || rounds < 1) throw new HashError('bad_recipe', 'rounds must be a whole number')
  requirePbkdf2('aspnet-identity-v3', digest, rounds, key_bytes)
  const head = Buffer.alloc(13)
  head.writeUInt8(1, 0)
  head.writeUInt32BE(prf, 1)
  head.writeUInt32BE(rounds, 5)
  head.writeUInt32BE(salt.length, 9)
  const key = await primitives.pbkdf2(digest, Buffer.from(password), salt, rounds, key_bytes)
  return { hash: Buffer.concat([head, salt, key]).toString('base64') }
}

async function membership({ format, password, salt }: Input, primitives: Primitives): Promise<WrittenHash> {
  const recipe = named_recipes[format]
  const bytes = encode(password, recipe?.charset ?? 'utf-16le')
  if (recipe?.digest === undefined || bytes === undefined) throw new HashError('bad_recipe', `${format} has no digest`)
  const { digest, of = ['password'], key } = recipe
  const values = { password: bytes, salt, pepper: new Uint8Array(), username: '' }
  await primitives.load([digest])
  const hash = digested({ digest, of, ...(key && { key }) }, values, primitives)
  return { hash: Buffer.from(hash).toString('base64'), salt: Buffer.from(salt).toString('base64') }
}

const writers = {
  'aspnet-identity-v2': identityV2,
  'aspnet-identity-v3': identityV3,
  ...Object.fromEntries(
    Object.keys(named_recipes).flatMap((name) => (name.startsWith('membership-') ? [[name, membership]] : [])),
  ),
}

/** The hash of a password with this salt. @throws HashError `bad_recipe`, `too_costly` */
export async function hashWithSalt(
  primitives: Primitives,
  password: string,
  salt: Uint8Array,
  options: HashFormat,
): Promise<WrittenHash> {
  const write = Object.hasOwn(writers, options.format) ? writers[options.format as keyof typeof writers] : undefined
  if (write === undefined) {
    throw new HashError('bad_recipe', `format must be one of ${Object.keys(writers).join(', ')}`)
  }
  if (typeof password !== 'string' || password === '' || Buffer.byteLength(password) > limits.password_bytes) {
    throw new TypeError(`the password must be a text of 1 to ${limits.password_bytes} bytes`)
  }
  return write({ ...options, password, salt }, primitives)
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
