import type { Transaction } from '../tables.ts'

/** Adds to the counters of failed logins the reservations of running attempts, which end by themselves. */
export async function addBruteForceReservations(trx: Transaction): Promise<void> {
  for (const column of ['reserved', 'reserved_earlier', 'reservation_slot']) {
    await trx.schema
      .alterTable('brute_force_counters')
      .addColumn(column, 'bigint', (definition) => definition.notNull().defaultTo(0))
      .execute()
  }
}
