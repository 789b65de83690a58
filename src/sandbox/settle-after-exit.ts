import { process_bounds } from './limits.ts'
import type { PendingCall } from './pending-call.ts'
import type { ExitCause } from './sandbox-process.ts'
import type { ScriptOutcome } from './script-types.ts'

function outcomeOf(cause: ExitCause): ScriptOutcome {
  if (cause.kind === 'unresponsive') return { kind: 'timed_out' }
  if (cause.kind === 'out_of_memory') return { kind: 'out_of_memory' }
  return { kind: 'crashed', reason: cause.reason }
}

/**
 * Settles the pending calls of a process that exited and returns those that another process has to run: the ones that
 * never started, and calls that may be retried. With one call started and none named in the cause, that one failed.
 */
export function settleAfterExit(calls: PendingCall[], cause: ExitCause): PendingCall[] {
  const started = calls.filter((pending) => pending.started)
  const failing_call = cause.failing_call ?? (started.length === 1 ? started[0]?.id : undefined)
  return calls.filter((pending) => {
    clearTimeout(pending.timer)
    if (cause.kind === 'stopped') pending.settle({ kind: 'saturated', reason: cause.reason })
    else if (!pending.started) return mayRestart(pending, cause)
    else if (cause.kind === 'reclaimed') return mayRunAgain(pending)
    else if (pending.id === failing_call) pending.settle(outcomeOf(cause))
    else if (pending.call.retry && !pending.retried) {
      pending.retried = true
      pending.exclusive = cause.certain !== true
      return true
    } else if (failing_call === undefined) pending.settle(outcomeOf(cause))
    else if (pending.retried) pending.settle({ kind: 'saturated' }) // It has not failed itself: its caller may try again later.
    else pending.settle({ kind: 'crashed', reason: `another call ended the process: ${cause.reason}` })
    return false
  })
}

/** No call failed: each may run once more, and has not failed where it may not. */
function mayRunAgain(pending: PendingCall): boolean {
  const again = pending.call.retry && !pending.retried
  pending.retried = true
  if (!again) pending.settle({ kind: 'saturated' })
  return again
}

function mayRestart(pending: PendingCall, { reason }: ExitCause): boolean {
  pending.restarts += 1
  if (pending.restarts <= process_bounds.restarts) return true
  pending.settle({ kind: 'saturated', reason: `its process ended before it began: ${reason}` })
  return false
}
