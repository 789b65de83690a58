import type { Transaction } from '../tables.ts'

/** Adds the indexes that list the migration records of a connection, all or in one state, by the time at which they were created. */
export async function addRecordsByAge(trx: Transaction): Promise<void> {
  await trx.schema.dropIndex('migration_records_by_connection_id_state_record_id').execute()
  await trx.schema
    .createIndex('migration_records_by_connection_id_created_at_record_id')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'created_at', 'record_id'])
    .execute()
  await trx.schema
    .createIndex('migration_records_by_connection_id_state_created_at_record_id')
    .on('migration_records')
    .columns(['tenant_id', 'connection_id', 'state', 'created_at', 'record_id'])
    .execute()
}
