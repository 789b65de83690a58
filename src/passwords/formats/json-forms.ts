import type { Buffer } from 'node:buffer'
import { decodeHash, digestHash } from './digest-recipe.ts'
import { equalBytes, fromBase64, requireBytes, utf8 } from './encodings.ts'
import { requireArgon2 } from './limits.ts'
import { pbkdf2Hash } from './pbkdf2.ts'
import { firebaseHash } from './scrypt.ts'
import { digest_bytes, HashError, type Argon2Type, type Format, type ReadInner, type StoredHash } from './types.ts'

type Json = Record<string, unknown>

function parsed(value: unknown): Json | undefined {
  if (typeof value === 'object' && value !== null) return value as Json
  if (typeof value !== 'string' || !/^\s*\{/.test(value)) return undefined
  try {
    return JSON.parse(value) as Json
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

function readKeycloak(secret: Json, data: Json): StoredHash {
  const bytes = (name: string): Buffer => requireBytes('keycloak', `the ${name}`, fromBase64(textOf(secret[name])))
  const [salt, hash, rounds] = [bytes('salt'), bytes('value'), Number(data['hashIterations'])]
  const algorithm = textOf(data['algorithm'])
  const digest = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' } as const
  if (Object.hasOwn(digest, algorithm)) {
    return pbkdf2Hash('keycloak', { digest: digest[algorithm as keyof typeof digest], rounds, salt, hash })
  }
  if (algorithm !== 'argon2') throw new HashError('malformed', 'keycloak: the algorithm is unknown', 'keycloak')
  const more = parsed(data['additionalParameters']) ?? {}
  const type = textOf(first(more['type'])) || 'id'
  const input = {
    type: `argon2${type}` as Argon2Type,
    version: first(more['version']) === '1.0' ? 16 : 19,
    memory_kib: Number(first(more['memory']) ?? 7168),
    passes: rounds,
    parallelism: Number(first(more['parallelism']) ?? 1),
    salt,
    length: hash.length,
  }
  if (!['id', 'i', 'd'].includes(type))
    throw new HashError('malformed', 'keycloak: the type of argon2 is unknown', 'keycloak')
  requireArgon2('keycloak', input)
  return {
    format: 'keycloak',
    matches: async (password, { argon2 }) => equalBytes(await argon2({ ...input, password }), hash),
  }
}

/** A credential of Keycloak (`secretData`, `credentialData`) and a user of Firebase with the parameters of the project, as JSON. */
export const jsonForms: Format = {
  name: 'json',
  read(text) {
    const json = parsed(text)
    if (json === undefined) return undefined
    const [secret, data] = [parsed(json['secretData']), parsed(json['credentialData'])]
    if (secret && data) return readKeycloak(secret, data)
    const bytes = (name: string): Buffer => requireBytes('firebase', `the ${name}`, fromBase64(textOf(json[name])))
    if (!('signer' in json && 'mem' in json)) return undefined
    return firebaseHash('firebase', {
      rounds: Number(json['rounds']),
      mem_cost: Number(json['mem']),
      salt: bytes('salt'),
      salt_separator: bytes('sep'),
      signer_key: bytes('signer'),
      hash: bytes('hash'),
    })
  },
}

/** A row of XenForo: PHP's serialized array with the hash, and in version 1.0 and 1.1 the salt and the digest. */
export const xenforo: Format = {
  name: 'xenforo',
  read(text, readInner: ReadInner) {
    if (!/^a:[1-4]:\{s:4:"hash";/.test(text)) return undefined
    const value = (name: string): string | undefined =>
      new RegExp(`s:\\d{1,2}:"${name}";s:\\d{1,3}:"([^"]{0,200})";`).exec(text)?.[1]
    const [hash, salt] = [value('hash') ?? '', value('salt')]
    if (salt === undefined) return readInner(hash)
    const digest = hash.length === 40 ? 'sha1' : 'sha256'
    const expected = decodeHash('xenforo', hash, digest_bytes[digest], 'hex')
    const values = { salt: utf8(salt), pepper: new Uint8Array(), username: '' }
    return digestHash('xenforo', { digest, of: [{ digest, of: ['password'] }, 'salt'] }, values, expected)
  },
}
