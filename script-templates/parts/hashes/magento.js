const dummy_hash = `${'0'.repeat(64)}:wherry:1`

function hashPassword(password) {
  const crypto = require('crypto')
  const salt = crypto.randomBytes(16).toString('hex')
  const hash = crypto.createHash('sha256').update(`${salt}${password}`).digest('hex')
  return { password: `${hash}:${salt}:1` }
}
