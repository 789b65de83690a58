import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { insertJobOnce, unknownJobKinds } from '../store/jobs.ts'
import { releaseAllJobs } from '../store/running-leases.ts'
import type { Db } from '../store/tables.ts'
import { newJobRow } from './enqueue-job.ts'
import { createJobWorkers } from './job-workers.ts'
import { installation_tenant_id, type JobHandlers } from './job.ts'

/** Runs the jobs of the store in this process. */
export type JobRunner = {
  /** Enqueues the recurring jobs that the store does not have yet, and starts to poll for due jobs. */
  start(): Promise<void>
  /** Polls for due jobs at once: call it after the commit of a change that enqueued a job. */
  wake(): void
  /** Claims no more jobs. A running job ends its step; another process, or this one after its next start, continues it. */
  close(): Promise<void>
}

const workers = 2
const poll_ms = 1000
const unknown_kinds_every_ms = 60_000

/** The handlers of the kinds that a user waits for, or those of the others. */
function handlersOf(handlers: JobHandlers, is_urgent: boolean): JobHandlers {
  return Object.fromEntries(Object.entries(handlers).filter(([, each]) => (each.is_urgent ?? false) === is_urgent))
}

/**
 * Creates the runner of this process: two workers for the jobs that a user waits for, and two for all others. Each two serve the tenants in
 * turn. Several processes may run the jobs of one store; each job is run by one of them at a time, and a tenant has at most one running job
 * of each kind. While other tenants wait, a job gives up its worker after two seconds, so that no tenant waits for the end of another one's
 * jobs.
 *
 * @param handlers jobs of other kinds stay pending and are reported once: a newer version may know them
 * @param options `owns_store`: no other process uses the store, as that which has locked the embedded one: the jobs that an earlier process
 *   left running when it ended are due at the start. `monotonic`: a clock in milliseconds that is never set
 */
export function createJobRunner(
  deps: { db: Db; clock: Clock; log: ProcessLog },
  handlers: JobHandlers,
  { owns_store, monotonic = () => performance.now() }: { owns_store: boolean; monotonic?: () => number },
): JobRunner {
  const { db, clock, log } = deps
  const reported = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let looked_for_unknown_at = Number.NEGATIVE_INFINITY

  async function reportUnknownKinds(): Promise<void> {
    const now = clock.now()
    if (now - looked_for_unknown_at < unknown_kinds_every_ms) return
    looked_for_unknown_at = now
    for (const kind of await unknownJobKinds(db, Object.keys(handlers), now)) {
      if (reported.has(kind)) continue
      reported.add(kind)
      log.warn({ kind }, 'this version knows no jobs of this kind; they stay pending for a version that does')
    }
  }

  const all_workers = [false, true].flatMap((is_urgent) => {
    const own = handlersOf(handlers, is_urgent)
    if (Object.keys(own).length === 0) return []
    return [createJobWorkers({ ...deps, monotonic }, own, { most: workers, onIdle: reportUnknownKinds })]
  })

  function wake(): void {
    if (timer !== undefined) all_workers.forEach((each) => each.wake())
  }

  return {
    async start() {
      if (owns_store) await releaseAllJobs(db, clock.now())
      for (const [kind, { recurs_every_ms }] of Object.entries(handlers)) {
        if (recurs_every_ms === undefined) continue
        const at = clock.now()
        const run_at = at + recurs_every_ms
        const job = { tenant_id: installation_tenant_id, kind, job_id: kind, input: null, at, run_at }
        await insertJobOnce(db, newJobRow(job))
      }
      if (closed) return
      timer = setInterval(wake, poll_ms).unref()
      wake()
    },
    wake,
    async close() {
      closed = true
      clearInterval(timer)
      await Promise.all(all_workers.map((each) => each.close()))
    },
  }
}
