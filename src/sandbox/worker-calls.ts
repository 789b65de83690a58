import type { EgressFailure } from './egress-types.ts'
import { process_bounds as bounds } from './limits.ts'
import type { LineFromProcess } from './line-protocol.ts'
import { watchLiveness, type Liveness } from './liveness.ts'
import { recordEgressFailure, type PendingCall } from './pending-call.ts'
import type { ExitCause } from './sandbox-process.ts'

/** The pending calls of one process: their deadlines, the call that runs, and what the process reported of each. */
export type WorkerCalls = {
  size(): number
  list(): PendingCall[]
  get(id: string): PendingCall | undefined
  /** Since when no call has been pending, in epoch milliseconds; undefined while one is. */
  idleSince(): number | undefined
  /** The call is the last one that the process entered, and has not yielded. */
  isEntered(id: string): boolean
  /** The first call that ran out of memory. The process may still end of it. */
  exhaustedBy(): string | undefined
  liveness: Pick<Liveness, 'awaits' | 'onPong' | 'stop'>
  /** Adds a call that is sent to the process: the process is killed where it does not start the call in time. */
  add(pending: PendingCall): void
  onStarted(id: string): void
  onYielded(id: string): void
  onAnswer(line: Extract<LineFromProcess, { t: 'answer' }>): void
  /** An exception of no known call. It explains why a call never answers only where that is the single pending one. */
  onUncaughtError(message: string): void
  clear(): void
}

/** The dependencies of the calls of a process. */
export type WorkerCallsOptions = {
  /** The connections that a call is opening. */
  connecting(id: string): EgressFailure[]
  ping(n: number): void
  /** A call was settled after its deadline; the process is to ignore it. */
  onAbandon(id: string): void
  /** A call was settled and removed. */
  onRemove(): void
  kill(cause: ExitCause): void
}

/** The part of an answer's line that is not values. */
const answer_frame_bytes = 16 * 1024

/** Creates the calls of a process, with the pings that find whether it hangs. */
export function createWorkerCalls(options: WorkerCallsOptions): WorkerCalls {
  const calls = new Map<string, PendingCall>()
  let idle_since: number | undefined = Date.now()
  let running: string | undefined
  let entered: string | undefined
  let exhausted_by: string | undefined

  const liveness = watchLiveness({
    pendingCalls: () => [...calls.values()],
    runningCall: () => running,
    ping: options.ping,
    abandon,
    kill: options.kill,
  })

  function remove(pending: PendingCall): void {
    clearTimeout(pending.timer)
    calls.delete(pending.id)
    if (calls.size === 0) idle_since = Date.now()
    options.onRemove()
  }

  /** Settles a call past its deadline; an answer that comes later is ignored. */
  function abandon(pending: PendingCall): void {
    if (!calls.has(pending.id)) return
    for (const failure of options.connecting(pending.id)) recordEgressFailure(pending, failure)
    const { uncaught_error } = pending
    pending.settle(uncaught_error ? { kind: 'failed', error: uncaught_error } : { kind: 'timed_out' })
    options.onAbandon(pending.id)
    remove(pending)
  }

  function onDeadline(pending: PendingCall): void {
    const another_runs = running !== undefined && running !== pending.id
    const may_be_blocked = (liveness.probing() || another_runs) && running !== pending.id
    const postponed = may_be_blocked && pending.call.retry && !pending.retried
    if (!postponed) abandon(pending)
    liveness.probe(postponed ? running : pending.id)
    if (postponed) liveness.postpone(pending)
  }

  function onNotStarted(pending: PendingCall): void {
    liveness.probe()
    const rest_ms = pending.call.limits.deadline_ms + 2 * bounds.ping_ms
    pending.timer = setTimeout(() => options.kill({ kind: 'unresponsive', reason: 'it took up no call' }), rest_ms)
  }

  return {
    size: () => calls.size,
    list: () => [...calls.values()],
    get: (id) => calls.get(id),
    idleSince: () => idle_since,
    isEntered: (id) => id === entered,
    exhaustedBy: () => exhausted_by,
    liveness,
    add(pending) {
      idle_since = undefined
      pending.started = false
      calls.set(pending.id, pending)
      pending.timer = setTimeout(() => onNotStarted(pending), bounds.call_start_ms)
    },
    onStarted(id) {
      const pending = calls.get(id)
      if (!pending) return
      running = entered = id
      pending.started = true
      pending.started_at = performance.now()
      clearTimeout(pending.timer)
      pending.timer = setTimeout(() => onDeadline(pending), pending.call.limits.deadline_ms)
    },
    onYielded(id) {
      if (running === id) running = undefined
      entered = undefined
    },
    onAnswer({ id, answer, bytes }) {
      if (running === id) running = undefined
      const pending = calls.get(id)
      if (!pending) return
      const { result_bytes } = pending.call.limits
      const message = `the result is larger than ${result_bytes} bytes`
      if (answer.kind === 'out_of_memory') exhausted_by ??= id
      pending.settle(bytes > result_bytes + answer_frame_bytes ? { kind: 'bad_result', message } : answer)
      remove(pending)
    },
    onUncaughtError(message) {
      const [pending, another] = calls.values()
      if (pending && !another) pending.uncaught_error ??= { name: 'Error', message }
    },
    clear: () => calls.clear(),
  }
}
