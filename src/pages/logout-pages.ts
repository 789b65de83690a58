import type { Look } from './look.ts'
import type { WayOn } from './problem-page.ts'
import { renderPage, schemeSource, type Page } from './render-page.ts'

/** What the page shows that asks whether to log out. The form sends `decision`: `accept` or `deny`. */
export type LogoutModel = {
  action: string
  hidden: Record<string, string>
  /** Who is logged in, where it is known. */
  identifier?: string | undefined
  /** The URL to which the answer redirects. */
  redirect_uri?: string | undefined
}

/** The page that asks whether to log out, for a request that does not prove that the user wants to. */
export function renderLogoutPage(look: Look, model: LogoutModel): Page {
  return renderPage(look, { template: 'logout', values: model, form_targets: schemeSource(model.redirect_uri) })
}

/** The page after a log-out that leads nowhere else. */
export function renderLoggedOutPage(look: Look, { ways_on = [] }: { ways_on?: readonly WayOn[] | undefined }): Page {
  return renderPage(look, { template: 'logged-out', values: { title_key: 'logged_out_title', ways_on } })
}

/** The page for a user who stays logged in, where no application is known to go back to. */
export function renderStillLoggedInPage(look: Look): Page {
  return renderPage(look, { template: 'logged-out', values: { title_key: 'logout_stayed_title', ways_on: [] } })
}
