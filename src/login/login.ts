/**
 * Login: one login from the input to its outcome; sign-up, password reset and e-mail verification. It knows no HTTP, and what a login
 * issues (tokens, sessions) is passed in by the caller.
 */
import { setTimeout } from 'node:timers/promises'
import type { Background } from '../base/background.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { Refusal } from '../contract/refusal.ts'
import { recordEvent } from '../logs/record-event.ts'
import type { Transaction } from '../store/tables.ts'
import type { User } from '../users/user.ts'
import { authenticate, type AuthenticateDeps } from './authenticate.ts'
import { sharedAuthentication, type Accepted, type Authentication, type Refused } from './authentication.ts'
import { countedAddress, releaseAttempt, reserveAttempt, type ProtectedAttempt } from './brute-force-protection.ts'
import { completeLogin, type IssuedWrites } from './complete-login.ts'
import { identify, type LoginAttempt, type LoginRequest } from './identify.ts'
import { failureEvent, refusalOf, successEvent } from './login-events.ts'
import { runPostLogin, type PostLoginStep } from './post-login.ts'
import { countRequest, locked_events_per_address } from './request-limit.ts'
import { SingleFlightFull, type SingleFlight } from './single-flight.ts'
import { queueVerification, type SendVerificationDeps } from './verify-email.ts'

/** What a login needs. */
export type LoginDeps = AuthenticateDeps &
  SendVerificationDeps & {
    log: ProcessLog
    background: Background
    /** Attempts in flight, one per identifier of a connection and address. */
    pending_attempts: SingleFlight
    post_login_steps: readonly PostLoginStep[]
  }

/** A login that is allowed: the user with this login counted, and its time in epoch milliseconds. */
export type AcceptedLogin = { user: User; at: number }

/** Prepares what a login issues: the answer, and what is stored in the transaction that completes the login. */
export type Issue<Answer> = (login: AcceptedLogin) => Promise<IssuedWrites & { answer: Answer }>

/** A login that waits for the user to come back from a redirect of a post-login step. */
export type SuspendedLogin = { accepted: Accepted; resume_at: number }

/** The result of a login. A failure is logged before it is answered. */
export type LoginResult<Answer> =
  | { kind: 'completed'; answer: Answer }
  | { kind: 'redirect'; url: string; suspended: SuspendedLogin }
  | { kind: 'failed'; outcome: Outcome; refusal: Refusal }

type Attempted = { authentication: Authentication; reserved: ProtectedAttempt | undefined }

/** Reserves the attempt, then verifies it. An outcome that brute-force protection does not count gives the reservation back. */
async function attemptLogin(deps: LoginDeps, attempt: LoginAttempt): Promise<Attempted> {
  const { connection, protection } = attempt
  if (connection.options.brute_force_protection === false) {
    return { authentication: await authenticate(deps, attempt), reserved: undefined }
  }
  // Before the reservation is written: an attempt that no core has time for is refused at no cost.
  const releaseHash = deps.passwords.reserve()
  const reservation = await reserveAttempt(deps.db, deps.clock, protection).finally(releaseHash)
  if (reservation.kind === 'locked') {
    const detail = { limit: reservation.by }
    return { authentication: { kind: 'refused', outcome: 'locked', detail }, reserved: undefined }
  }
  try {
    const authentication = await authenticate(deps, attempt)
    const counts = authentication.kind === 'refused' && outcomes[authentication.outcome].counts
    if (authentication.kind === 'refused' && !counts) await releaseAttempt(deps.db, protection)
    return { authentication, reserved: authentication.kind === 'accepted' ? protection : undefined }
  } catch (error) {
    await releaseAttempt(deps.db, protection)
    throw error
  }
}

/** Equal attempts at the same time are one attempt: the first holds the reservation, the others share its result. */
async function attemptOnce(deps: LoginDeps, attempt: LoginAttempt): Promise<Attempted> {
  const { connection, identifier, caller, password } = attempt
  const key = JSON.stringify([connection.tenant_id, connection.connection_id, caller.ip, identifier])
  try {
    const { result, shared } = await deps.pending_attempts.run(key, password, () => attemptLogin(deps, attempt))
    if (!shared) return result
    return { authentication: sharedAuthentication(result.authentication), reserved: undefined }
  } catch (error) {
    if (!(error instanceof SingleFlightFull)) throw error
    const message = 'Too many attempts for this identifier are waiting.'
    return { authentication: { kind: 'refused', outcome: 'saturated', message, detail: {} }, reserved: undefined }
  }
}

/** The attempts of a locked address do not end: the first hundred in ten minutes are logged. */
async function isWorthAnEvent(deps: LoginDeps, { tenant, caller }: LoginAttempt): Promise<boolean> {
  const address = countedAddress(caller.ip)
  return (await countRequest(deps, tenant.tenant_id, locked_events_per_address, address)) === 'within'
}

/** Writes the log event of a failed login, and answers the failure. */
async function failLogin(
  deps: LoginDeps,
  attempt: LoginAttempt,
  refused: Refused,
): Promise<Extract<LoginResult<never>, { kind: 'failed' }>> {
  const { outcome, message } = refused
  const refusal = refusalOf(refused)
  if (outcome !== 'locked' || (await isWorthAnEvent(deps, attempt))) {
    const text = message === undefined || message === '' ? refusal.message : message
    const event = failureEvent(attempt, refused, text)
    await recordEvent(deps.db, attempt.tenant.tenant_id, deps.clock.now(), event)
  }
  return { kind: 'failed', outcome, refusal }
}

/** The decision of the post-login steps, as a refusal, a redirect, or undefined for a login that they allow. */
async function decidePostLogin(
  deps: LoginDeps,
  attempt: LoginAttempt,
  accepted: Accepted,
  first_step: number,
): Promise<Refused | Extract<LoginResult<never>, { kind: 'redirect' }> | undefined> {
  const { tenant, connection, client, caller, can_redirect } = attempt
  const { user, detail } = accepted
  const context = { tenant, connection, client, caller, user }
  const decision = await runPostLogin(deps.post_login_steps, context, first_step)
  const { user_id } = user
  switch (decision.kind) {
    case 'allow':
      return undefined
    case 'deny':
      return { kind: 'refused', outcome: 'denied_by_rule', user_id, message: decision.message, detail }
    case 'error': {
      deps.log.warn({ err: decision.error, connection: connection.name }, 'a post-login step failed')
      const message = 'A post-login step failed.'
      return { kind: 'refused', outcome: 'rule_error', user_id, message, detail }
    }
    case 'redirect': {
      const { url, resume_at } = decision
      if (can_redirect) return { kind: 'redirect', url, suspended: { accepted, resume_at } }
      const message = 'A post-login step redirects, which this grant cannot do.'
      return { kind: 'refused', outcome: 'rule_error', user_id, message, detail }
    }
  }
}

async function finishLogin<Answer>(
  deps: LoginDeps,
  attempt: LoginAttempt,
  {
    accepted,
    reserved,
    first_step,
  }: { accepted: Accepted; reserved: ProtectedAttempt | undefined; first_step: number },
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  const release = async (): Promise<void> => {
    if (reserved) await releaseAttempt(deps.db, reserved)
  }
  try {
    const decision = await decidePostLogin(deps, attempt, accepted, first_step)
    if (decision) {
      await release()
      return decision.kind === 'redirect' ? decision : await failLogin(deps, attempt, decision)
    }
    const { user, credential_id } = accepted
    const { ip } = attempt.caller
    const at = deps.clock.now()
    const counted = { ...user, last_login: at, last_ip: ip, logins_count: user.logins_count + 1, updated_at: at }
    const issued = await issue({ user: counted, at })
    const event = successEvent(attempt, accepted)
    const mails = accepted.outcome === 'moved' && attempt.connection.options.verify_email_on_migration === true
    const write = async (trx: Transaction): Promise<void> => {
      await issued.write(trx)
      if (mails) await queueVerification(trx, deps, { ...attempt, user })
    }
    const login = { user, credential_id, ip, at, reserved, event }
    if (!(await completeLogin(deps, login, { events: issued.events, write }))) {
      await release()
      const { user_id } = user
      const message = 'The user was deleted, blocked or given another password during the login.'
      const detail = accepted.detail
      return await failLogin(deps, attempt, { kind: 'refused', outcome: 'wrong_password', user_id, message, detail })
    }
    if (mails) deps.delivery.wake()
    return { kind: 'completed', answer: issued.answer }
  } catch (error) {
    // The password was right: what failed afterwards does not count against the user.
    deps.background.run('release a login attempt', release)
    throw error
  }
}

/**
 * Logs a user in: checks the input, reserves the attempt against brute force, verifies the password (and moves the user where the legacy
 * store accepts it), runs the post-login steps, and completes the login with what `issue` prepares.
 *
 * @throws {Refusal} `password_too_long`, `identifier_too_long` and `invalid_request` for invalid input; `overloaded`; `plan_required`
 */
export async function logIn<Answer>(
  deps: LoginDeps,
  request: LoginRequest,
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  const started_at = performance.now()
  const attempt = identify(request)
  const { authentication, reserved } = await attemptOnce(deps, attempt)
  if (authentication.kind === 'accepted') {
    return await finishLogin(deps, attempt, { accepted: authentication, reserved, first_step: 0 }, issue)
  }
  try {
    return await failLogin(deps, attempt, authentication)
  } finally {
    const floor_ms = request.connection.options.latency_floor_ms ?? 0
    const left_ms = floor_ms - (performance.now() - started_at)
    if (left_ms > 0) await setTimeout(left_ms)
  }
}

/**
 * Resumes a login that a post-login step redirected, with the steps after that one. The user is the one that the suspended login
 * names; whether it still exists, is not blocked and has the same password is checked when the login completes.
 */
export async function resumeLogin<Answer>(
  deps: LoginDeps,
  request: LoginRequest,
  { accepted, resume_at }: SuspendedLogin,
  issue: Issue<Answer>,
): Promise<LoginResult<Answer>> {
  return await finishLogin(deps, identify(request), { accepted, reserved: undefined, first_step: resume_at }, issue)
}
