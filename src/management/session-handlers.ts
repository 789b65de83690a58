import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Session as ShownSession } from '../contract/session.ts'
import { endSession, endSessionsOf } from '../sessions/end-sessions.ts'
import { listSessions, sessionById, type ListedSession } from '../sessions/list-sessions.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'
import { userOf } from './user-handlers.ts'

function showSession(session: ListedSession): ShownSession {
  const { session_id, user_id, connection, amr, ip, user_agent } = session
  const authenticated_at = isoTime(session.authenticated_at)
  return {
    id: session_id,
    user_id,
    ...defined({ connection: connection ?? undefined }),
    created_at: authenticated_at,
    authenticated_at,
    idle_expires_at: isoTime(session.expires_at),
    expires_at: isoTime(session.ends_at),
    device: defined({ initial_ip: ip ?? undefined, initial_user_agent: user_agent ?? undefined }),
    authentication: { methods: amr.map((name) => ({ name, timestamp: authenticated_at })) },
  }
}

/** Operations on the browser sessions of users. */
export function sessionHandlers({ db, clock }: { db: Db; clock: Clock }) {
  const requireSession = async (tenant_id: string, id: string): Promise<ListedSession> => {
    const session = await sessionById(db, tenant_id, id, clock.now())
    if (!session) throw new Refusal('inexistent_session')
    return session
  }
  return {
    async listUserSessions({ tenant, params, query }) {
      const { user_id, tenant_id } = await userOf(db, tenant, params.id)
      const part = await listSessions(db, { tenant_id, user_id }, checkpointOf(query), clock.now())
      return checkpointAnswer('sessions', { ...part, items: part.items.map(showSession) })
    },

    async deleteUserSessions({ tenant, params }) {
      const { user_id, tenant_id } = await userOf(db, tenant, params.id)
      await inTransaction(db, (trx) => endSessionsOf(trx, tenant_id, [user_id]))
      return null
    },

    getSession: async ({ tenant, params }) => showSession(await requireSession(tenant.tenant_id, params.id)),

    async deleteSession({ tenant, params }) {
      const { session_id, tenant_id } = await requireSession(tenant.tenant_id, params.id)
      await endSession(db, tenant_id, session_id)
      return null
    },
  } satisfies Partial<Handlers>
}
