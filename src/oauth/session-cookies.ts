import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { cookiesOf, setCookie } from '../http/cookies.ts'
import type { SessionLifetime } from '../sessions/session-lifetime.ts'
import { findSession, type NewSession, type Session } from '../sessions/session.ts'
import type { Db } from '../store/tables.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'

type Scheme = Site['scheme']

// Auth0's names. Pages of other sites load /authorize in a hidden frame, so the cookie has SameSite=None where it can be Secure; the twin
// without the attribute is for browsers that take None for Strict.
const names = ['auth0', 'auth0_compat'] as const

function setAll(reply: FastifyReply, scheme: Scheme, value: string, max_age_s: number | undefined): void {
  const secure = scheme === 'https'
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

/** The session of the browser that sent a request, by either cookie; undefined if it has ended. */
export async function sessionOf(
  { db, clock }: { db: Db; clock: Clock },
  tenant: Tenant,
  request: FastifyRequest,
): Promise<Session | undefined> {
  const values = new Set(names.flatMap((name) => cookiesOf(request, name)))
  for (const value of values) {
    const [session_id = '', secret = ''] = value.split('.', 2)
    if (session_id === '' || secret === '') continue
    const session = await findSession(db, tenant.tenant_id, { session_id, secret }, clock.now())
    if (session) return session
  }
  return undefined
}
