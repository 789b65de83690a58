import { problems, type Problem, type ProblemCode } from './problems.ts'

/** What a refusal may say beyond its problem's own words. */
export type RefusalDetails = {
  /** Replaces the problem's message; never holds a secret. */
  message?: string
  /** Replaces the OAuth `error` code (a script's own code). */
  error?: string
  /** Seconds for a `Retry-After` header. */
  retry_after_s?: number
  /**
   * Whether a log event of the refusal exists: `written` by the code that refused, or `omitted` because writing would add to an
   * overload. Undefined: the endpoint may write one.
   */
  log_event?: 'written' | 'omitted'
  /** Further members of the answer's body. */
  body?: Record<string, unknown>
}

/** A request is refused for a reason the caller can act on. Doors turn it into their wire's answer. */
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
    return problems[this.code]
  }
}
