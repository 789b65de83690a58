import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import { limits } from './limits.ts'
import { HashError } from './types.ts'

/** Whether both are the same bytes, compared in constant time. An empty hash equals nothing. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right)
}

/** Whether both are the same text, compared in constant time. */
export const equalText = (left: string, right: string): boolean => equalBytes(utf8(left), utf8(right))

/** The groups of a match, without the whole text; an empty text for one that took no part, and for those beyond the last. */
export type Groups = readonly [string, string, string, string, string, string, string]

/** The groups of a match; undefined where the text has not the form. */
export function groupsOf(form: RegExp, text: string): Groups | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, a = '', b = '', c = '', d = '', e = '', f = '', g = ''] = match
  return [a, b, c, d, e, f, g]
}

/** A text in UTF-8. */
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')
/** Bytes in lower-case hexadecimal digits. */
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
/** Bytes one after the other. */
export const concat = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts)

/** The bytes of a hexadecimal text; undefined where it is none. */
export function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** The bytes of a base64 text, standard or URL-safe, padded or not; undefined where it is none. */
export function fromBase64(text: string): Buffer | undefined {
  const digits = text.replace(/={1,2}$/, '')
  return /^[A-Za-z0-9+/_-]*$/.test(digits) && digits.length % 4 !== 1 ? Buffer.from(digits, 'base64') : undefined
}

/** Base64 as passlib writes it: `.` instead of `+`, no padding. */
export const fromAdaptedBase64 = (text: string): Buffer | undefined => fromBase64(text.replaceAll('.', '+'))

/** The decoded bytes. @throws HashError `malformed` where the text could not be decoded */
export function requireBytes(
  format: string,
  what: string,
  bytes: Buffer | undefined,
  maximum: number = limits.salt_bytes,
): Buffer {
  if (bytes !== undefined && bytes.length <= maximum) return bytes
  const problem = bytes === undefined ? 'cannot be decoded' : `is longer than ${maximum} bytes`
  throw new HashError('malformed', `${format}: ${what} ${problem}`, format)
}

/** The alphabet of crypt(3), in the order of its values. */
export const crypt_alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The lowest `characters` groups of 6 bits, the lowest first. */
export function cryptDigits(value: number, characters: number): string {
  let text = ''
  for (let rest = value; text.length < characters; rest >>>= 6) text += crypt_alphabet[rest & 63]
  return text
}

const bcrypt_alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const base64_alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes of bcrypt's own base64. Unused bits at the end are ignored, as bcrypt does. */
export function fromBcryptBase64(text: string): Buffer {
  const standard = text.replace(/./g, (digit) => base64_alphabet[bcrypt_alphabet.indexOf(digit)] ?? '')
  return Buffer.from(standard, 'base64')
}

/** bcrypt's own base64 of bytes. */
export function toBcryptBase64(bytes: Uint8Array): string {
  const standard = Buffer.from(bytes).toString('base64').replace(/=+$/, '')
  return standard.replace(/./g, (digit) => bcrypt_alphabet[base64_alphabet.indexOf(digit)] ?? '')
}
