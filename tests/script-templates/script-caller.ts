import type { ScriptName } from '../../src/contract/action-scripts.ts'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime, type ScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import type { JsonValue } from '../../src/sandbox/script-types.ts'
import { sandbox_mode } from '../support/sandbox-mode.ts'

/**
 * What a script answered: a profile (null for no such user), or the error that it passed to its callback, with the
 * outcome that the connection makes of it and the first argument of a helper error.
 */
export type ScriptAnswer = {
  profile?: Record<string, JsonValue> | null
  /** The first value, where it is no profile. */
  value?: JsonValue
  error?: { name: string; message: string; outcome: string; code?: string; subject?: JsonValue }
}

/** The scripts of one connection in the real sandbox, allowed to reach its legacy store and nothing else. */
export type ScriptCaller = {
  login(identifier: string, password: string): Promise<ScriptAnswer>
  getUser(identifier: string): Promise<ScriptAnswer>
  /** Calls any script; a test that calls one that the template does not have fails. */
  call(script: ScriptName, ...args: JsonValue[]): Promise<ScriptAnswer>
  has(script: ScriptName): boolean
}

type Sources = Partial<Record<ScriptName, string>>

/** The sandbox for one test file. */
export type ScriptSandbox = {
  /** `sources` is a template's id, with settings, or scripts of one's own. Calls of the same `unit` share a process and its `global`. */
  connect(sources: string | Sources, settings: Record<string, string>, unit?: string): Promise<ScriptCaller>
  close(): Promise<void>
}

/** Starts the sandbox; it keeps no script log. */
export function startScriptSandbox(): ScriptSandbox {
  const runtime = startScriptRuntime({ onLog: () => {}, reserved: () => [], hardened: sandbox_mode })
  return {
    async connect(sources, settings, unit = 'shared') {
      const { scripts, configuration, allow } = await generated(sources, settings)
      const call = async (script: ScriptName, ...args: JsonValue[]): Promise<ScriptAnswer> => {
        const source = scripts[script]
        if (source === undefined) throw new Error(`the template has no script ${script}`)
        return await callScript(runtime, `${unit} ${allow.join()}`, script, source, args, configuration, allow)
      }
      return {
        login: (identifier, password) => call('login', identifier, password),
        getUser: (identifier) => call('get_user', identifier),
        call,
        has: (script) => scripts[script] !== undefined,
      }
    },
    close: () => runtime.close(),
  }
}

async function generated(sources: string | Sources, settings: Record<string, string>) {
  if (typeof sources !== 'string') {
    const address = settings['DATABASE_URL'] ?? ''
    return { scripts: sources, configuration: settings, allow: URL.canParse(address) ? [new URL(address).host] : [] }
  }
  const template = await readScriptTemplate(sources)
  if (!template) throw new Error(`there is no template ${JSON.stringify(sources)}`)
  const { scripts, options } = generateTemplate(template, 'legacy', settings, 'legacy')
  return { scripts, configuration: options.configuration, allow: options.egress.allow }
}

async function callScript(
  runtime: ScriptRuntime,
  unit: string,
  script: string,
  source: string,
  args: JsonValue[],
  configuration: Record<string, string>,
  allow: string[],
): Promise<ScriptAnswer> {
  const result = await runtime.run({
    unit: { tenant_id: 'tenant', unit_id: unit, version: 1 },
    script,
    source,
    args,
    configuration,
    egress: { mode: 'allow_list', allow, private_networks: true },
    limits: default_limits,
    retry: false,
  })
  if (result.kind === 'returned') {
    const [value = null] = result.values
    const is_profile = (script === 'login' || script === 'get_user') && !Array.isArray(value)
    return is_profile ? { profile: value as Record<string, JsonValue> | null } : { value }
  }
  if (result.kind !== 'failed') throw new Error(`the script ended as ${result.kind}: ${JSON.stringify(result)}`)
  const { name, message, args: given } = result.error
  const code = result.error.code ?? result.error.cause_code
  const read = readScriptResult(result)
  const outcome = read.kind === 'value' ? 'none' : read.outcome
  return {
    error: {
      name,
      message,
      outcome,
      ...(code !== undefined && { code }),
      ...(given?.length && { subject: given[0] ?? null }),
    },
  }
}
