function getUser(email, callback) {
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

  global.legacyStore.pool
    .query('select id, email, name, email_verified, disabled from users where lower(email) = lower($1)', [email])
    .then(({ rows: [row] }) => {
      if (!row) return callback(null)
      if (row.disabled) return callback(new UnauthorizedError('This user is disabled.'))
      callback(null, {
        user_id: String(row.id),
        email: row.email,
        email_verified: row.email_verified,
        name: row.name,
      })
    }, callback)
}
