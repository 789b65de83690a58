import type { JsonObject } from '../base/json.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import type { UnitKey } from '../sandbox/unit-key.ts'
import { readScriptResult, type ActionScriptResult } from './action-script-result.ts'
import { openConfiguration, type Connection } from './connection.ts'
import { secretMask, type Secret } from './mask-secrets.ts'

/** What running an action script needs. */
export type ActionScriptDeps = {
  sealer: Sealer
  scripts: Pick<ScriptRuntime, 'run'>
  script_limits: ScriptLimits
}

/**
 * The sandbox unit of a connection: one process, replaced by another as soon as the connection changes, in
 * every process of the server.
 */
export function scriptUnit({ tenant_id, connection_id, version }: Connection): UnitKey {
  return { tenant_id, unit_id: connection_id, version }
}

/** Masks secrets in the texts of an error. What a script returns is left as it is. */
function maskResult(result: ScriptResult, mask: (text: string) => string): ScriptResult {
  if (result.kind === 'crashed') return { ...result, reason: mask(result.reason) }
  if (result.kind === 'no_function' || result.kind === 'bad_result') return { ...result, message: mask(result.message) }
  if (result.kind !== 'failed') return result
  const { error } = result
  const args = error.args?.map((arg) => (typeof arg === 'string' ? mask(arg) : arg))
  return {
    ...result,
    error: {
      ...error,
      message: mask(error.message),
      ...(error.code === undefined ? {} : { code: mask(error.code) }),
      ...(args === undefined ? {} : { args }),
    },
  }
}

// Shorter values are ports, names and flags that help to read a message.
const configuration_min = 8

function secretsOf(script: ScriptName, [identifier = '', password]: string[], configuration: Record<string, string>) {
  const typed: Secret[] =
    script !== 'login' || password === undefined
      ? []
      : [
          { name: 'password', text: password },
          { name: 'password', text: `${identifier}:${password}` },
        ]
  const configured = Object.entries(configuration).filter(([, text]) => text.length >= configuration_min)
  return [...typed, ...configured.map(([key, text]): Secret => ({ name: `configuration.${key}`, text }))]
}

/**
 * Runs one action script of a connection. Never throws for what the script did. The password and the configuration
 * are masked in its log lines and in its errors.
 *
 * @param args the script's arguments before its context and callback
 */
export async function runActionScript(
  deps: ActionScriptDeps,
  connection: Connection,
  script: ScriptName,
  args: string[],
): Promise<ActionScriptResult> {
  const { customScripts, egress, enable_script_context } = connection.options
  const source = customScripts?.[script]
  if (source === undefined) {
    return {
      kind: 'failed',
      outcome: 'script_error',
      message: `Please implement the ${script} script for this database connection.`,
      duration_ms: 0,
    }
  }
  const context: JsonObject = {}
  const configuration = openConfiguration(deps.sealer, connection)
  const mask = secretMask(secretsOf(script, args, configuration))
  const result = await deps.scripts.run({
    unit: scriptUnit(connection),
    script,
    source,
    args,
    configuration,
    mask,
    egress: { mode: egress?.mode ?? 'open', allow: egress?.allow ?? [] },
    limits: deps.script_limits,
    retry: true,
    ...(enable_script_context === true ? { context } : {}),
  })
  return readScriptResult(maskResult(result, mask))
}
