import type { Transaction } from '../tables.ts'

/** Adds to a user the one to whom the identity was linked. */
export async function addLinkedUsers(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('users').addColumn('linked_to', 'text').execute()
}
