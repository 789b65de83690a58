import type { NonEmpty } from '../base/non-empty.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import { authenticate, type AuthenticateDeps } from './authenticate.ts'
import { sharedAuthentication, type Authentication } from './authentication.ts'
import {
  releaseAttempt,
  releaseOthers,
  reserveAttempts,
  settleRefused,
  type ProtectedAttempt,
} from './brute-force-protection.ts'
import { findIdentifiedUser } from './find-identified-user.ts'
import type { LoginAttempt } from './identify.ts'
import { SingleFlightFull, type SingleFlight } from './single-flight.ts'

/** Dependencies of `attemptLogin`. */
export type AttemptLoginDeps = AuthenticateDeps & {
  /** Login attempts in flight, one per identifier of a connection and address. */
  pending_attempts: SingleFlight
}

/**
 * The result of a login attempt, in the connection that decided it. `reserved`: the reservation that an accepted login must clear or
 * release.
 */
export type AttemptResult = {
  attempt: LoginAttempt
  authentication: Authentication
  reserved: ProtectedAttempt | undefined
}

/** The outcomes after which the next connection is tried. An outage is none: it could move or admit another store's user. */
const tries_next: ReadonlySet<string> = new Set<Outcome>(['wrong_password', 'unknown_user', 'tombstoned'])

/** Those connections first in which the user is found here: a user who has moved is not looked up in another legacy store. */
async function movedFirst(deps: AttemptLoginDeps, attempts: NonEmpty<LoginAttempt>): Promise<readonly LoginAttempt[]> {
  if (attempts.length === 1) return attempts
  const isHere = async ({ connection, identifier }: LoginAttempt): Promise<boolean> =>
    connection.mode !== 'legacy' && (await findIdentifiedUser(deps.db, connection, identifier)) !== undefined
  const here = await Promise.all(attempts.map(async (attempt) => ({ attempt, is_here: await isHere(attempt) })))
  return here.toSorted((one, other) => Number(other.is_here) - Number(one.is_here)).map(({ attempt }) => attempt)
}

type Tried = { attempt: LoginAttempt; authentication: Authentication }

/** Verifies an attempt in one connection after the other, until one accepts the password or ends the attempt. */
async function authenticateInTurn(deps: AttemptLoginDeps, attempts: NonEmpty<LoginAttempt>): Promise<NonEmpty<Tried>> {
  const tried: Tried[] = []
  for (const attempt of await movedFirst(deps, attempts)) {
    const authentication = await authenticate(deps, attempt)
    tried.unshift({ attempt, authentication })
    if (authentication.kind === 'accepted' || !tries_next.has(authentication.outcome)) break
  }
  return tried as [Tried, ...Tried[]]
}

/** The refusal that answers an attempt: the one that ended it, else that of a connection that knows the user. `tried`: the last first. */
function refusalOf(tried: NonEmpty<Tried>): Tried {
  const [last] = tried
  if (!tries_next.has(last.authentication.outcome)) return last
  return tried.findLast(({ authentication }) => authentication.outcome === 'wrong_password') ?? last
}

/** Reserves the attempt, verifies it, and settles the reservation of a refused one. That of an accepted one is settled when it completes. */
async function reserveAndAuthenticate(
  deps: AttemptLoginDeps,
  attempts: NonEmpty<LoginAttempt>,
): Promise<AttemptResult> {
  const [first] = attempts
  // Before the attempt is written: when the queue of hashes is full, the attempt is refused without a write.
  const releaseHash = await deps.passwords.reserve(first.tenant.tenant_id)
  const [protection, ...further] = attempts.map((attempt) => attempt.protection) as [ProtectedAttempt]
  const reservation = await reserveAttempts(deps, [protection, ...further]).finally(releaseHash)
  if (reservation.kind === 'locked') {
    const outcome = reservation.by === 'address' ? 'address_locked' : 'locked'
    const detail = { limit: reservation.by }
    return { attempt: first, authentication: { kind: 'refused', outcome, detail }, reserved: undefined }
  }
  const reserved = reservation.attempts
  try {
    const open = attempts.filter((attempt) => reserved.includes(attempt.protection)) as [LoginAttempt]
    const tried = await authenticateInTurn(deps, open)
    const [{ attempt, authentication }] = tried
    if (authentication.kind === 'accepted') {
      await releaseOthers(deps.db, reserved, attempt.protection)
      return { attempt, authentication, reserved: attempt.protection }
    }
    const refused = tried.filter((each) => outcomes[each.authentication.outcome].counts_as_failed_attempt)
    await settleRefused(
      deps,
      reserved,
      refused.map((each) => each.attempt.protection),
    )
    return { ...refusalOf(tried), reserved: undefined }
  } catch (error) {
    for (const each of reserved) await releaseAttempt(deps.db, each)
    throw error
  }
}

/**
 * Reserves a login attempt against brute force and verifies it: in the first connection and, where that knows no such user and password, in
 * the next one. Attempts with the same identifier, password and address at the same time are one attempt: the first has the reservation, and
 * the others share its result.
 */
export async function attemptLogin(deps: AttemptLoginDeps, attempts: NonEmpty<LoginAttempt>): Promise<AttemptResult> {
  const [first] = attempts
  const { connection, identifier, caller, password } = first
  const further = attempts.slice(1).map((attempt) => attempt.connection.connection_id)
  const key = JSON.stringify([connection.tenant_id, connection.connection_id, caller.ip, identifier, ...further])
  try {
    const run = () => reserveAndAuthenticate(deps, attempts)
    const { result, shared } = await deps.pending_attempts.run(key, password, run)
    if (!shared) return result
    const { connection_id } = result.attempt.connection
    // That of this caller, in the connection that decided.
    const attempt = attempts.find((each) => each.connection.connection_id === connection_id) ?? first
    return { attempt, authentication: sharedAuthentication(result.authentication), reserved: undefined }
  } catch (error) {
    if (!(error instanceof SingleFlightFull)) throw error
    const message = 'Too many attempts for this identifier are waiting.'
    const authentication = { kind: 'refused', outcome: 'saturated', message, detail: {} } as const
    return { attempt: first, authentication, reserved: undefined }
  }
}
