import type { Transaction } from '../tables.ts'

/** Adds until when a ticket is claimed by a use of it that runs a script; null while none does. */
export async function addTicketClaims(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('tickets').addColumn('claimed_until', 'bigint').execute()
}
