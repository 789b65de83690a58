// Databases: a small pool for each address, statements with parameters, transactions, and reading without the right to write.
//
// A driver is an object with
// - `schemes`: those of its addresses
// - `tokens`: a pattern of the parts of a statement that matter for parameters: literals, quoted names, comments, `?`, and, as the group
//   `own`, the placeholders of the database, where they are others
// - `placeholder(place)`: the parameter at a place, from 1
// - `openPool(requireFromTree, settings)`: answers `run(statements, in_transaction)`, which resolves with `{ rows, count }` of each
//   statement, and `end()`
// - `openReader(requireFromTree, settings)`: answers `read(sql, values)`, which resolves with `{ rows, fields }`, and `close()`; its
//   settings have `statement_ms`, too, after which a statement ends
// - `isDuplicate(error)`: whether a value of a unique column exists already
// `settings` are `url`, `ca` (PEM or undefined) and `pool_max`. A driver connects within 3 s and ends a statement after 4 s, so that an
// outage is reported before the deadline of a call; its errors have a code by which an outage is recognised.
'use strict'

const { ValidationError } = require('../runner/script-errors.cjs')
const { openKeptPools } = require('./kept-pools.cjs')

const drivers = [
  require('./postgresql.cjs'),
  require('./mysql.cjs'),
  require('./sql-server.cjs'),
  require('./oracle.cjs'),
]

const usual_pool_max = 4
const usual_statement_ms = 4000

function driverOf(url) {
  const scheme = /^([\w+.-]+):\/\//.exec(url)?.[1]?.toLowerCase()
  const driver = drivers.find(({ schemes }) => schemes.includes(scheme))
  if (driver) return driver
  const known = drivers.flatMap(({ schemes }) => schemes).map((each) => `${each}://`)
  throw new Error(`the address of the database must begin with ${known.join(', ')}`)
}

/** The statement with the placeholders of the database. One that has them already stays as it is. */
function withPlaceholders({ tokens, placeholder }, sql, values) {
  let place = 0
  let has_own = false
  const written = sql.replace(tokens, (token, ...rest) => {
    if (rest.at(-1)?.own !== undefined) has_own = true
    return token === '?' ? placeholder((place += 1)) : token
  })
  if (has_own || place === 0) return sql
  if (place === values.length) return written
  throw new Error(`the statement has ${place} parameters, and there are ${values.length} values`)
}

/** Opens the function `database`, which keeps its pools for the process of the connection. */
function openDatabases(requireFromTree) {
  const poolOf = openKeptPools()

  return function database(url, { ca, pool_max = usual_pool_max } = {}) {
    const driver = driverOf(String(url))
    const settings = { url: String(url), ca: ca || undefined, pool_max: Number(pool_max) }

    const open = () => driver.openPool(requireFromTree, settings)

    async function run(statements, in_transaction) {
      const written = statements.map(([sql, values = []]) => [withPlaceholders(driver, sql, values), values])
      try {
        return await poolOf(JSON.stringify(settings), open).run(written, in_transaction)
      } catch (error) {
        if (!driver.isDuplicate(error)) throw error
        throw Object.assign(new ValidationError('user_exists', 'The user exists already.'), { cause: error })
      }
    }

    return {
      query: async (sql, values) => (await run([[sql, values]], false))[0].rows,
      execute: async (sql, values) => (await run([[sql, values]], false))[0].count,
      transaction: async (statements) => (await run(statements, true)).map(({ count }) => count),
      async readOnly(work, { statement_ms = usual_statement_ms } = {}) {
        const { read, close } = await driver.openReader(requireFromTree, {
          ...settings,
          statement_ms: Number(statement_ms),
        })
        try {
          return await work((sql, values = []) => read(withPlaceholders(driver, sql, values), values))
        } finally {
          close()
        }
      },
    }
  }
}

module.exports = { openDatabases }
