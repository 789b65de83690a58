import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { ActionScriptResult } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import type { JsonValue } from '../base/json.ts'
import type { ChangingScript, ScriptName } from '../contract/action-scripts.ts'
import { runActionScript, scriptUnit, type ActionScriptDeps } from '../connections/run-action-script.ts'
import { runsScript, type ScriptEvent } from '../connections/script-matrix.ts'
import type { CircuitHealth, LegacyGuard } from './legacy-guard.ts'
import { readLegacyId, type ProfileProblem } from './legacy-id.ts'
import { readLegacyProfile, type LegacyProfile } from './legacy-profile.ts'
import { createFailureWarnings } from './warn-of-failures.ts'

/** The result of a login or a look-up in the legacy store. */
export type LegacyResult =
  | { kind: 'found'; profile: LegacyProfile; duration_ms: number }
  | { kind: 'not_found'; duration_ms: number }
  | { kind: 'invalid_profile'; problem: ProfileProblem; duration_ms: number }
  | Extract<ActionScriptResult, { kind: 'refused' | 'failed' }>

/**
 * The result of a script that changes the legacy store. `not_done`: the script answered false or nothing, where it has to answer true or an
 * object.
 */
export type LegacyChange =
  | { kind: 'done'; value: JsonValue; duration_ms: number }
  | { kind: 'not_done'; duration_ms: number }
  | Extract<ActionScriptResult, { kind: 'refused' | 'failed' }>

/** A change of a legacy store: the script, its arguments, and the event that runs it. */
export type ChangeCall = { event: ScriptEvent; script: ChangingScript; args: readonly JsonValue[] }

/** Access to the legacy stores of all connections, by their action scripts and behind the legacy guard. */
export type LegacyStore = {
  /** Runs the connection's `login` script with the credentials as they were typed. */
  runLogin(connection: Connection, identifier: string, password: string): Promise<LegacyResult>
  /** Runs the connection's `get_user` script. */
  runGetUser(connection: Connection, identifier: string): Promise<LegacyResult>
  /** Runs a script that changes the legacy store, which only the events of the script matrix may. */
  runChange(connection: Connection, call: ChangeCall): Promise<LegacyChange>
  /** The state of the connection's circuit breaker. */
  health(connection: Connection): CircuitHealth
}

/** Reads the id that a script names with a wrong password as that of a profile; an invalid id is removed. */
function readRefusal(
  { legacy_id, ...refused }: Extract<ActionScriptResult, { kind: 'refused' }>,
  connection: Connection,
): LegacyResult {
  if (legacy_id === undefined) return refused
  const read = readLegacyId(legacy_id, connection.options.id_namespace)
  return 'id' in read ? { ...refused, legacy_id: read.id } : refused
}

function readResult(
  result: ActionScriptResult,
  connection: Connection,
  typed_password: string | undefined,
): LegacyResult {
  if (result.kind === 'refused') return readRefusal(result, connection)
  if (result.kind !== 'value') return result
  const { value, duration_ms } = result
  if (value === null || value === false) return { kind: 'not_found', duration_ms }
  const read = readLegacyProfile(value, connection.options, typed_password)
  return 'profile' in read
    ? { kind: 'found', profile: read.profile, duration_ms }
    : { kind: 'invalid_profile', problem: read.problem, duration_ms }
}

/**
 * Reads the answer of a script that changes the legacy store. `create` has nothing to answer. Nor has `delete`, whose false often is the
 * count of the deleted rows: the user is gone either way.
 */
function readChange(script: ChangingScript, result: ActionScriptResult): LegacyChange {
  if (result.kind !== 'value') return result
  const { value, duration_ms } = result
  const is_done = script === 'delete' || (script === 'create' && value === null) || Boolean(value)
  return is_done ? { kind: 'done', value, duration_ms } : { kind: 'not_done', duration_ms }
}

/** Creates the access to legacy stores. An error of a script is a result, not an exception. */
export function createLegacyStore(
  deps: ActionScriptDeps & { guard: LegacyGuard; clock: Clock; log: ProcessLog },
): LegacyStore {
  const warn = createFailureWarnings(deps)
  async function run(connection: Connection, script: ScriptName, args: JsonValue[]): Promise<ActionScriptResult> {
    const call = () => runActionScript(deps, connection, script, args)
    const result = await deps.guard.run(scriptUnit(connection), call)
    warn(connection, script, result)
    return result
  }
  return {
    runLogin: async (connection, identifier, password) =>
      readResult(await run(connection, 'login', [identifier, password]), connection, password),
    runGetUser: async (connection, identifier) =>
      readResult(await run(connection, 'get_user', [identifier]), connection, undefined),
    async runChange(connection, { event, script, args }) {
      if (!runsScript(connection, event, script)) {
        throw new Error(`${script} does not run for ${event} in ${connection.mode} mode`)
      }
      return readChange(script, await run(connection, script, [...args]))
    },
    health: (connection) => deps.guard.health(scriptUnit(connection)),
  }
}
