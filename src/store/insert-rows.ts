import { sql, type Insertable } from 'kysely'
import { engineOf } from './engine.ts'
import { partsOf } from './few-statements.ts'
import type { Database, Db } from './tables.ts'

type Value = string | number | null

// SQLite permits 32,766 parameters in a statement.
const parameters_max = 30_000

type Conflict = 'fail' | 'skip'

async function insertArrays(
  db: Db,
  table: keyof Database,
  rows: readonly Record<string, Value>[],
  on_conflict: Conflict,
): Promise<void> {
  const [first = {}] = rows
  const columns = Object.keys(first).flatMap((name) => {
    const values = rows.map((row) => row[name] ?? null)
    const known = values.find((value) => value !== null)
    // A column without any value is null by default.
    return known === undefined ? [] : [{ name, values, type: typeof known === 'number' ? 'bigint' : 'text' }]
  })
  const names = sql.join(columns.map(({ name }) => sql.ref(name)))
  const arrays = columns.map(({ values, type }) => sql`${values}::${sql.raw(type)}[]`)
  const conflict = on_conflict === 'skip' ? sql`on conflict do nothing` : sql``
  await sql`insert into ${sql.table(table)} (${names}) select * from unnest(${sql.join(arrays)}) ${conflict}`.execute(
    db,
  )
}

/**
 * Inserts many rows, all of the same columns: on PostgreSQL by a statement with an array per column, which is parsed and planned several times
 * faster than one with a parameter per value; on SQLite by few different statements. For tables that are not cached (`table-changes.ts`).
 *
 * @param on_conflict `skip`: a row whose key is there already stays as it is
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
    | 'migration_events'
    | 'directory_staged_rows'
    | 'directory_rows',
>(
  db: Db,
  table: Table,
  rows: readonly Insertable<Database[Table]>[],
  { on_conflict = 'fail' }: { on_conflict?: Conflict } = {},
): Promise<void> {
  const [first] = rows
  if (!first) return
  if (engineOf(db) === 'postgres') {
    await insertArrays(db, table, rows, on_conflict)
    return
  }
  for (const part of partsOf(rows, Math.floor(parameters_max / Object.keys(first).length))) {
    const insert = db.insertInto(table).values(part)
    await (on_conflict === 'skip' ? insert.onConflict((conflict) => conflict.doNothing()) : insert).execute()
  }
}
