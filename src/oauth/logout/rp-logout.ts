import type { FastifyReply, FastifyRequest } from 'fastify'
import { isJsonObject } from '../../base/json.ts'
import { restartUrl } from '../../clients/restart-url.ts'
import { Refusal } from '../../contract/refusal.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { renderLogoutPage, renderStillLoggedInPage } from '../../pages/logout-pages.ts'
import { lookFor } from '../../pages/look.ts'
import { sendPage } from '../../pages/render-page.ts'
import type { Session } from '../../sessions/session.ts'
import { issuerOf, type Tenant } from '../../tenants/tenant.ts'
import { shownName, userById } from '../../users/user.ts'
import { isPrefetch } from '../authorize/authorize-endpoint.ts'
import { readParameters } from '../authorize/read-parameters.ts'
import { sessionOf } from '../../http/session-cookies.ts'
import { browserDigest, ensureBrowserCookie } from '../sign-in/browser-cookie.ts'
import { redirectToPage, type Exchange } from '../sign-in/continue-page.ts'
import { page_paths } from '../sign-in/page-paths.ts'
import { isExpired, openRequest, sealRequest, type SealRequestDeps } from '../sign-in/sealed-request.ts'
import { afterLogout } from './after-logout.ts'
import { checkLogout, type CheckLogoutDeps, type LogoutRequest } from './check-logout.ts'
import { endBrowserSession, type EndBrowserSessionDeps } from './end-browser-session.ts'

/** Dependencies of the logout by a relying party. */
export type RpLogoutDeps = CheckLogoutDeps & EndBrowserSessionDeps & SealRequestDeps

/** Whether a request proves that it comes from a client which the user of this session logged in to. */
function isProven({ hint, parameters }: LogoutRequest, { session_id, user_id }: Session): boolean {
  return hint?.user_id === user_id || parameters['logout_hint'] === session_id
}

function asksFirst({ settings }: Tenant): boolean {
  const { sessions } = settings
  return !(isJsonObject(sessions) && sessions['oidc_logout_prompt_enabled'] === false)
}

/** Shows the page that asks whether to log out. It carries the request sealed, and bound to the browser. */
async function askToLogOut(
  deps: RpLogoutDeps,
  { request, reply }: Exchange,
  { tenant, parameters, return_url }: LogoutRequest,
  { user_id }: Session,
): Promise<FastifyReply> {
  const { id_token_hint: _, ...kept } = parameters
  const browser_digest = ensureBrowserCookie(request, reply, deps.site.scheme)
  const state = sealRequest(deps, tenant.tenant_id, 'logout', { browser_digest, parameters: kept })
  const user = await userById(deps.db, tenant.tenant_id, user_id)
  const page = renderLogoutPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.logout,
    hidden: { state },
    identifier: user && shownName(user),
    redirect_uri: return_url,
  })
  return await sendPage(reply, page)
}

/**
 * Answers GET /oidc/logout (OpenID Connect RP-Initiated Logout): ends the session where the request proves that it comes from a client of
 * its user, or asks the user first.
 *
 * @throws {Refusal} of `checkLogout`; `prefetched`
 */
export async function answerRpLogout(deps: RpLogoutDeps, exchange: Exchange): Promise<FastifyReply> {
  if (isPrefetch(exchange.request)) throw new Refusal('prefetched')
  const tenant = tenantOf(exchange.request)
  const logout = await checkLogout(deps, tenant, readParameters(exchange.request.query))
  const session = await sessionOf(deps, tenant, exchange.request)
  if (session && !isProven(logout, session) && asksFirst(tenant)) {
    return await askToLogOut(deps, exchange, logout, session)
  }
  await endBrowserSession(deps, exchange, session, logout.client)
  return await afterLogout(exchange, logout)
}

/** The request to log out that a form carries, checked again. @throws {Refusal} `login_expired`, `cookies_missing`; of `checkLogout` */
async function openLogout(deps: RpLogoutDeps, request: FastifyRequest, state: string): Promise<LogoutRequest> {
  const tenant = tenantOf(request)
  const sealed = openRequest(deps, tenant.tenant_id, 'logout', state)
  if (!sealed || isExpired(deps, sealed)) throw new Refusal('login_expired')
  const browser = browserDigest(request, deps.site.scheme)
  if (browser === undefined) throw new Refusal('cookies_missing')
  if (browser !== sealed.browser_digest) throw new Refusal('login_expired')
  return await checkLogout(deps, tenant, sealed.parameters)
}

/** Answers the form of the page that asks whether to log out. */
export async function answerLogoutForm(deps: RpLogoutDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request } = exchange
  const posted = ownForm(request, deps.site.scheme)
  const logout = await openLogout(deps, request, fieldOf(posted, 'state'))
  const { tenant, client } = logout
  if (fieldOf(posted, 'decision') !== 'accept') {
    const back = restartUrl(tenant, issuerOf(tenant, deps.site.scheme), client)
    if (back !== undefined) return await redirectToPage(exchange, back)
    const look = lookFor(request, tenant, logout.parameters['ui_locales'])
    return await sendPage(exchange.reply, renderStillLoggedInPage(look))
  }
  await endBrowserSession(deps, exchange, await sessionOf(deps, tenant, request), client)
  return await afterLogout(exchange, logout)
}
