/**
 * The sign-in with a browser: the pages that ask the user, and the sealed request that they carry. The pipeline of `src/login` decides whether
 * a password is right, `src/pages` how a page looks.
 */
import type { FastifyReply } from 'fastify'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { logIn, type AcceptedLogin, type LoginDeps } from '../../login/login.ts'
import { SingleFlightFull, type SingleFlight } from '../../login/single-flight.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { renderLoginPage } from '../../pages/login-page.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { sendPage } from '../../pages/render-page.ts'
import { endSession } from '../../sessions/end-sessions.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { insertSession, newSession, type NewSession, type Session } from '../../sessions/session.ts'
import type { User } from '../../users/user.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import { needsConsentOf } from '../authorize/interactions/needs-consent.ts'
import { prepareAnswer, type AnswerParameters } from '../authorize/prepare-answer.ts'
import { sendAnswer } from '../authorize/send-answer.ts'
import { sessionOf, setSessionCookies } from '../session-cookies.ts'
import { answerBySession, type AnswerBySessionDeps } from './answer-by-session.ts'
import { continuePage, redirectToPage, type Exchange } from './continue-page.ts'
import { openPage, type OpenedPage, type OpenPageDeps } from './open-page.ts'
import { page_paths, withState } from './page-paths.ts'

/** Dependencies of the login page. */
export type LoginEndpointDeps = LoginDeps &
  OpenPageDeps &
  AnswerBySessionDeps & {
    /** Forms that are being answered, one per page: a form that is sent twice is one login. */
    pending_forms: SingleFlight
  }

/** A form that a page shows again: what was typed, and why. */
type Shown = { identifier: string; error?: PageError; status?: number }

async function sendLoginPage(
  { request, reply }: Exchange,
  { state, authorization }: OpenedPage,
  { identifier, error, status }: Shown,
): Promise<FastifyReply> {
  const { tenant, client, parameters, connection, target } = authorization
  const { requires_username } = connection.options
  const page = renderLoginPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.login,
    state,
    step: 'one_page',
    identifier,
    identifiers: requires_username === true || connection.mode !== 'local' ? ['email', 'username'] : ['email'],
    client_name: client.name,
    redirect_uri: target.redirect_uri,
    links: { again: withState(page_paths.login, state) },
    error,
  })
  return await sendPage(reply, page, status)
}

/** Answers GET /u/login: the form, or the next step where the user is signed in already. */
export async function answerLoginPage(deps: LoginEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  const continued = await continuePage(deps, exchange, page)
  return (
    continued ??
    (await sendLoginPage(exchange, page, { identifier: page.authorization.parameters['login_hint'] ?? '' }))
  )
}

type CompletedLogin = { user: User; created: NewSession; parameters: AnswerParameters | undefined }

/** What a login issues: a session, and the answer to the client unless the user must be asked again. */
async function issueSession(
  deps: LoginEndpointDeps,
  { sealed, authorization }: OpenedPage,
  replaced: Session | undefined,
  { user, at }: AcceptedLogin,
) {
  const { tenant, connection, hinted_user_id } = authorization
  const { tenant_id } = tenant
  const { user_id } = user
  const { connection_id } = connection
  const { request_id } = sealed
  const login = { tenant_id, user_id, connection_id, request_id, amr: ['pwd'] }
  const created = newSession(login, sessionLifetime(tenant.settings), at)
  const is_other_user = hinted_user_id !== undefined && hinted_user_id !== user_id
  const asks = is_other_user || (await needsConsentOf(deps, authorization, { user_id }))
  const answer = asks ? undefined : await prepareAnswer(deps, authorization, { user, session: created.session, at })
  const completed: CompletedLogin = { user, created, parameters: answer?.parameters }
  return {
    answer: completed,
    events: [],
    async write(trx: Parameters<typeof insertSession>[0]): Promise<void> {
      // Its codes end with the session that this one replaces, which may be another user's.
      if (replaced) await endSession(trx, tenant_id, replaced.session_id)
      await insertSession(trx, created)
      await answer?.write(trx)
    },
  }
}

/** Answers a completed login. `shared`: the same form was sent twice, and another request completes the login. */
async function answerLogin(
  deps: LoginEndpointDeps,
  exchange: Exchange,
  page: OpenedPage,
  { user, created, parameters, shared }: CompletedLogin & { shared: boolean },
): Promise<FastifyReply> {
  const { authorization, state } = page
  const { tenant, target, connection } = authorization
  const lifetime = sessionLifetime(tenant.settings)
  setSessionCookies(exchange.reply, deps.site.scheme, created, { lifetime, now: deps.clock.now() })
  if (authorization.hinted_user_id !== undefined && authorization.hinted_user_id !== user.user_id) {
    throw new AuthorizationError(target, 'login_required', 'The user is not that of id_token_hint.', {
      is_logged: true,
    })
  }
  if (!parameters) return await redirectToPage(exchange, withState(page_paths.consent, state))
  if (!shared) return await sendAnswer(exchange.reply, target, parameters)
  return await answerBySession(deps, exchange, authorization, { session: created.session, user, connection })
}

/** Shows the form again with the reason of a refusal. */
async function sendRefused(
  exchange: Exchange,
  page: OpenedPage,
  identifier: string,
  refusal: Refusal,
  reference?: string,
): Promise<FastifyReply> {
  setRetryAfter(exchange.reply, refusal)
  const error = pageErrorOf(refusal, reference)
  return await sendLoginPage(exchange, page, { identifier, error, status: refusal.problem.status })
}

const form_problems = { username: 'identifier_missing', password: 'password_missing' } as const

/**
 * Answers POST /u/login: logs the user in and answers the client, or shows the form again with the reason. An error of a post-login step
 * goes to the client.
 */
export async function answerLoginForm(deps: LoginEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request } = exchange
  const posted = ownForm(request, deps.site.scheme)
  const page = await openPage(deps, request, fieldOf(posted, 'state'))
  const { authorization, sealed, step } = page
  // The same form again, after it has logged the user in.
  if (step.signed_in?.session.request_id === sealed.request_id) {
    const continued = await continuePage(deps, exchange, page)
    if (continued) return continued
  }
  const [identifier, password] = [fieldOf(posted, 'username'), fieldOf(posted, 'password')]
  for (const [name, value] of Object.entries({ username: identifier.trim(), password })) {
    const code = form_problems[name as keyof typeof form_problems]
    if (value === '') return await sendLoginPage(exchange, page, { identifier, error: { code }, status: 400 })
  }
  const { tenant, client, connection, target } = authorization
  const replaced = await sessionOf(deps, tenant, request)
  const login = {
    tenant,
    client,
    connection,
    identifier,
    password,
    caller: callerOf(request),
    can_redirect: false,
    shows_reference: true,
  }
  try {
    const { result, shared } = await deps.pending_forms.run(
      sealed.request_id,
      JSON.stringify([identifier, password]),
      () => logIn(deps, login, (accepted) => issueSession(deps, page, replaced, accepted)),
    )
    if (result.kind === 'completed') return await answerLogin(deps, exchange, page, { ...result.answer, shared })
    if (result.kind === 'redirect') throw new Error('A login that cannot be redirected was redirected')
    const { outcome, refusal, reference } = result
    if (outcome === 'denied_by_rule' || outcome === 'rule_error') {
      const code = outcome === 'rule_error' ? 'server_error' : 'access_denied'
      throw new AuthorizationError(target, code, refusal.message, { is_logged: true })
    }
    return await sendRefused(exchange, page, identifier, refusal, reference)
  } catch (error) {
    if (error instanceof SingleFlightFull)
      return await sendRefused(exchange, page, identifier, new Refusal('overloaded'))
    if (error instanceof Refusal) return await sendRefused(exchange, page, identifier, error)
    throw error
  }
}
