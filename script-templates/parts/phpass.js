// phpass: a digest of salt and password, and then of digest and password, 2 ** log2 times.
function portableHash(kind, log2, length, password) {
  const crypto = require('crypto')
  const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const salt = [...crypto.randomBytes(8)].map((byte) => letters[byte & 63]).join('')
  let hash = Buffer.from(salt)
  for (let round = 0; round <= 2 ** log2; round += 1) {
    hash = crypto.createHash(kind).update(hash).update(password).digest()
  }
  // Each three bytes, the lowest first, are four letters.
  let text = ''
  for (let at = 0; at < hash.length; at += 3) {
    const value = hash[at] | ((hash[at + 1] ?? 0) << 8) | ((hash[at + 2] ?? 0) << 16)
    for (let letter = 0; letter < Math.min(4, Math.ceil(((hash.length - at) * 8) / 6)); letter += 1) {
      text += letters[(value >> (6 * letter)) & 63]
    }
  }
  return `${letters[log2]}${salt}${text}`.slice(0, length)
}
