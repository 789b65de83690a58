import type { Transaction } from '../tables.ts'

/** Adds to sessions where the user logged in: the address and the browser. Null for the sessions of before. */
export async function addSessionCallers(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('sessions').addColumn('ip', 'text').execute()
  await trx.schema.alterTable('sessions').addColumn('user_agent', 'text').execute()
}
