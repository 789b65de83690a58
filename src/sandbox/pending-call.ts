/** One call on its way: where it stands, and its one answer. */
import { createHash, randomBytes } from 'node:crypto'
import type { EgressFailure } from './egress-types.ts'
import type { ScriptCall, ScriptError, ScriptOutcome, ScriptResult } from './script-types.ts'

/** One script call on its way, from the moment it was asked for until its result. */
export type Job = {
  /** Random, so that a script cannot answer a call that it has not seen. */
  id: string
  hash: string
  call: ScriptCall
  /** The process has begun to run it. */
  started: boolean
  /** How often a process ended before it started. */
  restarts: number
  /** It ran once already, in a process that another call ended. */
  retried: boolean
  /** It runs with no other beside it, because nobody knows which call ended the last process. */
  alone: boolean
  /** An uncaught exception that may be this call's own; told when it never answers. */
  stray_error: ScriptError | undefined
  timer: NodeJS.Timeout | undefined
  failures: EgressFailure[]
  /** The first answer counts. */
  finish(outcome: ScriptOutcome): void
}

const failures_cap = 20

/** Makes the job of a call; `resolve` gets the result once, whatever happens later. */
export function newJob(call: ScriptCall, resolve: (result: ScriptResult) => void): Job {
  const began = performance.now()
  let finished = false
  const job: Job = {
    id: randomBytes(12).toString('base64url'),
    hash: createHash('sha256').update(call.script).update('\0').update(call.source).digest('base64url'),
    call,
    started: false,
    restarts: 0,
    retried: false,
    alone: false,
    stray_error: undefined,
    timer: undefined,
    failures: [],
    finish(outcome) {
      if (finished) return
      finished = true
      clearTimeout(job.timer)
      resolve({ ...outcome, duration_ms: Math.round(performance.now() - began), egress_failures: job.failures })
    },
  }
  return job
}

/** Notes a connection that failed during the call; only the first 20 are kept. */
export function addFailure(job: Job, failure: EgressFailure): void {
  if (job.failures.length < failures_cap) job.failures.push(failure)
}
