// Texts that name their algorithm: `$2y$10$…`, `{SSHA}…`, `pbkdf2_sha256$…`, `:B:…`.
const named =
  /(?:\$[\w-]{1,24}\$|\{[\w@.-]{1,40}\}|\b(?:pbkdf2|bcrypt|scrypt|argon2|sha\d{1,3}|md5)\w{0,12}[$:]|:(?:A|B|pbkdf2|bcrypt|argon2):)[^\s"'\\]{12,}/g
// A digest in hexadecimal digits or base64: 27 characters are the 20 bytes of sha1.
const printed = /[A-Za-z0-9+/]{27,}={0,2}/g

const looksRandom = (text: string): boolean =>
  /^[0-9a-f]+$/i.test(text) || (/\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text))

/** Replaces what looks like a password hash in a line of a script that reads hashes. */
export function maskHashes(text: string): string {
  return text.replace(named, '[hash]').replace(printed, (found) => (looksRandom(found) ? '[hash]' : found))
}
