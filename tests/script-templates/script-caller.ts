import { readScriptResult } from '../../src/connections/action-script-result.ts'
import { readScriptTemplate } from '../../src/connections/script-templates.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime, type ScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import type { JsonValue } from '../../src/sandbox/script-types.ts'

/**
 * What a script answered: a profile (null for no such user), or the error that it passed to its callback, with the
 * outcome that the connection makes of it and the first argument of a helper error.
 */
export type ScriptAnswer = {
  profile?: Record<string, JsonValue> | null
  error?: { name: string; message: string; outcome: string; code?: string; subject?: JsonValue }
}

/** The two scripts of one connection in the real sandbox, allowed to reach its legacy store and nothing else. */
export type ScriptCaller = {
  login(identifier: string, password: string): Promise<ScriptAnswer>
  getUser(identifier: string): Promise<ScriptAnswer>
}

/** The sandbox for one test file. */
export type ScriptSandbox = {
  /** `sources` is a template's id, or scripts of one's own. Calls of the same `unit` share a process and its `global`. */
  connect(
    sources: string | { login: string; get_user: string },
    configuration: Record<string, string>,
    unit?: string,
  ): Promise<ScriptCaller>
  close(): Promise<void>
}

/** Starts the sandbox; it keeps no script log. */
export function startScriptSandbox(): ScriptSandbox {
  const runtime = startScriptRuntime({ onLog: () => {}, reserved: () => [], hardened: 'off' })
  return {
    async connect(sources, configuration, unit = 'shared') {
      const scripts = typeof sources === 'string' ? (await readScriptTemplate(sources))?.scripts : sources
      if (!scripts) throw new Error(`there is no template ${JSON.stringify(sources)}`)
      const address = configuration['DATABASE_URL'] ?? configuration['BASE_URL'] ?? ''
      const allow = URL.canParse(address) ? [new URL(address).host] : []
      const call = (script: 'login' | 'get_user', args: string[]): Promise<ScriptAnswer> =>
        callScript(runtime, `${unit} ${allow.join()}`, script, scripts[script], args, configuration, allow)
      return {
        login: (identifier, password) => call('login', [identifier, password]),
        getUser: (identifier) => call('get_user', [identifier]),
      }
    },
    close: () => runtime.close(),
  }
}

async function callScript(
  runtime: ScriptRuntime,
  unit: string,
  script: string,
  source: string,
  args: string[],
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
  if (result.kind === 'returned') return { profile: (result.values[0] ?? null) as Record<string, JsonValue> | null }
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
