import { randomInt } from 'node:crypto'
import type { MigrationState } from '../contract/outcomes.ts'
import { prepareQuery } from './prepared-query.ts'
import type { ConnectionCountersTable, Db, MigrationDaysTable, Transaction } from './tables.ts'

/** What is counted of a connection: its users, or its migration records in one state. */
export type ConnectionCounter = 'users' | `state:${MigrationState}`

// Writers pick one of these rows at random, so that logins on one connection rarely wait for one another.
const slots = 8

const addToCounter = prepareQuery((db, { row }: { row: ConnectionCountersTable }) =>
  db
    .insertInto('connection_counters')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'counter', 'slot']).doUpdateSet((kept) => ({
        value: kept('connection_counters.value', '+', kept.ref('excluded.value')),
      })),
    ),
)

/**
 * Adds `by` (negative to take away) to a counter of a connection, in the transaction of what it counts.
 * A counter that was never bumped is 0.
 */
export async function bumpCounter(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  counter: ConnectionCounter,
  by: number,
): Promise<void> {
  if (by === 0) return
  await addToCounter(trx, { row: { tenant_id, connection_id, counter, slot: randomInt(slots), value: by } })
}

/** The counters of a connection by name; one that is missing is 0. */
export async function readCounters(
  db: Db,
  tenant_id: string,
  connection_id: string,
): Promise<Partial<Record<ConnectionCounter, number>>> {
  const rows = await db
    .selectFrom('connection_counters')
    .select((row) => ['counter', row.fn.sum<number | string>('value').as('total')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .groupBy('counter')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.counter, Number(row.total)]))
}

/** The number of users of a tenant, from the counters of its connections. */
export async function countUsers(db: Db, tenant_id: string): Promise<number> {
  const row = await db
    .selectFrom('connection_counters')
    .select((counted) => counted.fn.sum<number | string | null>('value').as('total'))
    .where('tenant_id', '=', tenant_id)
    .where('counter', '=', 'users')
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

const addToDay = prepareQuery((db, { row }: { row: MigrationDaysTable }) =>
  db
    .insertInto('migration_days')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'day', 'state', 'slot']).doUpdateSet((kept) => ({
        value: kept('migration_days.value', '+', kept.ref('excluded.value')),
      })),
    ),
)

/**
 * Adds `by` to how many records of a connection came into `state` on a day, in the transaction of what it counts.
 *
 * @param day `YYYY-MM-DD` in UTC
 */
export async function bumpDay(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  day: string,
  state: MigrationState,
  by: number,
): Promise<void> {
  if (by === 0) return
  await addToDay(trx, { row: { tenant_id, connection_id, day, state, slot: randomInt(slots), value: by } })
}

/** How many records came into each state on each day, oldest day first. `since` is a day, `YYYY-MM-DD` in UTC. */
export async function readDays(
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
