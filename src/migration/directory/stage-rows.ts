import { sql, type SqlBool } from 'kysely'
import { padded } from '../../store/few-statements.ts'
import { insertRows } from '../../store/insert-rows.ts'
import { writeJson } from '../../store/json-column.ts'
import type { Db, DirectoryStagedRowsTable, Transaction } from '../../store/tables.ts'
import type { ReadRow } from './read-row.ts'

/** The place of a staged row: rows are applied in the order of their keys, so that rows of one key are neighbours. */
export type StagedPlace = Pick<DirectoryStagedRowsTable, 'row_key' | 'row_no'>

type OfLoad = { tenant_id: string; load_id: string }

/** A row with its number in the load, from 1. */
export type NumberedRow = ReadRow & { row_no: number }

/** Stages rows of a load. A row that is staged already stays: reading a load may begin anew. */
export async function stageRows(db: Db, { tenant_id, load_id }: OfLoad, rows: readonly NumberedRow[]): Promise<void> {
  const staged = rows.map(({ facts, ...row }) => ({ tenant_id, load_id, ...row, facts: writeJson(facts) }))
  await insertRows(db, 'directory_staged_rows', staged, { on_conflict: 'skip' })
}

const behind = ({ row_key, row_no }: StagedPlace) => sql<SqlBool>`(row_key, row_no) > (${row_key}, ${row_no})`

const rowsOf = (db: Db, { tenant_id, load_id }: OfLoad) =>
  db.selectFrom('directory_staged_rows').where('tenant_id', '=', tenant_id).where('load_id', '=', load_id)

type Next = { after: StagedPlace | null; take: number }

function nextRows(db: Db, load: OfLoad, { after, take }: Next) {
  const rows = rowsOf(db, load).orderBy('row_key').orderBy('row_no').limit(take)
  return after === null ? rows : rows.where(behind(after))
}

/** The places of the staged rows behind a place, at most `take`. */
export const stagedPlaces = (db: Db, load: OfLoad, next: Next): Promise<StagedPlace[]> =>
  nextRows(db, load, next).select(['row_key', 'row_no']).execute()

/** The staged rows behind a place, at most `take`. */
export const stagedRows = (db: Db, load: OfLoad, next: Next): Promise<DirectoryStagedRowsTable[]> =>
  nextRows(db, load, next).selectAll().execute()

async function keysOf(
  db: Db,
  load: OfLoad,
  row_keys: readonly string[],
  { least_rows }: { least_rows: 1 | 2 },
): Promise<Set<string>> {
  if (row_keys.length === 0) return new Set()
  const rows = await rowsOf(db, load)
    .select('row_key')
    .where('row_key', 'in', padded(row_keys))
    .groupBy('row_key')
    .having(({ fn }) => fn.countAll(), '>=', least_rows)
    .execute()
  return new Set(rows.map(({ row_key }) => row_key))
}

/** Those of some keys that a staged row has. */
export const stagedKeys = (db: Db, load: OfLoad, row_keys: readonly string[]): Promise<Set<string>> =>
  keysOf(db, load, row_keys, { least_rows: 1 })

/** Those of some keys that more than one staged row has. */
export const repeatedKeys = (db: Db, load: OfLoad, row_keys: readonly string[]): Promise<Set<string>> =>
  keysOf(db, load, row_keys, { least_rows: 2 })

const deleted_at_once = 500

/**
 * Deletes the next 500 staged rows of a load. Returns the place of the last of them; undefined where no row is left.
 *
 * @param after the place that the step before returned. Without it PostgreSQL visits the index entries of all deleted rows again
 */
export async function deleteStaged(
  trx: Transaction,
  load: OfLoad,
  after: StagedPlace | null = null,
): Promise<StagedPlace | undefined> {
  const places = await stagedPlaces(trx, load, { after, take: deleted_at_once })
  const last = places.at(-1)
  if (!last) return undefined
  let query = trx
    .deleteFrom('directory_staged_rows')
    .where('tenant_id', '=', load.tenant_id)
    .where('load_id', '=', load.load_id)
    .where(sql<SqlBool>`(row_key, row_no) <= (${last.row_key}, ${last.row_no})`)
  if (after !== null) query = query.where(behind(after))
  await query.execute()
  return places.length < deleted_at_once ? undefined : last
}
