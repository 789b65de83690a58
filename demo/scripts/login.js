function login(email, password, callback) {
  const bcrypt = require('bcrypt')
  const crypto = require('crypto')
  const { Pool } = require('pg')

  // `global` is kept between calls: one pool per connection of Wherry, replaced when the URL changes.
  if (global.legacyStore?.url !== configuration.DATABASE_URL) {
    global.legacyStore?.pool.end().catch(() => {})
    const pool = new Pool({
      connectionString: configuration.DATABASE_URL,
      max: 4,
      connectionTimeoutMillis: 3000,
      query_timeout: 4000,
    })
    pool.on('error', (error) => console.log('an idle database connection failed:', error.message))
    global.legacyStore = { url: configuration.DATABASE_URL, pool }
  }

  // The legacy table has three formats of password hashes:
  //   $2b$10$…                                bcrypt
  //   pbkdf2_sha256$iterations$salt$base64    PBKDF2 with SHA-256
  //   sha256$salt$hex                         SHA-256 of salt and password
  async function matches(stored) {
    if (stored.startsWith('$2')) return bcrypt.compare(password, stored)
    const parts = stored.split('$')
    if (parts[0] === 'pbkdf2_sha256') {
      const [, iterations, salt, hash] = parts
      const expected = Buffer.from(hash, 'base64')
      const derived = await new Promise((resolve, reject) => {
        crypto.pbkdf2(password, salt, Number(iterations), expected.length, 'sha256', (error, key) =>
          error ? reject(error) : resolve(key),
        )
      })
      return crypto.timingSafeEqual(derived, expected)
    }
    if (parts[0] === 'sha256') {
      const [, salt, hash] = parts
      const digest = crypto
        .createHash('sha256')
        .update(salt + password)
        .digest()
      const expected = Buffer.from(hash, 'hex')
      return digest.length === expected.length && crypto.timingSafeEqual(digest, expected)
    }
    throw new Error('a stored password has an unknown format')
  }

  async function authenticate() {
    const { rows } = await global.legacyStore.pool.query(
      'select id, email, name, email_verified, disabled, password_hash from users where lower(email) = lower($1)',
      [email],
    )
    const row = rows[0]
    if (!row) {
      // Verifies a dummy hash, so that the response time does not reveal whether the user exists.
      await matches('$2b$10$1CdZ/HO1j69E9q6mJNa44eP.unKd4SyWCUkn3PJ6LpU0EIttrTula')
      throw new WrongUsernameOrPasswordError(null, 'no such user')
    }
    if (!(await matches(row.password_hash))) throw new WrongUsernameOrPasswordError(String(row.id), 'wrong password')
    if (row.disabled) throw new UnauthorizedError('This user is disabled.')
    return { user_id: String(row.id), email: row.email, email_verified: row.email_verified, name: row.name }
  }

  authenticate().then(
    (profile) => callback(null, profile),
    (error) => callback(error),
  )
}
