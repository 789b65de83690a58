import { fromBase64, fromHex, groupsOf, requireBytes } from './encodings.ts'
import { digestHash } from './digest-recipe.ts'
import { pbkdf2Hash } from './pbkdf2.ts'
import { scryptHash } from './scrypt.ts'
import { HashError, type Format, type StoredHash } from './types.ts'

function readPbkdf2(is_v5_8: boolean, text: string): StoredHash {
  const bytes = requireBytes('spring-pbkdf2', 'the hash', fromHex(text) ?? fromBase64(text))
  const salt_length = is_v5_8 ? 16 : 8
  return pbkdf2Hash('spring-pbkdf2', {
    digest: is_v5_8 ? 'sha256' : 'sha1',
    rounds: is_v5_8 ? 310_000 : 185_000,
    salt: bytes.subarray(0, salt_length),
    hash: bytes.subarray(salt_length),
  })
}

// $<cost's logarithm, block size and parallelization in one hexadecimal number>$salt$hash
function readScrypt(text: string): StoredHash {
  const parts = groupsOf(/^\$([0-9a-f]{1,8})\$([^$]+)\$([^$]+)$/i, text)
  if (!parts) throw new HashError('malformed', 'spring-scrypt: the text is not $parameters$salt$hash', 'spring-scrypt')
  const parameters = Number.parseInt(parts[0], 16)
  return scryptHash('spring-scrypt', {
    cost: 2 ** ((parameters >>> 16) & 0xffff),
    block_size: (parameters >>> 8) & 0xff,
    parallelization: parameters & 0xff,
    salt: requireBytes('spring-scrypt', 'the salt', fromBase64(parts[1])),
    hash: requireBytes('spring-scrypt', 'the hash', fromBase64(parts[2])),
  })
}

// StandardPasswordEncoder: a salt of 8 bytes, then sha256 in 1,024 rounds over bytes.
function readSha256(text: string): StoredHash {
  const bytes = requireBytes('spring-sha256', 'the hash', fromHex(text))
  const values = { salt: bytes.subarray(0, 8), pepper: new Uint8Array(), username: '' }
  const recipe = { digest: 'sha256', of: ['salt', 'password'], rounds: 1024, as: 'raw' } as const
  return digestHash('spring-sha256', { ...recipe, of: [...recipe.of] }, values, bytes.subarray(8))
}

/** Spring Security's own encoders: `{pbkdf2}`, `{scrypt}`, `{sha256}` with hexadecimal digits. */
export const spring: Format = {
  name: 'spring',
  read(text) {
    // The text of scrypt says what it is, also without the name of the encoder.
    if (/^\$[0-9a-f]{5,6}\$[A-Za-z0-9+/=]{20,}\$[A-Za-z0-9+/=]{20,}$/.test(text)) return readScrypt(text)
    const parts = groupsOf(/^\{(pbkdf2|scrypt|sha256)(@SpringSecurity_v5_8)?\}([^{:]+)$/, text)
    if (!parts) return undefined
    const [id, version, rest] = parts
    if (id === 'pbkdf2') return readPbkdf2(version !== '', rest)
    if (id === 'scrypt') return readScrypt(rest)
    return /^[0-9a-f]{80}$/i.test(rest) ? readSha256(rest) : undefined
  },
}
