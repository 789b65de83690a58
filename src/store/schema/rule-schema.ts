import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of rules, and adds to authorization codes what the rules changed in the tokens. */
export async function makeRuleTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('rules')
    .addColumn('tenant_id', 'text', required)
    .addColumn('rule_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('script_sealed', 'text', required)
    .addColumn('sort_order', 'bigint', required)
    .addColumn('enabled', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('rules_key', ['tenant_id', 'rule_id'])
    .execute()
  await trx.schema.createIndex('rules_one_name').unique().on('rules').columns(['tenant_id', 'name']).execute()
  await trx.schema
    .createIndex('rules_one_sort_order')
    .unique()
    .on('rules')
    .columns(['tenant_id', 'sort_order'])
    .execute()
  await trx.schema
    .createTable('rules_configs')
    .addColumn('tenant_id', 'text', required)
    .addColumn('config_key', 'text', required)
    .addColumn('value_sealed', 'text', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('rules_configs_key', ['tenant_id', 'config_key'])
    .execute()
  await trx.schema.alterTable('codes').addColumn('token_changes', 'text').execute()
}
