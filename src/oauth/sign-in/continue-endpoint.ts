import type { FastifyReply } from 'fastify'
import { defined } from '../../base/defined.ts'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { resumeLogin } from '../../login/login.ts'
import type { Resume } from '../../login/post-login.ts'
import { fieldOf } from '../../pages/form-fields.ts'
import type { Transaction } from '../../store/tables.ts'
import { userById } from '../../users/user.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { checkRequest } from '../authorize/checks.ts'
import { readParameters } from '../authorize/read-parameters.ts'
import { browserGrant } from '../login-grant.ts'
import { sessionOf } from '../../http/session-cookies.ts'
import { answerBySession } from './answer-by-session.ts'
import { browserDigest } from './browser-cookie.ts'
import { continuePage, type Exchange } from './continue-page.ts'
import { nextStep } from './next-step.ts'
import { RestartLogin } from './restart-login.ts'
import { openContinuation, useContinuation, type Continuation, type RedirectedLogin } from './sealed-continuation.ts'
import { sealRequest } from './sealed-request.ts'
import { answerLogin, errorOfSteps, issueSession, type SignInDeps } from './sign-in.ts'

/** Opens the continuation that a browser brings back. @throws {RestartLogin} for any other text, after an hour, and in another browser */
function openState(deps: SignInDeps, { request }: Exchange, state: string): Continuation {
  const opened = openContinuation(deps, tenantOf(request).tenant_id, state)
  if (!opened) throw new RestartLogin(undefined)
  const browser = browserDigest(request, deps.site.scheme)
  if (browser === undefined) throw new Refusal('cookies_missing')
  if (browser !== opened.browser_digest) throw new RestartLogin(undefined)
  return opened
}

/** The parameters that the redirected page sent back, as the resumed step reads them. */
function resumedGrant(authorization: AuthorizationRequest, { request }: Exchange) {
  const { state: _, ...sent } = readParameters(request.query)
  return { ...browserGrant(authorization), query: sent, body: sent }
}

const resumeOf = ({ resume_at, resume_with }: Resume): Resume => ({ resume_at, ...defined({ resume_with }) })

/** Resumes a login with a password: once, because the state stays in the history of the browser, also after a logout. */
async function resumePasswordLogin(
  deps: SignInDeps,
  exchange: Exchange,
  authorization: AuthorizationRequest,
  opened: Extract<Continuation, { kind: 'login' }>,
): Promise<FastifyReply> {
  const { request_id, browser_digest, parameters, login } = opened
  const { tenant, client, target } = authorization
  const [connection, user] = await Promise.all([
    connectionOf(deps, authorization, login),
    // The completion of the login checks whether the password is still the same one.
    userById(deps.db, tenant.tenant_id, login.user_id),
  ])
  if (!connection || !user) throw new RestartLogin(client)
  const { accepted, counted, identifier } = login
  const caller = callerOf(exchange.request)
  const request = {
    tenant,
    client,
    connection,
    identifier,
    caller,
    grant: resumedGrant(authorization, exchange),
    can_redirect: false,
  }
  const suspended = { accepted: { ...accepted, user }, counted, ...resumeOf(login) }
  const replaced = await sessionOf(deps, tenant, exchange.request)
  // A page that is loaded twice at once resumes one login.
  const { result, shared } = await deps.pending_forms.run(request_id, 'continue', () =>
    resumeLogin(deps, request, suspended, async (accepted) => {
      const issued = await issueSession(deps, { request_id, authorization, caller }, replaced, accepted)
      const write = async (trx: Transaction): Promise<void> => {
        const is_first = await useContinuation(trx, deps, tenant.tenant_id, opened)
        if (!is_first) throw new RestartLogin(client)
        await issued.write(trx)
      }
      return { ...issued, write }
    }),
  )
  if (result.kind === 'completed') {
    const state = sealRequest(deps, tenant.tenant_id, 'authorization', {
      browser_digest,
      parameters,
      request_id,
    })
    return await answerLogin(deps, exchange, { authorization, state }, { ...result.answer, shared })
  }
  if (result.kind === 'failed') throw errorOfSteps(target, result) ?? result.refusal
  throw new Error('A resumed login was redirected')
}

/** The connection of a redirected login; undefined where the request does not accept it any more. */
async function connectionOf(
  deps: SignInDeps,
  { tenant, client, accepted_connections }: AuthorizationRequest,
  login: RedirectedLogin,
) {
  const accepted = accepted_connections.find(({ connection_id }) => connection_id === login.connection_id)
  if (!accepted) return undefined
  const found = await deps.connections.forClient(tenant.tenant_id, accepted.name, client.client_id)
  return found?.is_enabled === true ? found.connection : undefined
}

/**
 * Answers GET /continue: the browser comes back from the redirect of a post-login step. The steps run again, and the login completes or
 * fails with their decision.
 *
 * @throws {RestartLogin} for a state that is unknown, has expired, was used for a login, or is that of another browser
 */
export async function answerContinue(deps: SignInDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request } = exchange
  const opened = openState(deps, exchange, fieldOf(request.query, 'state'))
  const authorization = await checkRequest(deps, tenantOf(request), opened.parameters)
  const { request_id } = opened
  const session = await sessionOf(deps, authorization.tenant, request)
  const step = await nextStep(deps, session, authorization, request_id)
  const { signed_in } = step
  const session_id = signed_in?.session.session_id
  const is_by_session =
    opened.kind === 'session' ? session_id === opened.session_id : signed_in?.session.request_id === request_id
  if (signed_in && is_by_session && step.kind === 'answer') {
    const resume = resumeOf(opened.kind === 'session' ? opened : opened.login)
    const resumed = { resume, grant: resumedGrant(authorization, exchange) }
    return await answerBySession(deps, exchange, authorization, signed_in, resumed)
  }
  if (opened.kind === 'login' && !is_by_session) {
    return await resumePasswordLogin(deps, exchange, authorization, opened)
  }
  const { browser_digest, parameters } = opened
  const state = sealRequest(deps, authorization.tenant.tenant_id, 'authorization', {
    browser_digest,
    parameters,
    request_id,
  })
  const page = { state, authorization, step }
  if (await continuePage(deps, exchange, page)) return exchange.reply
  throw new RestartLogin(authorization.client)
}

/** Answers POST /continue with a redirect to the same request by GET, as `redirectPosted`; the state is in the query of such a form. */
export async function redirectPostedContinue({ request, reply }: Exchange): Promise<FastifyReply> {
  const sent = { ...readParameters(request.query), ...readParameters(request.body) }
  return await reply.header('cache-control', 'no-store').redirect(`/continue?${new URLSearchParams(sent)}`, 303)
}
