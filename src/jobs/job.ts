/**
 * Jobs: claims, runs and resumes work that outlives the process that began it, and keeps the files of that work. It knows
 * no kind of work: the handlers are registered by the layers above.
 */
import type { JsonValue } from '../base/json.ts'
import type { Transaction } from '../store/tables.ts'

/** The tenant id of jobs that belong to the installation and to no tenant. No tenant has it: theirs begin with `ten_`. */
export const installation_tenant_id = '*installation*'

/** The progress of a job, in units of its kind. `total` is null where it is unknown. */
export type JobProgress = { done: number; total: number | null }

/**
 * The result of a step: the cursor from which the job continues, and its progress. `resume_at`: the job gives its worker up and continues at
 * this time, in epoch milliseconds.
 */
export type JobStep<Cursor = JsonValue> = { cursor: Cursor; progress: JobProgress; resume_at?: number }

/** A claimed job, as its handler sees it. */
export type RunningJob<Input = JsonValue, Cursor = JsonValue> = {
  tenant_id: string
  job_id: string
  input: Input
  /** The cursor of the last committed step; null before the first. */
  cursor: Cursor | null
  progress: JobProgress
  /**
   * Does one step: runs `work` and writes its result in one transaction, which is rolled back when another process has taken
   * the job over. A step takes less than 30 s, with the time that the handler waits before it. One step at a time; `work` may
   * run again after a serialization failure.
   *
   * @param options `lease_ms`: how long the handler works until its next step, where that takes longer than 30 s; a job of a killed process
   *   is resumed so much later
   * @throws {JobInterrupted} when the job must stop here: the handler does not catch it
   */
  commit(
    work: (trx: Transaction) => Promise<JobStep<Cursor>>,
    options?: { lease_ms?: number },
  ): Promise<JobStep<Cursor>>
  /**
   * Renews the lease within a long step, at most every five seconds: the job is not interrupted for other tenants here.
   *
   * @throws {JobInterrupted} when the job was canceled, or another process has taken it over
   */
  renew(): Promise<void>
}

/** The handler of the jobs of one kind. */
export type JobHandler<Input = JsonValue, Cursor = JsonValue> = {
  /**
   * Runs a job from its cursor to its end. Every write goes through `commit`; everything else may happen more than once.
   *
   * @throws {JobFailed | Refusal} when running it again would not help; after any other error the job is run again
   */
  run(job: RunningJob<Input, Cursor>): Promise<void>
  /** Jobs of this kind wait for an address or a script of the tenant: such jobs take at most one worker of a process. */
  waits_for_tenant?: true
  /** A user waits for jobs of this kind: workers of their own run them, which no other job delays. */
  is_urgent?: true
  /** The installation has one job of this kind, which runs again this time after each end. */
  recurs_every_ms?: number
}

/** The handlers of all kinds of jobs by the name of the kind. */
export type JobHandlers = Readonly<Record<string, JobHandler>>

/** A job cannot be completed. The message is shown to the tenant: it says why and holds no secret. */
export class JobFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'JobFailed'
  }
}

/** A job cannot go on now and is run again after a pause, for a day after it was made. The message is shown to the tenant: it says why and holds no secret. */
export class JobPostponed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'JobPostponed'
  }
}

/** A job stops after a step and does not fail: it was canceled, gives its worker up, or has lost its lease. */
export class JobInterrupted extends Error {
  readonly reason: 'canceled' | 'paused' | 'lease_lost'
  /** When a paused job continues; at once where it is undefined. */
  readonly resume_at: number | undefined
  constructor(reason: JobInterrupted['reason'], resume_at?: number) {
    super(`The job is interrupted: ${reason}.`)
    this.name = 'JobInterrupted'
    this.reason = reason
    this.resume_at = resume_at
  }
}
