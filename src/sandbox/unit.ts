/** One unit: its bounded queue and its current process. Old processes finish their calls and end. */
import type { Job } from './job.ts'
import type { EndCause } from './sandbox-process.ts'
import type { ServedOptions, ServedProcess } from './served-process.ts'

/** The queue of one unit and the process that serves it. */
export type Unit = {
  add(job: Job): void
  /** Gives waiting calls to the process while there is room. */
  dispatch(): void
  /** The next call gets a fresh process. */
  renew(): void
  /** Ends an idle process; true when there was one. */
  stopIdle(): boolean
  idleSince(): number | undefined
  processes(): ServedProcess[]
  empty(): boolean
  close(): void
}

/** What a unit is given from above. */
export type UnitOptions = {
  /** Room for one more process, made if need be. */
  admit(): boolean
  start: (hooks: Pick<ServedOptions, 'onFree' | 'onEnd'>, job: Job) => ServedProcess
  onChange(): void
  onEnd(cause: EndCause): void
}

/** What has to be the same for two calls to share a process. */
function kindOf({ call }: Job): string {
  const { memory_bytes, output_bytes, result_bytes } = call.limits
  return JSON.stringify([call.egress.mode, call.egress.allow, memory_bytes, output_bytes, result_bytes])
}

const failed_starts_cap = 3

/** Opens a unit without a process; the first call starts one. */
export function openUnit(options: UnitOptions): Unit {
  const waiting: Job[] = []
  const old = new Set<ServedProcess>()
  let current: { served: ServedProcess; kind: string } | undefined
  let failed_starts = 0
  let closed = false

  function retire() {
    if (!current) return
    old.add(current.served)
    const { served } = current
    current = undefined
    served.drain()
  }

  function start(job: Job) {
    if (!options.admit()) return
    const served: ServedProcess = options.start(
      {
        onFree: () => {
          if (served.ready()) failed_starts = 0
          dispatch()
          options.onChange()
        },
        onEnd: (cause, again) => {
          old.delete(served)
          if (current?.served === served) current = undefined
          if (cause.kind === 'not_started') failed_starts += 1
          options.onEnd(cause)
          for (const one of again.reverse()) {
            if (closed) one.finish({ kind: 'crashed', reason: 'the script runtime was closed' })
            else waiting.unshift(one)
          }
          if (failed_starts >= failed_starts_cap) giveUp(cause.reason)
          dispatch()
          options.onChange()
        },
      },
      job,
    )
    current = { served, kind: kindOf(job) }
  }

  function giveUp(reason: string) {
    failed_starts = 0
    for (const job of waiting.splice(0))
      job.finish({ kind: 'crashed', reason: `no sandbox process could be started: ${reason}` })
  }

  function dispatch() {
    for (let job = waiting[0]; job !== undefined && !closed; job = waiting[0]) {
      if (current && (current.kind !== kindOf(job) || current.served.worn())) retire()
      if (!current) start(job)
      const served = current?.served
      if (!served?.ready()) return
      if (served.occupied() || (job.alone && served.size() > 0) || served.size() >= job.call.limits.in_flight) return
      waiting.shift()
      clearTimeout(job.timer)
      served.give(job)
    }
  }

  function add(job: Job) {
    if (waiting.length >= job.call.limits.waiting + (current?.served.ready() ? 0 : job.call.limits.in_flight)) {
      return job.finish({ kind: 'saturated' })
    }
    waiting.push(job)
    job.timer = setTimeout(() => tooLong(job), 2 * job.call.limits.deadline_ms)
    return dispatch()
  }

  function tooLong(job: Job) {
    const index = waiting.indexOf(job)
    if (index < 0) return
    if (current && !current.served.ready()) {
      job.timer = setTimeout(() => tooLong(job), 1_000)
      return
    }
    waiting.splice(index, 1)
    job.finish({ kind: 'saturated' })
  }

  const idleSince = () =>
    current && waiting.length === 0 && current.served.ready() && current.served.size() === 0
      ? current.served.idleSince()
      : undefined

  return {
    add,
    dispatch,
    renew: retire,
    stopIdle() {
      if (idleSince() === undefined) return false
      retire()
      return true
    },
    idleSince,
    processes: () => [...old, ...(current ? [current.served] : [])],
    empty: () => !current && old.size === 0 && waiting.length === 0,
    close() {
      closed = true
      for (const job of waiting.splice(0)) job.finish({ kind: 'crashed', reason: 'the script runtime was closed' })
      for (const served of [...old, ...(current ? [current.served] : [])])
        served.end({ kind: 'stopped', reason: 'the script runtime was closed' })
    },
  }
}
