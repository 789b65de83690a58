import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import { describeSyntaxError } from '../connections/action-script-result.ts'
import { describeFailedCheck } from '../connections/check-scripts.ts'
import { separateUnit } from '../connections/run-action-script.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import { post_login_script, rules_unit } from './rules-unit.ts'

/** The dependencies of checking rules and actions. */
export type CheckSourceDeps = {
  clock: Clock
  scripts: Pick<ScriptRuntime, 'run' | 'recycle'>
  script_limits: ScriptLimits
  script_log: Pick<ScriptLogWriter, 'write'>
}

/** The warnings in the answer of a check. The process that answered has run the source, so that nothing in it is trusted. */
function readWarnings(result: ScriptResult): string[] {
  if (result.kind !== 'returned') return [`The source could not be checked: ${describeFailedCheck(result)}.`]
  const [list] = result.values
  return (Array.isArray(list) ? list : []).filter(isJsonObject).map(({ message, line }) => {
    const text = typeof message === 'string' ? message.slice(0, 600) : 'The check found a problem.'
    return typeof line === 'number' ? `line ${line}: ${text}` : text
  })
}

/** A source to check: as what, and the arguments that its function would get. */
export type CheckedSource = { script: 'rule' | 'action'; source: string; args: JsonValue[]; property: string }

/**
 * Checks sources in a sandbox process without configuration and network, and returns the warnings of each: problems that may end by
 * themselves or with the configuration, such as a module that is missing or a top level that throws.
 *
 * @throws {Refusal} `invalid_body` with the line of a syntax error
 */
export async function checkSources(
  deps: CheckSourceDeps,
  tenant_id: string,
  sources: readonly CheckedSource[],
): Promise<string[][]> {
  const unit = separateUnit({ tenant_id, connection_id: rules_unit })
  const check = async ({ script, source, args, property }: CheckedSource): Promise<string[]> => {
    const result = await deps.scripts.run({
      unit,
      script,
      source,
      args,
      configuration: {},
      egress: { mode: 'allow_list', allow: [], private_networks: false },
      limits: deps.script_limits,
      check: true,
      onLog: () => undefined,
      retry: true,
    })
    if (result.kind === 'syntax_error') throw invalidBody(describeSyntaxError(result), property)
    return readWarnings(result)
  }
  try {
    return await Promise.all(sources.map(check))
  } finally {
    deps.scripts.recycle(unit)
  }
}

/** Writes warnings about a rule or an action to the script log. */
export function logWarnings(
  { clock, script_log }: CheckSourceDeps,
  { tenant_id, kind, name }: { tenant_id: string; kind: 'rule' | 'action'; name: string },
  warnings: readonly string[],
): void {
  const unit = { tenant_id, unit_id: rules_unit, version: 0 }
  const line = { unit, script: post_login_script, call_id: '', at: clock.now(), level: 'warn' } as const
  for (const text of warnings) script_log.write({ ...line, text: `${kind} "${name}": ${text}` })
}
