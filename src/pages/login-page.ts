import type { IdentifierKind } from '../connections/identifier-rules.ts'
import { identifierField, noticeOf, type Field, type FormModel } from './form-values.ts'
import type { Look } from './look.ts'
import { problemText, type PageError, type ProblemText } from './page-problems.ts'
import { renderProblemPage, wayOn } from './problem-page.ts'
import { renderPage, schemeSource, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the log-in page shows. */
export type LoginModel = FormModel & {
  /** One page, or identifier first: the same two pages for every user. */
  step: 'one_page' | 'identifier' | 'password'
  /** As typed or suggested (`login_hint`). */
  identifier: string
  identifiers: readonly IdentifierKind[]
  /** Whether it is the page of the admin origin: a forgotten password is replaced by a set-up link of the operator. */
  is_for_admins?: boolean
  links: {
    signup?: string | undefined
    forgot?: string | undefined
    /** Back to the step of the identifier. */
    other_user?: string | undefined
    /** Where to begin again after a failure that this form cannot correct. */
    again?: string | undefined
  }
}

/** What the log-in page says about a problem, for users who log in with these kinds of identifiers. */
export function loginProblemText(error: PageError, identifiers: readonly IdentifierKind[]): ProblemText {
  if (error.code === 'invalid_request') return problemText({ code: 'identifier_invalid' })
  const text = problemText(error)
  const is_email = identifiers.length === 1 && identifiers[0] === 'email'
  return error.code === 'wrong_credentials' && is_email ? { ...text, lines: ['wrong_credentials_email'] } : text
}

function focusOf({ step, identifier, error }: LoginModel, text: ProblemText | undefined): Field['id'] {
  if (step === 'identifier' || text?.field === 'username') return 'username'
  return step === 'password' || identifier !== '' || error ? 'password' : 'username'
}

/**
 * The log-in page. A failure that sending the form again cannot correct (blocked, locked, denied) is reported by a page without the form,
 * with the links that lead on.
 */
export function renderLoginPage(look: Look, model: LoginModel): Page {
  const { error, step, identifiers, links } = model
  const text = error && loginProblemText(error, identifiers)
  if (error && text?.is_final) return renderLoginProblem(look, model, error)
  const t = translator(look)
  const password: Field = { id: 'password', label: t('password'), type: 'password', autocomplete: 'current-password' }
  const identifier = identifierField(look, identifiers, model.identifier)
  const values = {
    ...model,
    hidden: { ...model.hidden, state: model.state },
    fields: { identifier: { ...identifier, is_readonly: step === 'password' }, password },
    notice: error && noticeOf(look, error, text),
    focus: focusOf(model, text),
    links,
  }
  return renderPage(look, {
    template: 'login',
    values,
    form_targets: schemeSource(model.redirect_uri),
    script: step === 'identifier' ? undefined : 'page.js',
  })
}

function renderLoginProblem(look: Look, { links }: LoginModel, error: PageError): Page {
  const is_locked = error.code === 'too_many_attempts'
  return renderProblemPage(look, {
    error,
    ways_on: [
      ...(is_locked && links.forgot !== undefined ? [wayOn(look, links.forgot, 'reset_title')] : []),
      ...(links.again === undefined ? [] : [wayOn(look, links.again, 'back_to_login')]),
    ],
  })
}
