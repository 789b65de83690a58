import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the table that counts logins by day, connection, client and outcome. Days before it have no counts. */
export async function makeLoginCounts(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('login_counts')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('day', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('slot', 'bigint', required)
    .addColumn('logins', 'bigint', required)
    .addPrimaryKeyConstraint('login_counts_key', ['tenant_id', 'connection_id', 'day', 'client_id', 'outcome', 'slot'])
    .execute()
}
