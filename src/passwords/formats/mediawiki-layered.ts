import { fromBase64, groupsOf, hexOf, requireBytes, utf8 } from './encodings.ts'
import { limits } from './limits.ts'
import { pbkdf2Hash, requireDigest } from './pbkdf2.ts'
import type { Format, Primitives } from './types.ts'

const form = /^:pbkdf2-legacy([AB]):!([\w-]+):(\d{1,10}):\d{1,4}!([^!]*)!([^!]+)!([^!]+)$/

/** MediaWiki's `:pbkdf2-legacyA:` and `:pbkdf2-legacyB:`: PBKDF2 of the hash that `:A:` or `:B:` would have printed. */
export const mediawikiLayered: Format = {
  name: 'mediawiki-layered',
  read(text) {
    const parts = groupsOf(form, text)
    if (!parts) return undefined
    const [layer, digest, rounds, salt, outer_salt, hash] = parts
    const outer = pbkdf2Hash('mediawiki-layered', {
      digest: requireDigest('mediawiki-layered', digest),
      rounds: Number(rounds),
      salt: requireBytes('mediawiki-layered', 'the salt', fromBase64(outer_salt)),
      hash: requireBytes('mediawiki-layered', 'the hash', fromBase64(hash), limits.output_bytes),
    })
    const inner = (password: Uint8Array, primitives: Primitives): string => {
      const plain = hexOf(primitives.digest('md5', password))
      return layer === 'A' ? plain : hexOf(primitives.digest('md5', utf8(`${salt}-${plain}`)))
    }
    return {
      format: 'mediawiki-layered',
      matches: (password, primitives) => outer.matches(utf8(inner(password, primitives)), primitives),
    }
  },
}
