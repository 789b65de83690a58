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

// Rows with as many columns are taken for rows of the same columns; one that is not has no value for a slot, which is refused.
function shapeOf(values: object): string | undefined {
  let shape = ''
  for (const value of Object.values(values) as unknown[]) {
    if (typeof value !== 'object' || value === null) {
      shape += '.'
      continue
    }
    const is_list = Array.isArray(value)
    const inner = is_list && Object.keys(value).length > kept_length_most ? undefined : shapeOf(value)
    if (inner === undefined) return undefined
    shape += is_list ? `[${inner}]` : `{${inner}}`
  }
  return shape
}

/** Runs a prepared query with these values. */
export type PreparedQuery<Values, Row> = (db: Db | Transaction, values: Values) => Promise<QueryResult<Row>>

type Read = (values: unknown) => unknown
type Prepared<Row> = { query: CompiledQuery<Row>; reads: Read[] }

// PostgreSQL's driver would write null where a value is missing.
const present =
  (read: Read): Read =>
  (values) => {
    const value = read(values)
    if (value === undefined) throw new TypeError('A prepared query was run without one of its values.')
    return value
  }

// Statements after which nobody waits for the disk.
const unawaited = new WeakSet<object>()

/** Whether a statement may be answered before it is on the disk. */
export function isUnawaited(query: CompiledQuery): boolean {
  return unawaited.has(query.query)
}

/**
 * A query that is built and compiled once for each store, and run with other values each time: for those on the path of a login,
 * where building them anew costs more than running them.
 *
 * @param build gets a place to be filled in for each value, with that value's type. Lists have their length, and rows their columns, but
 *   no value is there to decide anything by.
 * @param options `awaits_disk: false` for what may be lost with the power: the embedded store then answers before it is on the disk,
 *   where it is a tenth of a second later. On PostgreSQL it changes nothing.
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Db | Transaction, values: Values) => Compilable<Row>,
  { awaits_disk = true }: { awaits_disk?: boolean } = {},
): PreparedQuery<Values, Row> {
  const prepared = new WeakMap<object, Map<string, Prepared<Row>>>()

  function prepare(db: Db | Transaction, values: Values): Prepared<Row> {
    const query = build(db, slotsFor(values, (all) => all) as Values).compile()
    if (!awaits_disk) unawaited.add(query.query)
    return { query, reads: query.parameters.map((each) => (each instanceof Slot ? present(each.read) : () => each)) }
  }

  function preparedFor(db: Db | Transaction, values: Values): Prepared<Row> {
    const shape = shapeOf(values)
    if (shape === undefined) return prepare(db, values)
    // Transactions share the adapter of the store that they run on.
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
