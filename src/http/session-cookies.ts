import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import type { SessionLifetime } from '../sessions/session-lifetime.ts'
import { findSession, type NewSession, type Session } from '../sessions/session.ts'
import type { Db } from '../store/tables.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { cookiesOf, setCookie } from './cookies.ts'
import { tenantOf } from './tenant-of.ts'

type Scheme = Site['scheme']

// Auth0's names. Pages of other sites load /authorize in a hidden frame, so the cookie has SameSite=None where it can be Secure; the twin
// without the attribute is for browsers that take None for Strict.
const tenant_names = ['auth0', 'auth0_compat'] as const

/**
 * The name of the cookie of an admin's session. Another port of the host shares the cookie, and the tenants may be there: the name is its
 * own, and where cookies are Secure no script can set it (RFC 6265bis, the prefix `__Host-Http-`; older browsers apply that of `__Host-`).
 */
const adminName = (scheme: Scheme): string => (scheme === 'https' ? '__Host-Http-wherry_admin' : 'wherry_admin')

const namesOf = (tenant: Tenant, scheme: Scheme): readonly string[] =>
  tenant.is_system ? [adminName(scheme)] : tenant_names

function setAll(reply: FastifyReply, scheme: Scheme, value: string, max_age_s: number | undefined): void {
  const secure = scheme === 'https'
  if (tenantOf(reply.request).is_system) {
    setCookie(reply, adminName(scheme), value, { secure, same_site: 'Lax', max_age_s })
    return
  }
  setCookie(reply, 'auth0', value, { secure, same_site: secure ? 'None' : 'Lax', max_age_s })
  if (secure) setCookie(reply, 'auth0_compat', value, { secure, same_site: undefined, max_age_s })
}

/** Sets the cookies of a session. They live as long as the session can, or end with the browser where the tenant wants that. */
export function setSessionCookies(
  reply: FastifyReply,
  scheme: Scheme,
  { session, secret }: NewSession,
  { lifetime, now }: { lifetime: SessionLifetime; now: number },
): void {
  const left_s = (session.ends_at - now) / 1000
  setAll(reply, scheme, `${session.session_id}.${secret}`, lifetime.ends_with_browser ? undefined : left_s)
}

/** Deletes the cookies of the session. */
export function deleteSessionCookies(reply: FastifyReply, scheme: Scheme): void {
  setAll(reply, scheme, '', 0)
}

/** The session of the browser that sent a request, by any of its cookies; undefined if it has ended. */
export async function sessionOf(
  { db, clock, site }: { db: Db; clock: Clock; site: Site },
  tenant: Tenant,
  request: FastifyRequest,
): Promise<Session | undefined> {
  const values = new Set(namesOf(tenant, site.scheme).flatMap((name) => cookiesOf(request, name)))
  for (const value of values) {
    const [session_id = '', secret = ''] = value.split('.', 2)
    if (session_id === '' || secret === '') continue
    const session = await findSession(db, tenant.tenant_id, { session_id, secret }, clock.now())
    if (session) return session
  }
  return undefined
}
