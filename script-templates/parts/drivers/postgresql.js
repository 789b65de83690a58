// One pool for all scripts of the connection. The time limits of connecting (3 s) and of a query (4 s) end before the deadline of a script.
function pool() {
  const { DATABASE_URL, DATABASE_CA } = configuration
  const key = JSON.stringify([DATABASE_URL, DATABASE_CA])
  if (global.legacyPool?.key === key) return global.legacyPool.pool
  global.legacyPool?.pool.end().catch(() => {})
  const { Pool } = require('pg')
  const options = {
    connectionString: configuration.DATABASE_URL,
    max: setting.POOL_MAX,
    connectionTimeoutMillis: 3000,
    query_timeout: 4000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  }
  const new_pool = new Pool(DATABASE_CA ? { ...options, ssl: { ca: configuration.DATABASE_CA } } : options)
  new_pool.on('error', (error) => console.log('an idle connection to the legacy store failed:', error.message))
  global.legacyPool = { key, pool: new_pool }
  return new_pool
}

async function query(sql, values, client = pool()) {
  try {
    return (await client.query(sql, values)).rows
  } catch (error) {
    // Timeouts and lost connections have no error code in this driver. The code marks them as an outage.
    if (!error.code && /timeout|terminated|ended/i.test(error.message)) error.code = 'ETIMEDOUT'
    if (error.code === '23505') throw new ValidationError('user_exists', 'The user exists already.')
    throw error
  }
}

// Runs several statements in one transaction.
async function transaction(statements) {
  const client = await pool().connect()
  let failed = true
  try {
    await query('BEGIN', [], client)
    for (const [sql, values] of statements) await query(sql, values, client)
    await query('COMMIT', [], client)
    failed = false
  } finally {
    // A connection in an unfinished transaction is closed, which rolls it back.
    client.release(failed)
  }
}

// Reads for a check: every statement runs in a transaction that cannot write, and ends after 4 s.
async function openReader() {
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
  async function read(sql, values) {
    await client.query('BEGIN TRANSACTION READ ONLY')
    try {
      await client.query("SET LOCAL statement_timeout = '4s'")
      return await client.query(sql, values)
    } finally {
      await client.query('ROLLBACK')
    }
  }
  async function columnsOf({ fields }) {
    const types = await read('SELECT oid, typname FROM pg_type WHERE oid = ANY($1)', [
      fields.map((field) => field.dataTypeID),
    ])
    const names = new Map(types.rows.map(({ oid, typname }) => [Number(oid), typname]))
    return fields.map((field) => ({ name: field.name, type: names.get(field.dataTypeID) || '' }))
  }
  return { table: `{{TABLE}}`, read, columnsOf, close: () => client.end().catch(() => {}) }
}

// No such table, or no such schema.
function isMissingTable(error) {
  return error.code === '42P01' || error.code === '3F000'
}

async function tablesOf(read) {
  const { rows } = await read(
    `SELECT table_schema, table_name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 500`,
  )
  return rows.map((row) => (row.table_schema === 'public' ? row.table_name : `${row.table_schema}.${row.table_name}`))
}
