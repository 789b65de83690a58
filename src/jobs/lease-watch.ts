import type { RunningLease } from '../store/running-leases.ts'

/** Finds, among the leases of running jobs as they are at the moment, those that have expired. */
export type LeaseWatch = (running: readonly RunningLease[]) => RunningLease[]

/**
 * Watches the leases of running jobs. A lease has expired when this process has seen it unchanged for as long as it lasts. No clocks of two
 * processes are compared: one that runs a job renews its lease wherever its clock stands, and the lease of a process whose clock was ahead, and
 * which has ended, does not last until that time.
 *
 * @param monotonic a clock in milliseconds that is never set
 */
export function watchLeases(monotonic: () => number): LeaseWatch {
  let seen = new Map<string, { lease: string; since: number }>()
  return (running) => {
    const at = monotonic()
    const before = seen
    seen = new Map()
    return running.filter(({ tenant_id, job_id, lease_token, lease_expires_at, updated_at }) => {
      const key = `${tenant_id} ${job_id}`
      const lease = `${lease_token} ${lease_expires_at}`
      const known = before.get(key)
      const since = known?.lease === lease ? known.since : at
      seen.set(key, { lease, since })
      // Both times are of the process that wrote the lease.
      return at - since >= (lease_expires_at ?? 0) - updated_at
    })
  }
}
