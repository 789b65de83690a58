import { digestBytes } from '../base/digest.ts'

/** The `at_hash` or `c_hash` of a token or code: the left half of its SHA-256 digest (OpenID Connect Core section 3.3.2.11). */
export function halfHash(text: string): string {
  return digestBytes(text).subarray(0, 16).toString('base64url')
}
