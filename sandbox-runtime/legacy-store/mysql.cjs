// MySQL and MariaDB, by `mysql2`.
'use strict'

const connect_ms = 3000
const free_connection_ms = 4000
const statement_ms = 4000
const idle_ms = 60_000

// Strings, quoted names, comments; `?`.
const tokens = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--\s[^\n]*|#[^\n]*|\/\*[^]*?\*\/|\?/g

// Options that are set here precede those of the address.
const connectionOf = ({ url, ca }) => ({
  uri: url,
  connectTimeout: connect_ms,
  supportBigNumbers: true,
  charset: 'utf8mb4',
  // The name of its sessions in performance_schema.
  connectAttributes: { program_name: 'wherry' },
  ...(ca && { ssl: { ca } }),
})

function openPool(requireFromTree, settings) {
  const pool = requireFromTree('mysql2')
    .createPool({ ...connectionOf(settings), connectionLimit: settings.pool_max, idleTimeout: idle_ms })
    .promise()

  /** The driver has no time limit for waiting for a free connection. */
  function freeConnection() {
    return new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(Object.assign(new Error('no connection to the legacy store was free in time'), { code: 'ETIMEDOUT' }))
      }, free_connection_ms)
      pool
        .getConnection()
        .then((connection) => (late ? connection.release() : resolve(connection)), reject)
        .finally(() => clearTimeout(timer))
    })
  }

  async function runOne(connection, sql, values) {
    try {
      const [result] = await connection.execute({ sql, values, timeout: statement_ms })
      return Array.isArray(result) ? { rows: result, count: result.length } : { rows: [], count: result.affectedRows }
    } catch (error) {
      // The text has characters that the compared column cannot contain: no row has it.
      if (error.code !== 'ER_CANT_AGGREGATE_2COLLATIONS' || !/^\s*SELECT\b/i.test(sql)) throw error
      return { rows: [], count: 0 }
    }
  }

  async function run(statements, in_transaction) {
    const connection = await freeConnection()
    // These two cannot be prepared.
    const send = (sql) => connection.query({ sql, timeout: statement_ms })
    try {
      const results = []
      if (in_transaction) await send('START TRANSACTION')
      for (const [sql, values] of statements) results.push(await runOne(connection, sql, values))
      if (in_transaction) await send('COMMIT')
      connection.release()
      return results
    } catch (error) {
      // After the time limit the connection still runs the statement; closing it also rolls a transaction back.
      connection.destroy()
      throw error
    }
  }

  return { run, end: () => pool.end() }
}

/** All statements run in one transaction that cannot write. MySQL and MariaDB have different names for the time limit of a statement. */
async function openReader(requireFromTree, { statement_ms: read_ms, ...settings }) {
  const connection = await requireFromTree('mysql2/promise').createConnection(connectionOf(settings))
  connection.on('error', () => {})
  await connection.query(`SET SESSION max_execution_time = ${read_ms}`).catch(() => {})
  await connection.query(`SET SESSION max_statement_time = ${read_ms / 1000}`).catch(() => {})
  await connection.query('START TRANSACTION READ ONLY')
  async function read(sql, values) {
    const [rows, fields] = await connection.query({ sql, values, timeout: read_ms + 500 })
    return { rows, fields }
  }
  return { read, close: () => connection.destroy() }
}

module.exports = {
  schemes: ['mysql', 'mariadb'],
  tokens,
  placeholder: () => '?',
  openPool,
  openReader,
  isDuplicate: (error) => error.code === 'ER_DUP_ENTRY',
}
