/**
 * Tells a process that waits from one that hangs. A ping that stays unanswered ends the process, but never while a
 * call that still has time may be what keeps it busy.
 */
import type { Job } from './job.ts'
import { process_bounds } from './limits.ts'
import type { EndCause } from './sandbox-process.ts'

/** Tells a process that is stuck from one that only waits. */
export type Liveness = {
  /** Sends a ping, unless one is out. `culprit` is the call that is to blame if no answer comes. */
  suspect(culprit?: string): void
  suspected(): boolean
  /** Keeps a call whose time is up until the answer is known: a bystander is not told it timed out. */
  hold(job: Job): void
  /** The process answered; true when that very ping was out. */
  acquit(n: number): boolean
  stop(): void
}

/** What the watch may see and do. */
export type LivenessOptions = {
  inFlight(): Job[]
  /** The call whose function was entered and has not returned; it alone can be computing. */
  running(): string | undefined
  ping(n: number): void
  /** A held call after the process answered. */
  expire(job: Job): void
  end(cause: EndCause): void
}

/** Watches one process by pings: a process that no longer answers is ended, and only the call that computes is blamed. */
export function watchLiveness(options: LivenessOptions): Liveness {
  let out: { n: number; culprit: string | undefined; held: Set<Job>; before: Job[]; timer: NodeJS.Timeout } | undefined
  let pings = 0

  function decide() {
    if (!out) return
    const { culprit, held } = out
    const running = options.running()
    const with_time = options.inFlight().filter((job) => job.started && !held.has(job))
    const has_time = culprit === undefined ? with_time.length > 0 : with_time.some((job) => job.id === running)
    if (has_time) {
      out.timer = setTimeout(decide, process_bounds.ping_ms / 4)
      return
    }
    const blamed = running ?? culprit
    const blame = blamed === undefined ? {} : { culprit: blamed, certain: running !== undefined }
    options.end({ kind: 'unresponsive', reason: 'it no longer answered', ...blame })
  }

  function suspect(culprit?: string) {
    if (out) {
      out.culprit ??= culprit
      return
    }
    pings += 1
    const timer = setTimeout(decide, process_bounds.ping_ms)
    out = { n: pings, culprit, held: new Set(), before: options.inFlight(), timer }
    options.ping(pings)
  }

  function acquit(n: number): boolean {
    if (out?.n !== n) return false
    clearTimeout(out.timer)
    const { held, before } = out
    out = undefined
    for (const job of held) options.expire(job)
    // Lines are read in order: a call sent before the ping and not taken up by now never will be.
    const in_flight = new Set(options.inFlight())
    if (before.some((job) => in_flight.has(job) && !job.started)) {
      options.end({ kind: 'unresponsive', reason: 'it took up no call' })
    }
    return true
  }

  return {
    suspect,
    suspected: () => out !== undefined,
    hold: (job) => out?.held.add(job),
    acquit,
    stop: () => clearTimeout(out?.timer),
  }
}
