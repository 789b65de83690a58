import { defined } from '../../base/defined.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SuspendedLogin } from '../../login/login.ts'
import type { Resume } from '../../login/post-login.ts'
import type { Site } from '../../tenants/tenant.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { ensureBrowserCookie } from './browser-cookie.ts'
import { sealContinuation, type Continuation, type RedirectedLogin } from './sealed-continuation.ts'
import type { SealRequestDeps } from './sealed-request.ts'

/** Dependencies of `redirectToStep`. */
export type RedirectToStepDeps = SealRequestDeps & { site: Site }

/** A suspended login without its user, who is read again when the login is resumed. */
export function redirectedLogin(
  { accepted, counted, ...resume }: SuspendedLogin,
  { identifier, connection_id }: { identifier: string; connection_id: string },
): RedirectedLogin {
  const { kind, outcome, detail, credential_id, linked, user } = accepted
  const { user_id } = user
  const kept = { kind, outcome, detail, credential_id, ...defined({ linked }) }
  return { accepted: kept, counted, ...resume, identifier, connection_id, user_id }
}

type Continued = { request_id: string } & (
  | Pick<Extract<Continuation, { kind: 'login' }>, 'kind' | 'login'>
  | Pick<Extract<Continuation, { kind: 'session' }>, 'kind' | 'session_id' | keyof Resume>
)

/** Redirects the browser to the URL of a post-login step, with the `state` with which it comes back to `/continue`. */
export async function redirectToStep(
  deps: RedirectToStepDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { tenant, parameters }: AuthorizationRequest,
  { url, continued }: { url: string; continued: Continued },
): Promise<FastifyReply> {
  const browser_digest = ensureBrowserCookie(request, reply, deps.site.scheme)
  const { login_ticket: _used, ...kept } = parameters
  const state = sealContinuation(deps, tenant.tenant_id, { ...continued, browser_digest, parameters: kept })
  const target = new URL(url)
  // The step's own parameters stay as it wrote them.
  target.search = `${target.search}${target.search === '' ? '?' : '&'}state=${state}`
  return await reply.header('cache-control', 'no-store').redirect(target.href, 302)
}
