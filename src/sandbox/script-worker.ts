import { answerDnsLookups } from './answer-dns-lookups.ts'
import { process_bounds as bounds } from './limits.ts'
import type { LineFromProcess, LineHead, LineToProcess } from './line-protocol.ts'
import { watchLiveness } from './liveness.ts'
import { recordEgressFailure, type PendingCall } from './pending-call.ts'
import { openPriority } from './priority.ts'
import { watchResourceUsage } from './resource-usage.ts'
import { startSandboxProcess, type ExitCause, type ProcessOptions, type SandboxProcess } from './sandbox-process.ts'
import { openScriptLog } from './script-log.ts'
import type { ScriptLogLine } from './script-types.ts'
import { settleAfterExit } from './settle-after-exit.ts'

/** One sandbox process with its pending calls: runs them, enforces their deadlines, settles them. It queues nothing. */
export type ScriptWorker = {
  /** It takes calls. */
  ready(): boolean
  /** It has not taken a call yet. */
  starting(): boolean
  pendingCount(): number
  /** A call is pending that must have no other beside it. */
  hasExclusiveCall(): boolean
  /** A new process should replace this one. */
  needsRecycling(): boolean
  idleSince(): number | undefined
  run(pending: PendingCall): void
  /** Takes no more calls and exits after the last one. */
  drain(): void
  kill(cause: ExitCause): void
  /** Samples memory and processor time from outside. */
  sample(): Promise<void>
  /** The processor time that it used lately, as a share of one core. */
  cpuShare(): number
  /** Leaves the cores to other processes. A new process replaces it when this was not called for two seconds. */
  yieldCores(): void
}

/** The dependencies of a worker, without its process. */
export type WorkerOptions = Omit<ProcessOptions, 'pendingCount' | 'isDue' | 'onLine' | 'onEgressFailure' | 'onExit'> & {
  onLog(line: Omit<ScriptLogLine, 'unit' | 'at'>): void
  /** The worker can take a call: one was settled, or the process became ready. */
  onCapacity(): void
  /** The process exited; another one has to run `unfinished`. */
  onExit(cause: ExitCause, unfinished: PendingCall[]): void
}

/** The part of an answer's line that is not values. */
const answer_frame_bytes = 16 * 1024

/** Starts a worker. Never throws: a process that does not start is reported to `onExit` like any other. */
export function startScriptWorker(options: WorkerOptions): ScriptWorker {
  const calls = new Map<string, PendingCall>()
  const sent_sources = new Set<string>()
  const began_at = Date.now()
  const counts = { calls: 0, abandoned: 0, uncaught_errors: 0 }
  let child: SandboxProcess | undefined
  let exit_cause: ExitCause | undefined
  let state: 'starting' | 'ready' | 'draining' | 'exited' = 'starting'
  let running: string | undefined
  let entered: string | undefined
  let exhausted_by: string | undefined
  let idle_since: number | undefined = began_at

  const send = (line: LineToProcess) => child?.send(line)
  const start_timer = setTimeout(
    () => kill({ kind: 'not_started', reason: 'it did not start in time' }),
    bounds.start_ms,
  )
  const log = openScriptLog(options.onLog)
  const answerDns = answerDnsLookups(options.unit, options.policy, options.resolver, send)
  const liveness = watchLiveness({
    pendingCalls: () => [...calls.values()],
    runningCall: () => running,
    ping: (n) => send({ t: 'ping', n }),
    abandon,
    kill,
  })
  const priority = openPriority()
  const usage = watchResourceUsage({
    memory_bytes: options.limits.memory_bytes,
    pid: () => (state === 'exited' ? undefined : child?.pid()),
    idleSince: () => idle_since,
    kill,
  })

  function kill(cause: ExitCause) {
    exit_cause ??= cause
    child?.kill(cause)
  }

  function drain() {
    if (state !== 'exited') state = 'draining'
    if (calls.size === 0) kill({ kind: 'stopped', reason: 'it was replaced' })
  }

  function remove(pending: PendingCall) {
    clearTimeout(pending.timer)
    calls.delete(pending.id)
    if (calls.size === 0) idle_since = Date.now()
    if (state === 'draining') drain()
    options.onCapacity()
  }

  /** Settles a call past its deadline; an answer that comes later is ignored. */
  function abandon(pending: PendingCall) {
    if (!calls.has(pending.id)) return
    for (const failure of child?.connecting(pending.id) ?? []) recordEgressFailure(pending, failure)
    const { uncaught_error } = pending
    pending.settle(uncaught_error ? { kind: 'failed', error: uncaught_error } : { kind: 'timed_out' })
    send({ t: 'abandon', id: pending.id })
    counts.abandoned += 1
    remove(pending)
  }

  function onDeadline(pending: PendingCall) {
    const another_runs = running !== undefined && running !== pending.id
    const may_be_blocked = (liveness.probing() || another_runs) && running !== pending.id
    const postponed = may_be_blocked && pending.call.retry && !pending.retried
    if (!postponed) abandon(pending)
    liveness.probe(postponed ? running : pending.id)
    if (postponed) liveness.postpone(pending)
  }

  function onNotStarted(pending: PendingCall) {
    liveness.probe()
    const rest_ms = pending.call.limits.deadline_ms + 2 * bounds.ping_ms
    pending.timer = setTimeout(() => kill({ kind: 'unresponsive', reason: 'it took up no call' }), rest_ms)
  }

  function run(pending: PendingCall) {
    const { id, source_hash } = pending
    const { script, source, args, context, configuration, limits, check } = pending.call
    counts.calls += 1
    idle_since = undefined
    pending.started = false
    calls.set(id, pending)
    log.register(id, script, pending.call.mask)
    send({
      t: 'call',
      id,
      hash: source_hash,
      script,
      args,
      configuration,
      result_bytes: limits.result_bytes,
      ...(sent_sources.has(source_hash) ? {} : { source }),
      ...(context === undefined ? {} : { context }),
      ...(check === undefined ? {} : { check }),
    })
    sent_sources.add(source_hash)
    pending.timer = setTimeout(() => onNotStarted(pending), bounds.call_start_ms)
  }

  function isDue({ t, id }: LineHead): boolean {
    switch (t) {
      case 'ready':
        return state === 'starting'
      case 'started':
        return calls.get(id)?.started === false
      case 'yielded':
        return id === entered
      case 'answer':
        return calls.get(id)?.started === true
      case 'ending':
        return calls.has(id) && exit_cause === undefined
      case 'pong':
        return liveness.awaits(Number(id))
      case 'log':
        return log.hasRoom()
      case 'fatal':
        return counts.uncaught_errors < bounds.uncaught_errors
      case 'names':
        return true
    }
  }

  function onLine(line: LineFromProcess): void {
    switch (line.t) {
      case 'ready':
        clearTimeout(start_timer)
        state = 'ready'
        return options.onCapacity()
      case 'pong':
        return liveness.onPong()
      case 'log':
        return log.write(line.id, line.level, line.text)
      case 'names':
        return answerDns(line)
      case 'fatal':
        return onUncaughtError(line.message)
      case 'ending': {
        const reason = `the script called ${line.what}`
        exit_cause = { kind: 'exited', reason, failing_call: line.id, certain: true }
        return undefined
      }
      case 'started':
        return onStarted(line.id)
      case 'yielded':
        if (running === line.id) running = undefined
        entered = undefined
        return undefined
      case 'answer':
        if (running === line.id) running = undefined
        return onAnswer(line)
    }
  }

  /** An exception of no known call. It explains why a call never answers only where that is the single pending one. */
  function onUncaughtError(message: string) {
    counts.uncaught_errors += 1
    const [pending, another] = calls.values()
    if (pending && !another) pending.uncaught_error ??= { name: 'Error', message }
  }

  function onStarted(id: string) {
    const pending = calls.get(id)
    if (!pending) return
    running = entered = id
    pending.started = true
    pending.started_at = performance.now()
    clearTimeout(pending.timer)
    pending.timer = setTimeout(() => onDeadline(pending), pending.call.limits.deadline_ms)
  }

  function onAnswer({ id, answer, bytes }: Extract<LineFromProcess, { t: 'answer' }>) {
    const pending = calls.get(id)
    if (!pending) return
    const { result_bytes } = pending.call.limits
    const message = `the result is larger than ${result_bytes} bytes`
    // The process may still end of it, when its other calls are the only ones pending.
    if (answer.kind === 'out_of_memory') exhausted_by ??= id
    pending.settle(bytes > result_bytes + answer_frame_bytes ? { kind: 'bad_result', message } : answer)
    remove(pending)
  }

  /** The cause of an exit: a call that reported it, or one that ran out of memory before. */
  function causeOf(seen: ExitCause): ExitCause {
    if (seen.kind !== 'exited' && seen.kind !== 'out_of_memory') return seen
    if (exit_cause && seen.kind === 'exited') return exit_cause
    return exhausted_by === undefined ? seen : { ...seen, failing_call: exhausted_by, certain: true }
  }

  function onExit(seen: ExitCause) {
    if (state === 'exited') return
    state = 'exited'
    clearTimeout(start_timer)
    liveness.stop()
    const cause = causeOf(seen)
    const unfinished = settleAfterExit([...calls.values()], cause)
    calls.clear()
    options.onExit(cause, unfinished)
  }

  startSandboxProcess({
    ...options,
    pendingCount: () => calls.size,
    isDue,
    onLine,
    onEgressFailure(failure, call_id) {
      const pending = calls.get(call_id)
      if (pending) recordEgressFailure(pending, failure)
      if (failure.code === 'EGRESS_REFUSED') log.writeRefusal(call_id, failure)
    },
    onExit,
  }).then(
    (started) => {
      child = started
      if (exit_cause) started.kill(exit_cause)
    },
    (error: unknown) => onExit({ kind: 'not_started', reason: `it could not be prepared: ${String(error)}` }),
  )

  return {
    ready: () => state === 'ready',
    starting: () => state === 'starting',
    pendingCount: () => calls.size,
    hasExclusiveCall: () => [...calls.values()].some((pending) => pending.exclusive),
    needsRecycling: () =>
      usage.nearMemoryLimit() ||
      priority.yieldedBefore() ||
      counts.calls >= bounds.calls ||
      counts.abandoned >= bounds.abandoned ||
      counts.uncaught_errors >= bounds.uncaught_errors ||
      (child?.connections() ?? 0) >= bounds.connections ||
      Date.now() - began_at > bounds.age_ms,
    idleSince: () => idle_since,
    run,
    drain,
    kill,
    async sample() {
      const pid = child?.pid()
      if (pid !== undefined && state === 'ready') priority.lowerSession(pid)
      await usage.sample()
    },
    cpuShare: () => (state === 'exited' ? 0 : usage.cpuShare()),
    yieldCores() {
      const pid = child?.pid()
      if (pid !== undefined && state !== 'exited') priority.yieldCores(pid)
    },
  }
}
