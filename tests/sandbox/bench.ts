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

export const quick_limits = { ...default_limits, deadline_ms: 8_000 }
export const open_egress: EgressPolicy = { mode: 'open', allow: [] }

export type Bench = {
  run(source: string, given?: Partial<ScriptCall>): Promise<ScriptResult>
  /** The first value of an answer; throws when there was none. */
  value(source: string, given?: Partial<ScriptCall>): Promise<unknown>
  drop(unit: string): void
  close(): Promise<void>
  log: ScriptLogLine[]
  warnings: { details: object; message: string }[]
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
  const run: Bench['run'] = (source, given) =>
    runtime.run({
      unit: 'unit',
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
  return { run, value, drop: runtime.drop, close: runtime.close, log, warnings }
}
