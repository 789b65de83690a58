import { encode, isBlank, normalized } from './formats/password-encodings.ts'
import type { Normalization } from './formats/index.ts'

/**
 * What a credential compares of a password: the password in Unicode's normalization form C, changed as the legacy store changed it. With a
 * charset, or where only the first bytes count, these are its bytes, as a text of one character per byte: two spellings with the same
 * bytes are the same password. A password that the charset cannot write has those of UTF-8.
 */
export function normalizePassword(composed: string, normalization: Normalization): string {
  const text = normalized(composed, normalization)
  const { max_bytes, charset } = normalization
  if (max_bytes === undefined && charset === undefined) return text
  const bytes = (charset && encode(text, charset)) ?? Buffer.from(text)
  return bytes.subarray(0, max_bytes ?? bytes.length).toString('latin1')
}

/** Whether a legacy store left nothing of the password that it hashed, as of blanks which it trimmed: such a password never matches. */
export function isBlankPassword(password: string, normalization: Normalization): boolean {
  return isBlank(Buffer.from(normalizePassword(password.normalize('NFC'), normalization)))
}
