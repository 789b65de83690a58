import type { Transaction } from '../tables.ts'

/** Adds to a migration record the spellings of its identifiers; null in older records. */
export async function addSpellings(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('migration_records').addColumn('spellings', 'text').execute()
}
