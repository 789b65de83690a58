import { sql, type Insertable } from 'kysely'
import { engineOf } from './engine.ts'
import type { Database, Transaction } from './tables.ts'

type Value = string | number | null

// SQLite permits 32,766 parameters in a statement.
const parameters_max = 30_000

async function insertArrays(trx: Transaction, table: keyof Database, rows: readonly Record<string, Value>[]) {
  const [first = {}] = rows
  const columns = Object.keys(first).flatMap((name) => {
    const values = rows.map((row) => row[name] ?? null)
    const known = values.find((value) => value !== null)
    // A column without any value is null by default.
    return known === undefined ? [] : [{ name, values, type: typeof known === 'number' ? 'bigint' : 'text' }]
  })
  const names = sql.join(columns.map(({ name }) => sql.ref(name)))
  const arrays = columns.map(({ values, type }) => sql`${values}::${sql.raw(type)}[]`)
  await sql`insert into ${sql.table(table)} (${names}) select * from unnest(${sql.join(arrays)})`.execute(trx)
}

/**
 * Inserts many rows, all of the same columns: on PostgreSQL by a statement with an array per column, which is parsed and planned several times
 * faster than one with a parameter per value. For tables that are not cached (`table-changes.ts`).
 */
export async function insertRows<
  Table extends
    | 'users'
    | 'identities'
    | 'user_identifiers'
    | 'credentials'
    | 'metadata_leaves'
    | 'migration_records'
    | 'migration_identifiers'
    | 'migration_events',
>(trx: Transaction, table: Table, rows: readonly Insertable<Database[Table]>[]): Promise<void> {
  const [first] = rows
  if (!first) return
  if (engineOf(trx) === 'postgres') {
    await insertArrays(trx, table, rows)
    return
  }
  const at_once = Math.floor(parameters_max / Object.keys(first).length)
  for (let from = 0; from < rows.length; from += at_once) {
    await trx
      .insertInto(table)
      .values(rows.slice(from, from + at_once))
      .execute()
  }
}
