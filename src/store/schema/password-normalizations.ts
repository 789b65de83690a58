import type { Transaction } from '../tables.ts'

/** Adds what the legacy store did to a password before it hashed it. Existing credentials keep the password as it was typed. */
export async function addPasswordNormalizations(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('credentials').addColumn('normalization', 'text').execute()
}
