import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Db } from '../store/tables.ts'
import type { JobHandlers } from './job.ts'
import { createJobQueue } from './job-queue.ts'
import { runJob } from './run-job.ts'

/** A number of workers of this process, which run due jobs of some kinds. */
export type JobWorkers = {
  /** Looks for due jobs at once. */
  wake(): void
  /** Claims no more jobs, and resolves when each worker has ended its step. */
  close(): Promise<void>
}

const slice_ms = 2000

/**
 * Creates at most `most` workers for the jobs of these handlers, which serve the tenants in turn. While other tenants wait, a job gives up its
 * worker after two seconds. Jobs that wait for an address or a script of a tenant take one of the workers at most.
 *
 * @param onIdle called when a worker has found no due job
 */
export function createJobWorkers(
  deps: { db: Db; clock: Clock; log: ProcessLog; monotonic: () => number },
  handlers: JobHandlers,
  { most, onIdle }: { most: number; onIdle: () => Promise<void> },
): JobWorkers {
  const { clock, log } = deps
  const kinds = Object.keys(handlers)
  const quick_kinds = kinds.filter((kind) => handlers[kind]?.waits_for_tenant !== true)
  const queue = createJobQueue(deps, kinds)
  // One worker at a time may claim jobs that wait for a tenant's address: the others stay free for the jobs of all.
  let is_waiting_taken = false
  const running = new Set<Promise<void>>()
  let closed = false
  let is_failure_reported = false
  let wake_count = 0

  /** Whether a job may continue: after each slice it gives up its worker where another tenant waits. */
  function createContinueCheck(tenant_id: string): () => Promise<boolean> {
    let began_at = clock.now()
    return async () => {
      const now = clock.now()
      // A clock that was set back ends the slice, too.
      if (closed || Math.abs(now - began_at) < slice_ms) return !closed
      began_at = now
      return !(await queue.hasOtherTenant(tenant_id))
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
        await onIdle()
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
    if (closed || running.size >= most) return
    const worker = work()
      .catch(reportFailure)
      .finally(() => running.delete(worker))
    running.add(worker)
  }

  return {
    wake() {
      wake_count += 1
      startWorker()
    },
    async close() {
      closed = true
      await Promise.all(running)
    },
  }
}
