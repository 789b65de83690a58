import type { Buffer } from 'node:buffer'
import { bytesOf, digested, digestsOf, printed, type Values } from './digest-chain.ts'
import { microsecondsOf } from './digest-work.ts'
import { equalBytes, fromBase64, fromHex } from './encodings.ts'
import { requireDigestWork, requireRounds } from './limits.ts'
import type { DigestInput, Printed } from './recipe-types.ts'
import { digest_bytes, HashError, type DigestName, type StoredHash } from './types.ts'

/** A computation of digests: the part of a recipe that needs no other function. */
export type DigestRecipe = {
  digest: DigestName
  of?: DigestInput[]
  key?: DigestInput[]
  rounds?: number
  next?: DigestInput[]
  as?: Printed
}

/** The values of one stored hash. */
export type StoredValues = { salt: Uint8Array; pepper: Uint8Array; username: string }

/** A digest, once or in rounds, whose result must be `expected`. @throws HashError */
export function digestHash(
  format: string,
  recipe: DigestRecipe,
  stored: StoredValues,
  expected: Uint8Array,
): StoredHash {
  const { digest, rounds = 1, as = 'hex', next = ['previous'], of = ['password'], key } = recipe
  requireRounds(format, rounds)
  const parts = { digest, ...(key && { key }) }
  const lengths = { ...stored, previous_bytes: digest_bytes[digest] * (as === 'raw' ? 1 : 2) }
  const first_us = microsecondsOf({ ...parts, of }, lengths)
  requireDigestWork(format, first_us + (rounds - 1) * microsecondsOf({ ...parts, of: next }, lengths))
  if (expected.length !== digest_bytes[digest]) {
    const message = `${format}: the hash has ${expected.length} bytes; ${digest} has ${digest_bytes[digest]}`
    throw new HashError('malformed', message, format)
  }
  const names = [digest, ...digestsOf([...of, ...next, ...(key ?? [])])]
  return {
    format,
    async matches(password, primitives) {
      await primitives.load(names)
      const values: Values = { ...stored, password }
      const step = (parts: readonly DigestInput[]): Uint8Array =>
        digested({ digest, of: parts, ...(key && { key }) }, values, primitives)
      let state = step(of)
      for (let round = 1; round < rounds; round++) {
        values.previous = printed(state, as)
        state = step(next)
      }
      return equalBytes(state, expected)
    },
  }
}

/** The same password parts in front of another hash: bcrypt of a sha256, a pepper after the password. */
export function prehashed(format: string, of: DigestInput[], stored: StoredValues, inner: StoredHash): StoredHash {
  return {
    format,
    async matches(password, primitives) {
      await primitives.load(digestsOf(of))
      return inner.matches(bytesOf(of, { ...stored, password }, primitives), primitives)
    },
  }
}

/** A hash that one of several computations may have made. */
export function anyOf(format: string, hashes: readonly StoredHash[]): StoredHash {
  return {
    format,
    async matches(password, primitives) {
      let is_match = false
      for (const hash of hashes) if (await hash.matches(password, primitives)) is_match = true
      return is_match
    },
  }
}

/**
 * The bytes of a printed hash of a known length. @throws HashError `malformed`, which says what the text looks like instead
 */
export function decodeHash(format: string, text: string, length: number, encoding?: 'hex' | 'base64'): Buffer {
  const [hex, base64] = [fromHex(text), fromBase64(text)]
  if (encoding !== 'base64' && hex?.length === length) return hex
  if (encoding !== 'hex' && base64?.length === length) return base64
  const looks_like = hex?.length === length ? 'hexadecimal digits' : base64?.length === length ? 'base64' : undefined
  const found = looks_like ? `it looks like ${looks_like}` : `it has ${text.length} characters`
  const wanted = encoding === 'hex' ? 'hexadecimal digits' : (encoding ?? 'hexadecimal digits or base64')
  throw new HashError('malformed', `${format}: the hash is not ${length} bytes in ${wanted}; ${found}`, format)
}
