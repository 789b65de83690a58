import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import type { Outcome, ScriptFailure } from '../contract/outcomes.ts'
import type { EgressFailure } from '../sandbox/egress-types.ts'
import type { ScriptError, ScriptResult } from '../sandbox/script-types.ts'
import { classifyScriptError } from './classify-script-error.ts'

/** The outcomes by which an action script refuses a login. */
export type ScriptRefusal = Extract<
  Outcome,
  'wrong_password' | 'unknown_user' | 'denied_by_script' | 'refused_by_script'
>

/** A call of an action script: its id in the script log, absent where the script was not called, and its duration. */
export type ActionScriptCall = { duration_ms: number; call_id?: string }

/** The result of an action script: its value, or an outcome of the outcome table. `message` is for the tenant's log. */
export type ActionScriptResult = ActionScriptCall &
  (
    | { kind: 'value'; value: JsonValue }
    | { kind: 'refused'; outcome: ScriptRefusal; message: string; code?: string; legacy_id?: string }
    | { kind: 'failed'; outcome: ScriptFailure; message: string }
  )

function failureMessage(error: ScriptError, failures: EgressFailure[]): string {
  const refused = failures.find((failure) => failure.code === 'EGRESS_REFUSED') ?? failures[0]
  const own = error.message === '' ? error.name : error.message
  return refused === undefined || own.includes(refused.message) ? own : `${own} (${refused.message})`
}

function legacyIdOf(error: ScriptError): string | undefined {
  const first = error.args?.[0]
  if (typeof first === 'number') return String(first)
  return typeof first === 'string' && first !== '' ? first : undefined
}

function readError(error: ScriptError, failures: EgressFailure[], call: ActionScriptCall): ActionScriptResult {
  const { message } = error
  switch (error.name) {
    case 'WrongUsernameOrPasswordError': {
      const legacy_id = legacyIdOf(error)
      return legacy_id === undefined
        ? { kind: 'refused', outcome: 'unknown_user', message, ...call }
        : { kind: 'refused', outcome: 'wrong_password', message, ...call, legacy_id }
    }
    case 'UnauthorizedError':
      return { kind: 'refused', outcome: 'denied_by_script', message, ...call }
    case 'ValidationError': {
      const code = error.code ?? (typeof error.args?.[0] === 'string' ? error.args[0] : undefined)
      return {
        kind: 'refused',
        outcome: 'refused_by_script',
        message,
        ...call,
        ...defined({ code }),
      }
    }
    default: {
      const outcome = classifyScriptError(error, failures) ?? 'script_error'
      return { kind: 'failed', outcome, message: failureMessage(error, failures), ...call }
    }
  }
}

/** A syntax error with its place, such as `Syntax error in line 2, column 13: Unexpected token`. */
export function describeSyntaxError({
  message,
  line,
  column,
}: Pick<Extract<ScriptResult, { kind: 'syntax_error' }>, 'message' | 'line' | 'column'>): string {
  const where = line === undefined ? '' : ` in line ${line}${column === undefined ? '' : `, column ${column}`}`
  return `Syntax error${where}: ${message}`
}

/** Converts a result of the sandbox to the result of an action script. */
export function readScriptResult(result: ScriptResult): ActionScriptResult {
  const { duration_ms, call_id } = result
  const call = { duration_ms, ...(result.kind === 'saturated' ? {} : { call_id }) }
  const failed = (outcome: ScriptFailure, message: string): ActionScriptResult => ({
    kind: 'failed',
    outcome,
    message,
    ...call,
  })
  switch (result.kind) {
    case 'returned':
      return { kind: 'value', value: result.values[0] ?? null, ...call }
    case 'failed':
      return readError(result.error, result.egress_failures, call)
    case 'no_function':
      return failed('script_error', `There is no function to call: ${result.message}`)
    case 'syntax_error':
      return failed('script_error', describeSyntaxError(result))
    case 'bad_result':
      return failed('script_error', `The script's answer cannot be read: ${result.message}`)
    case 'crashed':
      return failed('script_error', `The script ended its own process: ${result.reason}`)
    case 'timed_out':
      return failed('script_timeout', 'The script did not call its callback before the deadline.')
    case 'out_of_memory':
      return failed('out_of_memory', 'The script used more memory than it may.')
    case 'saturated':
      return failed(
        'saturated',
        result.reason === undefined
          ? 'The scripts of this connection have more to do than they can: too many calls wait, or other calls keep ending their process.'
          : `The script was not run: ${result.reason}.`,
      )
  }
}

const named = (value: JsonValue): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`

/** What a script returned in place of a profile, a list of at least two profiles, or null or false for no user; undefined where it did not. */
function noProfile(value: JsonValue): string | undefined {
  if (value === null || value === false || isJsonObject(value)) return undefined
  if (!Array.isArray(value)) return named(value)
  if (value.length < 2) return `a list of ${value.length}`
  const other = value.find((item) => !isJsonObject(item))
  return other === undefined ? undefined : `a list with ${named(other)}`
}

/** The result of a script as it is, except for a `login` or `get_user` that returned no profile: that is an error of the script. */
export function requireProfile(script: ScriptName, result: ActionScriptResult): ActionScriptResult {
  if (result.kind !== 'value' || (script !== 'login' && script !== 'get_user')) return result
  const { kind: _kind, value, ...call } = result
  const returned = noProfile(value)
  if (returned === undefined) return result
  const message = `The script must return a profile (an object), or null where there is no user; it returned ${returned}.`
  return { kind: 'failed', outcome: 'script_error', message, ...call }
}
