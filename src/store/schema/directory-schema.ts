import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

async function makeLoads(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('directory_loads')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('load_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('format', 'text')
    .addColumn('state', 'text', required)
    .addColumn('options_sealed', 'text')
    .addColumn('counts', 'text', required)
    .addColumn('confirmed', 'text')
    .addColumn('message', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('applied_at', 'bigint')
    .addPrimaryKeyConstraint('directory_loads_key', ['tenant_id', 'connection_id', 'load_id'])
    .execute()
  await trx.schema
    .createTable('directory_staged_rows')
    .addColumn('tenant_id', 'text', required)
    .addColumn('load_id', 'text', required)
    .addColumn('row_key', 'text', required)
    .addColumn('row_no', 'bigint', required)
    .addColumn('line', 'bigint', required)
    .addColumn('facts', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('hash', 'text')
    .addColumn('profile', 'text')
    .addPrimaryKeyConstraint('directory_staged_rows_key', ['tenant_id', 'load_id', 'row_key', 'row_no'])
    .execute()
}

async function makeRows(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('directory_rows')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('record_id', 'text', required)
    .addColumn('row_key', 'text', required)
    .addColumn('given_legacy_id', 'text')
    .addColumn('email', 'text')
    .addColumn('username', 'text')
    .addColumn('phone_number', 'text')
    .addColumn('email_verified', 'bigint')
    .addColumn('last_activity_at', 'bigint')
    .addColumn('disabled', 'bigint', required)
    .addColumn('hash', 'text')
    .addColumn('has_hash', 'bigint', required)
    .addColumn('hash_form', 'text')
    .addColumn('profile', 'text')
    .addColumn('problem', 'text')
    .addColumn('digest', 'text', required)
    .addColumn('load_id', 'text', required)
    .addColumn('gone_at', 'bigint')
    .addColumn('rehearsal_id', 'text')
    .addColumn('rehearsed_at', 'bigint')
    .addColumn('rehearsed_outcome', 'text')
    .addColumn('rehearsed_detail', 'text')
    .addPrimaryKeyConstraint('directory_rows_key', ['tenant_id', 'connection_id', 'record_id'])
    .execute()
  for (const column of ['row_key', 'disabled', 'has_hash', 'problem', 'gone_at', 'last_activity_at']) {
    await trx.schema
      .createIndex(`directory_rows_by_connection_id_${column}_record_id`)
      .on('directory_rows')
      .columns(['tenant_id', 'connection_id', column, 'record_id'])
      .execute()
  }
  await trx.schema
    .createTable('directory_shared_identifiers')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('identifier', 'text', required)
    .addColumn('record_id', 'text', required)
    .addPrimaryKeyConstraint('directory_shared_identifiers_key', [
      'tenant_id',
      'connection_id',
      'identifier',
      'record_id',
    ])
    .execute()
  await trx.schema
    .createIndex('directory_shared_identifiers_by_connection_id_record_id')
    .on('directory_shared_identifiers')
    .columns(['tenant_id', 'connection_id', 'record_id'])
    .execute()
}

/** Makes the tables of the directory: its loads, their rows before they are applied, and what it says of each record. */
export async function makeDirectoryTables(trx: Transaction): Promise<void> {
  await makeLoads(trx)
  await makeRows(trx)
}
