import { Buffer } from 'node:buffer'
import { bcryptHash } from './bcrypt.ts'
import { groupsOf, hexOf, utf8 } from './encodings.ts'
import type { Format } from './types.ts'

// What is before a text of another form. A new prefix is a line.
const prefixes = [
  // Spring Security
  /^\{(?:bcrypt|argon2|ldap)(?:@\w+)?\}([{$].+)$/,
  // Django
  /^bcrypt\$(\$2.+)$/,
  /^argon2(\$argon2.+)$/,
  // LDAP and Django: every form of crypt(3)
  /^(?:\{CRYPT\}|crypt\$\$?)(.+)$/i,
  /^\{(?:ARGON2|BCRYPT)\}(\$.+)$/,
  // Nextcloud
  /^[123]\|(\$(?:2|argon2).+)$/,
  // phpBB, converted from another board
  /^\$CP\$(.+)$/,
  // MediaWiki
  /^:argon2:(\$argon2.+)$/,
  // Dovecot
  /^\{(?:BLF|MD5|SHA256|SHA512|DES)-CRYPT\}(.+)$/i,
  /^\{ARGON2ID?\}(\$.+)$/i,
  // WoltLab Suite
  /^(?:Bcrypt|Argon2|phpass):(\$.+)$/i,
]

/** Prefixes before a text of another form. */
export const wrapped: Format = {
  name: 'wrapped',
  read(text, readInner) {
    for (const form of prefixes) {
      const inner = form.exec(text)?.[1]
      if (inner !== undefined) return readInner(inner)
    }
    return undefined
  },
}

/** Django's `bcrypt_sha256$`: bcrypt of the sha256 in hexadecimal digits. */
export const djangoBcryptSha256: Format = {
  name: 'django-bcrypt-sha256',
  read(text, readInner) {
    const inner = /^bcrypt_sha256\$(\$2.+)$/.exec(text)?.[1]
    if (inner === undefined) return undefined
    const { matches } = readInner(inner)
    return {
      format: 'django-bcrypt-sha256',
      matches: (password, primitives) => matches(utf8(hexOf(primitives.digest('sha256', password))), primitives),
    }
  },
}

const passlib_forms = [
  /^\$bcrypt-sha256\$(?<kind>2[ab]),(?<cost>\d{1,2})\$(?<salt>[./A-Za-z0-9]{22})\$(?<hash>[./A-Za-z0-9]{31})$/,
  /^\$bcrypt-sha256\$v=2,t=2b,r=(?<cost>\d{1,2})\$(?<salt>[./A-Za-z0-9]{22})\$(?<hash>[./A-Za-z0-9]{31})$/,
]

/** passlib's `$bcrypt-sha256$`: bcrypt of base64 of a sha256 or, in version 2, of an HMAC whose key is the salt. */
export const passlibBcryptSha256: Format = {
  name: 'passlib-bcrypt-sha256',
  read(text) {
    const groups = passlib_forms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined)
    if (!groups) return undefined
    const { kind, cost = '', salt = '', hash = '' } = groups
    const inner = bcryptHash('passlib-bcrypt-sha256', Number(cost), salt, hash)
    return {
      format: inner.format,
      matches(password, primitives) {
        const digest =
          kind === undefined ? primitives.hmac('sha256', utf8(salt), password) : primitives.digest('sha256', password)
        return inner.matches(utf8(Buffer.from(digest).toString('base64')), primitives)
      },
    }
  },
}

/** MediaWiki's `:bcrypt:cost!salt!hash`. */
export const mediawikiBcrypt: Format = {
  name: 'mediawiki-bcrypt',
  read(text) {
    const parts = groupsOf(/^:bcrypt:(\d{1,2})!([./A-Za-z0-9]{22})!([./A-Za-z0-9]{31})$/, text)
    return parts ? bcryptHash('mediawiki-bcrypt', Number(parts[0]), parts[1], parts[2]) : undefined
  },
}

/** WordPress 6.8 and later: `$wp` and bcrypt over base64 of an HMAC of the trimmed password. */
export const wordpress: Format = {
  name: 'wordpress',
  read(text, readInner) {
    if (!text.startsWith('$wp$2')) return undefined
    const { matches } = readInner(text.slice(3))
    return {
      format: 'wordpress',
      matches(password, primitives) {
        const key = primitives.hmac('sha384', utf8('wp-sha384'), trimmed(password))
        return matches(utf8(Buffer.from(key).toString('base64')), primitives)
      },
    }
  },
}

// PHP's trim: blank, tab, line feed, carriage return, NUL and vertical tab.
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d, 0x00, 0x0b])

function trimmed(bytes: Uint8Array): Uint8Array {
  let [start, end] = [0, bytes.length]
  while (start < end && blanks.has(bytes[start] ?? -1)) start++
  while (end > start && blanks.has(bytes[end - 1] ?? -1)) end--
  return bytes.subarray(start, end)
}
