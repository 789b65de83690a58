import type { PolicyRule } from '../login/password-policy.ts'
import { noticeOf, type Field } from './form-values.ts'
import type { Look } from './look.ts'
import { newPasswordFields } from './new-password-fields.ts'
import { changeTexts, problemText, type PageError, type ProblemText } from './page-problems.ts'
import { showRules } from './password-rules.ts'
import type { WayOn } from './problem-page.ts'
import { originSource, renderPage, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the form of a reset link shows. */
export type ResetForm = {
  look: Look
  ticket: string
  /** The address that the link was mailed to, or the number that the code was sent to. */
  recipient: { kind: 'email' | 'phone_number'; value: string }
  /** The rules for the password (`policyRules`); after `weak_password` those of the password that was sent. */
  rules: PolicyRule[]
  result_url: string | undefined
  error?: PageError | undefined
}

const texts: Partial<Record<PageError['code'], ProblemText>> = {
  ...changeTexts('change_failed_password'),
  password_missing: { title: 'refused_title', lines: ['new_password_missing'], field: 'password' },
  passwords_differ: { title: 'refused_title', lines: ['passwords_differ'], field: 'password_repeat' },
  password_too_long: problemText({ code: 'password_too_long' }),
  weak_password: problemText({ code: 'weak_password' }),
  ticket_in_use: problemText({ code: 'ticket_in_use' }),
  legacy_unavailable: { title: 'legacy_unavailable_title', lines: ['legacy_unavailable_reset'] },
  overloaded: { title: 'overloaded_title', lines: ['overloaded', 'change_failed_password'] },
}

/** Whether the form reports a failure, because the user can correct it or it is temporary. */
export function isResetFormError({ code }: PageError): boolean {
  return Object.hasOwn(texts, code)
}

/** The form of a reset link. */
export function renderResetPage(form: ResetForm): Page {
  const { look, ticket, recipient, error, result_url } = form
  const t = translator(look)
  const rules = showRules(t, form.rules, error?.code === 'weak_password')
  const notice = error && noticeOf(look, error, texts[error.code])
  const name: Field = {
    id: recipient.kind,
    label: t(recipient.kind),
    type: recipient.kind === 'email' ? 'email' : 'tel',
    value: recipient.value,
    autocomplete: 'username',
    is_readonly: true,
  }
  const fields = { name, ...newPasswordFields(t('new_password'), t('password_repeat'), rules) }
  const focus = notice?.field === 'password_repeat' ? 'password_repeat' : 'password'
  const values = { hidden: { ticket }, fields, rules, notice, focus }
  return renderPage(look, { template: 'reset', values, form_targets: originSource(result_url), script: 'page.js' })
}

/** The page after a reset. */
export function renderResetDonePage(look: Look, values: { email: string; ways_on: readonly WayOn[] }): Page {
  return renderPage(look, { template: 'reset-done', values })
}
