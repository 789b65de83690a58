import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Clock } from '../base/clock.ts'
import type { ActionScriptCall } from '../connections/action-script-result.ts'
import { loginScript } from '../connections/script-matrix.ts'
import type { Outcome } from '../contract/outcomes.ts'
import type { Sealer } from '../keys/sealer.ts'
import { changeDetail } from '../migration/profile-changes.ts'
import { callDetail, type LegacyResult, type LegacyStore } from '../migration/legacy-store.ts'
import { severalUsers } from '../migration/decisions/choose-profile.ts'
import { legacyNameOf } from '../migration/decisions/new-names.ts'
import { moveUser } from '../migration/move-user.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import { rootId } from '../users/user.ts'
import type { Authentication, Refused } from './authentication.ts'
import { reserveLegacyUser } from './brute-force-protection.ts'
import { cacheLegacyUser } from './cache-legacy-user.ts'
import type { LoginAttempt } from './identify.ts'
import { logInToLegacyStore } from './log-in-to-legacy-store.ts'
import { recordLegacyResult } from './record-legacy-result.ts'
import { verifyCredential, verifyUnknown } from './verify-credential.ts'

/** Dependencies of authentication against the legacy store. */
export type AuthenticateLegacyDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  passwords: Passwords
  legacy: Pick<LegacyStore, 'runLogin' | 'findHash'>
}

/** The refusal for a result of the login script. */
function refusedFromResult(result: Exclude<LegacyResult, { kind: 'found' }>, detail: JsonObject): Refused {
  switch (result.kind) {
    case 'not_found':
      return { kind: 'refused', outcome: 'unknown_user', detail }
    case 'invalid_profile': {
      const { field, message } = result.problem
      return {
        kind: 'refused',
        outcome: 'profile_refused',
        message: `The profile's ${field} ${message}.`,
        detail: { ...detail, field },
      }
    }
    case 'several':
      return { kind: 'refused', outcome: 'collision', message: severalUsers(result.legacy_ids), detail }
    case 'failed':
      return { kind: 'refused', outcome: result.outcome, message: result.message, detail }
    case 'excluded': {
      const { legacy_id } = result.names
      const user_id = legacy_id === undefined ? undefined : `auth0|${legacy_id}`
      return { kind: 'refused', outcome: 'excluded', message: result.message, detail, ...defined({ user_id }) }
    }
    case 'refused':
      return {
        kind: 'refused',
        outcome: result.outcome,
        message: result.message,
        detail,
        ...(result.code === undefined ? {} : { code: result.code }),
        ...(result.legacy_id === undefined ? {} : { user_id: `auth0|${result.legacy_id}` }),
      }
  }
}

type Locked = { kind: 'locked'; refused: Refused }

const detailOf = ({ connection }: LoginAttempt, call: ActionScriptCall & { reason?: Outcome }): JsonObject => ({
  ...callDetail(loginScript(connection), call),
  connection: connection.name,
  ...defined({ reason: call.reason }),
})

async function recordRefusal(
  deps: AuthenticateLegacyDeps,
  { connection, typed, protection }: LoginAttempt,
  result: LegacyResult,
  refused: Refused,
): Promise<Refused> {
  const from = protection.counted_ip
  const source = loginScript(connection)
  await recordLegacyResult(deps, connection, { typed, result, source, through: 'login', refused, from })
  return refused
}

const collision = (message: string, detail: JsonObject): Refused => ({
  kind: 'refused',
  outcome: 'collision',
  message,
  detail,
})

const tombstoned = (detail: JsonObject): Refused => ({
  kind: 'refused',
  outcome: 'tombstoned',
  message: 'This legacy user was deleted here.',
  detail,
})

/**
 * Verifies the password against that of the user who has moved under a legacy id which the script named: the password stored here decides,
 * not the script. The attempt is first reserved under the id, because a legacy store may find one user by many identifiers.
 *
 * @returns undefined where no user of this connection has moved under the id; then no hash was computed
 */
async function authenticateNamed(
  deps: AuthenticateLegacyDeps,
  { connection, password, protection }: LoginAttempt,
  legacy_id: string,
  detail: JsonObject,
): Promise<Authentication | undefined> {
  const reservation = await reserveLegacyUser(deps, protection, legacy_id)
  if (reservation.kind === 'locked') {
    return { kind: 'refused', outcome: 'locked', detail: { ...detail, limit: reservation.by } }
  }
  const found = await findCredentialByIdentity(deps.db, connection.tenant_id, connection.connection_id, legacy_id)
  if (!found?.credential) return undefined
  const authentication = await verifyCredential(deps, connection, found, password)
  // `alias`: the identifier is another one of the user, and the legacy store found the user by it.
  return { ...authentication, detail: { ...authentication.detail, ...detail, alias: true } }
}

/** Authenticates after a wrong password or an unknown user in the legacy store. Each costs one hash, for known and unknown users. */
async function authenticateRefused(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
  result: Exclude<LegacyResult, { kind: 'found' }>,
  detail: JsonObject,
): Promise<Authentication> {
  const legacy_id = result.kind === 'refused' ? result.legacy_id : undefined
  const here = legacy_id === undefined ? undefined : await authenticateNamed(deps, attempt, legacy_id, detail)
  if (here) return here
  await verifyUnknown(deps.passwords, attempt.connection, attempt.password)
  return await recordRefusal(deps, attempt, result, refusedFromResult(result, detail))
}

async function moveAccepted(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
  result: Extract<LegacyResult, { kind: 'found' }>,
  call: JsonObject,
): Promise<Authentication | 'decided'> {
  const { connection, typed, password } = attempt
  const { profile, names, decision } = result
  const detail = { ...call, ...changeDetail(profile.changes) }
  const { legacy_id } = profile
  const known = await findCredentialByIdentity(deps.db, connection.tenant_id, connection.connection_id, legacy_id)
  const here = known?.credential ? await authenticateNamed(deps, attempt, legacy_id, detail) : undefined
  if (here) return here
  if (profile.blocked) {
    const message = 'The legacy store says that this user is blocked.'
    const user_id = `auth0|${profile.legacy_id}`
    const refused: Refused = { kind: 'refused', outcome: 'blocked', message, user_id, detail: call }
    return await recordRefusal(deps, attempt, result, refused)
  }
  const moved = await moveUser(deps, {
    connection,
    profile,
    names,
    decision,
    identifier: typed,
    password_hash: await deps.passwords.hash(password, connection.tenant_id, connection.options.password_normalization),
    through: 'login',
    detail: { ms: Math.round(result.duration_ms) },
  })
  switch (moved.kind) {
    case 'moved':
      if (moved.user.user_id !== rootId({ identity_user_id: legacy_id })) break
      return { kind: 'accepted', outcome: 'moved', user: moved.user, credential_id: moved.credential_id, detail }
    case 'moved_before':
      break
    case 'decided':
      return 'decided'
    case 'tombstoned':
      return tombstoned(detail)
    case 'blocked': {
      const { user_id } = moved
      const message = 'An administrator blocked this user.'
      return await recordRefusal(deps, attempt, result, {
        kind: 'refused',
        outcome: 'blocked',
        message,
        user_id,
        detail,
      })
    }
    case 'collision':
      return await recordRefusal(deps, attempt, result, collision(moved.message, detail))
  }
  // The user moved while the password was hashed, or the identity is linked to another user.
  const now_here = await authenticateNamed(deps, attempt, legacy_id, detail)
  return now_here ?? { kind: 'refused', outcome: 'unknown_user', detail }
}

/** The result of the legacy store, or the refusal where attempts on the legacy user that it found are locked. */
async function resultOf(deps: AuthenticateLegacyDeps, attempt: LoginAttempt): Promise<LegacyResult | Locked> {
  const { connection, password, protection } = attempt
  const { typed, wanted } = await legacyNameOf(deps.db, connection, attempt.typed)
  const reserve = (legacy_id: string) => reserveLegacyUser(deps, protection, legacy_id)
  const result = await logInToLegacyStore(deps, { connection, typed, password, reserve, ...defined({ wanted }) })
  if (result.kind !== 'locked') return result
  const refused = {
    kind: 'refused',
    outcome: 'locked',
    detail: { ...detailOf(attempt, result), limit: result.by },
  } as const
  return { kind: 'locked', refused }
}

// Each new attempt needs another decision on the user within a login.
const attempts_max = 5

/**
 * Import mode, for an identifier unknown here: verifies the password in the legacy store and moves the accepted user. Where a decision on the
 * user was made or taken back meanwhile, it is done again.
 */
export async function authenticateAndMove(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
): Promise<Authentication> {
  let current = attempt
  for (let nth = 1; nth <= attempts_max; nth += 1) {
    const authentication = await authenticateOnce(deps, current)
    if (authentication !== 'decided') return authentication
    // The connection may have been read before its first decision.
    current = { ...attempt, connection: { ...attempt.connection, has_decisions: true } }
  }
  throw new Error(`The decision on a user changed ${attempts_max} times during one login`)
}

async function authenticateOnce(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
): Promise<Authentication | 'decided'> {
  const result = await resultOf(deps, attempt)
  if (result.kind === 'locked') return result.refused
  const call = detailOf(attempt, result)
  if (result.kind === 'found') return await moveAccepted(deps, attempt, result, call)
  const refused = refusedFromResult(result, call)
  return refused.outcome === 'wrong_password' || refused.outcome === 'unknown_user'
    ? await authenticateRefused(deps, attempt, result, call)
    : await recordRefusal(deps, attempt, result, refused)
}

/** Legacy mode: the legacy store decides each login, and the profile is cached. */
export async function authenticateInLegacyMode(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
): Promise<Authentication> {
  const { connection, typed } = attempt
  const result = await resultOf(deps, attempt)
  if (result.kind === 'locked') return result.refused
  const detail = detailOf(attempt, result)
  if (result.kind !== 'found') return await recordRefusal(deps, attempt, result, refusedFromResult(result, detail))
  const cached = await cacheLegacyUser(deps, { connection, profile: result.profile, typed, through: 'login' })
  if (cached.kind === 'tombstoned') return tombstoned(detail)
  if (cached.kind === 'collision') return await recordRefusal(deps, attempt, result, collision(cached.message, detail))
  const { user, linked } = cached
  if (cached.is_blocked) return { kind: 'refused', outcome: 'blocked', user_id: user.user_id, detail }
  return {
    kind: 'accepted',
    outcome: 'legacy_success',
    user,
    credential_id: undefined,
    ...defined({ linked }),
    detail,
  }
}
