import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of client credentials and of used client assertions, and the index that finds the global client. */
export async function makeClientCredentials(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('client_credentials')
    .addColumn('tenant_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('credential_id', 'text', required)
    .addColumn('name', 'text')
    .addColumn('kid', 'text', required)
    .addColumn('alg', 'text', required)
    .addColumn('public_jwk', 'text', required)
    .addColumn('expires_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('client_credentials_key', ['tenant_id', 'client_id', 'credential_id'])
    .execute()
  await trx.schema
    .createIndex('client_credentials_one_kid')
    .unique()
    .on('client_credentials')
    .columns(['tenant_id', 'client_id', 'kid'])
    .execute()
  await trx.schema
    .createTable('client_assertions')
    .addColumn('tenant_id', 'text', required)
    .addColumn('assertion_digest', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('client_assertions_key', ['tenant_id', 'assertion_digest'])
    .execute()
  await trx.schema
    .createIndex('client_assertions_by_expires_at')
    .on('client_assertions')
    .columns(['tenant_id', 'expires_at'])
    .execute()
  await trx.schema
    .createIndex('clients_by_is_global_client_id')
    .on('clients')
    .columns(['tenant_id', 'is_global', 'client_id'])
    .execute()
}
