import type { Clock } from '../base/clock.ts'
import { newSecret } from '../base/ids.ts'
import { claimJob, nextPendingJob, type JobLease } from '../store/jobs.ts'
import { runningLeases, type RunningLease } from '../store/running-leases.ts'
import type { Db, JobsTable } from '../store/tables.ts'
import { watchLeases } from './lease-watch.ts'
import { lease_ms } from './run-job.ts'

/** The due jobs of some kinds. */
export type JobQueue = {
  /** Claims the next due job of these kinds; undefined where there is none. The tenants are served in turn. */
  claim(kinds: string[]): Promise<(JobsTable & JobLease) | undefined>
  /** Whether another tenant than this one has a due job. */
  hasOtherTenant(tenant_id: string): Promise<boolean>
}

/** Creates the queue of due jobs. */
export function createJobQueue(
  { db, clock, monotonic }: { db: Db; clock: Clock; monotonic: () => number },
  kinds: string[],
): JobQueue {
  let served_tenant_id = ''
  const expiredLeases = watchLeases(monotonic)

  async function nextExpired(claimed_kinds: string[]): Promise<RunningLease | undefined> {
    return expiredLeases(await runningLeases(db, kinds)).find(({ kind }) => claimed_kinds.includes(kind))
  }

  return {
    async claim(claimed_kinds) {
      for (;;) {
        const now = clock.now()
        const expired = await nextExpired(claimed_kinds)
        const due =
          expired ??
          (await nextPendingJob(db, { kinds: claimed_kinds, now, after_tenant_id: served_tenant_id })) ??
          (await nextPendingJob(db, { kinds: claimed_kinds, now }))
        if (!due) return undefined
        served_tenant_id = due.tenant_id
        const { tenant_id, job_id } = due
        const lease = { tenant_id, job_id, lease_token: newSecret() }
        const row = await claimJob(db, lease, { now, lease_expires_at: now + lease_ms, expired })
        if (row) return { ...row, ...lease }
      }
    },
    async hasOtherTenant(tenant_id) {
      const due = { kinds, now: clock.now() }
      const other =
        (await nextPendingJob(db, { ...due, after_tenant_id: tenant_id })) ??
        (await nextPendingJob(db, { ...due, before_tenant_id: tenant_id }))
      return other !== undefined
    },
  }
}
