import type { Transaction } from '../tables.ts'

/** Adds the index that finds the tickets of a user. */
export async function addTicketsOfUsers(trx: Transaction): Promise<void> {
  await trx.schema.createIndex('tickets_by_user_id').on('tickets').columns(['tenant_id', 'user_id']).execute()
}
