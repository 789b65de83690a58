function login(userNameOrEmail, password, callback) {
  const bcrypt = require('bcrypt')
  const crypto = require('crypto')

  async function authenticate() {
    const row = await findUser(userNameOrEmail, 'password', 'salt')
    const matches = await passwordMatches(row)
    if (!row) throw new WrongUsernameOrPasswordError(null, 'no such user')
    const profile = profileOf(row)
    if (!matches) throw new WrongUsernameOrPasswordError(profile.user_id, 'wrong password')
    refuseIfBlocked(row)
    return profile
  }

  authenticate().then(
    (profile) => callback(null, profile),
    (error) => callback(error),
  )

  // Values that begin with $2a$, $2b$ or $2y$ are bcrypt regardless of PASSWORD_HASH: many stores changed the format over time.
  async function passwordMatches(row) {
    const kind = choice('PASSWORD_HASH', ['bcrypt', 'pbkdf2', 'md5', 'sha1', 'sha256', 'sha512'])
    const stored = Buffer.isBuffer(row?.password) ? row.password : String(row?.password ?? '').trim()
    const text = String(stored)
    if (/^\$2[aby]\$\d\d\$.{53}$/.test(text)) return bcrypt.compare(password, text.replace('$2y$', '$2b$'))
    if (!row || text === '' || (typeof stored === 'string' && /^[!*]/.test(stored))) {
      // No user, or no usable password: a dummy hash takes the same time as a wrong password.
      await verifyDummy(kind)
      return false
    }
    if (kind === 'bcrypt') throw new Error('the stored password is not bcrypt: check PASSWORD_HASH')
    if (kind !== 'pbkdf2') return equal(digestOf(kind, saltOf(row)), decoded(stored), kind)
    const { digest, rounds, salt, hash } = pbkdf2Parts(text, stored, row)
    return equal(await derived(salt, rounds, hash.length, digest), hash, kind)
  }

  async function verifyDummy(kind) {
    const cost = String(count('BCRYPT_COST', 10, 15)).padStart(2, '0')
    if (kind === 'bcrypt') await bcrypt.compare(password, `$2b$${cost}$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`)
    else if (kind === 'pbkdf2') await derived('salt', count('HASH_ITERATIONS', 600_000, 10_000_000), 32, 'sha256')
    else digestOf(kind, 'salt')
  }

  // The formats of Django (pbkdf2_sha256$rounds$salt$base64) and of passlib and PHC ($pbkdf2-sha256$i=rounds$salt$hash)
  // contain their parameters. For a plain hash the parameters are settings.
  function pbkdf2Parts(text, stored, row) {
    const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([^$]+)$/.exec(text)
    if (django) return pbkdf2Of(django[1], django[2], django[3], Buffer.from(django[4], 'base64'))
    const phc = /^\$pbkdf2-(sha1|sha256|sha512)\$(?:i=)?(\d+)(?:,l=\d+)?\$([^$]+)\$([^$]+)$/.exec(text)
    if (phc) {
      const [salt, hash] = [phc[3], phc[4]].map((part) => Buffer.from(part.replaceAll('.', '+'), 'base64'))
      return pbkdf2Of(phc[1], phc[2], salt, hash)
    }
    const digest = choice('HASH_DIGEST', ['sha256', 'sha1', 'sha512'])
    return pbkdf2Of(digest, count('HASH_ITERATIONS', undefined, 10_000_000), saltOf(row), decoded(stored))
  }

  function pbkdf2Of(digest, rounds, salt, hash) {
    if (hash.length < 16 || hash.length > 512 || Number(rounds) > 10_000_000) throw unreadable('pbkdf2')
    return { digest, rounds: Number(rounds), salt, hash }
  }

  function derived(salt, rounds, length, digest) {
    return new Promise((resolve, reject) => {
      crypto.pbkdf2(password, salt, rounds, length, digest, (error, key) => (error ? reject(error) : resolve(key)))
    })
  }

  function digestOf(kind, salt) {
    const hash = crypto.createHash(kind)
    const parts = choice('SALT_POSITION', ['before', 'after']) === 'before' ? [salt, password] : [password, salt]
    for (const part of parts) hash.update(part)
    return hash.digest()
  }

  function saltOf(row) {
    const salt = row.salt ?? ''
    return Buffer.isBuffer(salt) ? salt : Buffer.from(String(salt), choice('SALT_ENCODING', ['utf8', 'hex', 'base64']))
  }

  // A binary column contains the bytes of the hash, a text column hex or base64.
  function decoded(stored) {
    return Buffer.isBuffer(stored) ? stored : Buffer.from(stored, choice('HASH_ENCODING', ['hex', 'base64']))
  }

  function equal(computed, stored, kind) {
    if (computed.length !== stored.length) throw unreadable(kind)
    return crypto.timingSafeEqual(computed, stored)
  }

  function unreadable(kind) {
    return new Error(`the stored password cannot be read as ${kind}: check PASSWORD_HASH and HASH_ENCODING`)
  }

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
    return `"${value}"`
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

  // One pool for both scripts of the connection, created again when the settings change. The time limits of connecting (3 s)
  // and a query (4 s) end before the script's deadline.
  function pool() {
    const options = {
      connectionString: setting('DATABASE_URL'),
      max: count('POOL_MAX', 4, 50),
      connectionTimeoutMillis: 3000,
      query_timeout: 4000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
    }
    const ca = setting('DATABASE_CA', '')
    if (ca) options.ssl = { ca }
    const key = JSON.stringify(options)
    if (global.legacyPool?.key !== key) {
      global.legacyPool?.pool.end().catch(() => {})
      const { Pool } = require('pg')
      const new_pool = new Pool(options)
      new_pool.on('error', (error) => console.log('an idle connection to the legacy store failed:', error.message))
      global.legacyPool = { key, pool: new_pool }
    }
    return global.legacyPool.pool
  }

  async function query(sql, values) {
    try {
      return (await pool().query(sql, values)).rows
    } catch (error) {
      // Timeouts and lost connections have no error code in this driver. The code marks them as an outage.
      if (!error.code && /timeout|terminated|ended/i.test(error.message)) error.code = 'ETIMEDOUT'
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
      choice('IDENTIFIER_MATCH', ['ignore_case', 'exact']) === 'exact'
        ? `${columns[by]} = $1`
        : `lower(${columns[by]}::text) = lower($1)`
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
