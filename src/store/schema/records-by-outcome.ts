import type { Transaction } from '../tables.ts'

/**
 * Adds the indexes that count and list the migration records of a connection by their last outcome and by the way of the move, the newest
 * first, and those about whom the scripts disagree, which a column of their own marks. The state is at the end, so that the counts need no
 * row.
 */
export async function addRecordsByOutcome(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('migration_records').addColumn('has_drift', 'bigint').execute()
  await trx.updateTable('migration_records').set({ has_drift: 1 }).where('drift', 'is not', null).execute()
  const indexes = {
    migration_records_by_connection_id_last_outcome_created_at: ['last_outcome', 'created_at', 'record_id', 'state'],
    migration_records_by_has_drift_created_at: ['has_drift', 'created_at', 'record_id'],
    migration_records_by_migrated_through_created_at: ['migrated_through', 'created_at', 'record_id', 'state'],
  } as const
  for (const [name, columns] of Object.entries(indexes)) {
    await trx.schema
      .createIndex(name)
      .on('migration_records')
      .columns(['tenant_id', 'connection_id', ...columns])
      .execute()
  }
}
