import type { Buffer } from 'node:buffer'
import { concat, equalBytes, fromAdaptedBase64, fromBase64, fromHex, requireBytes, utf8 } from './encodings.ts'
import { limits, requireScrypt } from './limits.ts'
import { HashError, type Format, type StoredHash } from './types.ts'

type Parts = { cost: number; block_size: number; parallelization: number; salt: Uint8Array; hash: Uint8Array }

/** A scrypt hash of its parts (RFC 7914); the length of the hash is the length of the output. @throws HashError */
export function scryptHash(format: string, { hash, ...input }: Parts): StoredHash {
  requireScrypt(format, input.cost, input.block_size, input.parallelization, hash.length)
  return {
    format,
    matches: async (password, { scrypt }) =>
      equalBytes(await scrypt({ ...input, password, length: hash.length }), hash),
  }
}

type FirebaseParts = {
  rounds: number
  mem_cost: number
  salt: Uint8Array
  salt_separator: Uint8Array
  signer_key: Uint8Array
  hash: Uint8Array
}

/** Firebase Authentication: the signer key, encrypted with a key from scrypt. @throws HashError */
export function firebaseHash(format: string, parts: FirebaseParts): StoredHash {
  if (parts.signer_key.length === 0 || parts.hash.length === 0) {
    const missing = parts.hash.length === 0 ? 'the hash' : 'the signer key'
    throw new HashError('malformed', `${format}: ${missing} is missing`, format)
  }
  const cost = 2 ** parts.mem_cost
  requireScrypt(format, cost, parts.rounds, 1, 64)
  const salt = concat(parts.salt, parts.salt_separator)
  return {
    format,
    async matches(password, { scrypt, aes256Ctr }) {
      const derived = await scrypt({ password, salt, cost, block_size: parts.rounds, parallelization: 1, length: 64 })
      return equalBytes(aes256Ctr(derived.subarray(0, 32), parts.signer_key), parts.hash)
    },
  }
}

type Row = {
  name: string
  form: RegExp
  /** Numbers are hexadecimal. */
  is_hex?: true
  /** The cost where the text has none. */
  fixed?: Pick<Parts, 'cost' | 'block_size' | 'parallelization'>
  /** The parts in the order of the form's groups. */
  order: readonly ('cost' | 'block_size' | 'parallelization' | 'salt' | 'hash')[]
  salt: (text: string) => Buffer | undefined
  hash: (text: string) => Buffer | undefined
}

// A new form is a line.
const rows: Row[] = [
  {
    name: 'django-scrypt',
    form: /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/,
    order: ['cost', 'salt', 'block_size', 'parallelization', 'hash'],
    salt: utf8,
    hash: fromBase64,
  },
  {
    name: 'werkzeug-scrypt',
    form: /^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$([^$]+)$/,
    order: ['cost', 'block_size', 'parallelization', 'salt', 'hash'],
    salt: utf8,
    hash: fromHex,
  },
  {
    name: 'phc-scrypt',
    form: /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]*)\$([^$]+)$/,
    order: ['cost', 'block_size', 'parallelization', 'salt', 'hash'],
    salt: fromAdaptedBase64,
    hash: fromAdaptedBase64,
  },
  {
    name: 'hashcat-scrypt',
    form: /^SCRYPT:(\d+):(\d+):(\d+):([^:]+):([^:]+)$/,
    order: ['cost', 'block_size', 'parallelization', 'salt', 'hash'],
    salt: fromBase64,
    hash: fromBase64,
  },
  {
    // The gem scrypt (authlogic). It keeps the salt without leading zero bytes.
    name: 'ruby-scrypt',
    form: /^([0-9a-f]{1,8})\$([0-9a-f]{1,4})\$([0-9a-f]{1,4})\$([0-9a-f]{16,64})\$([0-9a-f]{32,1024})$/,
    is_hex: true,
    order: ['cost', 'block_size', 'parallelization', 'salt', 'hash'],
    salt: (text) => fromHex(text.replace(/^(?:00)+/, '')),
    hash: fromHex,
  },
  {
    // Lucia 2
    name: 'lucia',
    form: /^s2:([^:]+):([0-9a-f]+)$/,
    fixed: { cost: 16_384, block_size: 16, parallelization: 1 },
    order: ['salt', 'hash'],
    salt: utf8,
    hash: fromHex,
  },
]

/** scrypt whose text contains all parameters. */
export const scrypt: Format = {
  name: 'scrypt',
  read(text) {
    for (const { name, form, is_hex, fixed, order, salt, hash } of rows) {
      const groups = form.exec(text)
      if (!groups) continue
      const part = (key: Row['order'][number]): string => groups[order.indexOf(key) + 1] ?? ''
      // In a PHC string `ln` is the logarithm; some libraries write the cost itself there.
      const number = (key: Row['order'][number]): number => Number.parseInt(part(key), is_hex ? 16 : 10)
      const cost = number('cost')
      return scryptHash(name, {
        cost: name === 'phc-scrypt' && cost < 32 ? 2 ** cost : cost,
        block_size: number('block_size'),
        parallelization: number('parallelization'),
        ...fixed,
        salt: requireBytes(name, 'the salt', salt(part('salt'))),
        hash: requireBytes(name, 'the hash', hash(part('hash')), limits.output_bytes),
      })
    }
    return undefined
  },
}

const firebase_forms = [
  // Ory
  /^\$firescrypt\$ln=(?<mem>\d+),r=(?<rounds>\d+),p=1\$(?<salt>[^$]+)\$(?<hash>[^$]+)\$(?<separator>[^$]*)\$(?<signer>[^$]+)$/,
  // Supabase
  /^\$fbscrypt\$v=1,n=(?<mem>\d+),r=(?<rounds>\d+),p=1(?:,ss=(?<separator>[^$,]*))?,sk=(?<signer>[^$,]+)\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/,
]

/** Firebase's hash with the parameters of its project: `$firescrypt$` (Ory) and `$fbscrypt$` (Supabase). */
export const firebase: Format = {
  name: 'firebase',
  read(text) {
    const groups = firebase_forms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined)
    if (!groups) return undefined
    const bytes = (name: string): Buffer => requireBytes('firebase', `the ${name}`, fromBase64(groups[name] ?? ''))
    return firebaseHash('firebase', {
      rounds: Number(groups['rounds']),
      mem_cost: Number(groups['mem']),
      salt: bytes('salt'),
      salt_separator: bytes('separator'),
      signer_key: bytes('signer'),
      hash: bytes('hash'),
    })
  },
}
