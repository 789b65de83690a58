import type { FastifyReply } from 'fastify'
import type { NonEmpty } from '../../base/non-empty.ts'
import type { Connection } from '../../connections/connection.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { Caller } from '../../logs/record-event.ts'
import { callerOf } from '../../http/caller-of.ts'
import { logIn, type AcceptedLogin, type LoginDeps } from '../../login/login.ts'
import { SingleFlightFull, type SingleFlight } from '../../login/single-flight.ts'
import { endSession } from '../../sessions/end-sessions.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { insertSession, liveSession, newSession, type NewSession, type Session } from '../../sessions/session.ts'
import type { User } from '../../users/user.ts'
import type { Outcome } from '../../contract/outcomes.ts'
import type { AnswerTarget, AuthorizationRequest } from '../authorize/authorization-request.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import { needsConsentOf } from '../authorize/interactions/needs-consent.ts'
import { browserGrant } from '../login-grant.ts'
import { prepareAnswer, type AnswerParameters } from '../authorize/prepare-answer.ts'
import { sendAnswer } from '../authorize/send-answer.ts'
import { sessionOf, setSessionCookies } from '../../http/session-cookies.ts'
import { answerBySession, type AnswerBySessionDeps } from './answer-by-session.ts'
import { redirectToPage, type Exchange } from './continue-page.ts'
import type { OpenedPage, OpenPageDeps } from './open-page.ts'
import { page_paths, withState } from './page-paths.ts'
import type { RecentForms } from './recent-forms.ts'
import { redirectedLogin, redirectToStep } from './redirect-to-step.ts'

/** Dependencies of `signIn`. */
export type SignInDeps = LoginDeps &
  OpenPageDeps &
  AnswerBySessionDeps & {
    /** Forms that are being answered, one per page: a form that is sent twice is one login. */
    pending_forms: SingleFlight
    recent_forms: RecentForms<CompletedLogin>
  }

/** What a form holds, and the connections in which the user is looked up. `before` runs before the login, such as a sign-up. */
export type SignInForm = {
  connections: NonEmpty<Connection>
  identifier: string
  password: string
  before?: () => Promise<void>
}

/** The result of a form: an answer was sent, or the form must be shown again. */
export type SignInResult = { kind: 'answered' } | { kind: 'refused'; refusal: Refusal; reference: string | undefined }

/** A login that has completed; without `parameters` the user must be asked again. */
export type CompletedLogin = {
  user: User
  connection: Connection
  created: NewSession
  parameters: AnswerParameters | undefined
}

/** What a login issues: a session, and the answer to the client unless the user must be asked again. */
export async function issueSession(
  deps: SignInDeps,
  { request_id, authorization, caller }: { request_id: string; authorization: AuthorizationRequest; caller: Caller },
  replaced: Session | undefined,
  { user, connection, at, changes }: AcceptedLogin,
) {
  const { tenant, hinted_user_id } = authorization
  const { tenant_id } = tenant
  const { user_id } = user
  const { connection_id } = connection
  const login = { tenant_id, user_id, connection_id, request_id, amr: ['pwd'] }
  const created = newSession(login, sessionLifetime(tenant.settings), at)
  const is_other_user = hinted_user_id !== undefined && hinted_user_id !== user_id
  const asks = is_other_user || (await needsConsentOf(deps, authorization, { user_id }))
  const answer = asks
    ? undefined
    : await prepareAnswer(deps, authorization, { user, session: created.session, at, changes })
  const completed: CompletedLogin = { user, connection, created, parameters: answer?.parameters }
  return {
    answer: completed,
    events: [],
    async write(trx: Parameters<typeof insertSession>[0]): Promise<void> {
      // Its codes end with the session that this one replaces, which may be another user's.
      if (replaced) await endSession(trx, tenant_id, replaced.session_id)
      await insertSession(trx, created, caller)
      await answer?.write(trx)
    },
  }
}

/** Answers a completed login. `shared`: the same form was sent twice, and another request completes or has completed the login. */
export async function answerLogin(
  deps: SignInDeps,
  exchange: Exchange,
  page: Pick<OpenedPage, 'authorization' | 'state'>,
  { user, connection, created, parameters, shared }: CompletedLogin & { shared: boolean },
): Promise<FastifyReply> {
  const { authorization, state } = page
  const { tenant, target } = authorization
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

/** The error with which a post-login step ended a login, for the client; undefined for any other failure. */
export function errorOfSteps(
  target: AnswerTarget,
  { outcome, refusal }: { outcome: Outcome; refusal: Refusal },
): AuthorizationError | undefined {
  if (outcome !== 'denied_by_rule' && outcome !== 'rule_error') return undefined
  const code = outcome === 'rule_error' ? 'server_error' : 'access_denied'
  return new AuthorizationError(target, code, refusal.message, { is_logged: true })
}

/** The login of the same form that was answered a moment ago, while its session lives. */
async function recentLogin(
  { db, clock, recent_forms }: SignInDeps,
  tenant_id: string,
  request_id: string,
  secret: string,
): Promise<CompletedLogin | undefined> {
  const login = recent_forms.find(request_id, secret)
  const session = login && (await liveSession(db, tenant_id, login.created.session.session_id, clock.now()))
  return session && login
}

/**
 * Logs the user of a form in, creates the session of the browser, and answers the client. A form that is sent twice is one login, also where
 * the browser has not read the first answer.
 *
 * @throws {AuthorizationError} of a post-login step, and for a user who is not that of `id_token_hint`
 */
export async function signIn(
  deps: SignInDeps,
  exchange: Exchange,
  page: OpenedPage,
  { connections: [connection, ...next_connections], identifier, password, before }: SignInForm,
): Promise<SignInResult> {
  const { request } = exchange
  const { tenant, client, target } = page.authorization
  const replaced = await sessionOf(deps, tenant, request)
  const caller = callerOf(request)
  const grant = browserGrant(page.authorization)
  const login = {
    tenant,
    client,
    connection,
    next_connections,
    identifier,
    password,
    caller,
    grant,
    can_redirect: true,
    shows_reference: true,
  }
  const { request_id } = page.sealed
  const issued_for = { request_id, authorization: page.authorization, caller }
  try {
    const secret = JSON.stringify([before !== undefined, identifier, password])
    const recent = await recentLogin(deps, tenant.tenant_id, request_id, secret)
    if (recent) {
      await answerLogin(deps, exchange, page, { ...recent, shared: true })
      return { kind: 'answered' }
    }
    const { result, shared } = await deps.pending_forms.run(request_id, secret, async () => {
      await before?.()
      const answered = await logIn(deps, login, (accepted) => issueSession(deps, issued_for, replaced, accepted))
      if (answered.kind === 'completed') deps.recent_forms.keep(request_id, secret, answered.answer)
      return answered
    })
    if (result.kind === 'completed') {
      await answerLogin(deps, exchange, page, { ...result.answer, shared })
      return { kind: 'answered' }
    }
    if (result.kind === 'redirect') {
      const { url, suspended } = result
      const { connection_id } = result.connection
      const continued = {
        kind: 'login',
        request_id,
        login: redirectedLogin(suspended, { identifier, connection_id }),
      } as const
      await redirectToStep(deps, exchange, page.authorization, { url, continued })
      return { kind: 'answered' }
    }
    const error = errorOfSteps(target, result)
    if (error) throw error
    const { refusal, reference } = result
    return { kind: 'refused', refusal, reference }
  } catch (error) {
    if (error instanceof SingleFlightFull) {
      return { kind: 'refused', refusal: new Refusal('overloaded'), reference: undefined }
    }
    if (error instanceof Refusal) return { kind: 'refused', refusal: error, reference: undefined }
    throw error
  }
}
