import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Adds rehearsals of the move of the users of a directory. */
export async function addRehearsals(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('rehearsals')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('rehearsal_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('options', 'text', required)
    .addColumn('counts', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addPrimaryKeyConstraint('rehearsals_key', ['tenant_id', 'connection_id', 'rehearsal_id'])
    .execute()
}
