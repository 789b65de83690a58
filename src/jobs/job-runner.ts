import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { insertJobOnce, unknownJobKinds } from '../store/jobs.ts'
import type { Db } from '../store/tables.ts'
import { newJobRow } from './enqueue-job.ts'
import { installation_tenant_id, type JobHandlers } from './job.ts'
import { createJobQueue } from './job-queue.ts'
import { runJob } from './run-job.ts'

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
const slice_ms = 2000
const unknown_kinds_every_ms = 60_000

/**
 * Creates the runner of this process: two workers that serve the tenants in turn. Several processes may run the jobs of one
 * store; each job is run by one of them at a time, and a tenant has at most one running job of each kind. While other
 * tenants wait, a job gives up its worker after two seconds, so that no tenant waits for the end of another one's jobs. Jobs that wait for
 * an address or a script of a tenant take one of the workers at most.
 *
 * @param handlers jobs of other kinds stay pending and are reported once: a newer version may know them
 */
export function createJobRunner(deps: { db: Db; clock: Clock; log: ProcessLog }, handlers: JobHandlers): JobRunner {
  const { db, clock, log } = deps
  const kinds = Object.keys(handlers)
  const quick_kinds = kinds.filter((kind) => handlers[kind]?.waits_for_tenant !== true)
  const queue = createJobQueue(deps, kinds)
  // One worker at a time may claim jobs that wait for a tenant's address: the others stay free for the jobs of all.
  let is_waiting_taken = false
  const running = new Set<Promise<void>>()
  const reported = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let is_failure_reported = false
  let wake_count = 0
  let looked_for_unknown_at = Number.NEGATIVE_INFINITY

  /** Whether a job may continue: after each slice it gives up its worker where another tenant waits. */
  function createContinueCheck(tenant_id: string): () => Promise<boolean> {
    let began_at = clock.now()
    return async () => {
      const now = clock.now()
      if (closed || now - began_at < slice_ms) return !closed
      began_at = now
      return !(await queue.hasOtherTenant(tenant_id))
    }
  }

  async function reportUnknownKinds(): Promise<void> {
    const now = clock.now()
    if (now - looked_for_unknown_at < unknown_kinds_every_ms) return
    looked_for_unknown_at = now
    for (const kind of await unknownJobKinds(db, kinds, now)) {
      if (reported.has(kind)) continue
      reported.add(kind)
      log.warn({ kind }, 'this version knows no jobs of this kind; they stay pending for a version that does')
    }
  }

  /** Claims and runs one job. Answers whether there was one. */
  async function workOnce(): Promise<boolean> {
    let may_wait = !is_waiting_taken
    if (may_wait) is_waiting_taken = true
    const release = (): void => {
      if (may_wait) is_waiting_taken = false
      may_wait = false
    }
    try {
      const claimed = await queue.claim(may_wait ? kinds : quick_kinds)
      is_failure_reported = false
      const handler = claimed && handlers[claimed.kind]
      if (!claimed || !handler) return false
      if (handler.waits_for_tenant !== true) release()
      startWorker()
      await runJob(deps, claimed, handler, createContinueCheck(claimed.tenant_id))
      return true
    } finally {
      release()
    }
  }

  async function work(): Promise<void> {
    while (!closed) {
      const seen = wake_count
      const ran = await workOnce()
      if (!ran && seen === wake_count) {
        await reportUnknownKinds()
        return
      }
    }
  }

  /** Reports the first failure of several in a row. */
  function reportFailure(error: unknown): void {
    if (!is_failure_reported) {
      log.error({ err: error }, 'the jobs of the store cannot be run; this is tried again every second')
    }
    is_failure_reported = true
  }

  function startWorker(): void {
    if (closed || timer === undefined || running.size >= workers) return
    const worker = work()
      .catch(reportFailure)
      .finally(() => running.delete(worker))
    running.add(worker)
  }

  function wake(): void {
    wake_count += 1
    startWorker()
  }

  return {
    async start() {
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
      await Promise.all(running)
    },
  }
}
