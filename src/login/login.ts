/**
 * Login: one login from its input to its outcome; sign-up, password reset and e-mail verification. It knows no HTTP; the caller passes in
 * the function that issues tokens or a session.
 */
import { setTimeout } from 'node:timers/promises'
import type { Background } from '../base/background.ts'
import { defined } from '../base/defined.ts'
import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { newReferenceCode } from '../base/reference-code.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { Refusal } from '../contract/refusal.ts'
import { recordEvent } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import { countUnknownAttempt } from '../migration/finish/latecomers.ts'
import { no_token_changes, type PostLoginStep, type TokenChanges } from '../rules/post-login.ts'
import type { Transaction } from '../store/tables.ts'
import type { User } from '../users/user.ts'
import { attemptLogin, type AttemptLoginDeps } from './attempt-login.ts'
import type { Accepted, Refused } from './authentication.ts'
import { releaseAttempt, type ProtectedAttempt } from './brute-force-protection.ts'
import { completeLogin, type IssuedWrites } from './complete-login.ts'
import { checkAttempts, identify, type IdentifiedRequest, type LoginRequest, type ResumeRequest } from './identify.ts'
import { failureEvent, loginRefusal, successEvent } from './login-events.ts'
import { runPostLogin, step_outcomes, type Resume } from './post-login.ts'
import { queueVerification, type SendVerificationDeps } from './verify-email.ts'

/** Dependencies of `logIn`. */
export type LoginDeps = AttemptLoginDeps &
  SendVerificationDeps & {
    log: ProcessLog
    background: Background
    unauthenticated_events: UnauthenticatedEvents
    post_login_steps: readonly PostLoginStep[]
  }

/**
 * An accepted login: the user, with this login counted, the connection, the time in epoch milliseconds, and what the post-login steps
 * changed.
 */
export type AcceptedLogin = { user: User; connection: Connection; at: number; changes: TokenChanges }

/** Issues tokens or a session for a login: the answer, and the writes for the transaction that completes the login. */
export type Issue<Answer> = (login: AcceptedLogin) => Promise<IssuedWrites & { answer: Answer }>

/**
 * A login that a post-login step redirected, until the user comes back. `counted`: the failed attempts to clear when it completes;
 * undefined without brute-force protection.
 */
export type SuspendedLogin = { accepted: Accepted; counted: ProtectedAttempt | undefined } & Resume

type VerifiedLogin = Omit<SuspendedLogin, keyof Resume> & { resume?: Resume }

/** The result of a login. A failure is already logged; `reference`: the code that its log event has, where the request shows one. */
export type LoginResult<Answer> =
  | { kind: 'completed'; answer: Answer }
  | { kind: 'redirect'; url: string; connection: Connection; suspended: SuspendedLogin }
  | { kind: 'failed'; outcome: Outcome; refusal: Refusal; reference?: string }

/** Writes the log event of a failed login and returns the failure. Attempts that count are bounded by brute-force protection, others are not. */
async function failLogin(
  deps: LoginDeps,
  attempt: IdentifiedRequest,
  refused: Refused,
): Promise<Extract<LoginResult<never>, { kind: 'failed' }>> {
  const { outcome, message } = refused
  const refusal = loginRefusal(refused)
  const text = message === undefined || message === '' ? refusal.message : message
  const code = attempt.shows_reference === true ? newReferenceCode() : undefined
  const event = failureEvent(attempt, refused, text, code)
  const { tenant_id } = attempt.tenant
  const is_bounded = outcomes[outcome].counts_as_failed_attempt && attempt.protection.enabled
  if (is_bounded) await recordEvent(deps.db, tenant_id, deps.clock.now(), event)
  const is_recorded =
    is_bounded || (await deps.unauthenticated_events.record(tenant_id, { ...event, caller: attempt.caller }))
  const { connection } = attempt
  // As bounded as the log event, and after the answer, so that it takes as long for people whom the ledger knows as for others.
  if (is_recorded && outcome === 'unknown_user' && connection.finish_step !== null) {
    const identifier = canonicalIn(connection, attempt.typed)
    deps.background.run('count a latecomer', () => countUnknownAttempt(deps, connection, identifier, 'login'))
  }
  return { kind: 'failed', outcome, refusal, ...(is_recorded ? defined({ reference: code }) : {}) }
}

/** The decision of the post-login steps: a refusal, a redirect, or what they change in the tokens of the login. */
async function decidePostLogin(
  deps: LoginDeps,
  attempt: IdentifiedRequest,
  { accepted, counted, resume }: VerifiedLogin,
): Promise<Refused | Extract<LoginResult<never>, { kind: 'redirect' }> | { kind: 'allowed'; changes: TokenChanges }> {
  const { tenant, connection, client, caller, grant, can_redirect } = attempt
  const { user, detail } = accepted
  const context = { tenant, connection, client, caller, user, grant }
  const decision = await runPostLogin(deps.post_login_steps, context, {
    logins_count: user.logins_count + 1,
    resume,
  })
  const { user_id } = user
  switch (decision.kind) {
    case 'allow':
      return { kind: 'allowed', changes: decision.changes }
    case 'deny':
    case 'error':
    case 'not_run': {
      const { message, call } = decision
      const outcome = step_outcomes[decision.kind]
      return { kind: 'refused', outcome, user_id, message, detail, ...defined({ post_login: call }) }
    }
    case 'thrown': {
      deps.log.warn({ err: decision.error, connection: connection.name }, 'a post-login step failed')
      const message = 'A post-login step failed.'
      return { kind: 'refused', outcome: 'rule_error', user_id, message, detail }
    }
    case 'redirect': {
      const { kind, url, ...from } = decision
      if (can_redirect) return { kind, url, connection, suspended: { accepted, counted, ...from } }
      const message = 'A post-login step redirects, which this grant cannot do.'
      return { kind: 'refused', outcome: 'rule_error', user_id, message, detail }
    }
  }
}

async function finishLogin<Answer>(
  deps: LoginDeps,
  attempt: IdentifiedRequest,
  verified: VerifiedLogin,
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  const { accepted, counted } = verified
  const is_resumed = verified.resume !== undefined
  const release = async (): Promise<void> => {
    if (counted && !is_resumed) await releaseAttempt(deps.db, counted)
  }
  try {
    const decision =
      attempt.gives_ticket === true
        ? ({ kind: 'allowed', changes: no_token_changes } as const)
        : await decidePostLogin(deps, attempt, verified)
    if (decision.kind !== 'allowed') {
      await release()
      return decision.kind === 'redirect' ? decision : await failLogin(deps, attempt, decision)
    }
    const { user, linked, credential_id, rehashed } = accepted
    const { ip } = attempt.caller
    const at = deps.clock.now()
    const counted_user = { ...user, last_login: at, last_ip: ip, logins_count: user.logins_count + 1, updated_at: at }
    const { changes } = decision
    const issued = await issue({ user: counted_user, connection: attempt.connection, at, changes })
    const event = successEvent(attempt, accepted)
    const sends_verification =
      accepted.outcome === 'moved' && attempt.connection.options.verify_email_on_migration === true
    const write = async (trx: Transaction): Promise<void> => {
      await issued.write(trx)
      if (sends_verification) await queueVerification(trx, deps, { ...attempt, user })
    }
    const login = { user, linked, credential_id, rehashed, ip, at, counted, event }
    if (!(await completeLogin(deps, login, { events: issued.events, write }))) {
      await release()
      const { user_id } = user
      const message = 'The user was deleted, blocked or given another password during the login.'
      const detail = accepted.detail
      return await failLogin(deps, attempt, { kind: 'refused', outcome: 'wrong_password', user_id, message, detail })
    }
    if (sends_verification) deps.delivery.wake()
    return { kind: 'completed', answer: issued.answer }
  } catch (error) {
    // The password is correct, so a later error does not count as a failed attempt.
    deps.background.run('release a login attempt', release)
    throw error
  }
}

/**
 * Logs a user in: checks the input, reserves the attempt against brute force, verifies the password (and moves a user that the legacy
 * store accepts), runs the post-login steps, and completes the login with the writes of `issue`.
 *
 * @throws {Refusal} `password_too_long`, `identifier_too_long` and `invalid_request` for invalid input; `overloaded`; `plan_required`
 */
export async function logIn<Answer>(
  deps: LoginDeps,
  request: LoginRequest,
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  const started_at = performance.now()
  const { attempt, authentication, reserved: counted } = await attemptLogin(deps, checkAttempts(request))
  if (authentication.kind === 'accepted') {
    return await finishLogin(deps, attempt, { accepted: authentication, counted }, issue)
  }
  try {
    return await failLogin(deps, attempt, authentication)
  } finally {
    const connections = [request.connection, ...(request.next_connections ?? [])]
    const min_duration_ms = Math.max(...connections.map(({ options }) => options.latency_floor_ms ?? 0))
    const left_ms = min_duration_ms - (performance.now() - started_at)
    if (left_ms > 0) await setTimeout(left_ms)
  }
}

/**
 * Resumes a login that a post-login step redirected, with that step. The completion of the login checks whether the user still exists, is
 * not blocked and has the same password.
 */
export async function resumeLogin<Answer>(
  deps: LoginDeps,
  request: ResumeRequest,
  { accepted, counted, ...resume }: SuspendedLogin,
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  return await finishLogin(deps, identify(request), { accepted, counted, resume }, issue)
}
