import type { Transaction } from '../tables.ts'

/** Adds the mark of the system tenant, and the roles of its users in the other tenants. */
export async function addSystemTenant(trx: Transaction): Promise<void> {
  await trx.schema
    .alterTable('tenants')
    .addColumn('is_system', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await trx.schema
    .createTable('tenant_admins')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tenant_admins_key', ['tenant_id', 'user_id'])
    .execute()
}
