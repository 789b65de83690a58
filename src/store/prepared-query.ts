import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import { cachedTableOf } from './table-changes.ts'
import type { Db, Transaction } from './tables.ts'

/** Stands in a query for a value that is given when the query runs. */
class Placeholder {
  readonly read: (values: unknown) => unknown
  constructor(read: (values: unknown) => unknown) {
    this.read = read
  }
}

type Fields = Record<string, unknown>

// Copies the values with a placeholder for each, so that the query cannot contain a value.
function placeholdersFor(value: unknown, read: (values: unknown) => unknown): unknown {
  if (Array.isArray(value))
    return value.map((each, nth) => placeholdersFor(each, (all) => (read(all) as unknown[])[nth]))
  if (typeof value !== 'object' || value === null) return new Placeholder(read)
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    placeholdersFor(each, (all) => (read(all) as Fields)[name]),
  ])
  return Object.fromEntries(fields)
}

// Each length of a list is a query of its own; queries for longer lists are too rare to be kept.
const kept_list_length_max = 8

// Rows with the same number of columns are assumed to have the same columns. A row with others lacks a value for a placeholder, which
// is an error.
function shapeOf(values: object): string | undefined {
  let shape = ''
  for (const value of Object.values(values) as unknown[]) {
    if (typeof value !== 'object' || value === null) {
      shape += '.'
      continue
    }
    const is_list = Array.isArray(value)
    const inner = is_list && Object.keys(value).length > kept_list_length_max ? undefined : shapeOf(value)
    if (inner === undefined) return undefined
    shape += is_list ? `[${inner}]` : `{${inner}}`
  }
  return shape
}

/** Runs a prepared query with these values. */
export type PreparedQuery<Values, Row> = (db: Db | Transaction, values: Values) => Promise<QueryResult<Row>>

type Read = (values: unknown) => unknown
type Prepared<Row> = { query: CompiledQuery<Row>; reads: Read[] }

// The driver of PostgreSQL would write null for a missing value.
const present =
  (read: Read): Read =>
  (values) => {
    const value = read(values)
    if (value === undefined) throw new TypeError('A prepared query was run without one of its values.')
    return value
  }

const async_commits = new WeakSet<object>()

/** Whether the store may answer a statement before it is on the disk. */
export function commitsAsync(query: CompiledQuery): boolean {
  return async_commits.has(query.query)
}

/**
 * Prepares a query, which is built and compiled once for each store and then runs with other values each time. For the queries of a
 * login, which cost more to build than to run. A write to a cached table cannot be prepared: its change would be reported only where the
 * query was compiled, so other transactions would leave the caches stale. Running it throws an error.
 *
 * @param build receives a placeholder for each value, typed as that value. Lists have their length and rows their columns, but the
 *   query cannot depend on a value.
 * @param options `awaits_disk: false` for an asynchronous commit, of rows that a power failure may lose: the embedded store answers at
 *   once and syncs within a tenth of a second. Ignored on PostgreSQL.
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Db | Transaction, values: Values) => Compilable<Row>,
  { awaits_disk = true }: { awaits_disk?: boolean } = {},
): PreparedQuery<Values, Row> {
  const prepared = new WeakMap<object, Map<string, Prepared<Row>>>()

  function prepare(db: Db | Transaction, values: Values): Prepared<Row> {
    const query = build(db, placeholdersFor(values, (all) => all) as Values).compile()
    const cached = cachedTableOf(query.query)
    if (cached) throw new Error(`A write to ${cached} cannot be prepared: caches would not see it.`)
    if (!awaits_disk) async_commits.add(query.query)
    const reads = query.parameters.map((each) => (each instanceof Placeholder ? present(each.read) : () => each))
    return { query, reads }
  }

  function preparedFor(db: Db | Transaction, values: Values): Prepared<Row> {
    const shape = shapeOf(values)
    if (shape === undefined) return prepare(db, values)
    // A store and all its transactions have the same adapter.
    const { adapter } = db.getExecutor()
    const kept = prepared.get(adapter) ?? new Map<string, Prepared<Row>>()
    const known = kept.get(shape)
    if (known) return known
    const made = prepare(db, values)
    prepared.set(adapter, kept.set(shape, made))
    return made
  }

  return async (db, values) => {
    const { query, reads } = preparedFor(db, values)
    const { sql, queryId } = query
    return await db.executeQuery<Row>({
      query: query.query,
      queryId,
      sql,
      parameters: reads.map((read) => read(values)),
    })
  }
}
