import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { sessionOfTicket } from '../embedded/session-of-ticket.ts'
import type { UseLoginTicketDeps } from '../embedded/use-login-ticket.ts'
import { sessionOf } from '../../http/session-cookies.ts'
import { answerBySession, type AnswerBySessionDeps } from '../sign-in/answer-by-session.ts'
import { ensureBrowserCookie } from '../sign-in/browser-cookie.ts'
import { nextStep, type NextStepDeps } from '../sign-in/next-step.ts'
import { firstPage } from '../sign-in/page-paths.ts'
import { sealRequest, type SealRequestDeps } from '../sign-in/sealed-request.ts'
import { AuthorizationError } from './authorization-error.ts'
import type { CheckDeps } from './checks/check.ts'
import { checkRequest } from './checks.ts'
import { readParameters } from './read-parameters.ts'

/** Dependencies of the authorization endpoint. */
export type AuthorizeDeps = CheckDeps &
  NextStepDeps &
  AnswerBySessionDeps &
  SealRequestDeps &
  UseLoginTicketDeps & { clients: Pick<ClientCache, 'loginPage'> }

/** Whether a browser fetches an address ahead, for a click that may never come. */
export function isPrefetch({ headers }: FastifyRequest): boolean {
  return [headers['sec-purpose'], headers['purpose']].some((value) => String(value ?? '').includes('prefetch'))
}

/**
 * Answers GET /authorize: for a signed-in user at once, else with a redirect to the page that asks the user. The page carries the request
 * sealed: nothing is stored until a password is right.
 */
export async function answerAuthorize(
  deps: AuthorizeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (isPrefetch(request)) throw new Refusal('prefetched')
  const tenant = tenantOf(request)
  const parameters = readParameters(request.query)
  const authorization = await checkRequest(deps, tenant, parameters)
  const logged_in = await sessionOfTicket(deps, { request, reply }, authorization)
  const session = logged_in ?? (await sessionOf(deps, tenant, request))
  const step = await nextStep(deps, session, authorization, logged_in?.request_id)
  if (step.kind === 'answer') return await answerBySession(deps, { request, reply }, authorization, step.signed_in)
  const { page, error, description } = step.interaction
  if (authorization.target.is_silent) throw new AuthorizationError(authorization.target, error, description)
  const browser_digest = ensureBrowserCookie(request, reply, deps.site.scheme)
  const { login_ticket: _used, ...kept } = parameters
  const request_id = logged_in?.request_id
  const state = sealRequest(deps, tenant.tenant_id, 'authorization', { browser_digest, parameters: kept, request_id })
  const has_own_page = (await deps.clients.loginPage(tenant.tenant_id, authorization.client.client_id)) !== undefined
  const address = firstPage(page, authorization, { state, has_own_page })
  return await reply.header('cache-control', 'no-store').redirect(address, 302)
}

/**
 * Answers a POST of a request with a redirect to the same request by GET: a browser does not send cookies with SameSite=Lax along with a
 * form of another site, but does so with the redirect.
 */
export async function redirectPosted(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = new URLSearchParams({ ...readParameters(request.body) })
  return await reply.header('cache-control', 'no-store').redirect(`${request.routeOptions.url ?? ''}?${query}`, 303)
}
