// One pool for all scripts of the connection. The time limits of getting a connection (4 s) and of a query (4 s) end before the deadline
// of a script.
function pool() {
  const { DATABASE_URL, DATABASE_CA } = configuration
  const key = JSON.stringify([DATABASE_URL, DATABASE_CA])
  if (global.legacyPool?.key === key) return global.legacyPool.pool
  global.legacyPool?.pool.end().catch(() => {})
  const options = {
    uri: configuration.DATABASE_URL,
    connectionLimit: setting.POOL_MAX,
    connectTimeout: 3000,
    idleTimeout: 60_000,
    supportBigNumbers: true,
    charset: 'utf8mb4',
  }
  const { createPool } = require('mysql2')
  const new_pool = createPool(DATABASE_CA ? { ...options, ssl: { ca: configuration.DATABASE_CA } } : options).promise()
  global.legacyPool = { key, pool: new_pool }
  return new_pool
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
  return (await run([[sql, values]]))[0]
}

// Runs several statements in one transaction.
function transaction(statements) {
  return run([['START TRANSACTION'], ...statements, ['COMMIT']])
}

async function run(statements) {
  const results = []
  const connection = await freeConnection()
  try {
    for (const [sql, values] of statements) {
      const statement = { sql, values, timeout: 4000 }
      // START TRANSACTION cannot be prepared.
      results.push((await (values ? connection.execute(statement) : connection.query(statement)))[0])
    }
    connection.release()
    return results
  } catch (error) {
    // After a timeout the connection still runs the query; closing it also rolls a transaction back.
    connection.destroy()
    // The identifier has characters that the column cannot contain, so no user has it.
    if (error.code === 'ER_CANT_AGGREGATE_2COLLATIONS' && /^\s*SELECT/.test(statements[0][0])) return [[]]
    if (error.code === 'ER_DUP_ENTRY') throw new ValidationError('user_exists', 'The user exists already.')
    throw error
  }
}

// Reads for a check, in a transaction that cannot write. MySQL and MariaDB have different names for the time limit of a statement.
async function openReader() {
  const { createConnection } = require('mysql2/promise')
  const ca = configuration.DATABASE_CA
  const connection = await createConnection({
    uri: configuration.DATABASE_URL,
    connectTimeout: 3000,
    charset: 'utf8mb4',
    ...(ca ? { ssl: { ca } } : {}),
  })
  connection.on('error', () => {})
  await connection.query('SET SESSION max_execution_time = 4000').catch(() => {})
  await connection.query('SET SESSION max_statement_time = 4').catch(() => {})
  await connection.query('START TRANSACTION READ ONLY')
  async function read(sql) {
    const [rows] = await connection.query({ sql, timeout: 4500 })
    return { rows }
  }
  async function columnsOf() {
    const { rows } = await read(`SHOW COLUMNS FROM ${table}`)
    return rows.map((column) => ({ name: column.Field, type: String(column.Type) }))
  }
  const table = `{{TABLE}}`
  return { table, read, columnsOf, ignores_case: true, close: () => connection.destroy() }
}

function isMissingTable(error) {
  return error.code === 'ER_NO_SUCH_TABLE'
}

async function tablesOf(read) {
  const { rows } = await read(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1 LIMIT 500',
  )
  return rows.map((row) => row.name)
}
