import { Buffer } from 'node:buffer'
import type { Normalization } from './recipe-types.ts'
import type { Charset } from './types.ts'

// The characters of windows-1252 from 0x80 to 0x9f; the others are those of latin1.
const windows_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const encoders: Record<Charset, (text: string) => Buffer | undefined> = {
  latin1: (text) => (/^[\0-\xff]*$/.test(text) ? Buffer.from(text, 'latin1') : undefined),
  'windows-1252': (text) => {
    const bytes = Array.from(text, (character) => {
      const at = windows_1252.indexOf(character)
      return at >= 0 ? 0x80 + at : character.charCodeAt(0)
    })
    return bytes.every((byte) => byte < 0x100) ? Buffer.from(bytes) : undefined
  },
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'low-byte': (text) => Buffer.from(text, 'latin1'),
}

/** The bytes of a text in a charset; undefined where the charset has not all its characters. */
export function encode(text: string, charset: Charset): Buffer | undefined {
  return encoders[charset](text)
}

/** The text as the legacy store changed it before it hashed it. */
export function normalized(password: string, { trim, lower_case }: Normalization): string {
  const trimmed = trim ? password.trim() : password
  return lower_case ? trimmed.toLowerCase() : trimmed
}

/**
 * The bytes that a typed password may have been hashed as, without duplicates: in UTF-8 as typed and in Unicode's normalization
 * form C, then in the charset.
 */
export function passwordCandidates(password: string, normalization: Normalization, fixed?: Charset): Uint8Array[] {
  const typed = normalized(password, normalization)
  const texts = [...new Set([typed, typed.normalize('NFC')])]
  const found = texts.flatMap((text) => {
    if (fixed) return [encode(text, fixed)]
    const in_charset = normalization.charset ? encode(text, normalization.charset) : undefined
    return [Buffer.from(text), in_charset]
  })
  const { max_bytes } = normalization
  const cut = found.filter((bytes) => bytes !== undefined).map((bytes) => bytes.subarray(0, max_bytes ?? bytes.length))
  return cut.filter((bytes, at) => cut.findIndex((other) => other.equals(bytes)) === at)
}
