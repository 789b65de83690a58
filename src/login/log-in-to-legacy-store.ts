import { defined } from '../base/defined.ts'
import type { ActionScriptCall } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { Sealer } from '../keys/sealer.ts'
import { severalUsers } from '../migration/decisions/choose-profile.ts'
import type { LegacyResult, LegacyStore } from '../migration/legacy-store.ts'
import type { ReturnedHash } from '../migration/returned-hash.ts'
import { HashError } from '../passwords/formats/index.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import type { Reservation } from './brute-force-protection.ts'
import { readStoredHash } from '../migration/stored-hash.ts'

/** Dependencies of `logInToLegacyStore`. */
export type LegacyLoginDeps = {
  db: Db
  sealer: Sealer
  passwords: Pick<Passwords, 'verifyForeign' | 'repeatForeign'>
  legacy: Pick<LegacyStore, 'runLogin' | 'findHash'>
}

/** A login to decide by the legacy store. */
export type LegacyLogin = {
  connection: Connection
  /** The identifier as typed, trimmed. */
  typed: string
  password: string
  /** The legacy id of the user in question, where it is known. */
  wanted?: string
  /** Reserves the attempt under the legacy id that was found, before the hash is verified. */
  reserve(legacy_id: string): Promise<Reservation>
}

/**
 * The result of a login in the legacy store. `locked`: too many attempts on the legacy user who was found; nothing was verified. `reason`:
 * why a login was refused as a wrong password although no hash was verified, for the tenant's log.
 */
export type LegacyLoginResult =
  | (LegacyResult & { reason?: Outcome })
  | (Extract<Reservation, { kind: 'locked' }> & ActionScriptCall)

type Found = Extract<LegacyResult, { kind: 'found' | 'excluded' }>

/** The id under which the user is here or would be; of an excluded user the legacy store's. */
const idOf = (found: Found): string | undefined =>
  found.kind === 'found' ? found.profile.legacy_id : found.names.legacy_id

const refused = (message: string, found: Found, reason?: Outcome): LegacyLoginResult => {
  const { duration_ms, call_id } = found
  const legacy_id = idOf(found)
  return {
    kind: 'refused',
    outcome: 'wrong_password',
    message,
    duration_ms,
    ...defined({ call_id, legacy_id, reason }),
  }
}

/**
 * What `get_user` says of a user is a wrong password while none was verified: other answers would tell who exists, and would be free guesses.
 */
function asWrongPassword(result: LegacyResult): LegacyLoginResult {
  if (result.kind === 'invalid_profile') {
    const { problem, names: _names, kind: _kind, ...call } = result
    const message = `The profile's ${problem.field} ${problem.message}.`
    return { ...call, kind: 'refused', outcome: 'wrong_password', message, reason: 'profile_refused' }
  }
  if (result.kind === 'several') {
    const { legacy_ids, kind: _kind, ...call } = result
    const message = severalUsers(legacy_ids)
    return { ...call, kind: 'refused', outcome: 'wrong_password', message, reason: 'collision' }
  }
  if (result.kind === 'excluded') return refused('A decision excludes the user.', result, 'excluded')
  if (result.kind !== 'refused' || outcomes[result.outcome].counts_as_failed_attempt) return result
  const { outcome, code: _code, ...call } = result
  return { ...call, outcome: 'wrong_password', reason: outcome }
}

/** Whether the user moved before: then the password kept here decides, not the stored hash. */
async function hasMoved(db: Db, { mode, tenant_id, connection_id }: Connection, legacy_id: string): Promise<boolean> {
  if (mode !== 'import') return false
  const found = await findCredentialByIdentity(db, tenant_id, connection_id, legacy_id)
  return Boolean(found?.credential)
}

async function verifyFound(
  deps: LegacyLoginDeps,
  login: LegacyLogin,
  found: Found,
  hash: ReturnedHash,
): Promise<LegacyLoginResult> {
  const { connection, typed, password, reserve } = login
  const { duration_ms, call_id } = found
  const { tenant_id, connection_id } = connection
  const legacy_id = idOf(found)
  const refuseUnverified = async (message: string, reason?: Outcome): Promise<LegacyLoginResult> => {
    await deps.passwords.repeatForeign(password, tenant_id, connection_id)
    return refused(message, found, reason)
  }
  const reservation = await reserve(legacy_id ?? typed)
  if (reservation.kind === 'locked') return { ...reservation, duration_ms, ...defined({ call_id }) }
  const has_moved = await hasMoved(deps.db, connection, legacy_id ?? '')
  if (has_moved || hash.kind === 'none') {
    return await refuseUnverified(has_moved ? 'The user has moved.' : 'The user has no password in the legacy store.')
  }
  if (hash.kind === 'invalid') {
    return await refuseUnverified(`The profile's ${hash.problem.field} ${hash.problem.message}.`, 'profile_refused')
  }
  try {
    const { foreign } = readStoredHash(deps, connection, hash.stored)
    const is_right = await deps.passwords.verifyForeign(foreign, password, tenant_id, connection_id)
    return is_right ? found : refused('The password does not match the stored hash.', found)
  } catch (error) {
    if (!(error instanceof HashError)) throw error
    const message = `The profile's password_hash cannot be verified: ${error.message}.`
    return await refuseUnverified(message, 'profile_refused')
  }
}

/**
 * Has the legacy store decide a login: by its `login` script or, with `options.verify_password_here`, by the stored hash that `get_user`
 * returns and that Wherry verifies. Then a login computes one hash of the other system for known and unknown users, and for users who have
 * moved or cannot log in, and each of them is a wrong password; an outage is none. The hash is in no result.
 *
 * @throws {Refusal} `overloaded`
 */
export async function logInToLegacyStore(deps: LegacyLoginDeps, login: LegacyLogin): Promise<LegacyLoginResult> {
  const { connection, typed, password, wanted } = login
  if (loginScript(connection) === 'login') return await deps.legacy.runLogin(connection, typed, password, wanted)
  const { result, hash } = await deps.legacy.findHash(connection, typed, wanted)
  if ((result.kind === 'found' || result.kind === 'excluded') && hash)
    return await verifyFound(deps, login, result, hash)
  if (result.kind === 'failed') return result
  await deps.passwords.repeatForeign(password, connection.tenant_id, connection.connection_id)
  return asWrongPassword(result)
}
