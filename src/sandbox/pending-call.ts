import { hash, randomBytes } from 'node:crypto'
import type { EgressFailure } from './egress-types.ts'
import type { ScriptCall, ScriptError, ScriptOutcome, ScriptResult } from './script-types.ts'

/** One script call from `run` until its result. */
export type PendingCall = {
  /** Random, so that a script cannot answer a call that it has not seen. */
  id: string
  /** Digest of the script's name and source. */
  source_hash: string
  call: ScriptCall
  /** Its process has begun to run it. */
  started: boolean
  /** How often its process exited before it started. */
  restarts: number
  /** It ran once already, in a process that another call ended. */
  retried: boolean
  /** It runs with no other call beside it, because it is unknown which call ended the last process. */
  exclusive: boolean
  /** An uncaught exception that may be this call's own: its result when it never answers. */
  uncaught_error: ScriptError | undefined
  /** When its process began to run it, in milliseconds of a monotonic clock. */
  started_at: number | undefined
  timer: NodeJS.Timeout | undefined
  egress_failures: EgressFailure[]
  /** Gives the call its result; only the first outcome counts. */
  settle(outcome: ScriptOutcome): void
}

const egress_failures_max = 20

/** Creates the pending call; `resolve` is called once with its result. */
export function createPendingCall(call: ScriptCall, resolve: (result: ScriptResult) => void): PendingCall {
  const began = performance.now()
  let settled = false
  const pending: PendingCall = {
    id: randomBytes(12).toString('base64url'),
    source_hash: hash('sha256', `${call.script}\0${call.source}`, 'base64url'),
    call,
    started: false,
    restarts: 0,
    retried: false,
    exclusive: false,
    uncaught_error: undefined,
    started_at: undefined,
    timer: undefined,
    egress_failures: [],
    settle(outcome) {
      if (settled) return
      settled = true
      clearTimeout(pending.timer)
      const { egress_failures, started_at } = pending
      const now = performance.now()
      const duration_ms = Math.round(now - began)
      const run_ms = started_at === undefined ? 0 : Math.round(now - started_at)
      resolve({ ...outcome, call_id: pending.id, duration_ms, run_ms, egress_failures })
    },
  }
  return pending
}

/** Records a connection that failed during the call; only the first 20 are kept. */
export function recordEgressFailure(pending: PendingCall, failure: EgressFailure): void {
  if (pending.egress_failures.length < egress_failures_max) pending.egress_failures.push(failure)
}
