import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { changeOwnPassword } from '../admins/change-own-password.ts'
import { dashboard_client_id } from '../admins/system-tenant.ts'
import { endSessionsOfAdmin } from '../admins/tenant-admins.ts'
import { tenantsOfAdmin, type AdministeredTenant } from '../admins/signed-in-admin.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import { isJsonObject } from '../base/json.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import { addJsonParser } from '../http/add-json-parser.ts'
import { callerOf } from '../http/caller-of.ts'
import { requireOwnScript } from '../http/own-requests.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { deleteSessionCookies, sessionOf, setSessionCookies } from '../http/session-cookies.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { LoginDeps } from '../login/login.ts'
import { recordEvent } from '../logs/record-event.ts'
import { sessionLifetime } from '../sessions/session-lifetime.ts'
import { extendSession, type Session } from '../sessions/session.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { inReadCommittedTransaction, inTransaction } from '../store/transaction.ts'
import { issuerOf, managementAudience, type Site, type Tenant } from '../tenants/tenant.ts'
import { isBlocked, userById, type User } from '../users/user.ts'
import { createAccessToken } from './access-token.ts'
import { answerRefusal } from './answer-refusal.ts'
import { endBrowserSession } from './logout/end-browser-session.ts'
import { requireResourceServer } from './resolve-audience.ts'
import type { SignTokensDeps } from './sign-tokens.ts'

/** Dependencies of the sessions of admins. */
export type AdminSessionDeps = SignTokensDeps &
  LoginDeps & {
    site: Site
    clients: Pick<ClientCache, 'client' | 'resourceServer'>
  }

/** The answer of `GET /session`: who is signed in, where, and a new access token. `expires_in` is in seconds; `issuer` is that of a tenant's tokens. */
type SessionAnswer = {
  access_token: string
  expires_in: number
  user: { user_id: string; name: string | null; email: string | null }
  tenants: (AdministeredTenant & { issuer: string })[]
}

/** The session of the browser and its admin. @throws {Refusal} `not_signed_in` */
async function requireSession(
  deps: AdminSessionDeps,
  request: FastifyRequest,
): Promise<{ session: Session; user: User }> {
  const system = tenantOf(request)
  const session = await sessionOf(deps, system, request)
  const user = session && (await userById(deps.db, system.tenant_id, session.user_id))
  if (!user || isBlocked(user)) throw new Refusal('not_signed_in')
  return { session, user }
}

/**
 * Extends a session that is used. Where the store can be read and not written, as on a full disk, the session stays as it is, and its end
 * comes nearer.
 *
 * @returns false if the session ended meanwhile
 */
async function extend({ db, clock, log }: AdminSessionDeps, system: Tenant, session: Session): Promise<boolean> {
  const lifetime = sessionLifetime(system.settings)
  try {
    return await inReadCommittedTransaction(db, (trx) => extendSession(trx, session, lifetime, clock.now()))
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    log.warn({ err: error }, 'the session of an admin was not extended')
    return true
  }
}

async function answerSession(deps: AdminSessionDeps, request: FastifyRequest): Promise<SessionAnswer> {
  const { db, site } = deps
  const { session, user } = await requireSession(deps, request)
  const system = tenantOf(request)
  const is_alive = await extend(deps, system, session)
  const client = await deps.clients.client(system.tenant_id, dashboard_client_id)
  if (!is_alive || !client) throw new Refusal('not_signed_in')
  const issuer = issuerOf(system, site.scheme)
  const token = await createAccessToken(deps, {
    tenant: system,
    issuer,
    client,
    subject: { kind: 'user', user, authentication: { sid: session.session_id } },
    resource_server: await requireResourceServer(deps.clients, system.tenant_id, managementAudience(issuer)),
    scope: [],
  })
  const { user_id, name, email } = user
  const tenants = await tenantsOfAdmin(db, user_id)
  return {
    ...token,
    user: { user_id, name, email },
    tenants: tenants.map((tenant) => ({ ...tenant, issuer: issuerOf(tenant, site.scheme) })),
  }
}

/** Ends all sessions and refresh tokens of an admin: each access token that they gave is refused from now on. */
async function endAllSessions(
  { db, clock }: Pick<AdminSessionDeps, 'db' | 'clock'>,
  { tenant_id }: Tenant,
  { session, user }: { session: Session; user: User },
  request: FastifyRequest,
): Promise<void> {
  const { user_id } = user
  await inTransaction(db, async (trx) => {
    const at = clock.now()
    await endSessionsOfAdmin(trx, tenant_id, user_id, at)
    await recordEvent(trx, tenant_id, at, {
      type: 'slo',
      description: 'User successfully logged out everywhere',
      user_id,
      connection_id: session.connection_id,
      client_id: dashboard_client_id,
      details: { session_id: session.session_id },
      caller: callerOf(request),
    })
  })
}

const textOf = (body: unknown, name: string): string => {
  const value = isJsonObject(body) ? body[name] : undefined
  if (typeof value !== 'string' || value === '') throw invalidBody('A text is needed', name)
  return value
}

/** Changes the password of the signed-in admin, who proves the current one, and keeps this browser signed in. */
async function changePassword(deps: AdminSessionDeps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { user } = await requireSession(deps, request)
  const system = tenantOf(request)
  const { user_id, email } = user
  if (email === null) throw new Refusal('wrong_credentials')
  const created = await changeOwnPassword(deps, {
    system,
    user_id,
    email,
    current_password: textOf(request.body, 'current_password'),
    password: textOf(request.body, 'password'),
    caller: callerOf(request),
  })
  const lifetime = sessionLifetime(system.settings)
  setSessionCookies(reply, deps.site.scheme, created, { lifetime, now: deps.clock.now() })
}

/**
 * Mounts the session of the dashboard's browser, for scripts of the admin origin's own pages: `GET /session` says who is signed in and
 * issues an access token for the Management API; `DELETE /session` signs out of this browser, `DELETE /sessions` of every browser and
 * program; `POST /session/password` changes the admin's own password. No answer has CORS.
 */
export async function mountAdminSession(scope: FastifyInstance, deps: AdminSessionDeps): Promise<void> {
  const { site } = deps
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, deps.log, request), request, reply))
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    requireOwnScript(request, site.scheme)
  })

  scope.removeAllContentTypeParsers()
  addJsonParser(scope)

  scope.get('/session', async (request) => await answerSession(deps, request))

  scope.delete('/session', async (request, reply): Promise<FastifyReply> => {
    const system = tenantOf(request)
    const client = await deps.clients.client(system.tenant_id, dashboard_client_id)
    await endBrowserSession(deps, { request, reply }, await sessionOf(deps, system, request), client)
    return await reply.code(204).send()
  })

  scope.post('/session/password', async (request, reply): Promise<FastifyReply> => {
    await changePassword(deps, request, reply)
    return await reply.code(204).send()
  })

  scope.delete('/sessions', async (request, reply): Promise<FastifyReply> => {
    await endAllSessions(deps, tenantOf(request), await requireSession(deps, request), request)
    deleteSessionCookies(reply, site.scheme)
    return await reply.code(204).send()
  })
}
