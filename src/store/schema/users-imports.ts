import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/**
 * Adds what imports of users keep: the refused rows of a job, sealed second factors of users, and whether a connection has password hashes of
 * other systems.
 */
export async function addUsersImports(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('job_errors')
    .addColumn('tenant_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('row_no', 'bigint', required)
    .addColumn('line', 'bigint', required)
    .addColumn('sealed', 'text', required)
    .addPrimaryKeyConstraint('job_errors_key', ['tenant_id', 'job_id', 'row_no'])
    .execute()
  await trx.schema.alterTable('users').addColumn('second_factors', 'text').execute()
  await trx.schema.alterTable('connections').addColumn('foreign_hashes', 'bigint').execute()
}
