/**
 * The calls in flight of one process: hands them over, keeps their deadlines, answers them, and knows when the
 * process is worn out. It queues nothing; what a fresh process has to run again is handed back.
 */
import { settleAfterEnd } from './blame.ts'
import { addFailure, type Job } from './job.ts'
import { process_bounds as bounds } from './limits.ts'
import type { LineFromProcess, LineToProcess } from './line-protocol.ts'
import { watchLiveness } from './liveness.ts'
import { answerNameQuestions } from './name-questions.ts'
import { openProcessLog } from './process-log.ts'
import { startSandboxProcess, type EndCause, type ProcessOptions, type SandboxProcess } from './sandbox-process.ts'
import type { ScriptLogLine } from './script-types.ts'
import { watchVitalSigns } from './vital-signs.ts'

/** A script process with the calls that are in it. */
export type ServedProcess = {
  /** Takes calls. */
  ready(): boolean
  /** Calls in flight. */
  size(): number
  /** A call is in flight that must have no other beside it. */
  occupied(): boolean
  /** A fresh process should take over. */
  worn(): boolean
  idleSince(): number | undefined
  give(job: Job): void
  /** Takes no more calls and ends after the last one. */
  drain(): void
  end(cause: EndCause): void
  /** Looks at memory and processor time from outside. */
  sample(): Promise<void>
}

/** What a served process needs beside a process. */
export type ServedOptions = Omit<ProcessOptions, 'onLine' | 'onEgressFailure' | 'onEnd'> & {
  onLog(line: Omit<ScriptLogLine, 'unit' | 'at'>): void
  /** A place became free, or the process became ready. */
  onFree(): void
  /** The process is gone; `again` are the calls that another process has to run. */
  onEnd(cause: EndCause, again: Job[]): void
}

type CallLine = Extract<LineFromProcess, { t: 'answer' | 'started' | 'yielded' }>

/** What an answer's line may hold besides the values. */
const answer_frame_bytes = 16 * 1024

/** Starts a process and serves it. Never throws: a process that does not start ends like any other. */
export function serveProcess(options: ServedOptions): ServedProcess {
  const jobs = new Map<string, Job>()
  const sent_sources = new Set<string>()
  const began_at = Date.now()
  const counts = { calls: 0, abandoned: 0, fatals: 0 }
  let child: SandboxProcess | undefined
  let wanted_end: EndCause | undefined
  let state: 'starting' | 'ready' | 'draining' | 'over' = 'starting'
  let running: string | undefined
  let idle_since: number | undefined = began_at

  const send = (line: LineToProcess) => child?.send(line)
  const start_timer = setTimeout(
    () => end({ kind: 'not_started', reason: 'it did not start in time' }),
    bounds.start_ms,
  )
  const log = openProcessLog(options.onLog)
  const answerNames = answerNameQuestions(options.policy, options.resolver, send)
  const liveness = watchLiveness({
    inFlight: () => [...jobs.values()],
    running: () => running,
    ping: (n) => send({ t: 'ping', n }),
    expire,
    end,
  })
  const vital_signs = watchVitalSigns({
    memory_bytes: options.limits.memory_bytes,
    pid: () => (state === 'over' ? undefined : child?.pid),
    idleSince: () => idle_since,
    end,
  })

  function end(cause: EndCause) {
    wanted_end ??= cause
    child?.end(cause)
  }

  function drain() {
    if (state !== 'over') state = 'draining'
    if (jobs.size === 0) end({ kind: 'stopped', reason: 'it was replaced' })
  }

  function leave(job: Job) {
    clearTimeout(job.timer)
    jobs.delete(job.id)
    if (jobs.size === 0) idle_since = Date.now()
    if (state === 'draining') drain()
    options.onFree()
  }

  /** An asynchronous call past its deadline is left behind: a late answer finds nobody. */
  function expire(job: Job) {
    if (!jobs.has(job.id)) return
    for (const failure of child?.unfinished() ?? []) addFailure(job, failure)
    job.finish(job.stray_error ? { kind: 'failed', error: job.stray_error } : { kind: 'timed_out' })
    send({ t: 'abandon', id: job.id })
    counts.abandoned += 1
    leave(job)
  }

  function onDeadline(job: Job) {
    const another_runs = running !== undefined && running !== job.id
    const held = (liveness.suspected() || another_runs) && running !== job.id && job.call.retry && !job.retried
    if (!held) expire(job)
    liveness.suspect(held ? running : job.id)
    if (held) liveness.hold(job)
  }

  function onNotTakenUp(job: Job) {
    liveness.suspect()
    const rest_ms = job.call.limits.deadline_ms + 2 * bounds.ping_ms
    job.timer = setTimeout(() => end({ kind: 'unresponsive', reason: 'it took up no call' }), rest_ms)
  }

  function give(job: Job) {
    const { script, source, args, context, configuration, limits } = job.call
    counts.calls += 1
    idle_since = undefined
    job.started = false
    jobs.set(job.id, job)
    log.know(job.id, script, job.call.mask)
    send({
      t: 'call',
      id: job.id,
      hash: job.hash,
      script,
      args,
      configuration,
      result_bytes: limits.result_bytes,
      ...(sent_sources.has(job.hash) ? {} : { source }),
      ...(context === undefined ? {} : { context }),
    })
    sent_sources.add(job.hash)
    job.timer = setTimeout(() => onNotTakenUp(job), bounds.take_up_ms)
  }

  /** True for a line that belongs to a call in flight or was asked for. */
  function onLine(line: LineFromProcess): boolean {
    switch (line.t) {
      case 'ready':
        clearTimeout(start_timer)
        if (state === 'starting') state = 'ready'
        options.onFree()
        return true
      case 'pong':
        return liveness.acquit(line.n)
      case 'log':
        log.write(line.id, line.level, line.text)
        return false
      case 'names':
        answerNames(line)
        return false
      case 'fatal':
        counts.fatals += 1
        for (const job of jobs.values()) job.stray_error ??= { name: 'Error', message: line.message }
        return false
      case 'ending': {
        const reason = `the script called ${line.what}`
        if (jobs.has(line.id)) wanted_end ??= { kind: 'exited', reason, culprit: line.id, certain: true }
        return false
      }
      case 'answer':
      case 'started':
      case 'yielded': {
        if (line.t !== 'started' && running === line.id) running = undefined
        const job = jobs.get(line.id)
        if (job) onCallLine(job, line)
        return job !== undefined
      }
    }
  }

  function onCallLine(job: Job, line: CallLine) {
    if (line.t === 'started' && !job.started) {
      running = job.id
      job.started = true
      clearTimeout(job.timer)
      job.timer = setTimeout(() => onDeadline(job), job.call.limits.deadline_ms)
    }
    if (line.t !== 'answer') return
    const cap = job.call.limits.result_bytes
    const too_large = line.bytes > cap + answer_frame_bytes
    job.finish(too_large ? { kind: 'bad_result', message: `the result is larger than ${cap} bytes` } : line.answer)
    leave(job)
  }

  function onProcessEnd(seen: EndCause) {
    if (state === 'over') return
    state = 'over'
    clearTimeout(start_timer)
    liveness.stop()
    const cause = wanted_end && seen.kind === 'exited' ? wanted_end : seen
    const again = settleAfterEnd([...jobs.values()], cause)
    jobs.clear()
    options.onEnd(cause, again)
  }

  startSandboxProcess({
    ...options,
    onLine,
    onEgressFailure(failure, call_id) {
      for (const job of jobs.values()) addFailure(job, failure)
      if (failure.code === 'EGRESS_REFUSED') log.writeRefusal(call_id, failure)
    },
    onEnd: onProcessEnd,
  }).then(
    (started) => {
      child = started
      if (wanted_end) started.end(wanted_end)
    },
    () => onProcessEnd({ kind: 'not_started', reason: 'its egress socket could not be opened' }),
  )

  return {
    ready: () => state === 'ready',
    size: () => jobs.size,
    occupied: () => [...jobs.values()].some((job) => job.alone),
    worn: () =>
      vital_signs.heavy() ||
      counts.calls >= bounds.calls ||
      counts.abandoned >= bounds.abandoned ||
      counts.fatals >= bounds.fatals ||
      (child?.connections() ?? 0) >= bounds.connections ||
      Date.now() - began_at > bounds.age_ms,
    idleSince: () => idle_since,
    give,
    drain,
    end,
    sample: vital_signs.sample,
  }
}
