import type { JsonObject } from '../base/json.ts'
import { problems, type Problem, type ProblemCode } from './problems.ts'

/** Details that a refusal adds to its problem. */
export type RefusalDetails = {
  /** Replaces the problem's message; never holds a secret. */
  message?: string
  /** Replaces the problem's status. */
  status?: number
  /** Replaces the OAuth `error` code (a script's own code). */
  error?: string
  /** Seconds for a `Retry-After` header. */
  retry_after_s?: number
  /**
   * Whether a log event of the refusal exists: `written` by the code that refused, or `omitted` because writing would add to an
   * overload. Undefined: the endpoint may write one.
   */
  log_event?: 'written' | 'omitted'
  /** The call of the script that led to the refusal: `details.migration` of the log event. */
  script_call?: JsonObject
  /** How post-login steps ended the request: `details.post_login` of the log event. */
  post_login?: JsonObject
  /** The call of the actions that ended the request: `details.action_call` of the log event. */
  action_call?: JsonObject
  /** Further members of the answer's body. */
  body?: Record<string, unknown>
}

/** Refuses a request for a reason that the caller can act on. Each API answers it in its own format. */
export class Refusal extends Error {
  readonly code: ProblemCode
  readonly details: RefusalDetails

  constructor(code: ProblemCode, details: RefusalDetails = {}) {
    super(details.message ?? problems[code].message)
    this.name = 'Refusal'
    this.code = code
    this.details = details
  }

  get problem(): Problem {
    const problem = problems[this.code]
    return this.details.status === undefined ? problem : { ...problem, status: this.details.status }
  }
}

/** The refusal of a body, with the problem and the property that has it. */
export function invalidBody(text: string, property?: string): Refusal {
  const where = property === undefined ? '' : ` on property ${property}`
  return new Refusal('invalid_body', { message: `Payload validation error: '${text}'${where}.` })
}
