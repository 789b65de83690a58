import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of the mail services and mail templates of tenants. */
export async function makeEmailSettings(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('email_providers')
    .addColumn('tenant_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('enabled', 'bigint', required)
    .addColumn('from_address', 'text')
    .addColumn('credentials_sealed', 'text', required)
    .addColumn('settings', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('email_providers_key', ['tenant_id'])
    .execute()
  await trx.schema
    .createTable('email_templates')
    .addColumn('tenant_id', 'text', required)
    .addColumn('template', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('email_templates_key', ['tenant_id', 'template'])
    .execute()
}
