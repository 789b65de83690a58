import { sql } from 'kysely'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import { readJson, writeJson } from './json-column.ts'
import { StoreUnusable } from './store-unusable.ts'
import type { Database, Db } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** The name of the row of `installation` that a copy keeps its cursor in, until it is complete. */
const marker = 'store_copy'

type TableName = keyof Database
type Row = Record<string, string | number | null>
type SourceRow = Row & { source_rowid: number }
/** A table to copy: its primary key, and its number of rows in the source. */
type TableToCopy = { name: TableName; key: string[]; rows: number }
type Cursor = { table: string; rowid: number }

/** Reports the progress of a table. `step`: whether it is copied or compared. */
export type ReportCopy = (step: 'copied' | 'compared', table: string, done: number, total: number) => void

/** The number of rows of each table that were copied and found equal. */
export type CopySummary = { tables: Record<string, number>; rows: number }

const rows_at_once = 500
// Each row has 256 KiB of a file.
const chunks_at_once = 20

const atOnce = (table: TableName): number => (table === 'job_file_chunks' ? chunks_at_once : rows_at_once)

/** The tables of both stores, in a fixed order. The versions of the schema are the target's own. */
async function tablesToCopy(source: Db, target: Db): Promise<TableToCopy[]> {
  const in_target = new Set((await target.introspection.getTables()).map(({ name }) => name))
  const names = (await source.introspection.getTables())
    .filter(({ name, isView }) => !isView && in_target.has(name) && name !== 'schema_versions')
    .map(({ name }) => name as TableName)
    .toSorted()
  const tables: TableToCopy[] = []
  for (const name of names) {
    const { rows: columns } = await sql<{
      name: string
      pk: number
    }>`select name, pk from pragma_table_info(${name})`.execute(source)
    const key = columns.filter(({ pk }) => pk > 0).toSorted((one, other) => one.pk - other.pk)
    tables.push({ name, key: key.map((column) => column.name), rows: await countRows(source, name) })
  }
  return tables
}

async function countRows(db: Db, table: TableName): Promise<number> {
  const counted = await db
    .selectFrom(table)
    .select(sql<number | string>`count(*)`.as('total'))
    .executeTakeFirst()
  return Number(counted?.total ?? 0)
}

async function readBatch(source: Db, table: TableName, after: number): Promise<SourceRow[]> {
  const { rows } = await sql<SourceRow>`select rowid as source_rowid, * from ${sql.table(table)}
    where rowid > ${after} order by rowid limit ${sql.lit(atOnce(table))}`.execute(source)
  return rows
}

const withoutRowid = ({ source_rowid: _, ...row }: SourceRow): Row => row

async function readCursor(target: Db): Promise<Cursor | undefined> {
  const row = await target.selectFrom('installation').select('value').where('name', '=', marker).executeTakeFirst()
  const cursor = row && readJson<JsonValue>(row.value)
  return isJsonObject(cursor) ? (cursor as Cursor) : undefined
}

/** @throws {StoreUnusable} where a copy into this store is not complete */
export async function refuseIncompleteCopy(db: Db): Promise<void> {
  if ((await readCursor(db)) === undefined) return
  throw new StoreUnusable(
    'A move of a store into this database is not complete: repeat the command move-store with the same settings, or drop the database.',
  )
}

async function begin(target: Db): Promise<Cursor> {
  const cursor = await readCursor(target)
  if (cursor) return cursor
  if ((await countRows(target, 'tenants')) > 0)
    throw new StoreUnusable(
      'The database at DATABASE_URL has a store of Wherry already: move-store needs an empty one.',
    )
  const first = { table: '', rowid: 0 }
  await target
    .insertInto('installation')
    .values({ name: marker, value: writeJson(first) })
    .execute()
  return first
}

async function copyTable(source: Db, target: Db, { name, rows: total }: TableToCopy, from: number, report: ReportCopy) {
  let rowid = from
  let done = 0
  for (;;) {
    const batch = await readBatch(source, name, rowid)
    const last = batch.at(-1)
    if (!last) return
    const values = batch.map(withoutRowid)
    await inTransaction(target, async (trx) => {
      await trx
        .insertInto(name)
        .values(values)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await trx
        .updateTable('installation')
        .set({ value: writeJson({ table: name, rowid: last.source_rowid }) })
        .where('name', '=', marker)
        .execute()
    })
    rowid = last.source_rowid
    done += batch.length
    report('copied', name, done, total)
  }
}

const keyOf = (key: readonly string[], row: Row): string => JSON.stringify(key.map((column) => row[column]))

function differs(one: Row, other: Row | undefined): boolean {
  return !other || Object.keys(one).some((column) => one[column] !== other[column])
}

/** The rows of the target with the keys of these rows. */
async function readByKeys(target: Db, table: TableName, key: readonly string[], batch: readonly Row[]): Promise<Row[]> {
  const arrays = key.map((column) => {
    const values = batch.map((row) => row[column])
    return typeof values[0] === 'number' ? sql`${values}::bigint[]` : sql`${values}::text[]`
  })
  const columns = sql.join(key.map((column) => sql.ref(column)))
  // Arrays, because a list of 500 keys is compared with each row where the planner has no statistics.
  const { rows } = await sql<Row>`select * from ${sql.table(table)}
    where (${columns}) in (select * from unnest(${sql.join(arrays)}))`.execute(target)
  return rows
}

/** Compares each row of a table with that of the target. Returns the number of rows that differ or are missing. */
async function compareTable(source: Db, target: Db, { name, key, rows: total }: TableToCopy, report: ReportCopy) {
  let rowid = 0
  let done = 0
  let different = 0
  for (;;) {
    const batch = await readBatch(source, name, rowid)
    const last = batch.at(-1)
    if (!last) return different
    const rows = await readByKeys(target, name, key, batch)
    const found = new Map(rows.map((row) => [keyOf(key, row), row]))
    different += batch.map(withoutRowid).filter((row) => differs(row, found.get(keyOf(key, row)))).length
    rowid = last.source_rowid
    done += batch.length
    report('compared', name, done, total)
  }
}

/**
 * Copies all rows of an embedded store, which no server uses, into a PostgreSQL store that is empty or holds a part of an earlier copy, and
 * compares every row afterwards. A copy that was interrupted continues after its last committed batch.
 *
 * @throws {StoreUnusable} where the target holds another store, or rows differ at the end
 */
export async function copyStore(source: Db, target: Db, report: ReportCopy): Promise<CopySummary> {
  const cursor = await begin(target)
  const tables = await tablesToCopy(source, target)
  for (const table of tables) {
    if (table.name < cursor.table) continue
    await copyTable(source, target, table, table.name === cursor.table ? cursor.rowid : 0, report)
  }
  // The comparison reads by keys, and so does the server afterwards.
  await sql`analyze`.execute(target)
  const summary: CopySummary = { tables: {}, rows: 0 }
  for (const table of tables) {
    const different = await compareTable(source, target, table, report)
    const in_target = (await countRows(target, table.name)) - (table.name === 'installation' ? 1 : 0)
    if (different > 0 || in_target !== table.rows)
      throw new StoreUnusable(
        `The copy of the table ${table.name} differs: ${different} of ${table.rows} rows are missing or differ, and the database has ${in_target}. Drop the database and begin anew.`,
      )
    summary.tables[table.name] = table.rows
    summary.rows += table.rows
  }
  await target.deleteFrom('installation').where('name', '=', marker).execute()
  return summary
}
