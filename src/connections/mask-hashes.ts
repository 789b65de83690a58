import { cut_mark } from '../base/cut-text.ts'

// Texts that name their algorithm: `$2y$10$…`, `{SSHA}…`, `pbkdf2_sha256$…`, `:B:…`.
const named =
  /(?:\$[\w-]{1,24}\$|\{[\w@.-]{1,40}\}|\b(?:pbkdf2|bcrypt|scrypt|argon2|sha\d{1,3}|md5)\w{0,12}[$:]|:(?:A|B|pbkdf2|bcrypt|argon2):)[^\s"'\\]{12,}/g
// A digest in hexadecimal digits or base64: 27 characters are the 20 bytes of sha1.
const printed = /[A-Za-z0-9+/]{27,}={0,2}/g

// The bytes of a binary column, as the console prints them, also without their end, and as JSON has them.
const bytes = /<Buffer(?: [0-9a-f]{2})+[^<>]*>?|(?<="?data"?: ?)\[[\d,\s]{12,}\]?/g
// A hash of DES-crypt.
const des_crypt = /(?<![\w./+-])[./0-9A-Za-z]{13}(?![\w./+-])/g

const isMixed = (text: string): boolean => /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)
const isDigest = (text: string): boolean => /^[0-9a-f]+$/i.test(text) || isMixed(text)

const word_character = /[^\s"'\\]/

/** A part of a text before a place where it was cut, without its last word, which may be the beginning of a hash. */
function withoutLastWord(part: string): string {
  let end = part.length
  while (end > 0 && word_character.test(part.charAt(end - 1))) end -= 1
  return part.slice(0, end)
}

function withoutCutWords(text: string): string {
  const parts = text.split(cut_mark)
  return parts.map((part, nth) => (nth < parts.length - 1 ? withoutLastWord(part) : part)).join(cut_mark)
}

/** Replaces what looks like a password hash in a line of a script that reads hashes, and leaves out a word that was cut. */
export function maskHashes(text: string): string {
  return withoutCutWords(text)
    .replace(named, '[hash]')
    .replace(bytes, '[bytes]')
    .replace(printed, (found) => (isDigest(found) ? '[hash]' : found))
    .replace(des_crypt, (found) => (isMixed(found) ? '[hash]' : found))
}
