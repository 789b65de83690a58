import { expressionBuilder } from 'kysely'
import type { Database, Transaction } from '../tables.ts'

/**
 * Adds the indexes that count and list the migration records of a connection by their last outcome and by the way of
 * the move, the newest first, and those about whom the scripts disagree. The state is at the end, so that the counts need no row.
 */
export async function addRecordsByOutcome(trx: Transaction): Promise<void> {
  const eb = expressionBuilder<Database, 'migration_records'>()
  await trx.schema
    .createIndex('migration_records_by_connection_id_last_outcome_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'last_outcome', 'created_at', 'record_id', 'state'])
    .execute()
  // By an expression: SQLite prefers the index by age to one that differs in its condition alone.
  await trx.schema
    .createIndex('migration_records_with_drift_by_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id'])
    .expression(eb.parens(eb('drift', 'is not', null)))
    .columns(['created_at', 'record_id'])
    .where(eb.ref('drift'), 'is not', null)
    .execute()
  await trx.schema
    .createIndex('migration_records_by_migrated_through_created_at')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'migrated_through', 'created_at', 'record_id', 'state'])
    .where(eb.ref('migrated_through'), 'is not', null)
    .execute()
}
