/** A script runtime for tests: short deadlines, what it logged, and a call with sensible parts left out. */
import { after } from 'node:test'
import {
  default_limits,
  startScriptRuntime,
  type EgressPolicy,
  type ScriptCall,
  type ScriptLogLine,
  type ScriptResult,
  type ScriptRuntimeOptions,
} from '../../src/sandbox/script-runtime.ts'
import type { UnitKey } from '../../src/sandbox/unit-key.ts'

export const quick_limits = { ...default_limits, deadline_ms: 8_000 }
export const open_egress: EgressPolicy = { mode: 'open', allow: [] }

/** A call in which everything has a default; `unit` is the unit's id alone, or its whole key. */
export type BenchCall = Partial<Omit<ScriptCall, 'unit'>> & { unit?: string | UnitKey }

export type Bench = {
  run(source: string, given?: BenchCall): Promise<ScriptResult>
  /** The first value of an answer; throws when there was none. */
  value(source: string, given?: BenchCall): Promise<unknown>
  drop(unit: string): void
  close(): Promise<void>
  log: ScriptLogLine[]
  warnings: { details: object; message: string }[]
}

function keyOf(unit: string | UnitKey): UnitKey {
  return typeof unit === 'string' ? { tenant_id: 'tenant', unit_id: unit, version: 1 } : unit
}

export function openBench(options: Partial<ScriptRuntimeOptions> = {}): Bench {
  const log: ScriptLogLine[] = []
  const warnings: Bench['warnings'] = []
  const runtime = startScriptRuntime({
    onLog: (line) => log.push(line),
    reserved: () => [],
    log: { warn: (details, message) => warnings.push({ details, message }) },
    ...options,
  })
  after(() => runtime.close())
  const run: Bench['run'] = (source, { unit = 'unit', ...given } = {}) =>
    runtime.run({
      unit: keyOf(unit),
      script: 'login',
      source,
      args: [],
      configuration: {},
      egress: open_egress,
      limits: quick_limits,
      retry: false,
      ...given,
    })
  const value: Bench['value'] = async (source, given) => {
    const result = await run(source, given)
    if (result.kind !== 'returned') throw new Error(`no answer but ${JSON.stringify(result)}`)
    return result.values[0]
  }
  return { run, value, drop: (unit) => runtime.drop(keyOf(unit)), close: runtime.close, log, warnings }
}
