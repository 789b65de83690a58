import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { MigrationState } from '../contract/outcomes.ts'
import type { Db, MigrationRecordsTable } from '../store/tables.ts'
import type { ConnectionKey } from './find-records.ts'
import { unmoved_states } from './finish/not-moved.ts'

/** The place of a record in a list by age. */
export type Behind = { created_at: number; record_id: string }

/** The records that pass conditions, the newest first, one more than `take`, behind a place. `age`: the time by which they are sorted. */
export function recordsByAge(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  conditions: readonly RawBuilder<SqlBool>[],
  { take, behind }: { take: number; behind: Behind | undefined },
  age: RawBuilder<unknown> = sql.ref('created_at'),
) {
  let query = db
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
  if (behind) {
    query = query.where(sql<SqlBool>`(created_at, record_id) < (${behind.created_at}, ${behind.record_id})`)
  }
  for (const condition of conditions) query = query.where(condition)
  return query
    .orderBy(age, 'desc')
    .orderBy('record_id', 'desc')
    .limit(take + 1)
}

/** Whether a record is in one of some states. */
export const isInState = (...states: readonly MigrationState[]): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref('migration_records.state')} in (${sql.join(states)})`

/**
 * The people who have not moved, the newest first. Each state is read in the order of its index: with a list of states, all their records
 * would be sorted.
 */
export async function readUnmoved(
  db: Db,
  of: ConnectionKey,
  page: { take: number; behind: Behind | undefined },
): Promise<MigrationRecordsTable[]> {
  const [first, ...others] = unmoved_states.map((state) =>
    db.selectFrom(recordsByAge(db, of, [isInState(state)], page).as('of_state')).selectAll(),
  )
  if (!first) return []
  return await db
    .selectFrom(others.reduce((all, one) => all.unionAll(one), first).as('unmoved'))
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('record_id', 'desc')
    .limit(page.take + 1)
    .execute()
}
