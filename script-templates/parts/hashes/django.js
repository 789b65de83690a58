const dummy_hash = `pbkdf2_sha256$600000$wherry$${'A'.repeat(43)}=`

async function hashPassword(password) {
  const crypto = require('crypto')
  const salt = crypto.randomBytes(16).toString('hex')
  const hash = await require('util').promisify(crypto.pbkdf2)(password, salt, 600_000, 32, 'sha256')
  return { password: `pbkdf2_sha256$600000$${salt}$${hash.toString('base64')}` }
}
