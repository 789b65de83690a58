import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { LogType } from '../contract/log-types.ts'
import type { Outcome } from '../contract/outcomes.ts'
import { recordEvent, recordEvents } from '../logs/record-event.ts'
import type { PostLoginCall, PostLoginContext, PostLoginStep, TokenChanges } from '../rules/post-login.ts'
import type { SessionLifetime } from '../sessions/session-lifetime.ts'
import { extendSession, type Session } from '../sessions/session.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inReadCommittedTransaction } from '../store/transaction.ts'
import { shownName } from '../users/user.ts'
import type { IssuedWrites } from './complete-login.ts'
import { runPostLogin, step_outcomes, type Resume } from './post-login.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `continueSession`. */
export type ContinueSessionDeps = {
  db: Db
  clock: Clock
  log: ProcessLog
  post_login_steps: readonly PostLoginStep[]
}

/**
 * A login without a password: the user has a session. `type`: the type of its log event. `resume`: for a login that a post-login step
 * redirected.
 */
export type SessionLogin = PostLoginContext & {
  session: Session
  lifetime: SessionLifetime
  type: LogType
  resume?: Resume
}

/**
 * The result. `not_run`: the server could not run the post-login steps now; `ended`: the session ended meanwhile, by a logout, a block or
 * another password.
 */
export type SessionLoginResult<Answer> =
  | { kind: 'completed'; answer: Answer }
  | { kind: 'denied'; message: string }
  | ({ kind: 'redirect'; url: string } & Resume)
  | { kind: 'failed' | 'not_run' | 'ended' }

/** Writes the log event of a login that a post-login step ended. The message is for the tenant's log. */
async function recordFailure(
  { db, clock }: ContinueSessionDeps,
  login: SessionLogin,
  { outcome, message, call }: { outcome: Outcome; message: string; call: PostLoginCall | undefined },
): Promise<void> {
  const { user, tenant, session } = login
  await recordEvent(db, tenant.tenant_id, clock.now(), {
    ...userEvent(login, user.email ?? user.username ?? user.user_id),
    type: login.type === 'ssa' ? 'fsa' : 'f',
    description: message,
    user_id: user.user_id,
    details: { error: { code: outcome, message }, session_id: session.session_id, ...defined({ post_login: call }) },
  })
}

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
  issue: (accepted: { at: number; changes: TokenChanges }) => Promise<IssuedWrites & { answer: Answer }>,
): Promise<SessionLoginResult<Answer>> {
  const { session, lifetime, type, user, tenant, connection, resume } = login
  const { logins_count } = user
  const decision = await runPostLogin(deps.post_login_steps, login, { logins_count, resume })
  switch (decision.kind) {
    case 'redirect':
      return decision
    case 'deny': {
      const { message, call } = decision
      await recordFailure(deps, login, { outcome: step_outcomes.deny, message, call })
      return { kind: 'denied', message }
    }
    case 'error':
    case 'not_run': {
      const { kind, message, call } = decision
      await recordFailure(deps, login, { outcome: step_outcomes[kind], message, call })
      return { kind: kind === 'error' ? 'failed' : kind }
    }
    case 'thrown': {
      deps.log.warn({ err: decision.error, connection: connection.name }, 'a post-login step failed')
      const message = 'A post-login step failed.'
      await recordFailure(deps, login, { outcome: 'rule_error', message, call: undefined })
      return { kind: 'failed' }
    }
    case 'allow':
  }
  const at = deps.clock.now()
  const { answer, events, write } = await issue({ at, changes: decision.changes })
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
