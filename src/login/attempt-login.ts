import { outcomes } from '../contract/outcomes.ts'
import { authenticate, type AuthenticateDeps } from './authenticate.ts'
import { sharedAuthentication, type Authentication } from './authentication.ts'
import { countFailedAttempt, releaseAttempt, reserveAttempt, type ProtectedAttempt } from './brute-force-protection.ts'
import type { LoginAttempt } from './identify.ts'
import { SingleFlightFull, type SingleFlight } from './single-flight.ts'

/** Dependencies of `attemptLogin`. */
export type AttemptLoginDeps = AuthenticateDeps & {
  /** Login attempts in flight, one per identifier of a connection and address. */
  pending_attempts: SingleFlight
}

/** The result of a login attempt. `reserved`: the reservation that an accepted login must clear or release. */
export type AttemptResult = { authentication: Authentication; reserved: ProtectedAttempt | undefined }

/** Reserves the attempt, verifies it, and settles the reservation of a refused one. That of an accepted one is settled when it completes. */
async function reserveAndAuthenticate(deps: AttemptLoginDeps, attempt: LoginAttempt): Promise<AttemptResult> {
  const { protection } = attempt
  // Before the attempt is written: when the queue of hashes is full, the attempt is refused without a write.
  const releaseHash = await deps.passwords.reserve(attempt.tenant.tenant_id)
  const reservation = await reserveAttempt(deps.db, deps.clock, protection).finally(releaseHash)
  if (reservation.kind === 'locked') {
    const outcome = reservation.by === 'address' ? 'address_locked' : 'locked'
    const detail = { limit: reservation.by }
    return { authentication: { kind: 'refused', outcome, detail }, reserved: undefined }
  }
  try {
    const authentication = await authenticate(deps, attempt)
    if (authentication.kind === 'accepted') return { authentication, reserved: protection }
    if (outcomes[authentication.outcome].counts_as_failed_attempt) await countFailedAttempt(deps, protection)
    else await releaseAttempt(deps.db, protection)
    return { authentication, reserved: undefined }
  } catch (error) {
    await releaseAttempt(deps.db, protection)
    throw error
  }
}

/**
 * Reserves a login attempt against brute force and verifies it. Attempts with the same identifier, password and address at the same time
 * are one attempt: the first has the reservation, and the others share its result.
 */
export async function attemptLogin(deps: AttemptLoginDeps, attempt: LoginAttempt): Promise<AttemptResult> {
  const { connection, identifier, caller, password } = attempt
  const key = JSON.stringify([connection.tenant_id, connection.connection_id, caller.ip, identifier])
  try {
    const run = () => reserveAndAuthenticate(deps, attempt)
    const { result, shared } = await deps.pending_attempts.run(key, password, run)
    if (!shared) return result
    return { authentication: sharedAuthentication(result.authentication), reserved: undefined }
  } catch (error) {
    if (!(error instanceof SingleFlightFull)) throw error
    const message = 'Too many attempts for this identifier are waiting.'
    return { authentication: { kind: 'refused', outcome: 'saturated', message, detail: {} }, reserved: undefined }
  }
}
