import { sql } from 'kysely'
import { prepareQuery } from './prepared-query.ts'
import type { BruteForceCountersTable, Db, Transaction } from './tables.ts'

/**
 * A reservation ends by itself within twice this time: it counts in the slot of time in which it was made and in the next one. It is
 * longer than a login takes, so that only the reservations of a process that was killed end in this way.
 */
const reservation_slot_ms = 30_000

/** The slot of a time in epoch milliseconds. */
export function reservationSlot(now: number): number {
  return Math.floor(now / reservation_slot_ms)
}

/** A counter as a reservation creates it. */
export type NewCounter = Pick<
  BruteForceCountersTable,
  'tenant_id' | 'subject' | 'description' | 'identifier_digest' | 'failure_limit' | 'expires_at'
>

const counter = (column: keyof BruteForceCountersTable) => sql.ref<number>(`brute_force_counters.${column}`)

const countReservation = prepareQuery(
  (db, values: { row: BruteForceCountersTable; now: number; slot: number; earlier: number; later: number }) => {
    const { row, now, slot, earlier, later } = values
    const kept_failures = sql<number>`case when ${counter('expires_at')} <= ${now} then 0 else ${counter('failures')} end`
    // The clock of another process may be a slot ahead. Any other later slot was written before the clock was set back.
    const is_current = sql<boolean>`${counter('reservation_slot')} in (${slot}, ${later})`
    const in_slot = sql<number>`case when ${is_current} then ${counter('reserved')} else 0 end`
    const in_earlier_slot = sql<number>`case when ${is_current} then ${counter('reserved_earlier')}
      when ${counter('reservation_slot')} = ${earlier} then ${counter('reserved')} else 0 end`
    const unlessExpired = (column: 'started_at' | 'expires_at') =>
      sql<number>`case when ${counter('expires_at')} <= ${now} then ${sql.ref(`excluded.${column}`)} else ${counter(column)} end`
    return db
      .insertInto('brute_force_counters')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'subject'])
          .doUpdateSet({
            failures: kept_failures,
            failure_limit: sql.ref<number>('excluded.failure_limit'),
            reserved: sql<number>`${in_slot} + 1`,
            reserved_earlier: in_earlier_slot,
            reservation_slot: sql<number>`case when ${is_current} then ${counter('reservation_slot')} else ${slot} end`,
            started_at: unlessExpired('started_at'),
            expires_at: unlessExpired('expires_at'),
          })
          .where(
            sql<boolean>`${kept_failures} + ${in_slot} + ${in_earlier_slot} < ${sql.ref('excluded.failure_limit')}`,
          ),
      )
      .returning('subject')
  },
  // The outcome of the attempt is written after this, and that write waits for the disk.
  { awaits_disk: false },
)

/**
 * Reserves one failure in a counter, in one atomic statement: failures and reservations together never exceed the limit.
 *
 * @returns whether it is within the limit
 */
export async function reserveFailure(db: Db, row: NewCounter, now: number, slot: number): Promise<boolean> {
  const { rows } = await countReservation(db, {
    row: {
      ...row,
      failures: 0,
      reserved: 1,
      reserved_earlier: 0,
      reservation_slot: slot,
      started_at: now,
    },
    now,
    slot,
    earlier: slot - 1,
    later: slot + 1,
  })
  return rows.length === 1
}

/** Reservations of one attempt, by the subjects of their counters. */
export type HeldReservations = { tenant_id: string; subjects: string[]; slot: number }

// A reservation that has ended by itself is in neither column; the counts of newer ones stay as they are.
const withoutReservation = (slot: number, later: number) => ({
  reserved: sql<number>`case when ${counter('reservation_slot')} = ${slot} and ${counter('reserved')} > 0
    then ${counter('reserved')} - 1 else ${counter('reserved')} end`,
  reserved_earlier: sql<number>`case when ${counter('reservation_slot')} = ${later} and ${counter('reserved_earlier')} > 0
    then ${counter('reserved_earlier')} - 1 else ${counter('reserved_earlier')} end`,
})

type Settled = HeldReservations & { later: number }

const release = prepareQuery(
  (db, { tenant_id, subjects, slot, later }: Settled) =>
    db
      .updateTable('brute_force_counters')
      .set(withoutReservation(slot, later))
      .where('tenant_id', '=', tenant_id)
      .where('subject', 'in', subjects),
  // A reservation whose release is lost ends by itself.
  { awaits_disk: false },
)

/** Ends reservations without counting a failure. */
export async function releaseReservations(db: Db | Transaction, held: HeldReservations): Promise<void> {
  await release(db, { ...held, later: held.slot + 1 })
}

const countFailed = prepareQuery(
  (db, { tenant_id, subjects, slot, later, now }: Settled & { now: number }) => {
    // The counter of a reservation has the window, which begins anew with the first failure.
    const fromFirst = (column: 'started_at' | 'expires_at') =>
      sql<number>`case when ${counter('failures')} = 0 then ${counter(column)} - ${counter('started_at')} + ${now}
        else ${counter(column)} end`
    return db
      .updateTable('brute_force_counters')
      .set({
        ...withoutReservation(slot, later),
        failures: sql<number>`${counter('failures')} + 1`,
        started_at: fromFirst('started_at'),
        expires_at: fromFirst('expires_at'),
      })
      .where('tenant_id', '=', tenant_id)
      .where('subject', 'in', subjects)
  },
  // The log event of the failure is written after this, and that write waits for the disk.
  { awaits_disk: false },
)

/** Converts reservations to failures, which count until the window of the counter after the first of them has passed. */
export async function countFailures(db: Db | Transaction, held: HeldReservations, now: number): Promise<void> {
  await countFailed(db, { ...held, later: held.slot + 1, now })
}

const clear = prepareQuery((db, { cleared, ...held }: Settled & { cleared: string[] }) =>
  db
    .updateTable('brute_force_counters')
    .set({
      ...withoutReservation(held.slot, held.later),
      failures: sql<number>`case when ${counter('subject')} in (${sql.join(cleared)}) then 0 else ${counter('failures')} end`,
    })
    .where('tenant_id', '=', held.tenant_id)
    .where('subject', 'in', held.subjects),
)

/** Ends reservations, and sets the failures of those subjects that are in `cleared` to zero. */
export async function clearFailures(db: Db | Transaction, held: HeldReservations, cleared: string[]): Promise<void> {
  await clear(db, { ...held, later: held.slot + 1, cleared })
}

const deleteEmpty = prepareQuery(
  (db, { tenant_id, subjects }: { tenant_id: string; subjects: string[] }) =>
    db
      .deleteFrom('brute_force_counters')
      .where('tenant_id', '=', tenant_id)
      .where('subject', 'in', subjects)
      .where('failures', '=', 0)
      .where('reserved', '=', 0)
      .where('reserved_earlier', '=', 0),
  { awaits_disk: false },
)

/** Deletes those counters that have neither failures nor reservations. */
export async function deleteEmptyCounters(
  db: Db | Transaction,
  { tenant_id, subjects }: Pick<HeldReservations, 'tenant_id' | 'subjects'>,
): Promise<void> {
  await deleteEmpty(db, { tenant_id, subjects })
}

/** Deletes expired counters of all tenants. */
export async function purgeBruteForceCounters(db: Db, now: number): Promise<void> {
  await db.deleteFrom('brute_force_counters').where('expires_at', '<=', now).execute()
}
