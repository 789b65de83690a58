// Parts of names that mean a password, in the languages of known legacy stores.
const password_name = /passw|passphrase|passcode|pwd|kennwort|wachtwoord|contrase|motdepasse|haslo/
const secret_words = new Set(
  'hash hashes salt salts secret secrets token tokens pepper totp hotp otp pw pin cvv cvc answer answers'.split(' '),
)
const secret_pairs =
  /^(user|login|web|db|wp|my|old|legacy|member|customer|admin)?(pass|pw)$|(private|api|access|auth|login)key$|(recovery|backup|scratch)codes?$|securitystamp$|(otp|totp|cvv|cvc)code$|mfafactors$/
// Words that may follow the name of a secret: `hash_hex` is a hash, `hash_rate` is not.
const qualifiers = new Set('hex base64 b64 value text data string old new current previous encrypted key'.split(' '))
const run_together = /.(hash|secret|token|answer)$/

/** The words of a member's name in lower case: `passwordHash2` → password, hash. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})/u)
    .filter((word) => word !== '' && !/^\d{1,3}$/.test(word))
}

/** Whether a member of this name is a secret: a password, a PIN, a hash, a salt, a token, a key or the answer
 * to a security question. `hashtag` and `secretary` are not. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  const joined = words.join('')
  if (password_name.test(joined) || secret_pairs.test(joined)) return true
  while (words.length > 1 && qualifiers.has(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1) ?? ''
  return secret_words.has(last) || run_together.test(last)
}
