import { Buffer } from 'node:buffer'
import { anyOf } from './digest-recipe.ts'
import { equalBytes, fromAdaptedBase64, fromBase64, fromHex, groupsOf, requireBytes, utf8 } from './encodings.ts'
import { limits, requirePbkdf2 } from './limits.ts'
import { HashError, digests, type DigestName, type Format, type StoredHash } from './types.ts'

type Parts = { digest: DigestName; rounds: number; salt: Uint8Array; hash: Uint8Array }

/** A PBKDF2 hash of its parts; the length of the hash is the length of the output. @throws HashError */
export function pbkdf2Hash(format: string, { digest, rounds, salt, hash }: Parts): StoredHash {
  requirePbkdf2(format, digest, rounds, hash.length)
  return {
    format,
    matches: async (password, primitives) =>
      equalBytes(await primitives.pbkdf2(digest, password, salt, rounds, hash.length), hash),
  }
}

/** The digest of a name as formats write it: `SHA-256`, `sha_256`, `sha256`, and `SHA-1`. @throws HashError */
export function requireDigest(format: string, name: string): DigestName {
  const plain = name.toLowerCase().replace(/^sha[-_]/, 'sha')
  const digest = digests.find((known) => known === plain)
  if (digest === undefined) throw new HashError('malformed', `${format}: the digest that it names is unknown`, format)
  return digest
}

type Row = {
  name: string
  /** Groups: digest, rounds, salt, hash. */
  form: RegExp
  /** Where the groups have another order, the group of each. */
  order?: readonly [digest: number, rounds: number, salt: number, hash: number]
  salt: (text: string) => Buffer | undefined
  hash: (text: string) => Buffer | undefined
}

// Forms with the same four parts. A new one is a line.
const rows: Row[] = [
  { name: 'django-pbkdf2', form: /^pbkdf2_(sha\d+)\$(\d{1,10})\$([^$]+)\$([^$]+)$/, salt: utf8, hash: fromBase64 },
  {
    name: 'passlib-pbkdf2',
    form: /^\$pbkdf2(-sha\d+)?\$(\d{1,10})\$([^$]*)\$([^$]+)$/,
    salt: fromAdaptedBase64,
    hash: fromAdaptedBase64,
  },
  {
    name: 'phc-pbkdf2',
    form: /^\$pbkdf2(?:-|_)([\w-]+)\$i=(\d{1,10})(?:,l=\d{1,4})?\$([^$]*)\$([^$]+)$/,
    salt: fromBase64,
    hash: fromBase64,
  },
  {
    name: 'web2py',
    form: /^pbkdf2\((?:(\d{1,10}),\d{1,4},(sha\d{1,3}))\)\$([^$]*)\$([0-9a-f]+)$/,
    order: [1, 0, 2, 3],
    salt: utf8,
    hash: fromHex,
  },
  { name: 'werkzeug-pbkdf2', form: /^pbkdf2:(\w+):(\d{1,10})\$([^$]+)\$([^$]+)$/, salt: utf8, hash: fromHex },
  {
    name: 'openldap-pbkdf2',
    form: /^\{PBKDF2(-SHA\d+)?\}(\d{1,10})\$([^$]+)\$([^$]+)$/i,
    salt: fromAdaptedBase64,
    hash: fromAdaptedBase64,
  },
  {
    name: 'mediawiki-pbkdf2',
    form: /^:pbkdf2:([\w-]+):(\d{1,10}):\d{1,4}:([^:]+):([^:]+)$/,
    salt: fromBase64,
    hash: fromBase64,
  },
]

/** PBKDF2 whose text contains digest, rounds, salt and hash. */
export const pbkdf2: Format = {
  name: 'pbkdf2',
  read(text) {
    for (const { name, form, order = [0, 1, 2, 3], salt, hash } of rows) {
      const groups = groupsOf(form, text)
      if (!groups) continue
      const parts = order.map((at) => groups[at] ?? '') as [string, string, string, string]
      return pbkdf2Hash(name, {
        digest: requireDigest(name, (parts[0] || 'sha1').replace(/^-/, '')),
        rounds: Number(parts[1]),
        salt: requireBytes(name, 'the salt', salt(parts[2])),
        hash: requireBytes(name, 'the hash', hash(parts[3]), limits.output_bytes),
      })
    }
    return undefined
  },
}

const crackstation_form = /^(md5|sha\d{1,3}):(\d{1,10}):(?:\d{1,4}:)?([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})$/

/**
 * `sha1:64000:18:salt:hash` and `sha256:1000:salt:hash`, the code that web sites copied from crackstation.net. In PHP the first version took
 * the text of the salt, all others its bytes.
 */
export const crackstation: Format = {
  name: 'crackstation',
  read(text) {
    const parts = groupsOf(crackstation_form, text)
    if (!parts) return undefined
    const [name, rounds, salt, hash] = parts
    const common = {
      digest: requireDigest('crackstation', name),
      rounds: Number(rounds),
      hash: requireBytes('crackstation', 'the hash', fromBase64(hash), limits.output_bytes),
    }
    requirePbkdf2('crackstation', common.digest, common.rounds, common.hash.length, 2)
    const salts = [requireBytes('crackstation', 'the salt', fromBase64(salt)), utf8(salt)]
    return anyOf(
      'crackstation',
      salts.map((each) => pbkdf2Hash('crackstation', { ...common, salt: each })),
    )
  },
}

/** Liferay 6.2 and later: base64 of the length in bits, the rounds, a salt of 8 bytes and a hash of 20, after the name of the digest or not. */
export const liferay: Format = {
  name: 'liferay',
  read(text) {
    const parts = groupsOf(/^(?:\{PBKDF2WithHmacSHA1\/160\/\d{1,10}\})?(AAAAo[A-Za-z0-9+/]{43})$/, text)
    if (!parts) return undefined
    const bytes = requireBytes('liferay', 'the hash', fromBase64(parts[0]))
    const [salt, hash] = [bytes.subarray(8, 16), bytes.subarray(16)]
    return pbkdf2Hash('liferay', { digest: 'sha1', rounds: bytes.readUInt32BE(4), salt, hash })
  },
}

/** Atlassian: `{PKCS5S2}`, base64 of a salt of 16 bytes and PBKDF2-SHA1 with 10,000 rounds. */
export const atlassian: Format = {
  name: 'atlassian',
  read(text) {
    if (!text.startsWith('{PKCS5S2}')) return undefined
    const bytes = requireBytes('atlassian', 'the hash', fromBase64(text.slice(9)))
    return pbkdf2Hash('atlassian', {
      digest: 'sha1',
      rounds: 10_000,
      salt: bytes.subarray(0, 16),
      hash: bytes.subarray(16),
    })
  },
}

/** 389 Directory Server: `{PBKDF2_SHA256}`, base64 of the rounds, a salt of 64 bytes and the hash of 256. */
export const directoryServer: Format = {
  name: '389-pbkdf2',
  read(text) {
    const parts = groupsOf(/^\{PBKDF2_SHA256\}(.+)$/i, text)
    if (!parts) return undefined
    const bytes = requireBytes('389-pbkdf2', 'the hash', fromBase64(parts[0]))
    if (bytes.length !== 324)
      throw new HashError('malformed', '389-pbkdf2: the decoded hash has not 324 bytes', '389-pbkdf2')
    const [rounds, salt, hash] = [bytes.readUInt32BE(0), bytes.subarray(4, 68), bytes.subarray(68)]
    return pbkdf2Hash('389-pbkdf2', { digest: 'sha256', rounds, salt, hash })
  },
}

/** ASP.NET Identity, version 2 (base64 of 49 bytes that begin with 0) and 3 (begins with 1; contains its parameters). */
export const aspnetIdentity: Format = {
  name: 'aspnet-identity',
  read(text) {
    const bytes = /^A[A-Za-z0-9+/]{40,700}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
    if (bytes === undefined || text.length % 4 !== 0) return undefined
    if (bytes[0] === 0 && bytes.length === 49) {
      const [salt, hash] = [bytes.subarray(1, 17), bytes.subarray(17)]
      return pbkdf2Hash('aspnet-identity-v2', { digest: 'sha1', rounds: 1000, salt, hash })
    }
    if (bytes[0] !== 1 || bytes.length < 45) return undefined
    const digest = (['sha1', 'sha256', 'sha512'] as const)[bytes.readUInt32BE(1)]
    const [rounds, salt_length] = [bytes.readUInt32BE(5), bytes.readUInt32BE(9)]
    if (digest === undefined || salt_length < 16 || bytes.length - 13 - salt_length < 16) return undefined
    const [salt, hash] = [bytes.subarray(13, 13 + salt_length), bytes.subarray(13 + salt_length)]
    return pbkdf2Hash('aspnet-identity-v3', { digest, rounds, salt, hash })
  },
}
