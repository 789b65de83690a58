import type { Transaction } from '../tables.ts'

/** Adds the browser session that a family of refresh tokens belongs to; null for a grant without a browser. */
export async function addTokenFamilySessions(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('token_families').addColumn('session_id', 'text').execute()
}
