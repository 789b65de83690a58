import type { JsonObject } from '../base/json.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import { Refusal, type RefusalDetails } from '../contract/refusal.ts'
import type { NewLogEvent } from '../logs/record-event.ts'
import type { Accepted, Refused } from './authentication.ts'
import type { LoginAttempt } from './identify.ts'

const retry_after_s = 5

/** The script's call in the words of the log: `connection` is the connection that the script belongs to. */
function migrationDetail({ connection, ...rest }: JsonObject): JsonObject {
  return connection === undefined ? rest : { from_connection: connection, ...rest }
}

function eventOf(attempt: LoginAttempt, outcome: Outcome): NewLogEvent {
  const { connection, client, caller, typed } = attempt
  return {
    type: outcomes[outcome].log_type,
    connection_id: connection.connection_id,
    connection: connection.name,
    client_id: client.client_id,
    client_name: client.name,
    user_name: typed,
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
  }
}

/** The log event of a login that succeeded. */
export function successEvent(attempt: LoginAttempt, { outcome, user, detail }: Accepted): NewLogEvent {
  const has_detail = Object.keys(detail).length > 0
  const migration = { outcome, ...(has_detail ? migrationDetail(detail) : {}) }
  const is_local = attempt.connection.mode === 'local'
  return {
    ...eventOf(attempt, outcome),
    description: 'Successful login',
    user_id: user.user_id,
    details: is_local ? (has_detail ? { migration: migrationDetail(detail) } : {}) : { migration },
  }
}

/** The log event of a login that failed. `text` is the text that the caller was answered, or the reason for the tenant's log. */
export function failureEvent(attempt: LoginAttempt, refused: Refused, text: string): NewLogEvent {
  const { outcome, message, code, user_id, detail } = refused
  const error: JsonObject = { message: text, ...(code === undefined ? {} : { code }) }
  const migration: JsonObject = {
    outcome,
    ...migrationDetail(detail),
    ...(message === undefined ? {} : { error: message }),
  }
  return {
    ...eventOf(attempt, outcome),
    description: text,
    details: attempt.connection.mode === 'local' ? { error } : { error, migration },
    ...(user_id === undefined ? {} : { user_id }),
  }
}

/** The outcomes whose message is meant for the user; any other message is for the tenant's log only. */
const with_own_text: ReadonlySet<Outcome> = new Set(['denied_by_script', 'refused_by_script', 'denied_by_rule'])

/** The refusal that answers a failed login. */
export function refusalOf({ outcome, message, code }: Refused): Refusal {
  const { problem } = outcomes[outcome]
  if (problem === null) throw new Error(`The outcome ${outcome} is no refusal`)
  const details: RefusalDetails = { log_event: 'written' }
  if (with_own_text.has(outcome) && message !== undefined && message !== '') details.message = message
  if (outcome === 'refused_by_script' && code !== undefined) details.error = code
  if (problem === 'legacy_unavailable') details.retry_after_s = retry_after_s
  return new Refusal(problem, details)
}
