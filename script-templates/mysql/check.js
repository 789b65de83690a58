function check(callback) {
  const sampled_rows = 20

  inspect().then(
    (found) => callback(null, found),
    (error) => callback(error),
  )

  async function inspect() {
    const { createConnection } = require('mysql2/promise')
    const ca = configuration.DATABASE_CA
    const connection = await createConnection({
      uri: configuration.DATABASE_URL,
      connectTimeout: 3000,
      charset: 'utf8mb4',
      ...(ca ? { ssl: { ca } } : {}),
    })
    connection.on('error', () => {})
    try {
      // MySQL and MariaDB have different names for the time limit of a statement.
      await connection.query('SET SESSION max_execution_time = 4000').catch(() => {})
      await connection.query('SET SESSION max_statement_time = 4').catch(() => {})
      await connection.query('START TRANSACTION READ ONLY')
      return await readTable(connection)
    } finally {
      connection.destroy()
    }
  }

  async function readTable(connection) {
    const table = (configuration.TABLE || 'users')
      .split('.')
      .map((part) => `\`${part.replaceAll('`', '``')}\``)
      .join('.')
    let rows
    try {
      ;[rows] = await connection.query({ sql: `SELECT * FROM ${table} LIMIT ${sampled_rows}`, timeout: 4500 })
    } catch (error) {
      if (error.code !== 'ER_NO_SUCH_TABLE') throw error
      return { tables: await tables(connection) }
    }
    const [shown] = await connection.query({ sql: `SHOW COLUMNS FROM ${table}`, timeout: 4500 })
    const columns = shown.map((column) => ({ name: column.Field, type: String(column.Type) }))
    const count = await connection
      .query({ sql: `SELECT count(*) AS n FROM ${table}`, timeout: 4500 })
      .then(([[row]]) => Number(row.n))
      .catch(() => null)
    return { columns, ignores_case: true, rows: count, sampled: rows.length, forms: formsOf(rows) }
  }

  async function tables(connection) {
    const [rows] = await connection.query({
      sql: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1 LIMIT 500',
      timeout: 4500,
    })
    return rows.map((row) => row.name)
  }

  // ---- shared by the checks of SQL templates: the forms of values, never a value ----

  function formsOf(rows) {
    return {
      EMAIL_COLUMN: countForms(rows, configuration.EMAIL_COLUMN || 'email', emailForm),
      PASSWORD_COLUMN: countForms(rows, configuration.PASSWORD_COLUMN || 'password_hash', hashForm),
    }
  }

  function countForms(rows, column, formOf) {
    const counts = {}
    for (const row of rows) {
      const value = row[column]
      const text = Buffer.isBuffer(value) ? `bytes of ${value.length}` : String(value ?? '').trim()
      const form = text === '' ? 'empty' : Buffer.isBuffer(value) ? text : formOf(text)
      counts[form] = (counts[form] || 0) + 1
    }
    return counts
  }

  function emailForm(text) {
    return /^[^\s@]+@[^\s@]+$/.test(text) ? 'address' : 'no address'
  }

  function hashForm(text) {
    if (/^\$2[abxy]\$/.test(text)) return 'bcrypt'
    if (text.startsWith('$argon2')) return 'argon2'
    if (/^pbkdf2_|^\$pbkdf2/.test(text)) return 'pbkdf2'
    if (/^\$[156PSH]\$/.test(text)) return 'crypt'
    if (/^\{[\w-]+\}/.test(text)) return 'LDAP'
    if (/^[0-9a-f]+$/i.test(text)) return `hex of ${text.length / 2} bytes`
    if (/^[A-Za-z0-9+/]+=*$/.test(text) && text.length >= 20)
      return `base64 of ${Math.floor(text.replace(/=+$/, '').length * 0.75)} bytes`
    return 'another form'
  }

  // ---- end of the shared part ----
}
