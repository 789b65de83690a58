import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Db, Transaction } from './tables.ts'

/** Stands in a query where a value comes when it runs. */
class Slot {
  readonly name: PropertyKey
  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** Runs a prepared query with these values. */
export type PreparedQuery<Values, Row> = (db: Db | Transaction, values: Values) => Promise<QueryResult<Row>>

/**
 * A query that is built and compiled once for each store, and run with other values each time: for the few on the path of a login,
 * where building them anew costs more than running them.
 *
 * @param build gets the value of every name as a place to be filled in, with that value's type; it sees no value, so it must not
 *   decide anything by one
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Db | Transaction, values: Values) => Compilable<Row>,
): PreparedQuery<Values, Row> {
  const slots = new Proxy({}, { get: (_, name) => new Slot(name) }) as Values
  const compiled = new WeakMap<object, CompiledQuery<Row>>()
  return async (db, values) => {
    // Transactions share the adapter of the store that they run on.
    const { adapter } = db.getExecutor()
    let query = compiled.get(adapter)
    if (!query) {
      query = build(db, slots).compile()
      compiled.set(adapter, query)
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Slot ? (values as Record<PropertyKey, unknown>)[each.name] : each,
    )
    return await db.executeQuery<Row>({ ...query, parameters })
  }
}
