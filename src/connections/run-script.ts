import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Outcome } from '../contract/outcomes.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { EgressFailure } from '../sandbox/egress-types.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptError, ScriptResult } from '../sandbox/script-types.ts'
import { openConfiguration, type Connection } from './connection.ts'
import { secretMask, type Secret } from './mask-secrets.ts'

/** The action scripts that a connection can have. */
export type ScriptName = 'login' | 'get_user'

/** What a script may refuse with. */
export type ScriptRefusal = Extract<
  Outcome,
  'wrong_password' | 'unknown_user' | 'denied_by_script' | 'refused_by_script'
>

/** What keeps a script from answering. */
export type ScriptFailure = Extract<
  Outcome,
  | 'script_error'
  | 'legacy_unreachable'
  | 'legacy_timeout'
  | 'script_timeout'
  | 'out_of_memory'
  | 'circuit_open'
  | 'saturated'
>

/** What an action script had to say, in the words of the outcome table. `message` is for the tenant's log. */
export type ScriptAnswer = { duration_ms: number } & (
  | { kind: 'value'; value: JsonValue }
  | { kind: 'refused'; outcome: ScriptRefusal; message: string; code?: string; legacy_id?: string }
  | { kind: 'failed'; outcome: ScriptFailure; message: string }
)

/** The parts that running a script takes. */
export type ScriptParts = { sealer: Sealer; scripts: ScriptRuntime; script_limits: ScriptLimits }

/**
 * The sandbox unit of a connection: one process, replaced by another as soon as the connection changes, in
 * every process of the server.
 */
export function scriptUnit(connection: Connection): string {
  return `${connection.tenant_id}/${connection.connection_id}/${connection.version}`
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EGRESS_REFUSED',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ESOCKET',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])
const timeoutCodes = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_QUERY_TIMEOUT',
  'ETIMEOUT',
  'ABORT_ERR',
  '57014',
])
// Without a code: node-postgres, for this and for two of its time limits; mysql2, for a pooled connection that broke a moment ago.
const lostConnection = /^(Connection terminated|Can't add new command when connection is in closed state)/
const driverTimeout = /^(timeout exceeded when trying to connect|timeout expired|Query read timeout)/

function outageOf(error: ScriptError, failures: EgressFailure[]): ScriptFailure | undefined {
  for (const code of [error.code, error.cause_code]) {
    if (code === undefined) continue
    if (unreachableCodes.has(code) || /^08...$/.test(code)) return 'legacy_unreachable'
    if (timeoutCodes.has(code)) return 'legacy_timeout'
  }
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || driverTimeout.test(error.message)) {
    return 'legacy_timeout'
  }
  if (lostConnection.test(error.message) || failures.length > 0) {
    return failures.some((failure) => timeoutCodes.has(failure.code)) ? 'legacy_timeout' : 'legacy_unreachable'
  }
  return undefined
}

function failureMessage(error: ScriptError, failures: EgressFailure[]): string {
  const refused = failures.find((failure) => failure.code === 'EGRESS_REFUSED') ?? failures[0]
  const own = error.message === '' ? error.name : error.message
  return refused === undefined || own.includes(refused.message) ? own : `${own} (${refused.message})`
}

function idOf(error: ScriptError): string | undefined {
  const first = error.args?.[0]
  if (typeof first === 'number') return String(first)
  return typeof first === 'string' && first !== '' ? first : undefined
}

function fromError(error: ScriptError, failures: EgressFailure[], duration_ms: number): ScriptAnswer {
  switch (error.name) {
    case 'WrongUsernameOrPasswordError': {
      const legacy_id = idOf(error)
      const outcome = legacy_id === undefined ? 'unknown_user' : 'wrong_password'
      return {
        kind: 'refused',
        outcome,
        message: error.message,
        duration_ms,
        ...(legacy_id === undefined ? {} : { legacy_id }),
      }
    }
    case 'UnauthorizedError':
      return { kind: 'refused', outcome: 'denied_by_script', message: error.message, duration_ms }
    case 'ValidationError': {
      const code = error.code ?? (typeof error.args?.[0] === 'string' ? error.args[0] : undefined)
      return {
        kind: 'refused',
        outcome: 'refused_by_script',
        message: error.message,
        duration_ms,
        ...(code === undefined ? {} : { code }),
      }
    }
    default: {
      const outcome = outageOf(error, failures) ?? 'script_error'
      return { kind: 'failed', outcome, message: failureMessage(error, failures), duration_ms }
    }
  }
}

/** Reads a result of the sandbox as an action script's answer. */
export function readScriptResult(result: ScriptResult): ScriptAnswer {
  const { duration_ms } = result
  const failed = (outcome: ScriptFailure, message: string): ScriptAnswer => ({
    kind: 'failed',
    outcome,
    message,
    duration_ms,
  })
  switch (result.kind) {
    case 'returned':
      return { kind: 'value', value: result.values[0] ?? null, duration_ms }
    case 'failed':
      return fromError(result.error, result.egress_failures, duration_ms)
    case 'no_function':
      return failed('script_error', `The script is no function: ${result.message}`)
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
        'The scripts of this connection have more to do than they can: too many calls wait, or other calls keep ending their process.',
      )
  }
}

/** Takes secrets out of the texts of an error. What a script returns is its own affair. */
function masked(result: ScriptResult, mask: (text: string) => string): ScriptResult {
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

// Short values are ports, names and flags that help to read a message.
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
 * Runs one action script of a connection. Never throws for what the script did. What it writes, to the log or in an
 * error, is told without the password and the configuration.
 *
 * @param args what the script gets before its context and callback
 */
export async function runActionScript(
  parts: ScriptParts,
  connection: Connection,
  script: ScriptName,
  args: string[],
): Promise<ScriptAnswer> {
  const source = connection.options.customScripts?.[script]
  if (source === undefined) {
    return {
      kind: 'failed',
      outcome: 'script_error',
      message: `Please implement the ${script} script for this database connection.`,
      duration_ms: 0,
    }
  }
  const context: JsonObject = {}
  const configuration = openConfiguration(parts.sealer, connection)
  const mask = secretMask(secretsOf(script, args, configuration))
  const result = await parts.scripts.run({
    unit: scriptUnit(connection),
    script,
    source,
    args,
    configuration,
    mask,
    egress: { mode: connection.options.egress?.mode ?? 'open', allow: connection.options.egress?.allow ?? [] },
    limits: parts.script_limits,
    retry: true,
    ...(connection.options.enable_script_context === true ? { context } : {}),
  })
  return readScriptResult(masked(result, mask))
}
