import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of tenants and of their signing keys. */
export async function makeTenantTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('tenants')
    .addColumn('tenant_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('domain', 'text', required)
    .addColumn('plan', 'text', required)
    .addColumn('settings', 'text', required)
    .addColumn('is_default', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('tenants_key', ['tenant_id'])
    .execute()
  await trx.schema.createIndex('tenants_one_domain').unique().on('tenants').column('domain').execute()
  await trx.schema.createIndex('tenants_one_name').unique().on('tenants').column('name').execute()
  await trx.schema
    .createTable('signing_keys')
    .addColumn('tenant_id', 'text', required)
    .addColumn('kid', 'text', required)
    .addColumn('alg', 'text', required)
    .addColumn('public_jwk', 'text', required)
    .addColumn('private_sealed', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('changed_at', 'bigint', required)
    .addPrimaryKeyConstraint('signing_keys_key', ['tenant_id', 'kid'])
    .execute()
}
