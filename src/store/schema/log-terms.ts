import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the table by which log events are found that no user id names. */
export async function makeLogTerms(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('log_terms')
    .addColumn('tenant_id', 'text', required)
    .addColumn('term', 'text', required)
    .addColumn('log_id', 'text', required)
    .addPrimaryKeyConstraint('log_terms_key', ['tenant_id', 'term', 'log_id'])
    .execute()
  await trx.schema.createIndex('log_terms_by_log_id').on('log_terms').columns(['tenant_id', 'log_id']).execute()
}
