import { Buffer } from 'node:buffer'
import type { Normalization } from './recipe-types.ts'
import { byte_charsets, type Charset } from './types.ts'

type ByteCharset = (typeof byte_charsets)[number]

const tables = new Map<ByteCharset, Map<string, number>>()

/** The byte of each character. */
function tableOf(charset: ByteCharset): Map<string, number> {
  const known = tables.get(charset)
  if (known) return known
  const decoder = new TextDecoder(charset, { fatal: true })
  const table = new Map<string, number>()
  for (let byte = 0; byte < 256; byte++) {
    try {
      table.set(decoder.decode(Uint8Array.of(byte)), byte)
    } catch {
      // The charset has no character at this byte.
    }
  }
  tables.set(charset, table)
  return table
}

function encodeByTable(text: string, charset: ByteCharset): Buffer | undefined {
  const table = tableOf(charset)
  const bytes = Array.from(text, (character) => table.get(character))
  return bytes.every((byte) => byte !== undefined) ? Buffer.from(bytes) : undefined
}

const encoders: Record<Exclude<Charset, ByteCharset>, (text: string) => Buffer | undefined> = {
  'utf-8': (text) => Buffer.from(text),
  latin1: (text) => (/^[\0-\xff]*$/.test(text) ? Buffer.from(text, 'latin1') : undefined),
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'low-byte': (text) => Buffer.from(text, 'latin1'),
}

const isByteCharset = (charset: Charset): charset is ByteCharset =>
  (byte_charsets as readonly Charset[]).includes(charset)

/** The bytes of a text in a charset; undefined where the charset has not all its characters. */
export function encode(text: string, charset: Charset): Buffer | undefined {
  return isByteCharset(charset) ? encodeByTable(text, charset) : encoders[charset](text)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Whether nothing is left of a password: no byte, or only bytes that are 0. It is no password. */
export const isBlank = (bytes: Uint8Array): boolean => !bytes.some((byte) => byte !== 0)

/** The text as the legacy store changed it before it hashed it. */
export function normalized(password: string, { trim, lower_case, escape_html }: Normalization): string {
  const trimmed = trim ? password.trim() : password
  const lowered = lower_case ? trimmed.toLowerCase() : trimmed
  return escape_html ? lowered.replace(/[&<>"]/g, (character) => entities[character] ?? '') : lowered
}

/**
 * The bytes that a typed password may have been hashed as, without duplicates: in UTF-8 as typed and in Unicode's normalization
 * form C, then in the charset. A spelling of which nothing is left is none.
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
  return cut.filter((bytes, at) => !isBlank(bytes) && cut.findIndex((other) => other.equals(bytes)) === at)
}
