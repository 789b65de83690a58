import type { MigrationState } from '../contract/outcomes.ts'
import { randomSlot } from './connection-counters.ts'
import { prepareQuery } from './prepared-query.ts'
import type { Db, MigrationDaysTable, Transaction } from './tables.ts'

const upsertDay = prepareQuery((db, { row }: { row: MigrationDaysTable }) =>
  db
    .insertInto('migration_days')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'day', 'state', 'slot']).doUpdateSet((kept) => ({
        value: kept('migration_days.value', '+', kept.ref('excluded.value')),
      })),
    ),
)

/** What is counted by day: records that entered a state, and latecomers of a finish, each once a day. */
export type CountedByDay = MigrationState | 'latecomer'

/**
 * Adds `by` to the number of records of a connection that entered `state`, or were latecomers, on a day. Runs in the transaction of the change that it
 * counts.
 *
 * @param day `YYYY-MM-DD` in UTC
 */
export async function addToMigrationDay(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  day: string,
  state: CountedByDay,
  by: number,
): Promise<void> {
  if (by === 0) return
  await upsertDay(trx, { row: { tenant_id, connection_id, day, state, slot: randomSlot(), value: by } })
}

/** The number of records that entered each state, and of latecomers, on each day, oldest day first. `since` is a day, `YYYY-MM-DD` in UTC. */
export async function readMigrationDays(
  db: Db,
  tenant_id: string,
  connection_id: string,
  since: string,
): Promise<{ day: string; state: string; total: number }[]> {
  const rows = await db
    .selectFrom('migration_days')
    .select((row) => ['day', 'state', row.fn.sum<number | string>('value').as('total')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('day', '>=', since)
    .groupBy(['day', 'state'])
    .orderBy('day')
    .orderBy('state')
    .execute()
  return rows.map(({ day, state, total }) => ({ day, state, total: Number(total) }))
}
