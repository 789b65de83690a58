import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import { script_arguments, scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import type { ScriptWarning } from '../contract/connection-routes.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import { describeSyntaxError } from './action-script-result.ts'
import type { Connection } from './connection.ts'
import { separateUnit } from './run-action-script.ts'

/** The dependencies of checking scripts. */
export type CheckScriptsDeps = {
  clock: Clock
  scripts: Pick<ScriptRuntime, 'run' | 'discard'>
  script_limits: ScriptLimits
  script_log: Pick<ScriptLogWriter, 'write'>
}

/** The sources to check: those that are new or have changed. */
export type CheckedScripts = {
  tenant_id: string
  connection_id: string
  sources: NonNullable<ConnectionOptions['customScripts']>
  /** Whether the scripts get a context. */
  has_context: boolean
}

function refuseSyntax(script: ScriptName, error: Parameters<typeof describeSyntaxError>[0]): never {
  throw new Refusal('invalid_body', {
    message: `Payload validation error: '${describeSyntaxError(error)}' on property options.customScripts.${script}.`,
  })
}

/** Why a source was not checked: what its top level did, or that the server could not run it. */
export function describeFailedCheck(result: Exclude<ScriptResult, { kind: 'returned' }>): string {
  switch (result.kind) {
    case 'timed_out':
      return 'its top level did not end before the deadline of a call'
    case 'out_of_memory':
      return 'its top level uses more memory than a script may'
    case 'crashed':
      return 'its top level ends its process'
    case 'saturated':
      return `${result.reason ?? 'too many scripts are running'}; its syntax was not checked either`
    default:
      return 'the check failed'
  }
}

/** The warnings in the answer of a check. The process that answered has run the script, so that nothing in it is trusted. */
function readWarnings(script: ScriptName, result: ScriptResult): ScriptWarning[] {
  if (result.kind === 'returned') {
    const [list] = result.values
    return (Array.isArray(list) ? list : []).filter(isJsonObject).map(({ message, line }) => ({
      script,
      message: typeof message === 'string' ? message.slice(0, 600) : 'The check found a problem.',
      ...(typeof line === 'number' && Number.isInteger(line) ? { line } : {}),
    }))
  }
  return [{ script, message: `The script could not be checked: ${describeFailedCheck(result)}.` }]
}

/**
 * Checks new sources in a sandbox process without configuration and network, which is then discarded. Problems that may end by
 * themselves or with the configuration are warnings: a missing module, a top level that throws, a source without a function. They are
 * written to the script log, too.
 *
 * @throws {Refusal} `invalid_body` with the line of a syntax error
 */
export async function checkScripts(deps: CheckScriptsDeps, checked: CheckedScripts): Promise<ScriptWarning[]> {
  const { sources, has_context } = checked
  const unit = separateUnit(checked)
  // The function is chosen by the number of its parameters, not called: the arguments are empty.
  const check = async (script: ScriptName, source: string): Promise<ScriptWarning[]> => {
    const result = await deps.scripts.run({
      unit,
      script,
      source,
      args: script_arguments[script].map(() => null),
      ...(has_context ? { context: {} } : {}),
      configuration: {},
      egress: { mode: 'allow_list', allow: [], private_networks: false },
      limits: deps.script_limits,
      check: true,
      onLog: () => undefined,
      retry: true,
    })
    if (result.kind === 'syntax_error') refuseSyntax(script, result)
    return readWarnings(script, result)
  }
  const named = scriptNames.flatMap((script) => {
    const source = sources[script]
    return source === undefined ? [] : [{ script, source }]
  })
  try {
    const found = await Promise.all(named.map(({ script, source }) => check(script, source)))
    return found.flat()
  } finally {
    deps.scripts.discard(unit)
  }
}

/** The warning about a connection whose logins need a script that it does not have. */
export function missingScripts({ mode, options, scripts_sealed }: Connection): ScriptWarning[] {
  if (mode === 'local' || options.verify_password_here !== true || scripts_sealed.get_user !== undefined) return []
  const message =
    'The connection has no get_user script, which returns the stored hash with options.verify_password_here: until it has one, all logins fail.'
  return [{ script: 'get_user', message }]
}

/** Writes warnings to the script log of a connection that has been saved. */
export function logScriptWarnings(
  deps: CheckScriptsDeps,
  { tenant_id, connection_id, version }: { tenant_id: string; connection_id: string; version: number },
  warnings: ScriptWarning[],
): void {
  for (const { script, message, line } of warnings) {
    const text = line === undefined ? message : `line ${line}: ${message}`
    const unit = { tenant_id, unit_id: connection_id, version }
    deps.script_log.write({ unit, script, call_id: '', at: deps.clock.now(), level: 'warn', text })
  }
}
