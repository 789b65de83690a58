function getUser(email, callback) {
  async function lookUp() {
    const row = await findUser(email)
    if (!row) return null
    // Not an absent user: a reset must not let a blocked person in, nor a sign-up take the address.
    refuseIfBlocked(row)
    return profileOf(row)
  }

  lookUp().then(
    (profile) => callback(null, profile),
    (error) => callback(error),
  )

  // ---- the same in login and get_user: settings, the pool, the query, the profile ----

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

  function count(name, fallback, most) {
    const value = Number(setting(name, fallback))
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new Error(`the setting ${name} must be a whole number from 1 to ${most}`)
    }
    return value
  }

  // The name of a table or column cannot be a parameter of a query, so it is checked and quoted.
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

  // One pool for both scripts of the connection, made anew when the settings change. Getting a connection (4 s)
  // and a query (4 s) together end before the script's own deadline.
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

  // The driver waits for a free connection without an end of its own.
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
      // After a time-out the connection is still busy with the old query.
      connection?.destroy()
      // What was typed has characters that the column cannot hold, so nobody is called that.
      if (error.code === 'ER_CANT_AGGREGATE_2COLLATIONS') return []
      throw error
    }
  }

  // The one row whose e-mail address (or username, when a column for it is set and no @ was typed) is the identifier.
  async function findUser(identifier, ...secret_columns) {
    const wanted = canonical(identifier)
    const columns = selection(...secret_columns)
    const by = columns.username && !wanted.includes('@') ? 'username' : 'email'
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
    // No stored text holds a NUL, and a query cannot either.
    const found = wanted.includes('\0') ? [] : await query(sql, [identifier.trim()])
    // Some collations also match other spellings (accents, dotless i, padding): only the same identifier is the person.
    const same = found.filter((row) => canonical(row[by]) === wanted)
    if (same.length > 1) throw new Error(`several users have the same ${by}`)
    return same[0]
  }

  function canonical(identifier) {
    return String(identifier ?? '')
      .trim()
      .normalize('NFKC')
      .toLowerCase()
  }

  // Booleans, numbers, bits, 't'/'f', 'Y'/'N', and times ("verified at"), as databases keep a yes or no.
  function isYes(value) {
    if (value instanceof Date) return !Number.isNaN(value.getTime())
    if (Buffer.isBuffer(value)) return value.some((byte) => byte !== 0)
    return !['', '0', 'f', 'false', 'n', 'no', 'off'].includes(
      String(value ?? '')
        .trim()
        .toLowerCase(),
    )
  }

  // A person whom the legacy store keeps out is kept out here too.
  function refuseIfBlocked(row) {
    if (isYes(row.blocked) || ('active' in row && !isYes(row.active))) {
      throw new UnauthorizedError('This user is blocked.')
    }
  }

  // The profile is made field by field: nothing else of the row leaves this script.
  function profileOf(row) {
    if (row.id === null || row.id === undefined) throw new Error('the user has no id')
    const profile = {
      user_id: Buffer.isBuffer(row.id) ? row.id.toString('hex') : String(row.id).trim(),
      email_verified: isYes(row.email_verified),
    }
    for (const key of ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']) {
      const text = String(row[key] ?? '').trim()
      if (text) profile[key] = text
    }
    return profile
  }

  // ---- the end of what is the same ----
}
