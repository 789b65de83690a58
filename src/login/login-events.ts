import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import { Refusal, type RefusalDetails } from '../contract/refusal.ts'
import type { NewLogEvent } from '../logs/record-event.ts'
import { not_run_retry_after_s } from '../rules/actions-not-run.ts'
import type { Accepted, Refused } from './authentication.ts'
import type { IdentifiedRequest } from './identify.ts'
import { isLegacyOutage, legacy_retry_after_s } from './legacy-outage.ts'
import { userEvent } from './user-event.ts'

/** The detail of a script call in the log's terms: `from_connection` is the connection of the script. */
function migrationDetail({ connection, ...rest }: JsonObject): JsonObject {
  return connection === undefined ? rest : { from_connection: connection, ...rest }
}

function eventOf(attempt: IdentifiedRequest, outcome: Outcome): NewLogEvent {
  return { ...userEvent(attempt, attempt.typed), type: outcomes[outcome].log_type, login_outcome: outcome }
}

/** The log event of a login that succeeded. */
export function successEvent(attempt: IdentifiedRequest, { outcome, user, detail }: Accepted): NewLogEvent {
  const has_detail = Object.keys(detail).length > 0
  const migration = { outcome, ...(has_detail ? migrationDetail(detail) : {}) }
  const is_local = attempt.connection.mode === 'local'
  return {
    ...eventOf(attempt, outcome),
    ...(attempt.gives_ticket === true
      ? { type: 'scoa', description: 'Right password, login ticket issued' }
      : { description: 'Successful login' }),
    user_id: user.user_id,
    details: is_local ? (has_detail ? { migration: migrationDetail(detail) } : {}) : { migration },
  }
}

/**
 * The log event of a login that failed. `text` is the message of the response, or the reason for the tenant's log; `reference` the code that
 * the user sees.
 */
export function failureEvent(
  attempt: IdentifiedRequest,
  refused: Refused,
  text: string,
  reference?: string,
): NewLogEvent {
  const { outcome, message, code, user_id, detail, post_login } = refused
  const error: JsonObject = { message: text, ...defined({ code }) }
  const migration: JsonObject = { outcome, ...migrationDetail(detail), ...defined({ error: message }) }
  return {
    ...eventOf(attempt, outcome),
    description: text,
    details: {
      error,
      ...(attempt.connection.mode === 'local' ? {} : { migration }),
      ...defined({ post_login, reference }),
    },
    ...defined({ user_id, reference }),
  }
}

/** The refusal that answers a failed login. */
export function loginRefusal({ outcome, message, code }: Refused): Refusal {
  const { problem, shows_message } = outcomes[outcome]
  if (problem === null) throw new Error(`The outcome ${outcome} is not a refusal`)
  const details: RefusalDetails = { log_event: 'written' }
  if (shows_message && message !== undefined && message !== '') details.message = message
  if (outcome === 'refused_by_script' && code !== undefined) details.error = code
  if (isLegacyOutage(outcome)) details.retry_after_s = legacy_retry_after_s
  if (outcome === 'rules_not_run') details.retry_after_s = not_run_retry_after_s
  return new Refusal(problem, details)
}
