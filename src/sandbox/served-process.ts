/**
 * The calls in flight of one process: deadlines, pings, who is to blame when it ends, when it is worn out.
 * It queues nothing; what a fresh process has to do again is handed back.
 */
import { addFailure, type Job } from './job.ts'
import { process_bounds as bounds } from './limits.ts'
import type { LineFromProcess, LineToProcess } from './line-protocol.ts'
import { processStats } from './process-stats.ts'
import { startSandboxProcess, type EndCause, type ProcessOptions, type SandboxProcess } from './sandbox-process.ts'
import type { ScriptLogLevel, ScriptOutcome } from './script-types.ts'

export type ServedProcess = {
  ready(): boolean
  /** Calls in flight. */
  size(): number
  /** A call runs that must have no other beside it. */
  occupied(): boolean
  worn(): boolean
  idleSince(): number | undefined
  give(job: Job): void
  /** Takes no more calls; ends after the last one. */
  drain(): void
  end(cause: EndCause): void
  /** Looks at memory and processor time from outside. */
  sample(): Promise<void>
}

export type ServedOptions = Omit<ProcessOptions, 'onLine' | 'onEgressFailure' | 'onEnd'> & {
  onLog(script: string, call_id: string, level: ScriptLogLevel, text: string): void
  /** A place became free, or the process became ready. */
  onFree(): void
  /** The process is gone; `again` are the calls that another process has to run. */
  onEnd(cause: EndCause, again: Job[]): void
}

const remembered_calls = 64
const rss_overhead_bytes = 160 * 1024 * 1024

function outcomeOf(cause: EndCause): ScriptOutcome {
  if (cause.kind === 'unresponsive') return { kind: 'timed_out' }
  if (cause.kind === 'out_of_memory') return { kind: 'out_of_memory' }
  return { kind: 'crashed', reason: cause.reason }
}

/** Starts a process and serves it. Never throws: a process that does not start ends like any other. */
export function serveProcess(options: ServedOptions): ServedProcess {
  const jobs = new Map<string, Job>()
  const scripts = new Map<string, string>()
  const known_hashes = new Set<string>()
  const began_at = Date.now()
  let child: SandboxProcess | undefined
  let pending_end: EndCause | undefined
  let is_ready = false
  let is_draining = false
  let is_over = false
  /** The call whose function has been entered and has not returned: it alone can be running. */
  let running: string | undefined
  let suspicion: { n: number; culprit: string | undefined; expired: Set<Job>; timer: NodeJS.Timeout } | undefined
  let pings = 0
  let idle_since: number | undefined = Date.now()
  const worn = { calls: 0, abandoned: 0, fatals: 0, rss: false }
  const log_window = { from: 0, lines: 0 }

  const send = (line: LineToProcess) => child?.send(line)
  const start_timer = setTimeout(() => end({ kind: 'not_started', reason: 'it did not start in time' }), bounds.start_ms)

  function end(cause: EndCause) {
    pending_end ??= cause
    child?.end(cause)
  }

  function drain() {
    is_draining = true
    if (jobs.size === 0) end({ kind: 'stopped', reason: 'it was replaced' })
  }

  function leave(job: Job) {
    clearTimeout(job.timer)
    jobs.delete(job.id)
    if (jobs.size === 0) idle_since = Date.now()
    if (is_draining) drain()
    options.onFree()
  }

  function suspect(culprit: string | undefined) {
    if (suspicion) {
      suspicion.culprit ??= culprit
      return
    }
    pings += 1
    suspicion = { n: pings, culprit, expired: new Set(), timer: setTimeout(decide, bounds.ping_ms) }
    send({ t: 'ping', n: pings })
  }

  /** No answer to the ping: the process ends, unless a call is running that still has time. */
  function decide() {
    if (!suspicion) return
    const started = [...jobs.values()].filter((job) => job.started && !suspicion?.expired.has(job))
    const has_time = suspicion.culprit === undefined ? started.length > 0 : started.some((job) => job.id === running)
    if (has_time) {
      suspicion.timer = setTimeout(decide, bounds.ping_ms / 4)
      return
    }
    const culprit = running ?? suspicion.culprit
    end({ kind: 'unresponsive', reason: 'it no longer answered', ...(culprit === undefined ? {} : { culprit }) })
  }

  function acquit(n: number) {
    if (suspicion?.n !== n) return
    clearTimeout(suspicion.timer)
    const { expired } = suspicion
    suspicion = undefined
    for (const job of expired) expire(job)
  }

  function expire(job: Job) {
    if (!jobs.has(job.id)) return
    job.finish(job.stray_error ? { kind: 'failed', error: job.stray_error } : { kind: 'timed_out' })
    send({ t: 'abandon', id: job.id })
    worn.abandoned += 1
    leave(job)
  }

  function onDeadline(job: Job) {
    const other_runs = running !== undefined && running !== job.id
    if ((suspicion || other_runs) && job.call.retry && !job.retried && running !== job.id) {
      suspect(running)
      suspicion?.expired.add(job)
      return
    }
    expire(job)
    suspect(job.id)
  }

  function onNotTakenUp(job: Job) {
    suspect(undefined)
    job.timer = setTimeout(() => end({ kind: 'unresponsive', reason: 'it took up no call' }), job.call.limits.deadline_ms + 2 * bounds.ping_ms)
  }

  function give(job: Job) {
    worn.calls += 1
    idle_since = undefined
    job.started = false
    jobs.set(job.id, job)
    scripts.set(job.id, job.call.script)
    const oldest = scripts.keys().next().value
    if (scripts.size > remembered_calls && oldest !== undefined) scripts.delete(oldest)
    const { call } = job
    const source = known_hashes.has(job.hash) ? {} : { source: call.source }
    known_hashes.add(job.hash)
    const context = call.context === undefined ? {} : { context: call.context }
    const { script, args, configuration } = call
    send({ t: 'call', id: job.id, hash: job.hash, script, args, configuration, result_bytes: call.limits.result_bytes, ...source, ...context })
    job.timer = setTimeout(() => onNotTakenUp(job), bounds.take_up_ms)
  }

  function log(call_id: string, level: ScriptLogLevel, text: string) {
    const now = Date.now()
    if (now - log_window.from >= 1000) Object.assign(log_window, { from: now, lines: 0 })
    log_window.lines += 1
    if (log_window.lines > bounds.log_lines_per_s) return
    const script = scripts.get(call_id)
    options.onLog(script ?? '', script === undefined ? '' : call_id, level, text)
  }

  function onLine(line: LineFromProcess) {
    if (line.t === 'ready') {
      clearTimeout(start_timer)
      is_ready = true
      return options.onFree()
    }
    if (line.t === 'pong') return acquit(line.n)
    if (line.t === 'log') return log(line.id, line.level, line.text)
    if (line.t === 'names') return resolveNames(line.n, line.name, line.type)
    if (line.t === 'fatal') {
      worn.fatals += 1
      for (const job of jobs.values()) job.stray_error ??= { name: 'Error', message: line.message }
      return undefined
    }
    const job = jobs.get(line.id)
    if (!job) return undefined
    if (line.t === 'answer') {
      if (running === job.id) running = undefined
      job.finish(line.answer)
      leave(job)
    } else if (line.t === 'started') {
      running = job.id
      job.started = true
      clearTimeout(job.timer)
      job.timer = setTimeout(() => onDeadline(job), job.call.limits.deadline_ms)
    } else if (line.t === 'yielded') {
      running = undefined
    } else if (line.t === 'ending') {
      pending_end ??= { kind: 'exited', reason: `the script called ${line.what}`, culprit: job.id }
    }
    return undefined
  }

  function resolveNames(n: number, name: string, type: 'SRV' | 'TXT') {
    const asked = name.replace(/^(?:_[^.]+\.)+/, '').toLowerCase()
    const { mode, allow } = options.policy
    if (mode === 'allow_list' && !allow.some((entry) => entry.toLowerCase().startsWith(`${asked}:`))) {
      return send({ t: 'names', n, code: 'EGRESS_REFUSED', message: `look-up of ${asked} refused: options.egress.allow does not list it.` })
    }
    return void options.resolver.records(name, type).then(
      (records) => send({ t: 'names', n, records: JSON.parse(JSON.stringify(records)) }),
      (error: NodeJS.ErrnoException) => send({ t: 'names', n, code: error.code ?? 'ENOTFOUND', message: `query${type} ${error.code ?? 'ENOTFOUND'} ${name}` }),
    )
  }

  function onProcessEnd(seen: EndCause) {
    if (is_over) return
    is_over = true
    clearTimeout(start_timer)
    clearTimeout(suspicion?.timer)
    const cause = pending_end && seen.kind === 'exited' ? { ...seen, ...pending_end } : seen
    const started = [...jobs.values()].filter((job) => job.started)
    const culprit = cause.culprit ?? (started.length === 1 ? started[0]?.id : undefined)
    const again: Job[] = []
    for (const job of jobs.values()) {
      clearTimeout(job.timer)
      if (cause.kind === 'stopped') job.finish({ kind: 'crashed', reason: cause.reason })
      else if (!job.started) {
        job.restarts += 1
        if (job.restarts <= bounds.restarts) again.push(job)
        else job.finish({ kind: 'crashed', reason: cause.reason })
      } else if (job.id === culprit) job.finish(outcomeOf(cause))
      else if (job.call.retry && !job.retried) {
        job.retried = true
        again.push(job)
      } else if (culprit === undefined) job.finish(outcomeOf(cause))
      else job.finish({ kind: 'crashed', reason: `another call ended the process: ${cause.reason}` })
    }
    jobs.clear()
    options.onEnd(cause, again)
  }

  function onEgressFailure(failure: Parameters<ProcessOptions['onEgressFailure']>[0], call_id: string) {
    for (const job of jobs.values()) addFailure(job, failure)
    if (failure.code === 'EGRESS_REFUSED') log(call_id, 'warn', failure.message)
  }

  let cpu = { at: 0, cpu_ms: 0, busy: 0 }
  async function sample() {
    if (!child || is_over) return
    const now = Date.now()
    const was_idle = idle_since
    if (was_idle !== undefined && now - cpu.at < bounds.idle_sample_ms) return
    const stats = await processStats(child.pid)
    if (!stats || is_over) return
    const { memory_bytes } = options.limits
    if (stats.rss_bytes > memory_bytes + rss_overhead_bytes) end({ kind: 'out_of_memory', reason: 'it used too much memory' })
    worn.rss = stats.rss_bytes > memory_bytes * 0.75 + rss_overhead_bytes
    const idle_all_along = was_idle !== undefined && was_idle === idle_since && was_idle <= cpu.at
    const share = (stats.cpu_ms - cpu.cpu_ms) / Math.max(1, now - cpu.at)
    const busy = idle_all_along && share > bounds.idle_cpu ? cpu.busy + 1 : 0
    cpu = { at: now, cpu_ms: stats.cpu_ms, busy }
    if (busy >= bounds.idle_cpu_samples) end({ kind: 'stopped', reason: 'it kept computing with no call in flight' })
  }

  startSandboxProcess({ ...options, onLine, onEgressFailure, onEnd: onProcessEnd }).then(
    (started) => {
      child = started
      if (pending_end) started.end(pending_end)
    },
    () => onProcessEnd({ kind: 'not_started', reason: 'its egress socket could not be opened' }),
  )

  return {
    ready: () => is_ready && !is_draining && !is_over,
    size: () => jobs.size,
    occupied: () => [...jobs.values()].some((job) => job.retried),
    worn: () => worn.rss || worn.calls >= bounds.calls || worn.abandoned >= bounds.abandoned || worn.fatals >= bounds.fatals || Date.now() - began_at > bounds.age_ms,
    idleSince: () => idle_since,
    give,
    drain,
    end,
    sample,
  }
}
