import type { Clock } from '../base/clock.ts'
import { newSecret } from '../base/ids.ts'
import { claimJob, nextExpiredJob, nextPendingJob, type JobLease } from '../store/jobs.ts'
import type { Db, JobsTable } from '../store/tables.ts'
import { lease_ms } from './run-job.ts'

/** The due jobs of some kinds. */
export type JobQueue = {
  /** Claims the next due job of these kinds; undefined where there is none. The tenants are served in turn. */
  claim(kinds: string[]): Promise<(JobsTable & JobLease) | undefined>
  /** Whether another tenant than this one has a due job. */
  hasOtherTenant(tenant_id: string): Promise<boolean>
}

/** Creates the queue of due jobs. */
export function createJobQueue({ db, clock }: { db: Db; clock: Clock }, kinds: string[]): JobQueue {
  let served_tenant_id = ''
  return {
    async claim(claimed_kinds) {
      for (;;) {
        const now = clock.now()
        const due =
          (await nextExpiredJob(db, claimed_kinds, now)) ??
          (await nextPendingJob(db, { kinds: claimed_kinds, now, after_tenant_id: served_tenant_id })) ??
          (await nextPendingJob(db, { kinds: claimed_kinds, now }))
        if (!due) return undefined
        served_tenant_id = due.tenant_id
        const lease = { ...due, lease_token: newSecret() }
        const row = await claimJob(db, lease, { now, lease_expires_at: now + lease_ms })
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
