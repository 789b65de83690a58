// Oracle Database 12.1 and later, by `oracledb` in its thin mode, which is JavaScript without Oracle's client libraries.
'use strict'

const connect_s = 3
const free_connection_ms = 4000
const statement_ms = 4000
const idle_s = 60

// Strings, quoted names, comments; `:1` and `:name`; `?`.
const tokens = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[^]*?\*\/|(?<own>:\w+)|\?/g

const duplicate_key = 1
// Of the driver: no free connection, no connection in time, a statement above its time limit.
const time_limits = ['NJS-040', 'NJS-510', 'NJS-123']
// Of the driver: a connection that failed or ended, a full queue. Of the server: a listener without the service, a shutdown, a lost session.
const outages =
  /^(NJS-(076|500|501|503|506|511|521|523)|ORA-(00028|01012|01033|01034|01089|01090|03113|03114|12\d{3}))$/

function connectionOf({ url, ca, pool_max }) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url)
  const is_tls = protocol === 'oracles:'
  const service = decodeURIComponent(pathname.slice(1))
  if (service === '') throw new Error('the address of the database must end with the name of a service')
  // The driver takes certificates of authorities only together with a certificate and key of the client.
  if (ca !== undefined) throw new Error('with Oracle the server needs a certificate of a public authority')
  return {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    connectString: `${is_tls ? 'tcps' : 'tcp'}://${hostname}:${port || (is_tls ? 2484 : 1521)}/${service}`,
    connectTimeout: connect_s,
    transportConnectTimeout: connect_s,
    ...(pool_max && { poolMin: 0, poolMax: pool_max, poolTimeout: idle_s, queueTimeout: free_connection_ms }),
  }
}

/** The codes of this driver are its own; the code of an outage is the system's. */
function withCode(error) {
  const { code = '' } = error
  if (time_limits.includes(code))
    return Object.assign(new Error(error.message, { cause: error }), { code: 'ETIMEDOUT' })
  if (outages.test(code)) return Object.assign(new Error(error.message, { cause: error }), { code: 'ECONNRESET' })
  return error
}

/** Numbers are read as texts, because JavaScript's have 15 digits; large texts as texts. */
function optionsOf(oracledb) {
  return {
    outFormat: oracledb.OUT_FORMAT_OBJECT,
    fetchTypeHandler: ({ dbType }) =>
      [oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB].includes(dbType)
        ? { type: oracledb.STRING }
        : undefined,
  }
}

/** A name without quotation marks is in capitals in Oracle, and in small letters in scripts. */
const inSmallLetters = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [smallName(name), value]))
const smallName = (name) => (name === name.toUpperCase() ? name.toLowerCase() : name)

function openPool(requireFromTree, settings) {
  const oracledb = requireFromTree('oracledb')
  const opening = oracledb.createPool(connectionOf(settings))

  async function runOn(connection, statements, in_transaction) {
    const options = { ...optionsOf(oracledb), autoCommit: !in_transaction }
    const results = []
    for (const [sql, values] of statements) {
      const { rows = [], rowsAffected } = await connection.execute(sql, values, options)
      results.push({ rows: rows.map(inSmallLetters), count: rowsAffected ?? rows.length })
    }
    if (in_transaction) await connection.commit()
    return results
  }

  async function run(statements, in_transaction) {
    let connection
    let failed = true
    try {
      connection = await (await opening).getConnection()
      connection.callTimeout = statement_ms
      const results = await runOn(connection, statements, in_transaction)
      failed = false
      return results
    } catch (error) {
      throw withCode(error)
    } finally {
      // Closing a connection for good also rolls its transaction back.
      connection?.close({ drop: failed }).catch(() => {})
    }
  }

  return { run, end: async () => await (await opening).close(0) }
}

/** All queries run in one transaction that cannot write. */
async function openReader(requireFromTree, { statement_ms: read_ms, ...settings }) {
  const oracledb = requireFromTree('oracledb')
  let connection
  try {
    connection = await oracledb.getConnection(connectionOf({ ...settings, pool_max: undefined }))
    connection.callTimeout = read_ms
    await connection.execute('SET TRANSACTION READ ONLY')
  } catch (error) {
    connection?.close().catch(() => {})
    throw withCode(error)
  }
  async function read(sql, values) {
    try {
      const { rows = [], metaData = [] } = await connection.execute(sql, values, optionsOf(oracledb))
      const fields = metaData.map(({ name, dbTypeName }) => ({ name, type: dbTypeName }))
      return { rows: rows.map((row) => ({ ...inSmallLetters(row), ...row })), fields }
    } catch (error) {
      throw withCode(error)
    }
  }
  const close = () => connection.close().catch(() => {})
  return { read, close }
}

module.exports = {
  schemes: ['oracle', 'oracles'],
  tokens,
  placeholder: (place) => `:${place}`,
  openPool,
  openReader,
  isDuplicate: (error) => error.errorNum === duplicate_key,
}
