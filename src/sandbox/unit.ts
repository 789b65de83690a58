import type { PendingCall } from './pending-call.ts'
import type { ExitCause } from './sandbox-process.ts'
import type { ScriptOutcome } from './script-types.ts'
import type { ScriptWorker, WorkerOptions } from './script-worker.ts'

/** The bounded queue of one unit and its current worker. Replaced workers finish their calls and exit. */
export type Unit = {
  tenant_id: string
  unit_id: string
  /** Its processes, those that are ending included. */
  processes(): number
  /** Its processes that have not started to run calls. */
  starting(): number
  add(pending: PendingCall): void
  /** Passes waiting calls to the worker while it has capacity. */
  dispatch(): void
  /** Drains the current worker; the next call starts a new one. `reason`: why, in few words. */
  recycle(reason?: string): void
  /** Drains the worker if it is idle; true when it was. */
  stopIdle(): boolean
  /** Since when its worker has no calls, in epoch milliseconds. */
  idleSince(): number | undefined
  /** Since when calls wait and there is no current worker, in milliseconds of a monotonic clock. */
  waitingSince(): number | undefined
  /** Ends its processes at once, for another tenant: their calls run again once, or are answered `saturated`. */
  reclaim(): void
  workers(): ScriptWorker[]
  empty(): boolean
  close(): void
}

/** The dependencies of a unit, which the runtime gives it. */
export type UnitOptions = {
  tenant_id: string
  unit_id: string
  /** Why no process of the unit may start now; undefined when one may. */
  refusal(): string | undefined
  /** Whether one more process may start; stops an idle one if need be. */
  admit(): boolean
  start: (hooks: Pick<WorkerOptions, 'onCapacity' | 'onExit'>, pending: PendingCall) => ScriptWorker
  onChange(): void
  /** A call waits: there is no process that can take it now. */
  onWait(): void
  onExit(cause: ExitCause): void
}

/** The settings of a call's process as one text: only calls with equal ones share a process. */
function processSettings({ call }: PendingCall): string {
  const { memory_bytes, output_bytes, result_bytes } = call.limits
  const certificate = call.endpoint?.certificate
  return JSON.stringify([call.onLog !== undefined, call.egress, certificate, memory_bytes, output_bytes, result_bytes])
}

const failed_starts_max = 3
const closed_outcome = { kind: 'saturated', reason: 'the server is stopping' } as const

/** Opens a unit without a worker; the first call starts one. */
export function openUnit(options: UnitOptions): Unit {
  const waiting: PendingCall[] = []
  const draining = new Set<ScriptWorker>()
  let current: { worker: ScriptWorker; settings: string } | undefined
  let waiting_since: number | undefined
  let failed_starts = 0
  let closed = false

  function recycle(reason = 'it was replaced') {
    if (!current) return
    const { worker } = current
    draining.add(worker)
    current = undefined
    worker.drain(reason)
  }

  function start(pending: PendingCall) {
    const reason = options.refusal()
    if (reason !== undefined) return settleWaiting({ kind: 'saturated', reason })
    waiting_since ??= performance.now()
    if (!options.admit()) return
    waiting_since = undefined
    const worker: ScriptWorker = options.start(
      {
        onCapacity: () => {
          if (worker.ready()) failed_starts = 0
          dispatch()
          options.onChange()
        },
        onExit: (cause, unfinished) => {
          draining.delete(worker)
          if (current?.worker === worker) current = undefined
          // After one that took too long, the calls have waited long enough: another start is for later ones.
          if (cause.kind === 'not_started') failed_starts += cause.timed_out === true ? failed_starts_max : 1
          options.onExit(cause)
          for (const again of unfinished.reverse()) {
            if (closed) again.settle(closed_outcome)
            else waiting.unshift(again)
          }
          if (failed_starts >= failed_starts_max) {
            failed_starts = 0
            settleWaiting({ kind: 'saturated', reason: `no sandbox process could be started: ${cause.reason}` })
          }
          dispatch()
          options.onChange()
        },
      },
      pending,
    )
    current = { worker, settings: processSettings(pending) }
  }

  function settleWaiting(outcome: ScriptOutcome) {
    waiting_since = undefined
    for (const pending of waiting.splice(0)) pending.settle(outcome)
  }

  function dispatch() {
    for (let next = waiting[0]; next !== undefined && !closed; next = waiting[0]) {
      if (current && (current.settings !== processSettings(next) || current.worker.needsRecycling())) recycle()
      if (!current) start(next)
      const worker = current?.worker
      if (!worker?.ready() || worker.hasExclusiveCall()) return
      if (worker.pendingCount() >= (next.exclusive ? 1 : next.call.limits.in_flight)) return
      waiting.shift()
      clearTimeout(next.timer)
      worker.run(next)
    }
  }

  function add(pending: PendingCall) {
    const { limits } = pending.call
    if (waiting.length >= limits.waiting + (current?.worker.ready() ? 0 : limits.in_flight)) {
      return pending.settle({ kind: 'saturated' })
    }
    waiting.push(pending)
    pending.timer = setTimeout(() => onWaitTimeout(pending), 2 * limits.deadline_ms)
    dispatch()
    if (waiting.includes(pending)) options.onWait()
  }

  function onWaitTimeout(pending: PendingCall) {
    const index = waiting.indexOf(pending)
    if (index < 0) return
    if (current && !current.worker.ready()) {
      pending.timer = setTimeout(() => onWaitTimeout(pending), 1_000)
      return
    }
    waiting.splice(index, 1)
    if (waiting.length === 0) waiting_since = undefined
    pending.settle({ kind: 'saturated' })
  }

  const idleSince = () =>
    current && waiting.length === 0 && current.worker.ready() && current.worker.pendingCount() === 0
      ? current.worker.idleSince()
      : undefined
  const workers = () => [...draining, ...(current ? [current.worker] : [])]

  return {
    tenant_id: options.tenant_id,
    unit_id: options.unit_id,
    processes: () => workers().length,
    starting: () => workers().filter((worker) => worker.starting()).length,
    add,
    dispatch,
    recycle,
    stopIdle() {
      if (idleSince() === undefined) return false
      recycle('it was idle')
      return true
    },
    idleSince,
    waitingSince: () => (waiting.length > 0 && !current ? waiting_since : undefined),
    reclaim() {
      for (const worker of workers()) worker.kill({ kind: 'reclaimed', reason: 'another tenant needs a process' })
    },
    workers,
    empty: () => !current && draining.size === 0 && waiting.length === 0,
    close() {
      closed = true
      settleWaiting(closed_outcome)
      for (const worker of workers()) worker.kill({ kind: 'stopped', reason: closed_outcome.reason })
    },
  }
}
