/** A script runtime for tests: short deadlines, its log lines, and calls with defaults. */
import { after } from 'node:test'
import type { EgressPolicy } from '../../src/sandbox/egress-types.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime, type ScriptRuntime, type ScriptRuntimeOptions } from '../../src/sandbox/script-runtime.ts'
import type { ScriptCall, ScriptLogLine, ScriptResult } from '../../src/sandbox/script-types.ts'
import type { UnitKey } from '../../src/sandbox/unit-key.ts'
import { sandbox_mode } from '../support/sandbox-mode.ts'

export const quick_limits = { ...default_limits, deadline_ms: 8_000 }
export const open_egress: EgressPolicy = { mode: 'open', allow: [], private_networks: true }

/** A call in which everything has a default; `unit` is the id of the unit, alone in its tenant, or its whole key. */
export type TestCall = Partial<Omit<ScriptCall, 'unit'>> & { unit?: string | UnitKey }

export type TestRuntime = {
  run(source: string, given?: TestCall): Promise<ScriptResult>
  /** The first value of an answer; throws when there was none. */
  value(source: string, given?: TestCall): Promise<unknown>
  recycle(unit: string): void
  usage: ScriptRuntime['usage']
  close(): Promise<void>
  log: ScriptLogLine[]
}

function keyOf(unit: string | UnitKey): UnitKey {
  return typeof unit === 'string' ? { tenant_id: `tenant of ${unit}`, unit_id: unit, version: 1 } : unit
}

export function openTestRuntime(options: Partial<ScriptRuntimeOptions> = {}): TestRuntime {
  const log: ScriptLogLine[] = []
  const runtime = startScriptRuntime({
    onLog: (line) => log.push(line),
    reserved: () => [],
    hardened: sandbox_mode,
    ...options,
  })
  after(() => runtime.close())
  const run: TestRuntime['run'] = (source, { unit = 'unit', ...given } = {}) =>
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
  const value: TestRuntime['value'] = async (source, given) => {
    const result = await run(source, given)
    if (result.kind !== 'returned') throw new Error(`no answer but ${JSON.stringify(result)}`)
    return result.values[0]
  }
  return {
    run,
    value,
    recycle: (unit) => runtime.recycle(keyOf(unit)),
    usage: runtime.usage,
    close: runtime.close,
    log,
  }
}
