import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../contract/refusal.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import type { Site } from '../../tenants/tenant.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import type { CheckDeps } from '../authorize/checks/check.ts'
import { checkRequest } from '../authorize/checks.ts'
import { sessionOf } from '../../http/session-cookies.ts'
import { browserDigest } from './browser-cookie.ts'
import { nextStep, type NextStep, type NextStepDeps } from './next-step.ts'
import { RestartLogin } from './restart-login.ts'
import { isExpired, openRequest, type SealedRequest, type SealRequestDeps } from './sealed-request.ts'

/** Dependencies of `openPage`. */
export type OpenPageDeps = CheckDeps & NextStepDeps & SealRequestDeps & { site: Site }

/** A page of a sign-in whose request was checked again. `state`: the request sealed. */
export type OpenedPage = { state: string; sealed: SealedRequest; authorization: AuthorizationRequest; step: NextStep }

/**
 * Opens the request that a page of a sign-in carries, in the browser that began it, and checks it again.
 *
 * @throws {RestartLogin} for a state that is unknown, has expired, or is that of another browser
 * @throws {Refusal} `cookies_missing` without the cookie; those of `checkRequest`
 * @throws {AuthorizationError} of `checkRequest`
 */
export async function openPage(deps: OpenPageDeps, request: FastifyRequest, state: string): Promise<OpenedPage> {
  const tenant = tenantOf(request)
  const sealed = openRequest(deps, tenant.tenant_id, 'authorization', state)
  if (!sealed) throw new RestartLogin(undefined)
  const restart = async (): Promise<RestartLogin> =>
    new RestartLogin(await deps.clients.clientOfLogin(tenant.tenant_id, sealed.parameters['client_id'] ?? ''))
  if (isExpired(deps, sealed)) throw await restart()
  const browser = browserDigest(request, deps.site.scheme)
  if (browser === undefined) throw new Refusal('cookies_missing')
  // A page that was opened in one browser and sent in another would log the second user in to the first one's request.
  if (browser !== sealed.browser_digest) throw await restart()
  const authorization = await checkRequest(deps, tenant, sealed.parameters)
  const session = await sessionOf(deps, tenant, request)
  const step = await nextStep(deps, session, authorization, sealed.request_id)
  return { state, sealed, authorization, step }
}
