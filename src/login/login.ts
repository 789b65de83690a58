import { setTimeout } from 'node:timers/promises'
import type { JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import { Refusal, type RefusalDetails } from '../contract/refusal.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { userById, type User } from '../users/user.ts'
import { countAsking, locked_events_per_address } from './asking-limit.ts'
import { attemptKey, authenticate, type Attempt, type Verdict } from './authenticate.ts'
import type { PendingLogin } from './conclude-login.ts'
import { FlightsFull } from './flights.ts'
import type { LoginParts } from './login-parts.ts'
import { countedAddress, releaseAttempt, reserveAttempt, shieldSubject, type ShieldSubject } from './shield.ts'
import { sendVerification } from './verify-email.ts'

/** Somebody who wants to log in, and through what. */
export type LoginRequest = {
  tenant: Tenant
  connection: Connection
  client: Client
  /** As typed; it is trimmed here. */
  identifier: string
  /** As typed; every byte counts. */
  password: string
  caller: Caller
}

/** A login that succeeded. `pending` is there unless all of it is written already: the caller concludes it. */
export type LoginSuccess = {
  outcome: 'success' | 'moved' | 'legacy_success'
  user: User
  pending: PendingLogin | undefined
}

const identifier_max = 254
const retry_after_s = 5

function eventOf(request: LoginRequest, typed: string, outcome: Outcome, detail: JsonObject): NewLogEvent {
  const { connection, client, caller } = request
  return {
    type: outcomes[outcome].log_type,
    connection_id: connection.connection_id,
    connection: connection.name,
    client_id: client.client_id,
    client_name: client.name,
    user_name: typed,
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
    details:
      connection.mode === 'local' ? detail : { ...detail, migration: { outcome, ...asObject(detail['migration']) } },
  }
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
}

function refusalOf(verdict: Extract<Verdict, { kind: 'refused' }>): Refusal {
  const { outcome, message, code } = verdict
  const problem = outcomes[outcome].problem
  if (problem === null) throw new Error(`The outcome ${outcome} is no refusal`)
  const details: RefusalDetails = {}
  // Only what a script says on purpose to the person reaches the person.
  const forThePerson = outcome === 'denied_by_script' || outcome === 'refused_by_script'
  if (forThePerson && message !== undefined && message !== '') details.message = message
  if (outcome === 'refused_by_script' && code !== undefined) details.error = code
  if (problem === 'legacy_unavailable') details.retry_after_s = retry_after_s
  return new Refusal(problem, details)
}

async function accept(
  parts: LoginParts,
  request: LoginRequest,
  typed: string,
  verdict: Extract<Verdict, { kind: 'accepted' }>,
  subject: ShieldSubject | undefined,
): Promise<LoginSuccess> {
  const { tenant_id } = request.tenant
  const { outcome, user_id } = verdict
  const user = verdict.user ?? (await userById(parts.db, tenant_id, user_id))
  // Deleted between the check and here: nobody to log in any more.
  if (!user) throw new Refusal('wrong_credentials')
  if (!verdict.completed) {
    const at = parts.clock.now()
    const { ip } = request.caller
    const event = successEvent(request, typed, user_id, outcome, verdict.detail)
    const after = { ...user, last_login: at, last_ip: ip, logins_count: user.logins_count + 1, updated_at: at }
    const { credential_id } = verdict
    return { outcome, user: after, pending: { tenant_id, user_id, at, ip, event, credential_id, subject } }
  }
  if (outcome === 'moved' && request.connection.options.verify_email_on_migration === true) {
    const { tenant, connection, client } = request
    if (!user.email_verified) await sendVerification(parts, { tenant, connection, client, user })
  }
  return { outcome, user, pending: undefined }
}

function successEvent(
  request: LoginRequest,
  typed: string,
  user_id: string,
  outcome: Outcome,
  detail: JsonObject,
): NewLogEvent {
  const migration: JsonObject = Object.keys(detail).length > 0 ? { migration: fromConnection(detail) } : {}
  return { ...eventOf(request, typed, outcome, migration), description: 'Successful login', user_id }
}

function fromConnection({ connection, ...rest }: JsonObject): JsonObject {
  return connection === undefined ? rest : { from_connection: connection, ...rest }
}

/** A locked address may go on for ever: the first hundred attempts in ten minutes are logged. */
async function isWorthAnEvent(parts: LoginParts, { tenant, caller }: LoginRequest): Promise<boolean> {
  const address = countedAddress(caller.ip)
  return (await countAsking(parts, tenant.tenant_id, locked_events_per_address, address)) === 'within'
}

async function refuse(
  parts: LoginParts,
  request: LoginRequest,
  typed: string,
  verdict: Extract<Verdict, { kind: 'refused' }>,
): Promise<never> {
  const refusal = refusalOf(verdict)
  const { message } = verdict
  const said = message === undefined || message === '' ? refusal.message : message
  const detail: JsonObject = {
    error: { message: said, ...(verdict.code === undefined ? {} : { code: verdict.code }) },
    migration: {
      ...fromConnection(verdict.detail),
      ...(verdict.message === undefined ? {} : { error: verdict.message }),
    },
  }
  if (verdict.outcome === 'locked' && !(await isWorthAnEvent(parts, request))) throw refusal
  const event = eventOf(
    request,
    typed,
    verdict.outcome,
    request.connection.mode === 'local' ? { error: detail['error'] ?? null } : detail,
  )
  await recordEvent(parts.db, request.tenant.tenant_id, parts.clock.now(), {
    ...event,
    description: said,
    ...(verdict.user_id === undefined ? {} : { user_id: verdict.user_id }),
  })
  throw refusal
}

function checkInput(request: LoginRequest): string {
  const typed = request.identifier.trim()
  if (typed.length > identifier_max) throw new Refusal('identifier_too_long')
  if (typed === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: username' })
  if (request.password === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: password' })
  if (/\p{Cc}/u.test(typed)) {
    throw new Refusal('invalid_request', { message: 'The e-mail address or username holds control characters.' })
  }
  checkPasswordLength(request.password)
  return typed
}

async function guarded(parts: LoginParts, attempt: Attempt, protect: boolean): Promise<Verdict> {
  if (!protect) return await authenticate(parts, attempt)
  // Before the shield writes: an attempt that no core has time for should cost next to nothing.
  const asked = parts.passwords.reserve()
  const reservation = await reserveAttempt(parts.db, parts.clock, attempt.subject).finally(asked)
  if (reservation.kind === 'locked') return { kind: 'refused', outcome: 'locked', detail: { limit: reservation.by } }
  try {
    const verdict = await authenticate(parts, attempt)
    if (verdict.kind === 'refused' && !outcomes[verdict.outcome].counts) await releaseAttempt(parts.db, attempt.subject)
    return verdict
  } catch (error) {
    await releaseAttempt(parts.db, attempt.subject)
    throw error
  }
}

/**
 * Logs a person in: the shield lets the attempt through, the local store or the legacy store decides, an
 * unknown person whom the legacy store accepts is moved. A refusal is logged; a success is counted and logged
 * by `concludeLogin`, in the transaction of what it leads to.
 *
 * @throws {Refusal} the problem of the outcome (see the outcome table), after it was logged; `password_too_long`,
 *   `identifier_too_long` and `invalid_request` for input that is no attempt
 */
export async function login(parts: LoginParts, request: LoginRequest): Promise<LoginSuccess> {
  const started_at = performance.now()
  const typed = checkInput(request)
  const { tenant, connection, password, caller } = request
  const { identifier, key } = attemptKey(connection, typed, caller.ip)
  const protect = connection.options.brute_force_protection !== false
  const subject = shieldSubject({
    tenant_id: tenant.tenant_id,
    connection_id: connection.connection_id,
    connection: connection.name,
    identifier,
    ip: caller.ip,
  })
  const attempt: Attempt = {
    tenant,
    connection,
    typed,
    identifier,
    password,
    subject,
    successEvent: (user_id, outcome, detail) => successEvent(request, typed, user_id, outcome, detail),
  }
  const { result, shared } = await parts.attempts
    .share(key, password, () => guarded(parts, attempt, protect))
    .catch((error: unknown) => {
      if (!(error instanceof FlightsFull)) throw error
      const verdict: Verdict = {
        kind: 'refused',
        outcome: 'saturated',
        message: 'Too many attempts for this identifier are waiting.',
        detail: {},
      }
      return { result: verdict, shared: false }
    })
  if (result.kind === 'accepted') {
    const own: typeof result = shared
      ? {
          ...result,
          outcome: result.outcome === 'moved' ? 'success' : result.outcome,
          completed: false,
          detail: { shared: true },
        }
      : result
    const counted = shared || !protect || own.completed ? undefined : subject
    try {
      return await accept(parts, request, typed, own, counted)
    } catch (error) {
      // The password was right: what failed since must not count against the person.
      if (counted) parts.background.run('give an attempt back', () => releaseAttempt(parts.db, counted))
      throw error
    }
  }
  try {
    return await refuse(parts, request, typed, result)
  } finally {
    const floor_ms = connection.options.latency_floor_ms ?? 0
    const left_ms = floor_ms - (performance.now() - started_at)
    if (left_ms > 0) await setTimeout(left_ms)
  }
}
