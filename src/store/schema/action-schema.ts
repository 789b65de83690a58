import type { CreateTableBuilder } from 'kysely'
import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

const withSource = <T extends string>(table: CreateTableBuilder<T>) =>
  table
    .addColumn('code_sealed', 'text', required)
    .addColumn('dependencies', 'text', required)
    .addColumn('secrets', 'text', required)
    .addColumn('runtime', 'text', required)

/** Makes the tables of actions, their versions and their bindings. */
export async function makeActionTables(trx: Transaction): Promise<void> {
  await withSource(trx.schema.createTable('actions'))
    .addColumn('tenant_id', 'text', required)
    .addColumn('action_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('trigger_id', 'text', required)
    .addColumn('trigger_version', 'text', required)
    .addColumn('deployed_version_id', 'text')
    .addColumn('is_changed', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('actions_key', ['tenant_id', 'action_id'])
    .execute()
  await trx.schema.createIndex('actions_one_name').unique().on('actions').columns(['tenant_id', 'name']).execute()
  await withSource(trx.schema.createTable('action_versions'))
    .addColumn('tenant_id', 'text', required)
    .addColumn('action_id', 'text', required)
    .addColumn('version_number', 'bigint', required)
    .addColumn('version_id', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('action_versions_key', ['tenant_id', 'action_id', 'version_number'])
    .execute()
  await trx.schema
    .createTable('action_bindings')
    .addColumn('tenant_id', 'text', required)
    .addColumn('binding_id', 'text', required)
    .addColumn('trigger_id', 'text', required)
    .addColumn('action_id', 'text', required)
    .addColumn('display_name', 'text', required)
    .addColumn('sort_order', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('action_bindings_key', ['tenant_id', 'binding_id'])
    .execute()
}
