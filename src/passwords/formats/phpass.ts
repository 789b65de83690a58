import { concat, crypt_alphabet, cryptDigits, equalText, groupsOf, hexOf, utf8 } from './encodings.ts'
import { limits, requireRounds } from './limits.ts'
import type { Format, Primitives } from './types.ts'

/** Groups of three bytes, the lowest first, as digits of crypt(3). */
function encoded(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3)
    const value = (group[0] ?? 0) | ((group[1] ?? 0) << 8) | ((group[2] ?? 0) << 16)
    text += cryptDigits(value, group.length + 1)
  }
  return text
}

const form = /^([UM]?)\$([PHS])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22,86})$/

/**
 * `$P$` (WordPress, Joomla) and `$H$` (phpBB) with md5, `$S$` (Drupal) with sha512, cut to 55 characters. `U` or `M` in front: the
 * password was replaced by its md5 in hexadecimal digits, as Drupal 7 did with the hashes of Drupal 6, and TYPO3 with its own.
 */
export const phpass: Format = {
  name: 'phpass',
  read(text) {
    const parts = groupsOf(form, text)
    if (!parts) return undefined
    const [is_md5_before, kind, log2, salt, hash] = parts
    const is_drupal = kind === 'S'
    if (hash.length !== (is_drupal ? 43 : 22)) return undefined
    const format = is_drupal ? 'drupal' : 'phpass'
    const rounds = 2 ** crypt_alphabet.indexOf(log2)
    requireRounds(format, rounds, limits.phpass_rounds)
    const digest = is_drupal ? 'sha512' : 'md5'
    const compute = (password: Uint8Array, primitives: Primitives): string => {
      const input = is_md5_before ? utf8(hexOf(primitives.digest('md5', password))) : password
      let state = primitives.digest(digest, concat(utf8(salt), input))
      for (let round = 0; round < rounds; round++) state = primitives.digest(digest, concat(state, input))
      return encoded(state).slice(0, hash.length)
    }
    // Drupal refuses longer passwords.
    return {
      format,
      matches: (password, primitives) =>
        !(is_drupal && password.length > 512) && equalText(compute(password, primitives), hash),
    }
  },
}
