function check(callback) {
  const sampled_rows = 20

  inspect().then(
    (found) => callback(null, found),
    (error) => callback(error),
  )

  async function inspect() {
    const { Client } = require('pg')
    const ca = configuration.DATABASE_CA
    const client = new Client({
      connectionString: configuration.DATABASE_URL,
      connectionTimeoutMillis: 3000,
      query_timeout: 4500,
      ...(ca ? { ssl: { ca } } : {}),
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return await readTable(client)
    } finally {
      client.end().catch(() => {})
    }
  }

  // Every statement runs in a transaction that cannot write, and ends after 4 s.
  async function read(client, sql, values) {
    await client.query('BEGIN TRANSACTION READ ONLY')
    try {
      await client.query("SET LOCAL statement_timeout = '4s'")
      return await client.query(sql, values)
    } finally {
      await client.query('ROLLBACK')
    }
  }

  async function readTable(client) {
    const table = (configuration.TABLE || 'users')
      .split('.')
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.')
    let sample
    try {
      sample = await read(client, `SELECT * FROM ${table} LIMIT ${sampled_rows}`)
    } catch (error) {
      // No such table, or no such schema.
      if (error.code !== '42P01' && error.code !== '3F000') throw error
      return { tables: await tables(client) }
    }
    const types = await read(client, 'SELECT oid, typname FROM pg_type WHERE oid = ANY($1)', [
      sample.fields.map((field) => field.dataTypeID),
    ])
    const names = new Map(types.rows.map(({ oid, typname }) => [Number(oid), typname]))
    const columns = sample.fields.map((field) => ({ name: field.name, type: names.get(field.dataTypeID) || '' }))
    const count = await read(client, `SELECT count(*) AS n FROM ${table}`).catch(() => undefined)
    const rows = count ? Number(count.rows[0].n) : null
    return { columns, rows, sampled: sample.rows.length, forms: formsOf(sample.rows) }
  }

  async function tables(client) {
    const { rows } = await read(
      client,
      `SELECT table_schema, table_name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 500`,
    )
    return rows.map((row) => (row.table_schema === 'public' ? row.table_name : `${row.table_schema}.${row.table_name}`))
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
