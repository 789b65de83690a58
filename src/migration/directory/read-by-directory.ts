import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { Refusal } from '../../contract/refusal.ts'
import type { Db, DirectoryRowsTable, MigrationRecordsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import type { RehearsalOutcome } from '../../contract/rehearsal.ts'

/** A filter of migration records by what the directory says of their users. Times are epoch milliseconds. */
export type DirectoryFilter = {
  gone?: boolean
  disabled?: boolean
  has_hash?: boolean
  problem?: DirectoryProblem | 'any'
  /** The outcome of the last rehearsal. */
  rehearsed?: RehearsalOutcome
  active_since?: number
  active_before?: number
}

/** Whether a filter has a condition about the directory. */
export const filtersDirectory = (filter: DirectoryFilter): boolean =>
  Object.values(filter).some((value) => value !== undefined)

type OrderColumn = 'last_activity_at' | 'gone_at' | 'problem'

/** The column that orders the records that pass a filter: the one of the index that finds them. */
function orderOf({ active_since, active_before, gone, problem }: DirectoryFilter): OrderColumn | undefined {
  if (active_since !== undefined || active_before !== undefined) return 'last_activity_at'
  if (gone === true) return 'gone_at'
  return problem === 'any' ? 'problem' : undefined
}

const equals = (column: string, value: string | number): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(`directory_rows.${column}`)} = ${value}`

/** `is_first`: whether the page is the first; on the others the place behind the last record says more than the end of the time. */
function conditions(filter: DirectoryFilter, is_first: boolean): (RawBuilder<SqlBool> | undefined)[] {
  const { gone, disabled, has_hash, problem, rehearsed, active_since, active_before } = filter
  const at = sql.ref('directory_rows.last_activity_at')
  const gone_at = sql.ref('directory_rows.gone_at')
  return [
    gone === undefined ? undefined : gone ? sql<SqlBool>`${gone_at} is not null` : sql<SqlBool>`${gone_at} is null`,
    disabled === undefined ? undefined : equals('disabled', Number(disabled)),
    has_hash === undefined ? undefined : equals('has_hash', Number(has_hash)),
    problem === 'any'
      ? sql<SqlBool>`${sql.ref('directory_rows.problem')} is not null`
      : problem && equals('problem', problem),
    rehearsed && equals('rehearsed_outcome', rehearsed),
    active_since === undefined ? undefined : sql<SqlBool>`${at} >= ${active_since}`,
    active_before === undefined || !is_first ? undefined : sql<SqlBool>`${at} < ${active_before}`,
  ]
}

async function rowOfCheckpoint(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  record_id: string,
): Promise<DirectoryRowsTable> {
  return await db
    .selectFrom('directory_rows')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirstOrThrow(
      () => new Refusal('invalid_query_string', { message: 'from must be the next of an earlier page.' }),
    )
}

/**
 * The records whose users the directory describes so, one more than `take`: in the descending order of the filtered last activity or time of
 * absence, and of their ids.
 *
 * @param more conditions on the records
 * @throws {Refusal} `invalid_query_string` for an unknown `from`
 */
export async function readByDirectory(
  db: Db,
  of: ConnectionKey,
  filter: DirectoryFilter,
  { take, from }: { take: number; from?: string },
  more: readonly RawBuilder<SqlBool>[],
): Promise<MigrationRecordsTable[]> {
  const order = orderOf(filter)
  let query = db
    .selectFrom('directory_rows')
    .innerJoin('migration_records', (join) =>
      join
        .onRef('migration_records.tenant_id', '=', 'directory_rows.tenant_id')
        .onRef('migration_records.connection_id', '=', 'directory_rows.connection_id')
        .onRef('migration_records.record_id', '=', 'directory_rows.record_id'),
    )
    .selectAll('migration_records')
    .where('directory_rows.tenant_id', '=', of.tenant_id)
    .where('directory_rows.connection_id', '=', of.connection_id)
  for (const condition of [...conditions(filter, from === undefined), ...more]) {
    if (condition) query = query.where(condition)
  }
  const id = sql.ref('directory_rows.record_id')
  if (from !== undefined) {
    const last = await rowOfCheckpoint(db, of, from)
    query =
      order === undefined
        ? // Of both tables: PostgreSQL, which may merge them in this order, does not conclude the one from the other.
          query.where(sql<SqlBool>`${id} < ${from}`).where('migration_records.record_id', '<', from)
        : query.where(sql<SqlBool>`(${sql.ref(`directory_rows.${order}`)}, ${id}) < (${last[order]}, ${from})`)
  }
  if (order !== undefined) query = query.orderBy(`directory_rows.${order}`, 'desc')
  return await query
    .orderBy('directory_rows.record_id', 'desc')
    .limit(take + 1)
    .execute()
}
