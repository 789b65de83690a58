import { process_bounds } from './limits.ts'
import type { PendingCall } from './pending-call.ts'
import type { ExitCause } from './sandbox-process.ts'

/** Distinguishes a process that waits from one that hangs, by pings. */
export type Liveness = {
  /** Sends a ping, unless one is unanswered. If no answer comes, `failing_call` is the cause. */
  probe(failing_call?: string): void
  /** A ping is unanswered. */
  probing(): boolean
  /** Abandons a call past its deadline only after the ping was answered: another call may be blocking the process. */
  postpone(pending: PendingCall): void
  /** The ping with this number was sent and is unanswered. */
  awaits(n: number): boolean
  /** Handles the answer to the ping. */
  onPong(): void
  stop(): void
}

/** The dependencies of watching a process. */
export type LivenessOptions = {
  pendingCalls(): PendingCall[]
  /** The call whose function was entered and has not returned: only this one can be computing. */
  runningCall(): string | undefined
  ping(n: number): void
  abandon(pending: PendingCall): void
  kill(cause: ExitCause): void
}

/**
 * Watches one process. A process that answers no ping is killed, but not while it may be busy with a call whose deadline has not
 * passed; only the call that computes is named as the failing one.
 */
export function watchLiveness(options: LivenessOptions): Liveness {
  type Probe = {
    n: number
    failing_call: string | undefined
    postponed: Set<PendingCall>
    before: PendingCall[]
    timer: NodeJS.Timeout
  }
  let current: Probe | undefined
  let pings = 0

  function decide() {
    if (!current) return
    const { failing_call, postponed } = current
    const running = options.runningCall()
    const with_time = options.pendingCalls().filter((pending) => pending.started && !postponed.has(pending))
    const has_time = failing_call === undefined ? with_time.length > 0 : with_time.some(({ id }) => id === running)
    if (has_time) {
      current.timer = setTimeout(decide, process_bounds.ping_ms / 4)
      return
    }
    const failing = running ?? failing_call
    options.kill({
      kind: 'unresponsive',
      reason: 'it no longer answered',
      ...(failing === undefined ? {} : { failing_call: failing, certain: running !== undefined }),
    })
  }

  function probe(failing_call?: string) {
    if (current) {
      current.failing_call ??= failing_call
      return
    }
    pings += 1
    const timer = setTimeout(decide, process_bounds.ping_ms)
    current = { n: pings, failing_call, postponed: new Set(), before: options.pendingCalls(), timer }
    options.ping(pings)
  }

  function onPong() {
    if (!current) return
    clearTimeout(current.timer)
    const { postponed, before } = current
    current = undefined
    for (const pending of postponed) options.abandon(pending)
    // Lines are read in order: a call that was sent before the ping and has not started by now never will.
    const still_pending = new Set(options.pendingCalls())
    if (before.some((pending) => still_pending.has(pending) && !pending.started)) {
      options.kill({ kind: 'unresponsive', reason: 'it took up no call' })
    }
  }

  return {
    probe,
    probing: () => current !== undefined,
    postpone: (pending) => current?.postponed.add(pending),
    awaits: (n) => current?.n === n,
    onPong,
    stop: () => clearTimeout(current?.timer),
  }
}
