/**
 * The sign-in with a browser: the pages that ask the user, and the sealed request that they carry. The pipeline of `src/login` decides whether
 * a password is right, `src/pages` how a page looks.
 */
import type { FastifyReply } from 'fastify'
import type { ClientCache } from '../../clients/client-cache.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { renderLoginPage } from '../../pages/login-page.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { sendPage } from '../../pages/render-page.ts'
import { continuePage, continueRepeated, redirectToPage, type Exchange } from './continue-page.ts'
import { openPage, type OpenedPage } from './open-page.ts'
import { identifierKinds, pageLinks } from './page-links.ts'
import { classicAddress, page_paths } from './page-paths.ts'
import { signIn, type SignInDeps } from './sign-in.ts'

/** A form that a page shows again: what was typed, and why. */
type Shown = { identifier: string; error?: PageError; status?: number }

async function sendLoginPage(
  { request, reply }: Exchange,
  { state, authorization }: OpenedPage,
  { identifier, error, status }: Shown,
): Promise<FastifyReply> {
  const { tenant, client, parameters, connection, target } = authorization
  const { signup, forgot, login } = pageLinks(connection, state)
  const page = renderLoginPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.login,
    state,
    step: 'one_page',
    identifier,
    identifiers: identifierKinds(connection),
    client_name: client.name,
    redirect_uri: target.redirect_uri,
    links: { signup, forgot, again: login },
    error,
  })
  return await sendPage(reply, page, status)
}

/** Answers GET /u/login: the form, or the next step where the user is signed in already. A client may have a login page of the tenant's own. */
export async function answerLoginPage(
  deps: SignInDeps & { clients: Pick<ClientCache, 'loginPage'> },
  exchange: Exchange,
): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  const continued = await continuePage(deps, exchange, page)
  if (continued) return continued
  const { tenant, client, parameters } = page.authorization
  if ((await deps.clients.loginPage(tenant.tenant_id, client.client_id)) !== undefined) {
    return await redirectToPage(exchange, classicAddress(page.authorization, page.state))
  }
  return await sendLoginPage(exchange, page, { identifier: parameters['login_hint'] ?? '' })
}

const form_problems = { username: 'identifier_missing', password: 'password_missing' } as const

/**
 * Answers POST /u/login: logs the user in and answers the client, or shows the form again with the reason. An error of a post-login step
 * goes to the client.
 */
export async function answerLoginForm(deps: SignInDeps, exchange: Exchange): Promise<FastifyReply> {
  const posted = ownForm(exchange.request, deps.site.scheme)
  const page = await openPage(deps, exchange.request, fieldOf(posted, 'state'))
  const repeated = await continueRepeated(deps, exchange, page)
  if (repeated) return repeated
  const [identifier, password] = [fieldOf(posted, 'username'), fieldOf(posted, 'password')]
  for (const [name, value] of Object.entries({ username: identifier.trim(), password })) {
    const code = form_problems[name as keyof typeof form_problems]
    if (value === '') return await sendLoginPage(exchange, page, { identifier, error: { code }, status: 400 })
  }
  const result = await signIn(deps, exchange, page, { identifier, password })
  if (result.kind === 'answered') return result.reply
  const { refusal, reference } = result
  setRetryAfter(exchange.reply, refusal)
  const error = pageErrorOf(refusal, reference)
  return await sendLoginPage(exchange, page, { identifier, error, status: refusal.problem.status })
}
