import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { isoTime } from '../base/time.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { Connection } from '../connections/connection.ts'
import type { Attempt } from '../contract/people.ts'
import { problems, type ProblemCode } from '../contract/problems.ts'
import type { LoggedAttempt } from '../logs/list-attempts.ts'
import { identifierKinds } from '../oauth/sign-in/page-links.ts'
import { loginProblemText } from '../pages/login-page.ts'
import { pageText } from '../pages/page-text.ts'
import type { Tenant } from '../tenants/tenant.ts'

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const memberOf = (object: JsonObject, name: string): JsonObject => (isJsonObject(object[name]) ? object[name] : {})

// A local connection logs the type only, which names these outcomes.
const outcome_of_type: Record<string, Outcome> = {
  s: 'success',
  fp: 'wrong_password',
  fu: 'unknown_user',
  limit_wc: 'locked',
  limit_mu: 'address_locked',
}

/** The problem and the message that answered a failed attempt: those of its outcome, or of the refusal that a page reported. */
function answerOf({ type, details }: LoggedAttempt, outcome: string | undefined) {
  const error = memberOf(details, 'error')
  const message = textOf(error['message'])
  const known = outcome !== undefined && Object.hasOwn(outcomes, outcome) ? outcomes[outcome as Outcome] : undefined
  const code = known ? known.problem : textOf(error['code'])
  if (code === null || code === undefined || !Object.hasOwn(problems, code) || type.startsWith('s')) return undefined
  const shows_message = known === undefined || known.shows_message
  return { code: code as ProblemCode, message: shows_message ? message : undefined }
}

/**
 * What the person read: on the log-in page of `tested`, or on another page, where that showed a reference code, or in the answer to the
 * application.
 */
function shownText(
  tenant: Tenant,
  attempt: LoggedAttempt,
  outcome: string | undefined,
  tested: Connection | undefined,
): string | undefined {
  const answer = answerOf(attempt, outcome)
  if (!answer) return undefined
  if (tested) return pageText(tenant, answer, loginProblemText(answer, identifierKinds([tested])))
  if (attempt.details['reference'] === undefined) return answer.message ?? problems[answer.code].message
  return pageText(tenant, answer)
}

/**
 * An attempt as the help desk sees it.
 *
 * @param tested the connection whose sign-in test it belongs to
 */
export function showAttempt(tenant: Tenant, attempt: LoggedAttempt, tested?: Connection): Attempt {
  const { log_id, date, type, description, user_name, client_name, ip } = attempt
  const outcome = textOf(memberOf(attempt.details, 'migration')['outcome']) ?? outcome_of_type[type]
  return {
    log_id,
    at: isoTime(date),
    type,
    ...defined({
      outcome,
      description: description ?? undefined,
      shown_text: shownText(tenant, attempt, outcome, tested),
      reference: textOf(attempt.details['reference']),
      user_name: user_name ?? undefined,
      client_name: client_name ?? undefined,
      ip: ip ?? undefined,
    }),
  }
}
