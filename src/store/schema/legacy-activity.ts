import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the table of the activity of other programs in legacy stores. */
export async function makeLegacyActivityTable(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('legacy_activities')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('job_id', 'text', required)
    .addColumn('started_at', 'bigint', required)
    .addColumn('ends_at', 'bigint', required)
    .addColumn('interval_ms', 'bigint', required)
    .addColumn('finished_at', 'bigint')
    .addColumn('samples', 'bigint', required)
    .addColumn('failed_samples', 'bigint', required)
    .addColumn('last_error', 'text')
    .addColumn('missing_grant', 'text')
    .addColumn('has_program_names', 'bigint', required)
    .addColumn('is_cut', 'bigint', required)
    .addColumn('programs', 'text', required)
    .addPrimaryKeyConstraint('legacy_activities_key', ['tenant_id', 'connection_id'])
    .execute()
}
