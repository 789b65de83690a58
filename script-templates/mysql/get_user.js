function getUser(email, callback) {
  async function lookUp() {
    const row = await findUser(email)
    if (!row) return null
    // An error, not null: a blocked user must not reset the password, and a sign-up must not take the address.
    refuseIfBlocked(row)
    return profileOf(row)
  }

  lookUp().then(
    (profile) => callback(null, profile),
    (error) => callback(error),
  )

  // ---- shared by login and get_user: settings, the pool, the query, the profile ----

  function setting(name, fallback) {
    const value = configuration[name]
    if (value !== undefined && value !== null && value !== '') return String(value)
    if (fallback === undefined) throw new Error(`the setting ${name} is missing`)
    return fallback
  }

  function choice(name, values) {
    const value = setting(name, values[0])
    if (!values.includes(value)) throw new Error(`the setting ${name} must be one of ${values.join(', ')}`)
    return value
  }

  function count(name, fallback, maximum) {
    const value = Number(setting(name, fallback))
    if (!Number.isInteger(value) || value < 1 || value > maximum) {
      throw new Error(`the setting ${name} must be a whole number from 1 to ${maximum}`)
    }
    return value
  }

  // Names of tables and columns cannot be query parameters, so they are validated and quoted.
  function quoted(name, value) {
    if (!/^[\p{L}_][\p{L}\p{N}_$ -]{0,62}$/u.test(value)) throw new Error(`the setting ${name} is not a name`)
    return `\`${value}\``
  }

  function selection(...secret_columns) {
    const columns = { id: setting('ID_COLUMN', 'id'), email: setting('EMAIL_COLUMN', 'email') }
    const shown = ['username', 'email_verified', 'name', 'given_name', 'family_name', 'nickname', 'picture']
    for (const key of [...shown, 'blocked', 'active', ...secret_columns]) {
      const name = setting(`${key.toUpperCase()}_COLUMN`, key === 'password' ? 'password_hash' : '')
      if (name) columns[key] = name
    }
    return Object.fromEntries(
      Object.entries(columns).map(([key, name]) => [key, quoted(`${key.toUpperCase()}_COLUMN`, name)]),
    )
  }

  // One pool for both scripts of the connection, created again when the settings change. The time limits of getting a
  // connection (4 s) and of a query (4 s) end before the script's deadline.
  function pool() {
    const options = {
      uri: setting('DATABASE_URL'),
      connectionLimit: count('POOL_MAX', 4, 50),
      connectTimeout: 3000,
      idleTimeout: 60_000,
      enableKeepAlive: true,
      supportBigNumbers: true,
      charset: 'utf8mb4',
    }
    const ca = setting('DATABASE_CA', '')
    if (ca) options.ssl = { ca }
    const key = JSON.stringify(options)
    if (global.legacyPool?.key !== key) {
      global.legacyPool?.pool.end().catch(() => {})
      const { createPool } = require('mysql2')
      global.legacyPool = { key, pool: createPool(options).promise() }
    }
    return global.legacyPool.pool
  }

  // The driver has no time limit for waiting for a free connection.
  function freeConnection() {
    return new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(Object.assign(new Error('no connection to the legacy store was free in time'), { code: 'ETIMEDOUT' }))
      }, 4000)
      pool()
        .getConnection()
        .then((connection) => (late ? connection.release() : resolve(connection)), reject)
        .finally(() => clearTimeout(timer))
    })
  }

  async function query(sql, values) {
    let connection
    try {
      connection = await freeConnection()
      const [rows] = await connection.execute({ sql, values, timeout: 4000 })
      connection.release()
      return rows
    } catch (error) {
      // After a timeout the connection still runs the query.
      connection?.destroy()
      // The identifier has characters that the column cannot contain, so no user has it.
      if (error.code === 'ER_CANT_AGGREGATE_2COLLATIONS') return []
      throw error
    }
  }

  // The row whose e-mail address is the identifier, or whose username is, where USERNAME_COLUMN is set and the identifier has no @.
  async function findUser(identifier, ...secret_columns) {
    const canonical_identifier = canonical(identifier)
    const columns = selection(...secret_columns)
    const by = columns.username && !canonical_identifier.includes('@') ? 'username' : 'email'
    const table = setting('TABLE', 'users')
      .split('.')
      .map((part) => quoted('TABLE', part))
      .join('.')
    const list = Object.entries(columns).map(([key, column]) => `${column} AS ${key}`)
    const sql = `SELECT ${list.join(', ')} FROM ${table} WHERE ${
      choice('IDENTIFIER_MATCH', ['collation', 'ignore_case']) === 'collation'
        ? `${columns[by]} = ?`
        : `LOWER(${columns[by]}) = LOWER(?)`
    } LIMIT 20`
    // Neither a stored text nor a query can contain NUL.
    const found = canonical_identifier.includes('\0') ? [] : await query(sql, [identifier.trim()])
    // Some collations match other spellings, too (accents, dotless i, padding). Only an equal identifier is accepted.
    const same = found.filter((row) => canonical(row[by]) === canonical_identifier)
    if (same.length > 1) throw new Error(`several users have the same ${by}`)
    return same[0]
  }

  function canonical(identifier) {
    return String(identifier ?? '')
      .trim()
      .normalize('NFKC')
      .toLowerCase()
  }

  // True for booleans, numbers, bits, 't'/'f', 'Y'/'N' and times ("verified at"), the forms in which databases store true.
  function isTrue(value) {
    if (value instanceof Date) return !Number.isNaN(value.getTime())
    if (Buffer.isBuffer(value)) return value.some((byte) => byte !== 0)
    return !['', '0', 'f', 'false', 'n', 'no', 'off'].includes(
      String(value ?? '')
        .trim()
        .toLowerCase(),
    )
  }

  // Refuses a user who is blocked in the legacy store.
  function refuseIfBlocked(row) {
    if (isTrue(row.blocked) || ('active' in row && !isTrue(row.active))) {
      throw new UnauthorizedError('This user is blocked.')
    }
  }

  // Builds the profile field by field: other columns of the row are not returned.
  function profileOf(row) {
    if (row.id === null || row.id === undefined) throw new Error('the user has no id')
    const profile = {
      user_id: Buffer.isBuffer(row.id) ? row.id.toString('hex') : String(row.id).trim(),
      email_verified: isTrue(row.email_verified),
    }
    for (const key of ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']) {
      const text = String(row[key] ?? '').trim()
      if (text) profile[key] = text
    }
    return profile
  }

  // ---- end of the shared part ----
}
