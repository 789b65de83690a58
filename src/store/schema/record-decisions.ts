import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/**
 * Adds decisions on migration records, the identifiers that they reserve, whether a connection has decisions, and the indexes by which the
 * records are found that need one.
 */
export async function addRecordDecisions(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('record_decisions')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('record_id', 'text', required)
    .addColumn('decision_id', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('detail', 'text', required)
    .addColumn('alias_of', 'text')
    .addColumn('decided_by', 'text', required)
    .addColumn('decided_at', 'bigint', required)
    .addPrimaryKeyConstraint('record_decisions_key', ['tenant_id', 'connection_id', 'record_id'])
    .execute()
  await trx.schema
    .createIndex('record_decisions_by_connection_id_alias_of')
    .on('record_decisions')
    .columns(['tenant_id', 'connection_id', 'alias_of'])
    .execute()
  await trx.schema
    .createTable('reserved_identifiers')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('identifier', 'text', required)
    .addColumn('record_id', 'text', required)
    .addPrimaryKeyConstraint('reserved_identifiers_key', ['tenant_id', 'connection_id', 'identifier'])
    .execute()
  await trx.schema
    .createIndex('reserved_identifiers_by_connection_id_record_id')
    .on('reserved_identifiers')
    .columns(['tenant_id', 'connection_id', 'record_id'])
    .execute()
  for (const column of ['given_legacy_id', 'rehearsed_outcome']) {
    await trx.schema
      .createIndex(`directory_rows_by_connection_id_${column}_record_id`)
      .on('directory_rows')
      .columns(['tenant_id', 'connection_id', column, 'record_id'])
      .execute()
  }
  await trx.schema.alterTable('connections').addColumn('decisions', 'bigint').execute()
}
