import type { Clock } from '../base/clock.ts'
import type { JsonValue } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { day_ms } from '../base/time.ts'
import { problems } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { releaseJob, renewJobLease, saveJobStep, type JobLease } from '../store/jobs.ts'
import type { Db, JobsTable } from '../store/tables.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { inTransaction } from '../store/transaction.ts'
import { JobFailed, JobInterrupted, JobPostponed, type JobHandler, type RunningJob } from './job.ts'

/** How long a claimed job belongs to its worker without a step. */
export const lease_ms = 30_000

const renewed_every_ms = 5_000

// Pauses after the first, second, … attempt without a committed step. When they are used up the job has failed.
const pauses_ms = [1_000, 5_000, 30_000, 120_000, 600_000]
const attempts_max = pauses_ms.length + 1
// A postponed job waits for something outside, for instance a legacy store that is down for maintenance, or space on a full disk.
const postponed_max_ms = day_ms

type Change = Partial<JobsTable> & Pick<JobsTable, 'state'>

/** How a run of a job ended. */
type End = { kind: 'completed' } | { kind: 'interrupted'; by: JobInterrupted } | { kind: 'failed'; error: unknown }

/** The message that the tenant reads of an error: only those that were written for it are shown. */
function messageOf(error: unknown): string {
  if (error instanceof JobFailed || error instanceof JobPostponed || error instanceof Refusal) return error.message
  return error instanceof StoreUnavailable ? problems.store_unavailable.message : problems.internal.message
}

/** The state after a failed attempt. */
function afterFailure(
  error: unknown,
  attempts: number,
  { now, created_at }: { now: number; created_at: number },
): Change {
  const final = error instanceof JobFailed || error instanceof Refusal
  const message = messageOf(error)
  const is_outage = error instanceof JobPostponed || error instanceof StoreUnavailable
  if (is_outage && now - created_at < postponed_max_ms) {
    const nth = Math.min(attempts, pauses_ms.length)
    return { state: 'pending', error: message, run_at: now + (pauses_ms[nth - 1] ?? 0), attempts: nth }
  }
  const pause_ms = final ? undefined : pauses_ms[attempts - 1]
  if (pause_ms === undefined) return { state: 'failed', error: message, finished_at: now, attempts }
  return { state: 'pending', error: message, run_at: now + pause_ms, attempts }
}

/** The state in which a run leaves its job; undefined where the job is no longer this worker's. */
function afterRun(
  end: End,
  attempts: number,
  at: { now: number; created_at: number; run_at: number },
): Change | undefined {
  const { now } = at
  if (end.kind === 'completed') return { state: 'completed', error: null, finished_at: now }
  if (end.kind === 'failed') return afterFailure(end.error, attempts, at)
  const { reason, resume_at } = end.by
  if (reason === 'lease_lost') return undefined
  if (reason === 'canceled') return { state: 'canceled', finished_at: now }
  // It is due, also where the clock was ahead when it was enqueued; and what failed before does no longer.
  return { state: 'pending', error: null, run_at: resume_at ?? Math.min(at.run_at, now) }
}

/** A recurring job never ends: it waits for its next time. */
function recurring(change: Change, every_ms: number, now: number): Change {
  if (change.state === 'pending') return change
  const fresh = { cursor: null, progress_done: 0, progress_total: null, attempts: 0, cancel_requested_at: null }
  return { ...change, ...fresh, state: 'pending', run_at: now + every_ms, finished_at: now }
}

/**
 * Runs a claimed job until it ends, fails or is interrupted, and writes its new state.
 *
 * @param mayContinue is called after each step: false interrupts the job, which continues later from there
 * @throws the error of the store where that state cannot be written; the job is claimed again when its lease has expired
 */
export async function runJob(
  { db, clock, log }: { db: Db; clock: Clock; log: ProcessLog },
  claimed: JobsTable & JobLease,
  handler: JobHandler,
  mayContinue: () => Promise<boolean>,
): Promise<void> {
  const { tenant_id, job_id, kind } = claimed
  const about = { tenant_id, job_id, kind }
  let attempts = claimed.attempts
  let interruption: JobInterrupted | undefined

  const commit: RunningJob['commit'] = async (work, { lease_ms: own_lease_ms = lease_ms } = {}) => {
    if (interruption) throw interruption
    const { step, saved } = await inTransaction(db, async (trx) => {
      const done = await work(trx)
      const now = clock.now()
      const kept = await saveJobStep(trx, claimed, {
        cursor: writeJson(done.cursor),
        progress_done: done.progress.done,
        progress_total: done.progress.total,
        lease_expires_at: now + own_lease_ms,
        updated_at: now,
      })
      if (!kept) throw (interruption = new JobInterrupted('lease_lost'))
      return { step: done, saved: kept }
    })
    attempts = 1
    if (saved.cancel_requested_at !== null) interruption = new JobInterrupted('canceled')
    else if (step.resume_at !== undefined) interruption = new JobInterrupted('paused', step.resume_at)
    else if (!(await mayContinue())) interruption = new JobInterrupted('paused')
    if (interruption) throw interruption
    return step
  }

  let renewed_at = clock.now()
  const renew: RunningJob['renew'] = async () => {
    if (interruption) throw interruption
    const now = clock.now()
    // Also where the clock was set back since.
    if (Math.abs(now - renewed_at) < renewed_every_ms) return
    renewed_at = now
    const kept = await renewJobLease(db, claimed, { lease_expires_at: now + lease_ms, updated_at: now })
    if (!kept) throw (interruption = new JobInterrupted('lease_lost'))
    if (kept.cancel_requested_at !== null) throw (interruption = new JobInterrupted('canceled'))
  }

  const run = async (): Promise<End> => {
    if (claimed.cancel_requested_at !== null) return { kind: 'interrupted', by: new JobInterrupted('canceled') }
    try {
      if (attempts > attempts_max) throw new JobFailed('The server stopped too often while it ran this job.')
      await handler.run({
        tenant_id,
        job_id,
        input: readJson<JsonValue>(claimed.input),
        cursor: claimed.cursor === null ? null : readJson<JsonValue>(claimed.cursor),
        progress: { done: claimed.progress_done, total: claimed.progress_total },
        commit,
        renew,
      })
      return interruption ? { kind: 'interrupted', by: interruption } : { kind: 'completed' }
    } catch (error) {
      return interruption ? { kind: 'interrupted', by: interruption } : { kind: 'failed', error }
    }
  }

  const end = await run()
  const now = clock.now()
  const { created_at, run_at } = claimed
  const change = afterRun(end, attempts, { now, created_at, run_at })
  if (end.kind === 'failed') {
    const message = change?.state === 'failed' ? 'a job failed' : 'a job is tried again'
    log.error({ ...about, attempts, err: end.error }, message)
  }
  const left =
    change && handler.recurs_every_ms !== undefined ? recurring(change, handler.recurs_every_ms, now) : change
  const released = left !== undefined && (await releaseJob(db, claimed, { ...left, updated_at: now }))
  if (!released) log.warn(about, 'a job was taken over by another worker: its lease had expired')
}
