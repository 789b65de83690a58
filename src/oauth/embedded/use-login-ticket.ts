import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { endSession } from '../../sessions/end-sessions.ts'
import { exchangeLoginTicket, type TicketBinding } from '../../sessions/login-tickets.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import type { Session } from '../../sessions/session.ts'
import type { Db } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { Site, Tenant } from '../../tenants/tenant.ts'
import { sessionOf, setSessionCookies } from '../../http/session-cookies.ts'

/** Dependencies of `useLoginTicket`. */
export type UseLoginTicketDeps = { db: Db; clock: Clock; site: Site }

/**
 * Exchanges a login ticket for the session of its login: sets the cookies, and ends the session that the browser had.
 *
 * @returns undefined, with nothing changed, for a ticket that is unknown, was used or has expired, or belongs to another client or browser
 */
export async function useLoginTicket(
  deps: UseLoginTicketDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  tenant: Tenant,
  { ticket, binding }: { ticket: string; binding: TicketBinding },
): Promise<Session | undefined> {
  const { tenant_id } = tenant
  const replaced = await sessionOf(deps, tenant, request)
  const lifetime = sessionLifetime(tenant.settings)
  const at = deps.clock.now()
  const created = await inTransaction(deps.db, async (trx) => {
    const exchanged = await exchangeLoginTicket(trx, tenant_id, { ticket, binding, lifetime, at })
    if (exchanged && replaced) await endSession(trx, tenant_id, replaced.session_id)
    return exchanged
  })
  if (!created) return undefined
  setSessionCookies(reply, deps.site.scheme, created, { lifetime, now: at })
  return created.session
}
