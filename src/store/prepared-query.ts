import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Db, Transaction } from './tables.ts'

/** Stands in a query where a value comes when it runs. */
class Slot {
  readonly read: (values: unknown) => unknown
  constructor(read: (values: unknown) => unknown) {
    this.read = read
  }
}

type Fields = Record<string, unknown>

// The values with a slot in the place of each, so that what is built can hold no value.
function slotsFor(value: unknown, read: (values: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each, nth) => slotsFor(each, (all) => (read(all) as unknown[])[nth]))
  if (typeof value !== 'object' || value === null) return new Slot(read)
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    slotsFor(each, (all) => (read(all) as Fields)[name]),
  ])
  return Object.fromEntries(fields)
}

// Lists of another length make another query; longer ones come too rarely to be kept.
const kept_length_most = 8

function shapeOf(values: object): string | undefined {
  let shape = ''
  for (const value of Object.values(values)) {
    if (!Array.isArray(value)) continue
    if (value.length > kept_length_most) return undefined
    shape += `${value.length},`
  }
  return shape
}

/** Runs a prepared query with these values. */
export type PreparedQuery<Values, Row> = (db: Db | Transaction, values: Values) => Promise<QueryResult<Row>>

/**
 * A query that is built and compiled once for each store, and run with other values each time: for those on the path of a login,
 * where building them anew costs more than running them.
 *
 * @param build gets a place to be filled in for each value, with that value's type. Lists have their length, and rows their columns, but
 *   no value is there to decide anything by.
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Db | Transaction, values: Values) => Compilable<Row>,
): PreparedQuery<Values, Row> {
  const compiled = new WeakMap<object, Map<string, CompiledQuery<Row>>>()
  const compile = (db: Db | Transaction, values: Values): CompiledQuery<Row> =>
    build(db, slotsFor(values, (all) => all) as Values).compile()

  function queryFor(db: Db | Transaction, values: Values): CompiledQuery<Row> {
    const shape = shapeOf(values)
    if (shape === undefined) return compile(db, values)
    // Transactions share the adapter of the store that they run on.
    const { adapter } = db.getExecutor()
    const kept = compiled.get(adapter) ?? new Map<string, CompiledQuery<Row>>()
    const known = kept.get(shape)
    if (known) return known
    const made = compile(db, values)
    compiled.set(adapter, kept.set(shape, made))
    return made
  }

  return async (db, values) => {
    const query = queryFor(db, values)
    const parameters = query.parameters.map((each) => (each instanceof Slot ? each.read(values) : each))
    return await db.executeQuery<Row>({ ...query, parameters })
  }
}
