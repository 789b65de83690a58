/**
 * The sandbox's types: what a caller gives to run one untrusted script and what it gets back. Users, tenants and
 * connections are not known here.
 */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { ScriptLimits } from './limits.ts'
import type { ScriptEndpoint } from './script-endpoint.ts'
import type { UnitKey } from './unit-key.ts'

/** JSON values and objects, as scripts take and return them. */
export type { JsonObject, JsonValue }

/** One call of one script. `limits` and `egress` have no default on purpose. */
export type ScriptCall = {
  /** Calls with the same unit share a process and its `global`; different units never do. */
  unit: UnitKey
  /** Label in the script log, and the usual name of the function, e.g. `login`. */
  script: string
  /** A JavaScript function expression. */
  source: string
  /** Positional arguments before the context and the callback. */
  args: JsonValue[]
  /** When given, passed as one more argument before the callback. */
  context?: JsonObject
  /** The script's global `configuration`; sent with the call, never in the process's environment. */
  configuration: Record<string, string>
  egress: EgressPolicy
  /** A server of this process that the script may reach besides. */
  endpoint?: ScriptEndpoint
  limits: ScriptLimits
  /** Masks secrets in a line of the script log. */
  mask?: (text: string) => string
  /** Checks the source and runs no function: its syntax, the modules that it requires, its top level. */
  check?: true
  /** Receives the lines that its process writes, instead of the script log. For a unit of which no other call is of interest. */
  onLog?(line: Pick<ScriptLogLine, 'level' | 'text'>): void
  /** The call may run a second time, in a new process, when another call ended its process. */
  retry: boolean
}

/** The error that a script passed to its callback, threw, or rejected with. Texts are cut at 4,096 characters. */
export type ScriptError = {
  name: string
  message: string
  code?: string
  cause_code?: string
  /** The error's HTTP status. */
  status?: number
  /** First arguments of the helper errors: the user id of WrongUsernameOrPasswordError, the code of ValidationError. */
  args?: JsonValue[]
  /** Where in the source it was created, from 1; absent where that is unknown. */
  line?: number
  column?: number
}

/** How a call ended. */
export type ScriptOutcome =
  | { kind: 'returned'; values: JsonValue[] }
  | { kind: 'failed'; error: ScriptError }
  | { kind: 'no_function'; message: string; line?: number; column?: number }
  | { kind: 'syntax_error'; message: string; line?: number; column?: number }
  | { kind: 'bad_result'; message: string }
  | { kind: 'timed_out' }
  | { kind: 'out_of_memory' }
  | { kind: 'crashed'; reason: string }
  /** It was not run. `reason`: why, where it is not that too many calls wait. */
  | { kind: 'saturated'; reason?: string }

/**
 * An outcome with the id of the call, which its lines in the script log have, the time from `run` on, that from the start of the script
 * on, and the connections that failed during the call.
 */
export type ScriptResult = ScriptOutcome & {
  call_id: string
  duration_ms: number
  run_ms: number
  egress_failures: EgressFailure[]
}

/** The method of `console` that was called. */
export type ScriptLogLevel = 'debug' | 'log' | 'info' | 'warn' | 'error'

/** One line of the script log. `call_id` and `script` are empty when its call is unknown. */
export type ScriptLogLine = {
  unit: UnitKey
  script: string
  call_id: string
  /** Epoch milliseconds. */
  at: number
  level: ScriptLogLevel
  text: string
}
