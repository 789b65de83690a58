// SQL Server and Azure SQL Database, by `mssql`.
'use strict'

const connect_ms = 3000
const free_connection_ms = 3000
const statement_ms = 4000
// How long the server may take to confirm that a statement was cancelled.
const cancel_ms = 1000
const idle_ms = 60_000

// Strings, quoted names, comments; `@p1`; `?`.
const tokens = /'(?:[^']|'')*'|"[^"]*"|\[(?:[^\]]|\]\])*\]|--[^\n]*|\/\*[^]*?\*\/|(?<own>@p\d+)|\?/gi

const duplicate_key = [2601, 2627]
// The database is not available, busy, or at a limit of its resources (Azure SQL Database); the server shuts down (6005).
const outages = [6005, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920]

/**
 * Refuses a server that offers no encryption: the driver would go on without, and send the password. The driver calls this method of its
 * own after the server's first answer.
 */
function requireTls(connection) {
  const negotiate = connection.performTlsNegotiation
  if (typeof negotiate !== 'function') throw new Error('this release of tedious cannot be made to require encryption')
  connection.performTlsNegotiation = function (answer, ...rest) {
    if (!['ON', 'REQ'].includes(answer.encryptionString)) {
      throw new Error('the database server offers no encryption; with encrypt=false in its address it is used without')
    }
    return negotiate.call(this, answer, ...rest)
  }
}

/**
 * `encrypt` in the address is `true` (the default), `strict` (TDS 8: TLS comes first) or `false`; with `trustServerCertificate=true` the
 * certificate is not verified. With a certificate authority the connection is encrypted and the server verified in any case.
 */
function connectionOf({ url, ca }) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const given = searchParams.get('encrypt') ?? 'true'
  if (!['true', 'strict', 'false'].includes(given)) {
    throw new Error('encrypt in the address of the database must be true, strict or false')
  }
  const encrypt = given === 'false' && ca !== undefined ? 'true' : given
  return {
    server: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 1433),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    connectionTimeout: connect_ms,
    requestTimeout: statement_ms,
    ...(encrypt === 'true' && { beforeConnect: requireTls }),
    options: {
      appName: 'wherry',
      encrypt: encrypt === 'strict' ? 'strict' : encrypt === 'true',
      trustServerCertificate: ca === undefined && searchParams.get('trustServerCertificate') === 'true',
      cancelTimeout: cancel_ms,
      ...(ca && { cryptoCredentialsDetails: { ca } }),
    },
  }
}

/** The pool's own time limit and the numbers of an outage have no code in this driver. */
function withCode(error) {
  if (outages.includes(error.number) || error.originalError?.isTransient) error.code = 'ESOCKET'
  else if (!error.code && /timed out/.test(error.message)) error.code = 'ETIMEDOUT'
  return error
}

async function runOn(target, sql, values) {
  const request = target.request()
  for (const [index, value] of values.entries()) request.input(`p${index + 1}`, value)
  const { recordset, rowsAffected } = await request.query(sql)
  return { rows: recordset ?? [], columns: recordset?.columns ?? {}, count: rowsAffected.at(-1) ?? 0 }
}

function createPool(requireFromTree, connection, max) {
  const { ConnectionPool } = requireFromTree('mssql')
  const pool = new ConnectionPool({
    ...connection,
    validateConnection: 'socket',
    pool: { max, idleTimeoutMillis: idle_ms, acquireTimeoutMillis: free_connection_ms },
  })
  pool.on('error', (error) => console.log('a connection to the legacy store failed:', error.message))
  return pool
}

function openPool(requireFromTree, settings) {
  const pool = createPool(requireFromTree, connectionOf(settings), settings.pool_max)

  async function inTransaction(work) {
    const transaction = pool.transaction()
    await transaction.begin()
    try {
      const results = await work(transaction)
      await transaction.commit()
      return results
    } catch (error) {
      await transaction.rollback().catch(() => {})
      throw error
    }
  }

  async function run(statements, in_transaction) {
    const all = async (target) => {
      const results = []
      for (const [sql, values] of statements) results.push(await runOn(target, sql, values))
      return results
    }
    try {
      // Answers at once where the pool is connected.
      await pool.connect()
      return await (in_transaction ? inTransaction(all) : all(pool))
    } catch (error) {
      throw withCode(error)
    }
  }

  return { run, end: () => pool.close() }
}

/**
 * Queries run in a transaction that is rolled back: SQL Server has none that cannot write. With the intent to read only, an availability group
 * may answer from a secondary replica.
 */
async function openReader(requireFromTree, { statement_ms: read_ms, ...settings }) {
  const { options, ...connection } = connectionOf(settings)
  const reading = { ...connection, requestTimeout: read_ms, options: { ...options, readOnlyIntent: true } }
  const pool = createPool(requireFromTree, reading, 1)
  const close = () => pool.close().catch(() => {})
  try {
    await pool.connect()
  } catch (error) {
    close()
    throw withCode(error)
  }
  async function read(sql, values) {
    if (!/^\s*(SELECT|WITH)\b/i.test(sql)) throw new Error('only queries are read')
    const transaction = pool.transaction()
    try {
      await transaction.begin()
      try {
        const { rows, columns } = await runOn(transaction, sql, values)
        const fields = Object.values(columns).map(({ name, type }) => ({ name, type: type?.declaration ?? '' }))
        return { rows, fields }
      } finally {
        await transaction.rollback().catch(() => {})
      }
    } catch (error) {
      throw withCode(error)
    }
  }
  return { read, close }
}

module.exports = {
  schemes: ['sqlserver', 'mssql'],
  tokens,
  placeholder: (place) => `@p${place}`,
  openPool,
  openReader,
  isDuplicate: (error) => duplicate_key.includes(error.number),
}
