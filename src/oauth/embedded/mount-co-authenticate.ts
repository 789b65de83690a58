import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { randomAlphanumeric } from '../../base/ids.ts'
import type { ProcessLog } from '../../base/process-log.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import type { Client } from '../../clients/client.ts'
import type { ConnectionCache } from '../../connections/connection-cache.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import { Refusal } from '../../contract/refusal.ts'
import { addJsonParser } from '../../http/add-json-parser.ts'
import { callerOf } from '../../http/caller-of.ts'
import { refusalOf } from '../../http/refusal-of.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import type { LoginDeps } from '../../login/login.ts'
import type { Site, Tenant } from '../../tenants/tenant.ts'
import { errorCodeOf } from '../answer-refusal.ts'
import { connectionOfRealm } from '../connection-of-realm.ts'
import { answerPreflightsWithCookies, isOriginOf } from '../cors.ts'
import { credential_max, readFields, requiredText, type Fields } from '../request-fields.ts'
import { ensureBrowserCookie } from '../sign-in/browser-cookie.ts'
import { newRequestId } from '../sign-in/sealed-request.ts'
import { logInForTicket } from './log-in-for-ticket.ts'

/** Dependencies of `/co/authenticate`. */
export type CoAuthenticateDeps = LoginDeps & {
  clients: Pick<ClientCache, 'client'>
  connections: Pick<ConnectionCache, 'forClient'>
  log: ProcessLog
  site: Site
}

const path = '/co/authenticate'
const credential_types = ['http://auth0.com/oauth/grant-type/password-realm', 'password']

// Auth0's codes, by which its clients choose a text. Every other refusal has its OAuth code.
const error_codes: Partial<Record<ProblemCode, string>> = {
  wrong_credentials: 'access_denied',
  user_blocked: 'blocked_user',
}

type Call = { tenant: Tenant; client: Client; fields: Fields; request: FastifyRequest; reply: FastifyReply }

/** Requires that the page may log users in to the client: its origin is the client's, and the client permits embedded login. */
function requireOrigin({ client, request, reply }: Call): void {
  const { origin } = request.headers
  if (origin === undefined || !isOriginOf(client, origin)) {
    throw new Refusal('origin_not_allowed', { message: `Origin ${origin?.slice(0, 200) ?? ''} is not allowed.` })
  }
  reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
  if (client.data['cross_origin_authentication'] !== true) throw new Refusal('cross_origin_login_not_allowed')
}

/**
 * Verifies a password for a page of an application, and issues a login ticket that only this browser can use, for this client. Its cookie
 * is the only proof of the browser: `co_id` and `co_verifier` belong to Auth0's way without cookies, which current browsers no longer permit.
 */
async function authenticate(deps: CoAuthenticateDeps, call: Call) {
  requireOrigin(call)
  const { tenant, client, fields, request, reply } = call
  const credential_type = requiredText(fields, 'credential_type', 256)
  if (!credential_types.includes(credential_type)) throw new Refusal('unsupported_credential_type')
  const identifier = requiredText(fields, 'username', credential_max)
  const password = requiredText(fields, 'password', credential_max)
  const connection = await connectionOfRealm(deps.connections, tenant, client, fields)
  const { ticket: login_ticket } = await logInForTicket(deps, {
    tenant,
    client,
    connections: [connection],
    identifier,
    password,
    request_id: newRequestId(),
    browser_digest: ensureBrowserCookie(request, reply, deps.site.scheme, 'ticket'),
    caller: callerOf(request),
  })
  return { login_ticket, co_verifier: randomAlphanumeric(32), co_id: randomAlphanumeric(12) }
}

/** Logs a refusal that no login has logged. */
async function logRefusal({ unauthenticated_events }: CoAuthenticateDeps, call: Call, refusal: Refusal): Promise<void> {
  if (refusal.details.log_event !== undefined) return
  const { tenant, client, request } = call
  await unauthenticated_events.record(tenant.tenant_id, {
    type: 'fcoa',
    description: refusal.message,
    client_id: client.client_id,
    client_name: client.name,
    details: { error: { code: refusal.code, message: refusal.message } },
    caller: callerOf(request),
  })
}

/**
 * Mounts `/co/authenticate`, by which Auth0's clients log users in from a page of an application. It reads JSON only, for which a browser asks
 * before it sends the request of a page of another origin.
 */
export async function mountCoAuthenticate(scope: FastifyInstance, deps: CoAuthenticateDeps): Promise<void> {
  scope.removeAllContentTypeParsers()
  addJsonParser(scope)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('vary', 'Origin')
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error, deps.log, request)
    setRetryAfter(reply, refusal)
    return reply.code(refusal.problem.status).send({
      error: error_codes[refusal.code] ?? errorCodeOf(refusal),
      error_description: refusal.message,
    })
  })
  scope.post(path, async (request, reply) => {
    const tenant = tenantOf(request)
    const fields = readFields(request.body)
    const client = await deps.clients.client(tenant.tenant_id, requiredText(fields, 'client_id', 256))
    if (!client || client.is_global) throw new Refusal('cross_origin_login_not_allowed')
    const call = { tenant, client, fields, request, reply }
    try {
      return await authenticate(deps, call)
    } catch (error) {
      if (error instanceof Refusal) await logRefusal(deps, call, error)
      throw error
    }
  })
  answerPreflightsWithCookies(scope, path)
}
