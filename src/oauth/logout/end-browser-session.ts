/** Logouts: what ends the session of a browser, and where the browser goes then. It knows no tokens. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../clients/client.ts'
import { callerOf } from '../../http/caller-of.ts'
import { recordEvent } from '../../logs/record-event.ts'
import { endSession } from '../../sessions/end-sessions.ts'
import type { Session } from '../../sessions/session.ts'
import type { Db } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { Site } from '../../tenants/tenant.ts'
import { deleteSessionCookies } from '../../http/session-cookies.ts'

/** Dependencies of ending a session. */
export type EndBrowserSessionDeps = { db: Db; clock: Clock; site: Site }

/** Ends a session with its log event, and deletes the cookies. Without a session it only deletes the cookies. */
export async function endBrowserSession(
  { db, clock, site }: EndBrowserSessionDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  session: Session | undefined,
  client: Client | undefined,
): Promise<void> {
  deleteSessionCookies(reply, site.scheme)
  if (!session) return
  const { tenant_id, session_id, user_id, connection_id } = session
  await inTransaction(db, async (trx) => {
    if (!(await endSession(trx, tenant_id, session_id))) return
    await recordEvent(trx, tenant_id, clock.now(), {
      type: 'slo',
      description: 'User successfully logged out',
      user_id,
      connection_id,
      ...(client ? { client_id: client.client_id, client_name: client.name } : {}),
      details: { session_id },
      caller: callerOf(request),
    })
  })
}
