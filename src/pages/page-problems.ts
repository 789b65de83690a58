import { identifier_max } from '../base/canonical-identifier.ts'
import { problems, type ProblemCode } from '../contract/problems.ts'
import type { Refusal } from '../contract/refusal.ts'
import { password_max_bytes } from '../passwords/passwords.ts'
import type { MessageKey } from './messages/en.ts'
import type { Translate } from './translate.ts'

/** Problems that only pages report, beside those of the table of problems. */
export type FormProblem =
  | 'identifier_missing'
  | 'identifier_invalid'
  | 'password_missing'
  | 'passwords_differ'
  | 'email_invalid'
  | 'username_invalid'
  | 'phone_number_invalid'
  | 'login_expired'
  | 'cookies_missing'
  | 'request_invalid'

/** A failure that a page reports. */
export type PageError = {
  code: ProblemCode | FormProblem
  /**
   * Text for the user from a script or a rule, shown where it is the reason (`login_denied`, `login_refused`, `change_denied`, …), or a
   * detail for developers (`request_invalid`). Ignored for every other code.
   */
  message?: string | undefined
  /** The reference code that is in the log event of this failure too. */
  reference?: string | undefined
  /** The field of the form that has the problem, where the form has several that may have it. */
  field?: FieldName | undefined
}

/** The field of a form that has a problem, by its id. */
export type FieldName = 'username' | 'email' | 'phone_number' | 'password' | 'password_repeat' | 'code'

/** What a page says about a problem. */
export type ProblemText = {
  title: MessageKey
  lines: readonly MessageKey[]
  /** Undefined: the problem is not that of one field. */
  field?: FieldName
  /** Whether the message of the error is shown: in place of the lines, after them, or after them as a detail for developers. */
  message?: 'instead' | 'after' | 'detail'
  /** Whether sending the form again cannot help, so that a page without the form reports it. */
  is_final?: true
}

const texts: Partial<Record<PageError['code'], ProblemText>> = {
  identifier_missing: { title: 'refused_title', lines: ['identifier_missing'], field: 'username' },
  identifier_invalid: { title: 'refused_title', lines: ['identifier_invalid'], field: 'username' },
  password_missing: { title: 'refused_title', lines: ['password_missing'], field: 'password' },
  email_invalid: { title: 'refused_title', lines: ['email_invalid'], field: 'email' },
  username_invalid: { title: 'refused_title', lines: ['username_invalid'], field: 'username' },
  phone_number_invalid: { title: 'refused_title', lines: ['phone_number_invalid'], field: 'phone_number' },
  wrong_credentials: { title: 'login_denied_title', lines: ['wrong_credentials'], field: 'password' },
  password_too_long: { title: 'refused_title', lines: ['password_too_long'], field: 'password' },
  weak_password: { title: 'refused_title', lines: ['weak_password'], field: 'password' },
  identifier_too_long: { title: 'refused_title', lines: ['identifier_too_long'], field: 'username' },
  legacy_unavailable: {
    title: 'legacy_unavailable_title',
    lines: ['legacy_unavailable_password', 'try_again_minutes'],
  },
  overloaded: { title: 'overloaded_title', lines: ['overloaded'] },
  store_unavailable: { title: 'overloaded_title', lines: ['store_unavailable'] },
  too_many_requests: { title: 'too_many_requests_title', lines: ['too_many_requests'] },
  too_many_attempts: { title: 'too_many_attempts_title', lines: ['too_many_attempts'], is_final: true },
  address_locked: { title: 'address_locked_title', lines: ['address_locked'], is_final: true },
  user_blocked: { title: 'user_blocked_title', lines: ['user_blocked'], is_final: true },
  login_denied: { title: 'login_denied_title', lines: ['login_denied'], message: 'instead', is_final: true },
  login_refused: { title: 'login_denied_title', lines: ['login_denied'], message: 'instead' },
  login_not_completed: { title: 'internal_title', lines: ['not_completed', 'not_completed_hint'] },
  second_factor_unsupported: { title: 'second_factor_title', lines: ['second_factor'], is_final: true },
  signup_user_exists: { title: 'refused_title', lines: ['user_exists'] },
  invalid_signup: { title: 'refused_title', lines: ['signup_refused'] },
  signup_disabled: { title: 'signup_disabled_title', lines: ['signup_disabled'], is_final: true },
  registration_failed: { title: 'internal_title', lines: ['registration_failed'] },
  registration_denied: { title: 'refused_title', lines: ['signup_refused'], message: 'instead' },
  signup_unavailable: { title: 'legacy_unavailable_title', lines: ['signup_unavailable'] },
  login_expired: {
    title: 'login_expired_title',
    lines: ['login_expired', 'login_expired_hint'],
    is_final: true,
  },
  cookies_missing: {
    title: 'cookies_missing_title',
    lines: ['cookies_missing', 'cookies_missing_hint'],
    is_final: true,
  },
  request_invalid: { title: 'request_invalid_title', lines: ['request_invalid'], message: 'detail', is_final: true },
  ticket_invalid: { title: 'ticket_invalid_title', lines: ['ticket_invalid', 'ticket_invalid_hint'], is_final: true },
  reset_code_invalid: { title: 'refused_title', lines: ['code_invalid'], field: 'code' },
  ticket_in_use: { title: 'ticket_in_use_title', lines: ['ticket_in_use'] },
  reset_changed: { title: 'reset_changed_title', lines: ['reset_changed', 'reset_changed_hint'], is_final: true },
  form_from_elsewhere: { title: 'form_from_elsewhere_title', lines: ['form_from_elsewhere'], is_final: true },
  not_found: { title: 'not_found_title', lines: ['not_found', 'not_found_hint'], is_final: true },
  unknown_host: { title: 'unknown_host_title', lines: ['unknown_host', 'unknown_host_hint'], is_final: true },
}

const internal: ProblemText = { title: 'internal_title', lines: ['internal'] }
const refused: ProblemText = { title: 'refused_title', lines: ['refused'] }

/** What a page says about a problem. One without a text of its own is an internal error, or for a status below 500 a refused request. */
export function problemText({ code }: PageError): ProblemText {
  return (
    texts[code] ?? (Object.hasOwn(problems, code) && problems[code as ProblemCode].status < 500 ? refused : internal)
  )
}

const limits: Partial<Record<MessageKey, number>> = {
  password_too_long: password_max_bytes,
  identifier_too_long: identifier_max,
}

/** The lines that a page shows about a problem, translated. `text` replaces the lines of the table. */
export function problemLines(t: Translate, error: PageError, text = problemText(error)): string[] {
  const message = error.message?.trim() ?? ''
  if (text.message === 'instead' && message !== '') return [message]
  const lines = text.lines.map((key) => t(key, { count: limits[key] ?? 0 }))
  if (text.message === undefined || message === '') return lines
  return [...lines, text.message === 'detail' ? t('request_detail', { detail: message }) : message]
}

/** The texts of a form about changes that the legacy store did not make: `line` says what did not happen, the message says why. */
export function changeTexts(line: MessageKey): Partial<Record<PageError['code'], ProblemText>> {
  const text: ProblemText = { title: 'refused_title', lines: [line], message: 'after' }
  return {
    change_denied: text,
    change_refused: text,
    change_not_made: text,
    change_failed: text,
    legacy_change_unavailable: text,
  }
}

/** The error of a page that reports a refusal. */
export function pageErrorOf(refusal: Refusal, reference?: string): PageError {
  return { code: refusal.code, message: refusal.message, reference }
}
