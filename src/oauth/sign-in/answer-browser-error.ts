import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../../base/process-log.ts'
import { defined } from '../../base/defined.ts'
import { restartUrl } from '../../clients/restart-url.ts'
import { newReferenceCode } from '../../base/reference-code.ts'
import type { LogType } from '../../contract/log-types.ts'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { refusalOf } from '../../http/refusal-of.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import type { UnauthenticatedEvents } from '../../logs/unauthenticated-events.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { renderProblemPage, sendProblemPage } from '../../pages/problem-page.ts'
import { sendPage } from '../../pages/render-page.ts'
import { issuerOf, type Site } from '../../tenants/tenant.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import { sendAnswer } from '../authorize/send-answer.ts'
import type { Exchange } from './continue-page.ts'
import { RestartLogin } from './restart-login.ts'

/** Dependencies of `answerBrowserError`. */
export type BrowserErrorDeps = { log: ProcessLog; site: Site; unauthenticated_events: UnauthenticatedEvents }

// What a client or a link did wrong: the page shows the text to developers.
const request_problems = ['unknown_client', 'callback_mismatch', 'logout_url_mismatch', 'invalid_request']
const logged_problems = new Set([...request_problems, 'cookies_missing', 'login_expired'])

const is_logout = (request: FastifyRequest): boolean => request.routeOptions.url?.endsWith('/logout') === true

async function answerClient(
  deps: BrowserErrorDeps,
  { request, reply }: Exchange,
  { target, error, message, is_logged }: AuthorizationError,
): Promise<FastifyReply> {
  const { client } = target
  if (!is_logged) {
    await deps.unauthenticated_events.record(tenantOf(request).tenant_id, {
      type: target.is_silent ? 'fsa' : 'f',
      description: message,
      client_id: client.client_id,
      client_name: client.name,
      details: { error: { code: error, message } },
      caller: callerOf(request),
    })
  }
  return await sendAnswer(reply, target, [
    ['error', error],
    ['error_description', message],
  ])
}

/** Records a refusal that a page reports, and returns the code that both have; undefined where the event is only counted. */
async function recordRefusal(
  deps: BrowserErrorDeps,
  request: FastifyRequest,
  refusal: Refusal,
): Promise<string | undefined> {
  const reference = newReferenceCode()
  const type: LogType = is_logout(request) ? 'flo' : 'f'
  const is_recorded = await deps.unauthenticated_events.record(tenantOf(request).tenant_id, {
    type,
    description: refusal.message,
    details: { error: { code: refusal.code, message: refusal.message }, reference },
    reference,
    caller: callerOf(request),
  })
  return is_recorded ? reference : undefined
}

async function answerPage(
  deps: BrowserErrorDeps,
  { request, reply }: Exchange,
  refusal: Refusal,
): Promise<FastifyReply> {
  if (refusal.code === 'prefetched') {
    return await reply.code(refusal.problem.status).header('cache-control', 'no-store').send()
  }
  if (!logged_problems.has(refusal.code)) return await sendProblemPage(request, reply, refusal)
  const reference = await recordRefusal(deps, request, refusal)
  const error: PageError = request_problems.includes(refusal.code)
    ? { code: 'request_invalid', message: refusal.message, ...defined({ reference }) }
    : pageErrorOf(refusal, reference)
  setRetryAfter(reply, refusal)
  return await sendPage(
    reply,
    renderProblemPage(lookFor(request, tenantOf(request)), { error }),
    refusal.problem.status,
  )
}

/**
 * Answers an error of an endpoint that a browser navigated to: at the client's redirect URI once that is proven, else with a page, whose
 * reference code is in the log event too. A login page that has expired leads back to the application.
 */
export async function answerBrowserError(
  deps: BrowserErrorDeps,
  exchange: Exchange,
  error: unknown,
): Promise<FastifyReply> {
  const { request, reply } = exchange
  if (error instanceof AuthorizationError) return await answerClient(deps, exchange, error)
  if (error instanceof RestartLogin) {
    const tenant = tenantOf(request)
    const url = restartUrl(tenant, issuerOf(tenant, deps.site.scheme), error.client)
    if (url !== undefined) return await reply.header('cache-control', 'no-store').redirect(url, 303)
    return await answerPage(deps, exchange, new Refusal('login_expired'))
  }
  return await answerPage(deps, exchange, refusalOf(error, deps.log, request))
}
