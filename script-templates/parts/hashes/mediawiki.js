const dummy_hash = `:pbkdf2:sha512:30000:64:${'A'.repeat(22)}==:${'A'.repeat(86)}==`

async function hashPassword(password) {
  const crypto = require('crypto')
  const salt = crypto.randomBytes(16)
  const hash = await require('util').promisify(crypto.pbkdf2)(password, salt, 30_000, 64, 'sha512')
  return { password: `:pbkdf2:sha512:30000:64:${salt.toString('base64')}:${hash.toString('base64')}` }
}
