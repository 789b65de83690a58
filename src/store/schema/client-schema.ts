import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of clients, resource servers and client grants. */
export async function makeClientTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('clients')
    .addColumn('tenant_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('secret_sealed', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('is_global', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('clients_key', ['tenant_id', 'client_id'])
    .execute()
  await trx.schema
    .createTable('resource_servers')
    .addColumn('tenant_id', 'text', required)
    .addColumn('resource_server_id', 'text', required)
    .addColumn('identifier', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('is_system', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('resource_servers_key', ['tenant_id', 'resource_server_id'])
    .execute()
  await trx.schema
    .createIndex('resource_servers_one_identifier')
    .unique()
    .on('resource_servers')
    .columns(['tenant_id', 'identifier'])
    .execute()
  await trx.schema
    .createTable('client_grants')
    .addColumn('tenant_id', 'text', required)
    .addColumn('client_grant_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('audience', 'text', required)
    .addColumn('scope', 'text', required)
    .addColumn('allow_all_scopes', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('client_grants_key', ['tenant_id', 'client_grant_id'])
    .execute()
  await trx.schema
    .createIndex('client_grants_one_client_id_audience')
    .unique()
    .on('client_grants')
    .columns(['tenant_id', 'client_id', 'audience'])
    .execute()
}
