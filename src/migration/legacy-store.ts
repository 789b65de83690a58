import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { ActionScriptCall, ActionScriptResult } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { ChangingScript, ScriptName } from '../contract/action-scripts.ts'
import { runActionScript, scriptUnit, type ActionScriptDeps } from '../connections/run-action-script.ts'
import { loginScript, runsScript, type ScriptEvent } from '../connections/script-matrix.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { Db } from '../store/tables.ts'
import { chooseProfile, severalUsers } from './decisions/choose-profile.ts'
import { decisionFor, type AppliedDecision, type LedgerNames } from './decisions/decision.ts'
import { readDecidedProfile, type TypedInput } from './decisions/read-decided-profile.ts'
import type { CircuitHealth, LegacyGuard } from './legacy-guard.ts'
import { readLegacyId, type ProfileProblem } from './legacy-id.ts'
import type { LegacyProfile } from './legacy-profile.ts'
import { takeHash, type ReturnedHash } from './returned-hash.ts'
import { createFailureWarnings } from './warn-of-failures.ts'

/** A user of the legacy store, with the decision on the user that the profile was read with. */
export type FoundLegacyUser = { profile: LegacyProfile; names: LedgerNames; decision: AppliedDecision | undefined }

/** Several users with one identifier, by their legacy ids. */
type SeveralUsers = { kind: 'several'; legacy_ids: string[] } & ActionScriptCall

/**
 * The result of a login or a look-up in the legacy store. `excluded`: the legacy store has the user, and a decision excludes them; the message is
 * for the user. `several`: the script returned several users, and no decision says which of them moves.
 */
export type LegacyResult =
  | ({ kind: 'found' } & FoundLegacyUser & ActionScriptCall)
  | ({ kind: 'excluded'; names: LedgerNames; message: string } & ActionScriptCall)
  | ({ kind: 'not_found' } & ActionScriptCall)
  | SeveralUsers
  | ({ kind: 'invalid_profile'; names: LedgerNames; problem: ProfileProblem } & ActionScriptCall)
  | Extract<ActionScriptResult, { kind: 'refused' | 'failed' }>

/**
 * The result of a script that changes the legacy store. `not_done`: the script answered false or nothing, where it has to answer true or an
 * object.
 */
export type LegacyChange =
  | ({ kind: 'done'; value: JsonValue } & ActionScriptCall)
  | ({ kind: 'not_done' } & ActionScriptCall)
  | Extract<ActionScriptResult, { kind: 'refused' | 'failed' }>

/** A change of a legacy store: the script, its arguments, and the event that runs it. */
export type ChangeCall = { event: ScriptEvent; script: ChangingScript; args: readonly JsonValue[] }

/** Access to the legacy stores of all connections, by their action scripts and behind the legacy guard. */
export type LegacyStore = {
  /**
   * Runs the connection's `login` script with the credentials as they were typed.
   *
   * @param wanted the legacy id of the user in question, where it is known: of several users with the identifier, this one counts
   */
  runLogin(connection: Connection, identifier: string, password: string, wanted?: string): Promise<LegacyResult>
  /** Runs the connection's `get_user` script. A stored hash that it returns is not in the profile. */
  runGetUser(connection: Connection, identifier: string): Promise<LegacyResult>
  /**
   * Runs the connection's `get_user` script where it returns the stored hash of the user; undefined without a user.
   *
   * @param wanted as for `runLogin`
   */
  findHash(
    connection: Connection,
    identifier: string,
    wanted?: string,
  ): Promise<{ result: LegacyResult; hash: ReturnedHash | undefined }>
  /** Runs a script that changes the legacy store, which only the events of the script matrix may. */
  runChange(connection: Connection, call: ChangeCall): Promise<LegacyChange>
  /** Runs the connection's `list_users` script for the page of a cursor, null for the first. Only an administrator's job does. */
  listUsers(connection: Connection, cursor: string | null): Promise<ActionScriptResult>
  /** The state of the connection's circuit breaker. */
  health(connection: Connection): CircuitHealth
}

/**
 * Reads the id that a script names with a wrong password as that of a profile: an invalid id is removed, an alias becomes the id of the other
 * record. Where the connection has decisions, an answer without an id costs the same look-up.
 */
async function readRefusal(
  db: Db,
  { legacy_id, ...refused }: Extract<ActionScriptResult, { kind: 'refused' }>,
  connection: Connection,
): Promise<LegacyResult> {
  const read = legacy_id === undefined ? undefined : readLegacyId(legacy_id, connection.options.id_namespace)
  const id = read && 'id' in read ? read.id : undefined
  const decision = await decisionFor(db, connection, { legacy_id: id, identifiers: [] })
  return { ...refused, ...defined({ legacy_id: decision?.alias_legacy_id ?? id }) }
}

/** The answer of `login` or `get_user` with the profile of one user, where it has those of several. */
async function chooseUser(
  db: Db,
  result: ActionScriptResult,
  connection: Connection,
  wanted: string | undefined,
): Promise<ActionScriptResult | SeveralUsers> {
  if (result.kind !== 'value' || !Array.isArray(result.value)) return result
  const { kind: _value, value, ...call } = result
  const chosen = await chooseProfile(db, connection, value.filter(isJsonObject), wanted)
  return 'profile' in chosen
    ? { ...result, value: chosen.profile }
    : { kind: 'several', legacy_ids: chosen.legacy_ids, ...call }
}

/** Reads the answer of `login` or `get_user` about one user. Where the connection has decisions, an answer without a user costs the same look-up. */
async function readResult(
  db: Db,
  result: ActionScriptResult | SeveralUsers,
  connection: Connection,
  typed: TypedInput,
): Promise<LegacyResult> {
  if (result.kind === 'refused') return await readRefusal(db, result, connection)
  if (result.kind !== 'value') return result
  const { kind: _value, value, ...call } = result
  const read = await readDecidedProfile(db, connection, isJsonObject(value) ? value : {}, typed)
  if (!isJsonObject(value)) return { kind: 'not_found', ...call }
  const { names, decision } = read
  switch (read.kind) {
    case 'profile':
      return { kind: 'found', profile: read.profile, names, decision, ...call }
    case 'problem':
      return { kind: 'invalid_profile', names, problem: read.problem, ...call }
    case 'excluded':
      return { kind: 'excluded', names, message: read.message, ...call }
  }
}

/** The result of `get_user` without the stored hash, where it returns one. */
function withoutHash(
  result: ActionScriptResult | SeveralUsers,
  connection: Connection,
): { result: ActionScriptResult | SeveralUsers; hash: ReturnedHash | undefined } {
  if (loginScript(connection) !== 'get_user' || result.kind !== 'value' || !isJsonObject(result.value)) {
    return { result, hash: undefined }
  }
  const { profile, hash } = takeHash(result.value)
  return { result: { ...result, value: profile }, hash }
}

/**
 * Reads the answer of a script that changes the legacy store. `create` has nothing to answer. Nor has `delete`, whose false often is the
 * count of the deleted rows: the user is gone either way.
 */
function readChange(script: ChangingScript, result: ActionScriptResult): LegacyChange {
  if (result.kind !== 'value') return result
  const { kind: _value, value, ...call } = result
  const is_done = script === 'delete' || (script === 'create' && value === null) || Boolean(value)
  return is_done ? { kind: 'done', value, ...call } : { kind: 'not_done', ...call }
}

/** The outcome of a call in the script log. An error about a password or an unknown user is an answer of `login` only. */
function outcomeOf(script: ScriptName, result: LegacyResult | LegacyChange | ActionScriptResult): string {
  if (result.kind === 'value') return 'listed'
  if (result.kind === 'invalid_profile') return 'profile_refused'
  if (result.kind === 'several') return 'collision'
  if (result.kind === 'failed') return result.outcome
  if (result.kind === 'excluded') return 'found'
  if (result.kind !== 'refused') return result.kind
  const names_user = result.outcome === 'wrong_password' || result.outcome === 'unknown_user'
  const is_answer = script === 'login' || (script !== 'get_user' && !names_user)
  return is_answer ? result.outcome : 'script_error'
}

/** Why a call failed, for the script log; undefined where it did not. */
function failureOf(result: LegacyResult | LegacyChange | ActionScriptResult): string | undefined {
  if (result.kind === 'invalid_profile') return `The profile's ${result.problem.field} ${result.problem.message}.`
  if (result.kind === 'several') return severalUsers(result.legacy_ids)
  return result.kind === 'failed' ? result.message : undefined
}

/** The details of a log event about a call of a script. */
export const callDetail = (script: ScriptName, { duration_ms, call_id }: ActionScriptCall): JsonObject => ({
  script,
  ms: Math.round(duration_ms),
  ...defined({ call_id }),
})

/** Creates the access to legacy stores. An error of a script is a result, not an exception. */
export function createLegacyStore(
  deps: ActionScriptDeps & {
    db: Db
    guard: LegacyGuard
    clock: Clock
    log: ProcessLog
    script_calls: Pick<ScriptCallLog, 'record'>
  },
): LegacyStore {
  const warn = createFailureWarnings(deps)

  /** Runs a script, and records how it ended once its answer is read. */
  async function run<Result extends LegacyResult | LegacyChange | ActionScriptResult>(
    connection: Connection,
    script: ScriptName,
    args: JsonValue[],
    read: (result: ActionScriptResult) => Result | Promise<Result>,
  ): Promise<Result> {
    const unit = scriptUnit(connection)
    const answer = await deps.guard.run(unit, () => runActionScript(deps, connection, script, args))
    warn(connection, script, answer)
    const result = await read(answer)
    const { call_id = '', duration_ms } = result
    const outcome = outcomeOf(script, result)
    deps.script_calls.record({
      unit,
      script,
      call_id,
      outcome,
      duration_ms,
      ...defined({ message: failureOf(result) }),
    })
    return result
  }

  async function findUser(connection: Connection, identifier: string, wanted?: string) {
    let hash: ReturnedHash | undefined
    const result = await run(connection, 'get_user', [identifier], async (answer) => {
      const taken = withoutHash(await chooseUser(deps.db, answer, connection, wanted), connection)
      hash = taken.hash
      return await readResult(deps.db, taken.result, connection, { identifier, password: undefined })
    })
    return { result, hash }
  }

  return {
    runLogin: (connection, identifier, password, wanted) =>
      run(connection, 'login', [identifier, password], async (answer) => {
        const chosen = await chooseUser(deps.db, answer, connection, wanted)
        return await readResult(deps.db, chosen, connection, { identifier, password })
      }),
    runGetUser: async (connection, identifier) => (await findUser(connection, identifier)).result,
    findHash: findUser,
    async runChange(connection, { event, script, args }) {
      if (!runsScript(connection, event, script)) {
        throw new Error(`${script} does not run for ${event} in ${connection.mode} mode`)
      }
      return await run(connection, script, [...args], (answer) => readChange(script, answer))
    },
    listUsers: (connection, cursor) => run(connection, 'list_users', [cursor], (answer) => answer),
    health: (connection) => deps.guard.health(scriptUnit(connection)),
  }
}
