import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { LogType } from '../contract/log-types.ts'
import { recordEvents } from '../logs/record-event.ts'
import type { SessionLifetime } from '../sessions/session-lifetime.ts'
import { extendSession, type Session } from '../sessions/session.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inReadCommittedTransaction } from '../store/transaction.ts'
import { shownName } from '../users/user.ts'
import type { IssuedWrites } from './complete-login.ts'
import { runPostLogin, type PostLoginContext, type PostLoginStep } from './post-login.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `continueSession`. */
export type ContinueSessionDeps = {
  db: Db
  clock: Clock
  log: ProcessLog
  post_login_steps: readonly PostLoginStep[]
}

/** A login without a password: the user has a session. `type`: the type of its log event. */
export type SessionLogin = PostLoginContext & { session: Session; lifetime: SessionLifetime; type: LogType }

/** The result. `ended`: the session ended meanwhile, by a logout, a block or another password. */
export type SessionLoginResult<Answer> =
  | { kind: 'completed'; answer: Answer }
  | { kind: 'denied'; message: string }
  | { kind: 'redirect' | 'failed' | 'ended' }

class SessionEnded extends Error {
  constructor() {
    super('The session ended during the login')
    this.name = 'SessionEnded'
  }
}

/**
 * Logs a user in to a client by the session of the browser (single sign-on): runs the post-login steps, extends the session, and writes
 * what `issue` issues, in one transaction.
 */
export async function continueSession<Answer>(
  deps: ContinueSessionDeps,
  login: SessionLogin,
  issue: (at: number) => Promise<IssuedWrites & { answer: Answer }>,
): Promise<SessionLoginResult<Answer>> {
  const { session, lifetime, type, user, tenant, connection } = login
  const decision = await runPostLogin(deps.post_login_steps, login)
  if (decision.kind === 'deny') return { kind: 'denied', message: decision.message }
  if (decision.kind === 'redirect') return { kind: 'redirect' }
  if (decision.kind === 'error') {
    deps.log.warn({ err: decision.error, connection: connection.name }, 'a post-login step failed')
    return { kind: 'failed' }
  }
  const at = deps.clock.now()
  const { answer, events, write } = await issue(at)
  const details: JsonObject = { session_id: session.session_id }
  const event = {
    ...userEvent(login, shownName(user)),
    type,
    description: 'Successful login',
    user_id: user.user_id,
    details,
  }
  try {
    await inReadCommittedTransaction(deps.db, async (trx: Transaction) => {
      // The session's row decides: what ends the session deletes it.
      if (!(await extendSession(trx, session, lifetime, at))) throw new SessionEnded()
      await write(trx)
      await recordEvents(trx, tenant.tenant_id, at, [event, ...events])
    })
    return { kind: 'completed', answer }
  } catch (error) {
    if (error instanceof SessionEnded) return { kind: 'ended' }
    throw error
  }
}
