import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the table of a tenant's admins. */
export async function makeAdminTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('admins')
    .addColumn('tenant_id', 'text', required)
    .addColumn('admin_id', 'text', required)
    .addColumn('email_lower', 'text', required)
    .addColumn('password_hash', 'text', required)
    .addColumn('role', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('admins_key', ['tenant_id', 'admin_id'])
    .execute()
  await trx.schema
    .createIndex('admins_one_email_lower')
    .unique()
    .on('admins')
    .columns(['tenant_id', 'email_lower'])
    .execute()
}
