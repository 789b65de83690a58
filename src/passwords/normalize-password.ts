import { encode, normalized } from './formats/password-encodings.ts'
import type { Normalization } from './formats/index.ts'

/**
 * What a credential compares of a password: the password in Unicode's normalization form C, changed as the legacy store changed it. Where
 * only the first bytes count, these are a text of one character per byte, because a character may have been cut.
 */
export function normalizePassword(composed: string, normalization: Normalization): string {
  const text = normalized(composed, normalization)
  const { max_bytes, charset } = normalization
  if (max_bytes === undefined) return text
  const bytes = (charset && encode(text, charset)) ?? Buffer.from(text)
  return bytes.subarray(0, max_bytes).toString('latin1')
}
