import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { UnitKey } from '../sandbox/unit-key.ts'
import type { Db } from '../store/tables.ts'
import { countScriptCalls, type CountedCall } from './script-call-counts.ts'
import { isFailedCall } from './script-call-stats.ts'
import type { ScriptLogWriter } from './script-log-writer.ts'

/** A call of a script of a connection that ended. `message`: why it failed, without secrets. */
export type EndedCall = {
  /** Its version is that of the connection. */
  unit: UnitKey
  script: string
  /** Empty where the script was not called. */
  call_id: string
  outcome: string
  duration_ms: number
  message?: string
}

/** Counts script calls for the version of the script that ran, and writes a line with the outcome of each to the script log. */
export type ScriptCallLog = {
  record(call: EndedCall): void
  /** Stores what waits. */
  flush(): Promise<void>
  /** Sums up the calls without a line, and stores what waits. */
  close(): Promise<void>
}

/** Lines per minute of a script of a connection: so many of calls that failed, and so many of others. One line sums up the rest. */
export const call_lines_per_minute = 60

const minute_ms = 60_000
const flush_ms = 1000
const windows_max = 10_000
const versions_max = 10_000
const waiting_max = 10_000

type Waiting = EndedCall & { at: number; has_line: boolean }
type Window = {
  key: string
  unit: UnitKey
  script: string
  level: 'info' | 'error'
  minute: number
  lines: number
  omitted: Map<string, number>
}

/** The version of a script that a version of its connection runs: the newest up to that one. Undefined where there is none. */
async function scriptVersion(db: Db, unit: UnitKey, script: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('script_versions')
    .select('version')
    .where('tenant_id', '=', unit.tenant_id)
    .where('connection_id', '=', unit.unit_id)
    .where('script', '=', script)
    .where('version', '<=', unit.version)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version
}

const textOf = ({ outcome, duration_ms, message }: EndedCall): string =>
  `${outcome} in ${duration_ms} ms${message === undefined ? '' : `: ${message}`}`

/**
 * Creates the log of script calls. No call waits for it: it stores once a second. A caller can cause any number of calls, therefore their
 * lines are bounded; all calls are counted.
 */
export function createScriptCallLog(deps: {
  db: Db
  clock: Clock
  log: ProcessLog
  script_log: Pick<ScriptLogWriter, 'write'>
}): ScriptCallLog {
  const { db, clock, log, script_log } = deps
  const windows = new LRUCache<string, Window>({ max: windows_max, dispose: sumUp })
  // `version` is undefined for a script without versions, such as the rules of a tenant.
  const versions = new LRUCache<string, { version: number | undefined }>({ max: versions_max })
  let waiting: Waiting[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let storing: Promise<void> = Promise.resolve()

  function sumUp({ unit, script, level, minute, omitted }: Window): void {
    if (omitted.size === 0) return
    const calls = [...omitted.values()].reduce((sum, count) => sum + count, 0)
    const counts = [...omitted].map(([outcome, count]) => `${outcome} ${count}`).join(', ')
    const text = `${calls} more calls within a minute: ${counts}`
    const at = Math.min(clock.now(), (minute + 1) * minute_ms - 1)
    script_log.write({ unit, script, call_id: '', at, level, text })
  }

  function windowOf({ unit, script, outcome }: EndedCall, at: number): Window {
    const level = isFailedCall(outcome) ? 'error' : 'info'
    const key = JSON.stringify([unit.tenant_id, unit.unit_id, script, level])
    const minute = Math.floor(at / minute_ms)
    const open = windows.get(key)
    if (open?.minute === minute) return open
    const window: Window = { key, unit, script, level, minute, lines: 0, omitted: new Map() }
    windows.set(key, window)
    return window
  }

  /** Whether the call gets a line of its own. */
  function hasLine(call: EndedCall, at: number): boolean {
    const window = windowOf(call, at)
    if (window.lines < call_lines_per_minute) {
      window.lines += 1
      return true
    }
    if (window.omitted.size === 0) sumUpAfter(window, (window.minute + 1) * minute_ms - at)
    window.omitted.set(call.outcome, (window.omitted.get(call.outcome) ?? 0) + 1)
    return false
  }

  function sumUpAfter(window: Window, ms: number): void {
    setTimeout(() => {
      if (windows.peek(window.key) === window) windows.delete(window.key)
    }, ms).unref()
  }

  async function versionOf({ unit, script }: EndedCall): Promise<number | undefined> {
    const key = JSON.stringify([unit.tenant_id, unit.unit_id, unit.version, script])
    const known = versions.get(key) ?? { version: await scriptVersion(db, unit, script) }
    versions.set(key, known)
    return known.version
  }

  async function store(calls: readonly Waiting[]): Promise<void> {
    const counted: CountedCall[] = []
    for (const call of calls) {
      const { unit, script, call_id, outcome, at, duration_ms, has_line } = call
      const version = call_id === '' ? undefined : await versionOf(call)
      const { tenant_id, unit_id: connection_id } = unit
      if (version !== undefined) counted.push({ tenant_id, connection_id, script, version, outcome, at, duration_ms })
      if (!has_line) continue
      const level = isFailedCall(outcome) ? 'error' : 'info'
      const text = textOf(call)
      script_log.write({ unit, script, call_id, at, level, text, ended: { outcome, version, duration_ms } })
    }
    await countScriptCalls(db, counted)
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    storing = storing.then(async () => {
      const calls = waiting
      waiting = []
      if (lost > 0) log.warn({ lost }, 'script calls were not counted: they ended faster than they could be stored')
      lost = 0
      await store(calls).catch((error: unknown) => {
        log.error({ err: error, calls: calls.length }, 'script calls could not be counted')
      })
    })
    await storing
  }

  return {
    record(call) {
      const at = clock.now()
      if (waiting.length >= waiting_max) lost += 1
      else waiting.push({ ...call, at, has_line: hasLine(call, at) })
      timer ??= setTimeout(() => void flush(), flush_ms).unref()
    },
    flush,
    async close() {
      windows.clear()
      await flush()
    },
  }
}
