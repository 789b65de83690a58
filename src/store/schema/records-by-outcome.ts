import { sql } from 'kysely'
import type { Transaction } from '../tables.ts'

/**
 * Adds the indexes that count and list the migration records of a connection by their last outcome and by the way of
 * the move, the newest first, and those about whom the scripts disagree. The state is at the end, so that the counts need no row.
 */
export async function addRecordsByOutcome(trx: Transaction): Promise<void> {
  await trx.schema
    .createIndex('migration_records_by_connection_id_last_outcome_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'last_outcome', 'created_at', 'record_id', 'state'])
    .execute()
  await trx.schema
    .createIndex('migration_records_with_drift_by_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'created_at', 'record_id', 'state'])
    .where(sql.ref('drift'), 'is not', null)
    .execute()
  await trx.schema
    .createIndex('migration_records_by_migrated_through_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'migrated_through', 'created_at', 'record_id', 'state'])
    .where(sql.ref('migrated_through'), 'is not', null)
    .execute()
}
