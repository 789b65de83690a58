/** What becomes of the calls in flight when their process has ended: who did it, who tries again, who is told. */
import type { Job } from './job.ts'
import { process_bounds } from './limits.ts'
import type { EndCause } from './sandbox-process.ts'
import type { ScriptOutcome } from './script-types.ts'

function outcomeOf(cause: EndCause): ScriptOutcome {
  if (cause.kind === 'unresponsive') return { kind: 'timed_out' }
  if (cause.kind === 'out_of_memory') return { kind: 'out_of_memory' }
  return { kind: 'crashed', reason: cause.reason }
}

/**
 * Answers the calls that have to be answered now and returns those that a fresh process has to run: the ones that
 * never started, and bystanders that may run twice. With one call started and nobody named, that call did it.
 */
export function settleAfterEnd(jobs: Job[], cause: EndCause): Job[] {
  const started = jobs.filter((job) => job.started)
  const culprit = cause.culprit ?? (started.length === 1 ? started[0]?.id : undefined)
  return jobs.filter((job) => {
    clearTimeout(job.timer)
    if (cause.kind === 'stopped') job.finish({ kind: 'crashed', reason: cause.reason })
    else if (!job.started) return mayRestart(job)
    else if (job.id === culprit) job.finish(outcomeOf(cause))
    else if (job.call.retry && !job.retried) {
      job.retried = true
      job.alone = cause.certain !== true
      return true
    } else if (culprit === undefined) job.finish(outcomeOf(cause))
    else if (job.retried) job.finish({ kind: 'saturated' }) // Nothing is known against it: it may be tried again later.
    else job.finish({ kind: 'crashed', reason: `another call ended the process: ${cause.reason}` })
    return false
  })
}

function mayRestart(job: Job): boolean {
  job.restarts += 1
  if (job.restarts <= process_bounds.restarts) return true
  job.finish({ kind: 'saturated' })
  return false
}
