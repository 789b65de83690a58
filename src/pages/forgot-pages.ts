import type { IdentifierKind } from '../connections/identifier-rules.ts'
import { identifierField, noticeOf, type FormModel } from './form-values.ts'
import type { Look } from './look.ts'
import { wayOn } from './problem-page.ts'
import { renderPage, type Page } from './render-page.ts'
import { translator } from './translate.ts'

type Links = { login?: string | undefined }

/** What the page shows that asks for a link to choose a new password. */
export type ForgotModel = Omit<FormModel, 'redirect_uri'> & {
  identifier: string
  identifiers: readonly IdentifierKind[]
  links: Links
}

/** The page that asks for a link to choose a new password. */
export function renderForgotPage(look: Look, model: ForgotModel): Page {
  const { error, identifier, identifiers } = model
  const t = translator(look)
  const is_texted = identifiers.includes('phone_number')
  const code = error?.code === 'invalid_request' ? 'identifier_invalid' : error?.code
  const values = {
    ...model,
    hidden: { ...model.hidden, state: model.state },
    lead: t(is_texted ? 'forgot_lead_code' : 'forgot_lead'),
    button: t(is_texted ? 'continue' : 'forgot_button'),
    identifier_field: identifierField(look, identifiers, identifier),
    notice: error && code && noticeOf(look, { ...error, code }),
    focus: 'username',
  }
  return renderPage(look, { template: 'forgot', values })
}

const loginLink = (look: Look, { login }: Links) => (login === undefined ? [] : [wayOn(look, login, 'back_to_login')])

/**
 * The answer to every request for a new password, whether the user exists or not. `identifier` is what was typed. Where the migration of a
 * connection is being finished, it says what to do when no message comes: the same to all, so that it does not tell who exists.
 */
export function renderForgotSentPage(
  look: Look,
  { identifier, links, is_finishing }: { identifier: string; links: Links; is_finishing: boolean },
): Page {
  const values = { identifier, is_finishing, ways_on: loginLink(look, links) }
  return renderPage(look, { template: 'forgot-sent', values })
}

/**
 * The page of a connection in legacy mode that cannot set passwords: it says that the password is kept elsewhere, instead of promising a
 * mail. `text` and `url` are the tenant's own; the URL is shown where it is an http(s) address.
 */
export function renderPasswordElsewherePage(
  look: Look,
  { text, url, links }: { text?: string | undefined; url?: string | undefined; links: Links },
): Page {
  const is_web = url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  const values = { text, url: is_web ? url : undefined, ways_on: loginLink(look, links) }
  return renderPage(look, { template: 'password-elsewhere', values })
}
