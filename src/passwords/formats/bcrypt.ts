import { Buffer } from 'node:buffer'
import { equalBytes, fromBcryptBase64, groupsOf } from './encodings.ts'
import { requireBcrypt } from './limits.ts'
import { HashError, type Format, type StoredHash } from './types.ts'

/** The bytes of a password that bcrypt uses: up to the first NUL byte, at most 72. An empty one is the same key as one NUL byte. */
export function bcryptPassword(password: Uint8Array): Uint8Array {
  const end = password.indexOf(0)
  const used = password.subarray(0, Math.min(end < 0 ? password.length : end, 72))
  return used.length === 0 ? Buffer.from([0]) : used
}

/** A bcrypt hash of its parts: the salt's 22 and the hash's 31 characters. */
export function bcryptHash(format: string, cost: number, salt: string, hash: string): StoredHash {
  requireBcrypt(format, cost)
  const salt_bytes = fromBcryptBase64(salt)
  const expected = fromBcryptBase64(hash).subarray(0, 23)
  return {
    format,
    matches: async (password, { bcrypt }) =>
      equalBytes(await bcrypt(bcryptPassword(password), salt_bytes, cost), expected),
  }
}

// A column of too few characters cuts hashes off.
const begins = /^\$2[abxy]\$\d\d\$/
const length = 60

/** `$2a$`, `$2b$`, `$2y$`, and `$2x$` for passwords of ASCII: PHP, Laravel, Devise, Spring, Supabase. */
export const bcrypt: Format = {
  name: 'bcrypt',
  read(text) {
    const parts = groupsOf(/^\$2[abxy]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/, text)
    if (parts) return bcryptHash('bcrypt', Number(parts[0]), parts[1], parts[2])
    if (!begins.test(text)) return undefined
    const problem =
      text.length === length
        ? 'has characters that none has'
        : `${text.length < length ? 'is cut off' : 'is none'}: it has ${text.length} characters, not ${length}`
    throw new HashError('malformed', `bcrypt: the text begins like a hash of bcrypt, but ${problem}`, 'bcrypt')
  },
}
