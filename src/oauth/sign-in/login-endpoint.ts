/**
 * The sign-in with a browser: the pages that ask the user, and the sealed request that they carry. The pipeline of `src/login` decides whether
 * a password is right, `src/pages` how a page looks.
 */
import type { FastifyReply } from 'fastify'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { checkIdentifier } from '../../login/identify.ts'
import { storesOfIdentifier } from '../../login/stores-of-identifier.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { renderLoginPage, type LoginModel } from '../../pages/login-page.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { sendPage } from '../../pages/render-page.ts'
import { promptSettingsOf } from '../../tenants/prompt-settings.ts'
import { continuePage, continueRepeated, redirectToPage, type Exchange } from './continue-page.ts'
import { openPage, type OpenedPage } from './open-page.ts'
import { identifierKinds, pageLinks } from './page-links.ts'
import { classicAddress, page_paths } from './page-paths.ts'
import { signIn, type SignInDeps } from './sign-in.ts'

/** A form that a page shows: its step, what was typed, and why it is shown again. */
type Shown = Pick<LoginModel, 'step' | 'identifier'> & { error?: PageError; status?: number }

async function sendLoginPage(
  { request, reply }: Exchange,
  { state, authorization }: OpenedPage,
  { step, identifier, error, status }: Shown,
): Promise<FastifyReply> {
  const { tenant, client, parameters, connections, target } = authorization
  const { signup, forgot, login } = pageLinks(connections, state)
  const page = renderLoginPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.login,
    state,
    step,
    hidden: step === 'identifier' ? { step } : {},
    identifier,
    identifiers: identifierKinds(connections),
    client_name: client.name,
    redirect_uri: target.redirect_uri,
    links: { signup, forgot, again: login, other_user: login },
    is_for_admins: tenant.is_system,
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
  if (await continuePage(deps, exchange, page)) return exchange.reply
  const { tenant, client, parameters } = page.authorization
  if ((await deps.clients.loginPage(tenant.tenant_id, client.client_id)) !== undefined) {
    return await redirectToPage(exchange, classicAddress(page.authorization, page.state))
  }
  const identifier = parameters['login_hint'] ?? ''
  return await sendLoginPage(exchange, page, { step: stepsOf(page).first, identifier })
}

/** The steps of the form: that of the identifier, where there is one, and that of the password. */
function stepsOf({ authorization }: OpenedPage): Record<'first' | 'last', LoginModel['step']> {
  const { tenant, connections } = authorization
  const asks_first =
    promptSettingsOf(tenant).identifier_first || connections.some(({ options }) => options.identifier_first === true)
  return asks_first ? { first: 'identifier', last: 'password' } : { first: 'one_page', last: 'one_page' }
}

/**
 * Answers the step of the identifier with that of the password. Nothing is looked up: it is the same page for every user. A password that a
 * password manager filled in beside the identifier is ignored.
 */
async function answerIdentifierStep(exchange: Exchange, page: OpenedPage, identifier: string): Promise<FastifyReply> {
  try {
    checkIdentifier(identifier.trim())
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const status = error.problem.status
    return await sendLoginPage(exchange, page, { step: 'identifier', identifier, error: pageErrorOf(error), status })
  }
  return await sendLoginPage(exchange, page, { step: 'password', identifier: identifier.trim() })
}

/**
 * Answers POST /u/login: goes on to the step of the password; or logs the user in and answers the client, or shows the form again with the
 * reason. An error of a post-login step goes to the client.
 */
export async function answerLoginForm(deps: SignInDeps, exchange: Exchange): Promise<FastifyReply> {
  const posted = ownForm(exchange.request, deps.site.scheme)
  const page = await openPage(deps, exchange.request, fieldOf(posted, 'state'))
  if (await continueRepeated(deps, exchange, page)) return exchange.reply
  const [identifier, password] = [fieldOf(posted, 'username'), fieldOf(posted, 'password')]
  const { first, last } = stepsOf(page)
  if (identifier.trim() === '') {
    const error: PageError = { code: 'identifier_missing' }
    return await sendLoginPage(exchange, page, { step: first, identifier, error, status: 400 })
  }
  if (first === 'identifier' && fieldOf(posted, 'step') === first) {
    return await answerIdentifierStep(exchange, page, identifier)
  }
  if (password === '') {
    const error: PageError = { code: 'password_missing' }
    return await sendLoginPage(exchange, page, { step: last, identifier, error, status: 400 })
  }
  const connections = storesOfIdentifier(page.authorization.connections, identifier.trim())
  const result = await signIn(deps, exchange, page, { connections, identifier, password })
  if (result.kind === 'answered') return exchange.reply
  const { refusal, reference } = result
  setRetryAfter(exchange.reply, refusal)
  const error = pageErrorOf(refusal, reference)
  return await sendLoginPage(exchange, page, { step: last, identifier, error, status: refusal.problem.status })
}
