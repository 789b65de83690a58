import type { IdentifierKind } from '../connections/identifier-rules.ts'
import type { PolicyRule } from '../login/password-policy.ts'
import { identifierLabel, noticeOf, type Field, type FormModel, type Notice } from './form-values.ts'
import type { Look } from './look.ts'
import { problemText } from './page-problems.ts'
import { showRules } from './password-rules.ts'
import { renderProblemPage, wayOn } from './problem-page.ts'
import { renderPage, schemeSource, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the sign-up page shows. */
export type SignupModel = FormModel & {
  /** The identifiers that a new user gives, in their order, with what was typed. */
  identifiers: readonly { kind: IdentifierKind; is_required: boolean; value: string }[]
  /** The rules for the password (`policyRules`); after `weak_password` those of the password that was sent. */
  rules: PolicyRule[]
  links: {
    /** The log-in page: also for users who exist, and have a password already. */
    login?: string | undefined
  }
}

/** Each identifier has a field of its own; the first that users would log in with is the username of password managers. */
function identifierFields(look: Look, { identifiers }: SignupModel): Field[] {
  const t = translator(look)
  const types = { email: 'email', username: 'text', phone_number: 'tel' } as const
  const own = { email: 'email', username: 'username', phone_number: 'tel' } as const
  const kinds = identifiers.map(({ kind }) => kind)
  const username = kinds.includes('username') ? 'username' : kinds[0]
  return identifiers.map(({ kind, is_required, value }) => {
    const label = t(identifierLabel([kind]))
    return {
      id: kind,
      label: is_required ? label : t('optional', { label }),
      type: types[kind],
      value,
      autocomplete: kind === username ? 'username' : own[kind],
      is_optional: !is_required,
    }
  })
}

function noticeFor(look: Look, { error, links }: SignupModel): Notice | undefined {
  if (!error) return undefined
  const code = error.code === 'invalid_request' ? 'identifier_invalid' : error.code
  const notice = noticeOf(look, { ...error, code })
  const may_exist = code === 'signup_user_exists' || code === 'invalid_signup'
  if (!may_exist || links.login === undefined) return notice
  return { ...notice, link: { href: links.login, text: translator(look)('existing_password_link') } }
}

/** The sign-up page. Where sign-up is closed, a page without the form says so. */
export function renderSignupPage(look: Look, model: SignupModel): Page {
  const { error, links } = model
  const t = translator(look)
  if (error && problemText(error).is_final) {
    const ways_on = links.login === undefined ? [] : [wayOn(look, links.login, 'back_to_login')]
    return renderProblemPage(look, { error, ways_on })
  }
  const identifiers = identifierFields(look, model)
  const notice = noticeFor(look, model)
  const fields: Field['id'][] = [...identifiers.map(({ id }) => id), 'password']
  const [first = 'password'] = fields
  const wrong = notice?.field === undefined || fields.includes(notice.field) ? notice?.field : first
  const values = {
    ...model,
    hidden: { ...model.hidden, state: model.state },
    identifiers,
    password: { id: 'password', label: t('password'), type: 'password', autocomplete: 'new-password', hints: 'rules' },
    rules: showRules(t, model.rules, error?.code === 'weak_password'),
    notice: notice && { ...notice, field: wrong },
    focus: wrong ?? first,
  }
  return renderPage(look, {
    template: 'signup',
    values,
    form_targets: schemeSource(model.redirect_uri),
    script: 'page.js',
  })
}
