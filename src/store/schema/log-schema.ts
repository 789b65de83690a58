import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of logs and of the installation. */
export async function makeLogTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('installation')
    .addColumn('name', 'text', required)
    .addColumn('value', 'text', required)
    .addPrimaryKeyConstraint('installation_key', ['name'])
    .execute()
  await trx.schema
    .createTable('log_events')
    .addColumn('tenant_id', 'text', required)
    .addColumn('log_id', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('details', 'text', required)
    .addColumn('description', 'text')
    .addColumn('connection_id', 'text')
    .addColumn('connection', 'text')
    .addColumn('client_id', 'text')
    .addColumn('client_name', 'text')
    .addColumn('user_id', 'text')
    .addColumn('user_name', 'text')
    .addColumn('ip', 'text')
    .addColumn('hostname', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('audience', 'text')
    .addColumn('scope', 'text')
    .addColumn('strategy', 'text')
    .addColumn('strategy_type', 'text')
    .addColumn('date', 'bigint', required)
    .addPrimaryKeyConstraint('log_events_key', ['tenant_id', 'log_id'])
    .execute()
  await trx.schema
    .createIndex('log_events_by_user_id_log_id')
    .on('log_events')
    .columns(['tenant_id', 'user_id', 'log_id'])
    .execute()
  await trx.schema
    .createIndex('log_events_by_type_log_id')
    .on('log_events')
    .columns(['tenant_id', 'type', 'log_id'])
    .execute()
  await trx.schema
    .createTable('script_logs')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('line_id', 'text', required)
    .addColumn('script', 'text', required)
    .addColumn('call_id', 'text', required)
    .addColumn('level', 'text', required)
    .addColumn('text', 'text', required)
    .addColumn('at', 'bigint', required)
    .addPrimaryKeyConstraint('script_logs_key', ['tenant_id', 'connection_id', 'line_id'])
    .execute()
}
