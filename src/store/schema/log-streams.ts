import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the table of log streams. */
export async function makeLogStreams(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('log_streams')
    .addColumn('tenant_id', 'text', required)
    .addColumn('log_stream_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('filters', 'text', required)
    .addColumn('is_priority', 'bigint', required)
    .addColumn('sink_sealed', 'text', required)
    .addColumn('checkpoint', 'text', required)
    .addColumn('delivered', 'bigint', required)
    .addColumn('attempts', 'bigint', required)
    .addColumn('next_attempt_at', 'bigint', required)
    .addColumn('claimed_until', 'bigint', required)
    .addColumn('failing_since', 'bigint')
    .addColumn('last_success_at', 'bigint')
    .addColumn('last_failure_at', 'bigint')
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('log_streams_key', ['tenant_id', 'log_stream_id'])
    .execute()
  // The delivery serves the streams of all tenants.
  await trx.schema
    .createIndex('log_streams_by_status_next_attempt_at')
    .on('log_streams')
    .columns(['status', 'next_attempt_at'])
    .execute()
}
