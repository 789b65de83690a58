import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of jobs and of their files. */
export async function makeJobTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('jobs')
    .addColumn('tenant_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('running_kind', 'text')
    .addColumn('input', 'text', required)
    .addColumn('cursor', 'text')
    .addColumn('progress_done', 'bigint', required)
    .addColumn('progress_total', 'bigint')
    .addColumn('error', 'text')
    .addColumn('attempts', 'bigint', required)
    .addColumn('lease_token', 'text')
    .addColumn('lease_expires_at', 'bigint')
    .addColumn('run_at', 'bigint', required)
    .addColumn('cancel_requested_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('jobs_key', ['tenant_id', 'job_id'])
    .execute()
  await trx.schema
    .createIndex('jobs_one_running_kind')
    .unique()
    .on('jobs')
    .columns(['tenant_id', 'running_kind'])
    .execute()
  // Workers serve all tenants from one queue.
  await trx.schema.createIndex('jobs_by_state_run_at').on('jobs').columns(['state', 'tenant_id', 'run_at']).execute()
  await trx.schema.createIndex('jobs_by_finished_at').on('jobs').columns(['tenant_id', 'finished_at']).execute()
  await trx.schema
    .createTable('job_files')
    .addColumn('tenant_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('write_id', 'text', required)
    .addColumn('size_bytes', 'bigint')
    .addColumn('chunks', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('job_files_key', ['tenant_id', 'job_id', 'name'])
    .execute()
  await trx.schema
    .createTable('job_file_chunks')
    .addColumn('tenant_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('write_id', 'text', required)
    .addColumn('chunk_no', 'bigint', required)
    .addColumn('sealed', 'text', required)
    .addPrimaryKeyConstraint('job_file_chunks_key', ['tenant_id', 'job_id', 'name', 'write_id', 'chunk_no'])
    .execute()
}
