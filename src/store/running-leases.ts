import type { Db, JobsTable } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** A running job and its lease. */
export type RunningLease = Pick<
  JobsTable,
  'tenant_id' | 'job_id' | 'kind' | 'lease_token' | 'lease_expires_at' | 'updated_at'
>

/** The leases of all running jobs of these kinds, those that expire first at the front. */
export async function runningLeases(db: Db, kinds: string[]): Promise<RunningLease[]> {
  return await db
    .selectFrom('jobs')
    .select(['tenant_id', 'job_id', 'kind', 'lease_token', 'lease_expires_at', 'updated_at'])
    .where('state', '=', 'running')
    .where('kind', 'in', kinds)
    .orderBy('lease_expires_at')
    .execute()
}

/**
 * Makes all running jobs pending and due. Only for the process that holds the embedded store, before it runs a job: the others that ran one
 * have ended, whatever their leases say.
 */
export async function releaseAllJobs(db: Db, now: number): Promise<void> {
  await inTransaction(db, async (trx) =>
    trx
      .updateTable('jobs')
      .set(({ eb, ref, val }) => ({
        state: 'pending',
        running_kind: null,
        lease_token: null,
        lease_expires_at: null,
        run_at: eb.case().when('run_at', '>', now).then(val(now)).else(ref('run_at')).end(),
        updated_at: now,
      }))
      .where('state', '=', 'running')
      .execute(),
  )
}
