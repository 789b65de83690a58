// PostgreSQL, by `pg`.
'use strict'

const connect_ms = 3000
const statement_ms = 4000
const idle_ms = 60_000

// Strings with and without escapes, quoted names, dollar-quoted strings, comments; `$1`; `?`.
const tokens =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"[^"]*"|\$(?<tag>[A-Za-z_]\w*)?\$[^]*?\$\k<tag>\$|--[^\n]*|\/\*[^]*?\*\/|(?<own>\$\d+)|\?/g

// The name of its sessions in the database, unless the address has another one.
const named = { fallback_application_name: 'wherry' }

/** With a certificate authority the server's certificate is verified, whatever the address says about TLS. */
function connectionOf({ url, ca }) {
  if (ca === undefined) return { ...named, connectionString: url }
  const address = new URL(url)
  for (const name of ['ssl', 'sslmode', 'sslrootcert']) address.searchParams.delete(name)
  return { ...named, connectionString: address.href, ssl: { ca } }
}

/** Lost connections and time limits of the client have no code in this driver. */
function withCode(error) {
  if (!error.code && /timeout|terminated|ended/i.test(error.message)) error.code = 'ETIMEDOUT'
  return error
}

function openPool(requireFromTree, settings) {
  const { Pool } = requireFromTree('pg')
  const pool = new Pool({
    ...connectionOf(settings),
    max: settings.pool_max,
    connectionTimeoutMillis: connect_ms,
    query_timeout: statement_ms,
    idleTimeoutMillis: idle_ms,
    keepAlive: true,
  })
  pool.on('error', (error) => console.log('an idle connection to the legacy store failed:', error.message))

  async function runOn(client, statements, in_transaction) {
    const results = []
    if (in_transaction) await client.query('BEGIN')
    for (const [sql, values] of statements) {
      const { rows, rowCount } = await client.query(sql, values)
      results.push({ rows, count: rowCount ?? 0 })
    }
    if (in_transaction) await client.query('COMMIT')
    return results
  }

  async function run(statements, in_transaction) {
    let client
    let failed = true
    try {
      client = await pool.connect()
      const results = await runOn(client, statements, in_transaction)
      failed = false
      return results
    } catch (error) {
      throw withCode(error)
    } finally {
      // Closing a connection also ends its statement and rolls its transaction back.
      client?.release(failed)
    }
  }

  return { run, end: () => pool.end() }
}

/** Each statement runs in a transaction that cannot write. */
async function openReader(requireFromTree, { statement_ms: read_ms, ...settings }) {
  const { Client } = requireFromTree('pg')
  const client = new Client({
    ...connectionOf(settings),
    connectionTimeoutMillis: connect_ms,
    query_timeout: read_ms + 500,
  })
  client.on('error', () => {})
  const close = () => client.end().catch(() => {})
  try {
    await client.connect()
  } catch (error) {
    close()
    throw withCode(error)
  }
  async function read(sql, values) {
    try {
      await client.query('BEGIN TRANSACTION READ ONLY')
      try {
        await client.query(`SET LOCAL statement_timeout = ${read_ms}`)
        const { rows, fields } = await client.query(sql, values)
        return { rows, fields }
      } finally {
        await client.query('ROLLBACK')
      }
    } catch (error) {
      throw withCode(error)
    }
  }
  return { read, close }
}

module.exports = {
  schemes: ['postgres', 'postgresql'],
  tokens,
  placeholder: (place) => `$${place}`,
  openPool,
  openReader,
  isDuplicate: (error) => error.code === '23505',
}
