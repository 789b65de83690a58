import { answerDnsLookups } from './answer-dns-lookups.ts'
import { process_bounds as bounds } from './limits.ts'
import type { LineFromProcess, LineHead, LineToProcess } from './line-protocol.ts'
import { recordEgressFailure, type PendingCall } from './pending-call.ts'
import { openPriority } from './priority.ts'
import { watchResourceUsage, type ResourceUsageOptions } from './resource-usage.ts'
import {
  script_endings,
  startSandboxProcess,
  type ExitCause,
  type ProcessOptions,
  type SandboxProcess,
} from './sandbox-process.ts'
import { openScriptLog } from './script-log.ts'
import type { ScriptLogLine } from './script-types.ts'
import { settleAfterExit } from './settle-after-exit.ts'
import { createWorkerCalls } from './worker-calls.ts'

/** One sandbox process with its pending calls: runs them, enforces their deadlines, settles them. It queues nothing. */
export type ScriptWorker = {
  /** It takes calls: it is started, is not being replaced and was not killed. */
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
  /** Takes no more calls and exits after the last one. `reason`: why, in few words. */
  drain(reason: string): void
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
  /** Receives samples of its processor time and memory. */
  onSample: ResourceUsageOptions['onSample']
  /** The worker can take a call: one was settled, or the process became ready. */
  onCapacity(): void
  /** The process exited; another one has to run `unfinished`. */
  onExit(cause: ExitCause, unfinished: PendingCall[]): void
}

/** The line that sends a call to the process. */
function callLine({ id, source_hash, call }: PendingCall, has_source: boolean): LineToProcess {
  const { script, source, args, context, configuration, limits, check } = call
  return {
    t: 'call',
    id,
    hash: source_hash,
    script,
    args,
    configuration,
    result_bytes: limits.result_bytes,
    ...(has_source ? {} : { source }),
    ...(context === undefined ? {} : { context }),
    ...(check === undefined ? {} : { check }),
  }
}

/** Starts a worker. Never throws: a process that does not start is reported to `onExit` like any other. */
export function startScriptWorker(options: WorkerOptions): ScriptWorker {
  const sent_sources = new Set<string>()
  const began_at = Date.now()
  const counts = { calls: 0, abandoned: 0, uncaught_errors: 0 }
  let child: SandboxProcess | undefined
  let killed = false
  let exit_cause: ExitCause | undefined
  let drained_for: string | undefined
  let state: 'starting' | 'ready' | 'draining' | 'exited' = 'starting'

  const send = (line: LineToProcess) => child?.send(line)
  const start_timer = setTimeout(onStartTimeout, bounds.start_ms)
  const log = openScriptLog(options.onLog)
  const answerDns = answerDnsLookups(options.unit, options.policy, options.resolver, send)
  const calls = createWorkerCalls({
    connecting: (id) => child?.connecting(id) ?? [],
    ping: (n) => send({ t: 'ping', n }),
    onAbandon(id) {
      send({ t: 'abandon', id })
      counts.abandoned += 1
    },
    onRemove() {
      if (drained_for !== undefined) drain(drained_for)
      options.onCapacity()
    },
    kill,
  })
  const priority = openPriority()
  const usage = watchResourceUsage({
    memory_bytes: options.limits.memory_bytes,
    pid: () => (state === 'exited' ? undefined : child?.pid()),
    // A start computes without a call, and for long on a machine that is busy.
    idleSince: () => (state === 'starting' ? undefined : calls.idleSince()),
    onSample: options.onSample,
    kill,
  })

  function kill(cause: ExitCause) {
    killed = true
    exit_cause ??= cause
    child?.kill(cause)
  }

  function onStartTimeout() {
    const reason = `it did not start within ${bounds.start_ms / 1000} s`
    const cause = { kind: 'not_started', reason, timed_out: true } as const
    kill(cause)
    // It is still being prepared, and is killed once it runs.
    if (!child) onExit(cause)
  }

  function drain(reason: string) {
    if (state !== 'exited') state = 'draining'
    drained_for ??= reason
    if (calls.size() === 0) kill({ kind: 'stopped', reason: drained_for })
  }

  function run(pending: PendingCall) {
    const { id, source_hash, call } = pending
    counts.calls += 1
    calls.add(pending)
    log.register(id, call.script, call.mask)
    send(callLine(pending, sent_sources.has(source_hash)))
    sent_sources.add(source_hash)
  }

  function isDue({ t, id }: LineHead): boolean {
    switch (t) {
      case 'ready':
        return state === 'starting' && !killed
      case 'started':
        return calls.get(id)?.started === false
      case 'yielded':
        return calls.isEntered(id)
      case 'answer':
        return calls.get(id)?.started === true
      case 'ending':
        return calls.get(id) !== undefined && exit_cause === undefined
      case 'pong':
        return calls.liveness.awaits(Number(id))
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
        return calls.liveness.onPong()
      case 'log':
        return log.write(line.id, line.level, line.text)
      case 'names':
        return answerDns(line)
      case 'fatal':
        counts.uncaught_errors += 1
        return calls.onUncaughtError(line.message)
      case 'ending': {
        const reason = `the script called ${line.what}`
        exit_cause = { kind: 'exited', reason, failing_call: line.id, certain: true }
        return undefined
      }
      case 'started':
        return calls.onStarted(line.id)
      case 'yielded':
        return calls.onYielded(line.id)
      case 'answer':
        return calls.onAnswer(line)
    }
  }

  /** The cause of an exit: a call that reported it, or one that ran out of memory before. No script has run in a process that was not ready. */
  function causeOf(seen: ExitCause): ExitCause {
    if (state === 'starting' && script_endings.has(seen.kind)) return { kind: 'not_started', reason: seen.reason }
    if (seen.kind !== 'exited' && seen.kind !== 'out_of_memory') return seen
    if (exit_cause && seen.kind === 'exited') return exit_cause
    const failing_call = calls.exhaustedBy()
    return failing_call === undefined ? seen : { ...seen, failing_call, certain: true }
  }

  function onExit(seen: ExitCause) {
    if (state === 'exited') return
    const cause = causeOf(seen)
    state = 'exited'
    clearTimeout(start_timer)
    calls.liveness.stop()
    const unfinished = settleAfterExit(calls.list(), cause)
    calls.clear()
    options.onExit(cause, unfinished)
  }

  startSandboxProcess({
    ...options,
    pendingCount: calls.size,
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
    ready: () => state === 'ready' && !killed,
    starting: () => state === 'starting',
    pendingCount: calls.size,
    hasExclusiveCall: () => calls.list().some((pending) => pending.exclusive),
    needsRecycling: () =>
      usage.nearMemoryLimit() ||
      priority.yieldedBefore() ||
      counts.calls >= bounds.calls ||
      counts.abandoned >= bounds.abandoned ||
      counts.uncaught_errors >= bounds.uncaught_errors ||
      (child?.connections() ?? 0) >= bounds.connections ||
      Date.now() - began_at > bounds.age_ms,
    idleSince: calls.idleSince,
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
