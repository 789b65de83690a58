import { randomInt } from 'node:crypto'
import type { MigrationState } from '../contract/outcomes.ts'
import { prepareQuery } from './prepared-query.ts'
import type { ConnectionCountersTable, Db, Transaction } from './tables.ts'

/**
 * The name of a counter of a connection: of its users, of its migration records in one state, of the rows of its directory, or of the logins
 * with unknown identifiers since its finish began.
 */
export type ConnectionCounter =
  | 'users'
  | `state:${MigrationState}`
  | `directory:${'records' | 'gone' | 'disabled' | 'with_hash' | 'problems'}`
  | 'unknown_logins'

const slots = 64

/** A random slot of a counter. Writers choose one each, so that concurrent moves on one connection rarely write the same row. */
export function randomSlot(): number {
  return randomInt(slots)
}

const upsertCounter = prepareQuery((db, { row }: { row: ConnectionCountersTable }) =>
  db
    .insertInto('connection_counters')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'counter', 'slot']).doUpdateSet((kept) => ({
        value: kept('connection_counters.value', '+', kept.ref('excluded.value')),
      })),
    ),
)

/** Adds `by`, which may be negative, to a counter of a connection. Runs in the transaction of the change that it counts. */
export async function addToCounter(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  counter: ConnectionCounter,
  by: number,
): Promise<void> {
  if (by === 0) return
  await upsertCounter(trx, { row: { tenant_id, connection_id, counter, slot: randomSlot(), value: by } })
}

/** The counters of a connection by name. A counter without rows is absent and stands for 0. */
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
    .select((counters) => counters.fn.sum<number | string | null>('value').as('total'))
    .where('tenant_id', '=', tenant_id)
    .where('counter', '=', 'users')
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}
