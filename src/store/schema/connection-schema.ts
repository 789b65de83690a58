import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of connections. */
export async function makeConnectionTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('connections')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('strategy', 'text', required)
    .addColumn('options', 'text', required)
    .addColumn('configuration_sealed', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('version', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('connections_key', ['tenant_id', 'connection_id'])
    .execute()
  await trx.schema
    .createIndex('connections_one_name')
    .unique()
    .on('connections')
    .columns(['tenant_id', 'name'])
    .execute()
  await trx.schema
    .createTable('connection_clients')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addPrimaryKeyConstraint('connection_clients_key', ['tenant_id', 'connection_id', 'client_id'])
    .execute()
  await trx.schema
    .createIndex('connection_clients_by_client_id')
    .on('connection_clients')
    .columns(['tenant_id', 'client_id'])
    .execute()
  await trx.schema
    .createTable('connection_realms')
    .addColumn('tenant_id', 'text', required)
    .addColumn('realm', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addPrimaryKeyConstraint('connection_realms_key', ['tenant_id', 'realm'])
    .execute()
  await trx.schema
    .createIndex('connection_realms_by_connection_id')
    .on('connection_realms')
    .columns(['tenant_id', 'connection_id'])
    .execute()
}
