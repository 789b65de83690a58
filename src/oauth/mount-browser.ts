import type { FastifyInstance } from 'fastify'
import { answerAuthorize, redirectPosted, type AuthorizeDeps } from './authorize/authorize-endpoint.ts'
import { addFormParser } from '../http/input-limits.ts'
import { requireOwnNavigation } from '../http/own-requests.ts'
import { answerClassicPage, type ClassicPageDeps } from './embedded/classic-page.ts'
import { answerLoginCallback } from './embedded/login-callback.ts'
import { answerLogoutForm, answerRpLogout, type RpLogoutDeps } from './logout/rp-logout.ts'
import { answerLogout, type LogoutDeps } from './logout/v2-logout.ts'
import { answerBrowserError, type BrowserErrorDeps } from './sign-in/answer-browser-error.ts'
import { answerContinue, redirectPostedContinue } from './sign-in/continue-endpoint.ts'
import { answerConsentForm, answerConsentPage } from './sign-in/consent-endpoint.ts'
import { answerForgotForm, answerForgotPage, type ForgotEndpointDeps } from './sign-in/forgot-endpoint.ts'
import { answerLoginForm, answerLoginPage } from './sign-in/login-endpoint.ts'
import { answerSignupForm, answerSignupPage, type SignupEndpointDeps } from './sign-in/signup-endpoint.ts'
import { page_paths } from './sign-in/page-paths.ts'
import type { SignInDeps } from './sign-in/sign-in.ts'

/** Dependencies of the endpoints that browsers navigate to. */
export type BrowserDeps = AuthorizeDeps &
  SignupEndpointDeps &
  ForgotEndpointDeps &
  ClassicPageDeps &
  LogoutDeps &
  RpLogoutDeps &
  BrowserErrorDeps

/** Mounts the endpoints that browsers navigate to: the authorization endpoint, the pages of a sign-in, and the logouts. None has CORS. */
export async function mountBrowser(scope: FastifyInstance, deps: BrowserDeps): Promise<void> {
  addFormParser(scope)
  scope.setErrorHandler((error, request, reply) => answerBrowserError(deps, { request, reply }, error))

  scope.get('/authorize', async (request, reply) => await answerAuthorize(deps, request, reply))
  scope.post('/authorize', async (request, reply) => await redirectPosted(request, reply))
  scope.get(page_paths.login, async (request, reply) => await answerLoginPage(deps, { request, reply }))
  scope.post(page_paths.login, async (request, reply) => await answerLoginForm(deps, { request, reply }))
  scope.get(page_paths.classic, async (request, reply) => await answerClassicPage(deps, { request, reply }))
  scope.post(page_paths.callback, async (request, reply) => await answerLoginCallback(deps, { request, reply }))
  scope.get(page_paths.signup, async (request, reply) => await answerSignupPage(deps, { request, reply }))
  scope.post(page_paths.signup, async (request, reply) => await answerSignupForm(deps, { request, reply }))
  scope.get(page_paths.forgot, async (request, reply) => await answerForgotPage(deps, { request, reply }))
  scope.post(page_paths.forgot, async (request, reply) => await answerForgotForm(deps, { request, reply }))
  scope.get(page_paths.consent, async (request, reply) => await answerConsentPage(deps, { request, reply }))
  scope.post(page_paths.consent, async (request, reply) => await answerConsentForm(deps, { request, reply }))
  scope.get('/continue', async (request, reply) => await answerContinue(deps, { request, reply }))
  scope.post('/continue', async (request, reply) => await redirectPostedContinue({ request, reply }))
  scope.get('/v2/logout', async (request, reply) => await answerLogout(deps, { request, reply }))
  scope.get('/oidc/logout', async (request, reply) => await answerRpLogout(deps, { request, reply }))
  scope.post('/oidc/logout', async (request, reply) => await redirectPosted(request, reply))
  scope.post(page_paths.logout, async (request, reply) => await answerLogoutForm(deps, { request, reply }))
}

/** Dependencies of the endpoints that the browsers of admins navigate to. */
export type AdminBrowserDeps = AuthorizeDeps & SignInDeps & LogoutDeps & BrowserErrorDeps

/**
 * Mounts the endpoints that the browsers of admins navigate to: the authorization endpoint, the login page and the logout. There is no
 * sign-up, no consent, no step of a rule, and no reset: a mailed link proves no admin (`docs/adr/0019`).
 */
export async function mountAdminBrowser(scope: FastifyInstance, deps: AdminBrowserDeps): Promise<void> {
  addFormParser(scope)
  scope.setErrorHandler((error, request, reply) => answerBrowserError(deps, { request, reply }, error))

  scope.get('/authorize', async (request, reply) => await answerAuthorize(deps, request, reply))
  scope.get(page_paths.login, async (request, reply) => await answerLoginPage(deps, { request, reply }))
  scope.post(page_paths.login, async (request, reply) => await answerLoginForm(deps, { request, reply }))
  scope.get('/v2/logout', async (request, reply) => {
    requireOwnNavigation(request)
    return await answerLogout(deps, { request, reply })
  })
}
