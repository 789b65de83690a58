import { problems, type ProblemCode } from '../contract/problems.ts'
import { noticeOf } from './form-values.ts'
import type { Look } from './look.ts'
import { changeTexts, problemText, type PageError, type ProblemText } from './page-problems.ts'
import type { WayOn } from './problem-page.ts'
import { originSource, renderPage, type Page } from './render-page.ts'

/** What the form of a verification link shows. */
export type VerificationForm = {
  ticket: string
  email: string
  result_url: string | undefined
  error?: PageError | undefined
}

const texts: Partial<Record<PageError['code'], ProblemText>> = {
  ...changeTexts('change_failed_email'),
  ticket_in_use: problemText({ code: 'ticket_in_use' }),
}
const unavailable: ProblemText = { title: 'legacy_unavailable_title', lines: ['unavailable_link'] }

function textOf({ code }: PageError): ProblemText | undefined {
  return Object.hasOwn(problems, code) && problems[code as ProblemCode].status === 503 ? unavailable : texts[code]
}

/** Whether the form reports a failure, because it is temporary or the legacy store's. */
export function isVerificationFormError(error: PageError): boolean {
  return textOf(error) !== undefined
}

/** The form of a verification link: one button. */
export function renderVerificationPage(look: Look, { ticket, email, result_url, error }: VerificationForm): Page {
  const notice = error && noticeOf(look, error, textOf(error))
  const values = { hidden: { ticket }, email, notice }
  return renderPage(look, { template: 'verification', values, form_targets: originSource(result_url) })
}

/** The page after a verification. */
export function renderVerificationDonePage(look: Look, values: { email: string; ways_on: readonly WayOn[] }): Page {
  return renderPage(look, { template: 'verification-done', values })
}
