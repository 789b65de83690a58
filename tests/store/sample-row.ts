// Sample rows of any table, created from its shape.
import type { Db, Transaction } from '../../src/store/tables.ts'
import type { TableName } from './catalog.ts'
import { shapes } from './shapes.ts'

/** A row as the engine returns it. */
export type Row = Record<string, string | number | null>

let made = 0

/** A row whose values occur in no other row. Texts hold emoji, quotes and zero-width characters. */
export function sampleRow(table: TableName): Row {
  made += 1
  const number = made
  return Object.fromEntries(
    Object.entries(shapes[table]).map(([column, kind], at) => [
      column,
      kind.startsWith('text')
        ? `${column} ${number} 🛶 e\u0301\u200d' "\\ % _ \n`
        : // The only 32-bit column: versions of the schema.
          column === 'version' && table === 'schema_versions'
          ? 1000 + number
          : Number.MAX_SAFE_INTEGER - number * 100 - at,
    ]),
  )
}

/** Inserts a row of `sampleRow`'s form. */
export async function insertRow(db: Db | Transaction, table: TableName, row: Row): Promise<void> {
  await db.insertInto(table).values(row).execute()
}

/** Every row of a table whose columns have these values. */
export async function rowsWhere(db: Db | Transaction, table: TableName, columns: Row): Promise<Row[]> {
  let query = db.selectFrom(table).selectAll()
  for (const [column, value] of Object.entries(columns)) query = query.where(db.dynamic.ref(column), '=', value)
  return (await query.execute()).map((row): Row => ({ ...row }))
}

/** Names of all tables. */
export const table_names = Object.keys(shapes) as TableName[]
