import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of finishes, and adds the step of its finish to each connection. */
export async function makeFinishTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('finishes')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('step', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('original', 'text')
    .addColumn('accepted', 'text', required)
    .addColumn('facts', 'text', required)
    .addColumn('started_at', 'bigint', required)
    .addColumn('step_started_at', 'bigint', required)
    .addColumn('step_ended_at', 'bigint')
    .addPrimaryKeyConstraint('finishes_key', ['tenant_id', 'connection_id'])
    .execute()
  await trx.schema
    .createTable('latecomers')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('record_id', 'text', required)
    .addColumn('last_through', 'text', required)
    .addColumn('attempts', 'bigint', required)
    .addColumn('first_at', 'bigint', required)
    .addColumn('last_at', 'bigint', required)
    .addPrimaryKeyConstraint('latecomers_key', ['tenant_id', 'connection_id', 'record_id'])
    .execute()
  await trx.schema
    .createIndex('latecomers_by_connection_id_last_at_record_id')
    .on('latecomers')
    .columns(['tenant_id', 'connection_id', 'last_at', 'record_id'])
    .execute()
  await trx.schema.alterTable('connections').addColumn('finish_step', 'text').execute()
}
