import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Adds the counts of script calls by version, and to the lines of the script log the call that a line is the outcome of. */
export async function addScriptCalls(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('script_calls')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('script', 'text', required)
    .addColumn('version', 'bigint', required)
    .addColumn('hour', 'bigint', required)
    .addColumn('outcome', 'text', required)
    .addColumn('up_to_ms', 'bigint', required)
    .addColumn('calls', 'bigint', required)
    .addPrimaryKeyConstraint('script_calls_key', [
      'tenant_id',
      'connection_id',
      'script',
      'version',
      'hour',
      'outcome',
      'up_to_ms',
    ])
    .execute()
  await trx.schema.createIndex('script_calls_by_hour').on('script_calls').columns(['tenant_id', 'hour']).execute()
  await trx.schema.alterTable('script_logs').addColumn('outcome', 'text').execute()
  await trx.schema.alterTable('script_logs').addColumn('version', 'bigint').execute()
  await trx.schema.alterTable('script_logs').addColumn('duration_ms', 'bigint').execute()
}
