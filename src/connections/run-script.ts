import type { JsonObject } from '../base/json.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import type { UnitKey } from '../sandbox/unit-key.ts'
import { readScriptResult, type ActionScriptResult } from './action-script-result.ts'
import { openConfiguration, openScript, type Connection } from './connection.ts'
import { secretMask, type Secret } from './mask-secrets.ts'

/** The dependencies of running an action script. */
export type ActionScriptDeps = {
  sealer: Sealer
  scripts: Pick<ScriptRuntime, 'run'>
  script_limits: ScriptLimits
}

/**
 * The sandbox unit of a connection: one sandbox process in each process of the server, which is replaced when the connection changes.
 */
export function scriptUnit({ tenant_id, connection_id, version }: Connection): UnitKey {
  return { tenant_id, unit_id: connection_id, version }
}

/** Masks secrets in the texts of an error. The value that a script returns is not masked. */
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

// Shorter configuration values are ports, names and flags, and a message is more useful with them.
const masked_configuration_min = 8

function secretsOf(script: ScriptName, [identifier = '', password]: string[], configuration: Record<string, string>) {
  const credentials: Secret[] =
    script !== 'login' || password === undefined
      ? []
      : [
          { name: 'password', text: password },
          { name: 'password', text: `${identifier}:${password}` },
        ]
  const configured = Object.entries(configuration).filter(([, text]) => text.length >= masked_configuration_min)
  return [...credentials, ...configured.map(([key, text]): Secret => ({ name: `configuration.${key}`, text }))]
}

/**
 * Runs one action script of a connection. An error of the script is a result, not an exception. The password and the configuration are
 * masked in its log lines and errors.
 *
 * @param args the arguments of the script before its context and callback
 */
export async function runActionScript(
  deps: ActionScriptDeps,
  connection: Connection,
  script: ScriptName,
  args: string[],
): Promise<ActionScriptResult> {
  const { egress, enable_script_context } = connection.options
  const source = openScript(deps.sealer, connection, script)
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
