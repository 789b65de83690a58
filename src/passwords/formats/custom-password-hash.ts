import { Buffer } from 'node:buffer'
import { decodeHash, digestHash, prehashed } from './digest-recipe.ts'
import { fromBase64, fromHex, requireBytes, utf8 } from './encodings.ts'
import { requireDigest } from './pbkdf2.ts'
import { readText } from './format-families.ts'
import { limits } from './limits.ts'
import type { DigestInput } from './recipe-types.ts'
import { scryptHash } from './scrypt.ts'
import { type Charset, digest_bytes, HashError, type StoredHash } from './types.ts'

type Encoded = { value: string; encoding: string }

function refuse(problem: string): never {
  throw new HashError('malformed', `custom_password_hash: ${problem}`, 'custom_password_hash')
}

function objectOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) refuse(`${name} must be an object`)
  return value as Record<string, unknown>
}

function encodedOf(value: unknown, name: string, encoding: string): Encoded {
  const { value: text, encoding: given = encoding } = objectOf(value, name)
  if (typeof text !== 'string' || text === '') refuse(`${name}.value must be a text`)
  if (text.length > limits.text_length) refuse(`${name}.value is longer than ${limits.text_length} characters`)
  if (typeof given !== 'string') refuse(`${name}.encoding must be a text`)
  return { value: text, encoding: given }
}

function decoded({ value, encoding }: Encoded, name: string): Buffer {
  const decode = { hex: fromHex, base64: fromBase64, utf8 }[encoding]
  if (!decode) refuse(`${name}.encoding must be hex, base64 or utf8`)
  return requireBytes('custom_password_hash', `${name}.value (${encoding})`, decode(value))
}

const charset_names: Record<string, Charset | 'utf8'> = {
  ascii: 'utf8',
  utf8: 'utf8',
  utf16le: 'utf-16le',
  ucs2: 'utf-16le',
  latin1: 'latin1',
  binary: 'latin1',
}

type Input = Record<string, unknown> & { algorithm?: unknown; hash?: unknown; salt?: unknown; password?: unknown }

/** The salt, where there is one, and what it makes of the password. */
function saltOf(input: Input): { salt: Buffer; of: DigestInput[] } {
  if (input.salt === undefined) return { salt: Buffer.alloc(0), of: ['password'] }
  const { position = 'prefix' } = objectOf(input.salt, 'salt')
  if (position !== 'prefix' && position !== 'suffix') refuse('salt.position must be prefix or suffix')
  const salt = decoded(encodedOf(input.salt, 'salt', 'utf8'), 'salt')
  return { salt, of: position === 'prefix' ? ['salt', 'password'] : ['password', 'salt'] }
}

function numberOf(input: Input, name: string, fallback?: number): number {
  const value = input[name] ?? fallback
  if (typeof value !== 'number') refuse(`${name} must be a number`)
  return value
}

function readScrypt(input: Input): StoredHash {
  const hash = encodedOf(input.hash, 'hash', 'base64')
  return scryptHash('custom_password_hash', {
    cost: numberOf(input, 'cost', 16_384),
    block_size: numberOf(input, 'blockSize', 8),
    parallelization: numberOf(input, 'parallelization', 1),
    salt: saltOf(input).salt,
    hash: decodeHash('custom_password_hash', hash.value, numberOf(input, 'keylen'), printedAs(hash)),
  })
}

function printedAs({ encoding }: Encoded): 'hex' | 'base64' {
  if (encoding !== 'hex' && encoding !== 'base64') refuse('hash.encoding must be hex or base64')
  return encoding
}

/** A digest or an HMAC. */
function readDigest(input: Input, algorithm: string): StoredHash {
  const hash = encodedOf(input.hash, 'hash', 'hex')
  const is_hmac = algorithm === 'hmac'
  const { digest: name, key } = objectOf(input.hash, 'hash')
  const digest = requireDigest('custom_password_hash', is_hmac ? String(name) : algorithm)
  const { salt, of } = saltOf(input)
  const pepper = is_hmac ? decoded(encodedOf(key, 'hash.key', 'utf8'), 'hash.key') : Buffer.alloc(0)
  const expected = decodeHash('custom_password_hash', hash.value, digest_bytes[digest], printedAs(hash))
  const recipe = { digest, of, ...(is_hmac && { key: ['pepper'] satisfies DigestInput[] }) }
  return digestHash('custom_password_hash', recipe, { salt, pepper, username: '' }, expected)
}

const texts = {
  argon2: /^\$argon2/,
  bcrypt: /^\$2[aby]\$/,
  ldap: /^\{S?(?:MD5|SHA\d*)\}/i,
  pbkdf2: /^\$pbkdf2/,
}

/** A form that contains its parameters, with a salt that belongs to the password (bcrypt). */
function readPhc(input: Input, algorithm: keyof typeof texts): StoredHash {
  const { value } = encodedOf(input.hash, 'hash', 'utf8')
  const inner = texts[algorithm].test(value) ? readText(value) : undefined
  if (inner === undefined) refuse(`hash.value is not a text of ${algorithm}`)
  if (input.salt === undefined) return inner
  const { salt, of } = saltOf(input)
  return prehashed(inner.format, of, { salt, pepper: new Uint8Array(), username: '' }, inner)
}

/**
 * Reads Auth0's `custom_password_hash`: `{ algorithm, hash: { value, encoding, digest?, key? }, salt?, password?, … }`.
 *
 * @throws HashError `malformed`, naming the member, where the value cannot be a hash of the algorithm
 */
export function readCustomHash(given: object): StoredHash {
  const input = given as Input
  const { algorithm } = input
  const names = ['argon2', 'bcrypt', 'hmac', 'ldap', 'md4', 'md5', 'sha1', 'sha256', 'sha512', 'pbkdf2', 'scrypt']
  if (typeof algorithm !== 'string' || !names.includes(algorithm))
    refuse(`algorithm must be one of ${names.join(', ')}`)
  const encoding = input.password === undefined ? 'utf8' : objectOf(input.password, 'password')['encoding']
  const charset = Object.hasOwn(charset_names, String(encoding)) ? charset_names[String(encoding)] : undefined
  if (charset === undefined) refuse(`password.encoding must be one of ${Object.keys(charset_names).join(', ')}`)
  const hash =
    algorithm === 'scrypt'
      ? readScrypt(input)
      : Object.hasOwn(texts, algorithm)
        ? readPhc(input, algorithm as keyof typeof texts)
        : readDigest(input, algorithm)
  return charset === 'utf8' ? hash : { ...hash, charset }
}
