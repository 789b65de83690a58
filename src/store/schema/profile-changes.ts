import type { Transaction } from '../tables.ts'

/** Adds to a migration record what of the user's profile was dropped, cut or converted; null in older records. */
export async function addProfileChanges(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('migration_records').addColumn('profile_changes', 'text').execute()
}
