import type { Look } from './look.ts'
import type { MessageKey } from './messages/en.ts'
import { renderPage, schemeSource, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the consent page shows. The form sends `decision`: `accept` or `deny`. */
export type ConsentModel = {
  action: string
  state: string
  hidden?: Record<string, string> | undefined
  client_name: string
  redirect_uri?: string | undefined
  /** Who is logged in. */
  identifier: string
  /** The requested scopes; `description` is that of the resource server, where it has one. */
  scopes: readonly { name: string; description?: string | undefined }[]
  links: { other_user?: string | undefined }
}

// The scopes of OpenID Connect Core, section 5.4.
const own_texts: Record<string, MessageKey> = {
  openid: 'scope_openid',
  profile: 'scope_profile',
  email: 'scope_email',
  phone: 'scope_phone',
  address: 'scope_address',
  offline_access: 'scope_offline_access',
}

/** The page on which a user allows a third-party client to have the requested scopes. */
export function renderConsentPage(look: Look, model: ConsentModel): Page {
  const t = translator(look)
  const scopes = model.scopes.map(({ name, description }) => {
    const key = Object.hasOwn(own_texts, name) ? own_texts[name] : undefined
    return key === undefined ? (description ?? name) : t(key)
  })
  const values = { ...model, hidden: { ...model.hidden, state: model.state }, scopes }
  return renderPage(look, { template: 'consent', values, form_targets: schemeSource(model.redirect_uri) })
}
