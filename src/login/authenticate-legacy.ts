import type { JsonObject } from '../base/json.ts'
import type { Clock } from '../base/clock.ts'
import type { Sealer } from '../keys/sealer.ts'
import { changeDetail } from '../migration/profile-changes.ts'
import type { LegacyResult, LegacyStore } from '../migration/legacy-store.ts'
import { moveUser } from '../migration/move-user.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { findCredentialByIdentity } from '../users/find-credential.ts'
import type { Authentication, Refused } from './authentication.ts'
import { cacheLegacyUser } from './cache-legacy-user.ts'
import type { LoginAttempt } from './identify.ts'
import { recordLegacyResult } from './record-legacy-result.ts'
import { verifyCredential } from './verify-credential.ts'

/** Dependencies of authentication against the legacy store. */
export type AuthenticateLegacyDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  passwords: Passwords
  legacy: Pick<LegacyStore, 'runLogin'>
}

/** The refusal for a result of the login script. */
function refusedFor(result: Exclude<LegacyResult, { kind: 'found' }>, detail: JsonObject): Refused {
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
    case 'failed':
      return { kind: 'refused', outcome: result.outcome, message: result.message, detail }
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

const detailOf = ({ connection }: LoginAttempt, { duration_ms }: LegacyResult): JsonObject => ({
  script: 'login',
  ms: Math.round(duration_ms),
  connection: connection.name,
})

async function recordRefusal(
  deps: AuthenticateLegacyDeps,
  { connection, typed }: LoginAttempt,
  result: LegacyResult,
  refused: Refused,
): Promise<Refused> {
  await recordLegacyResult(deps, connection, { typed, result, source: 'login', through: 'login', refused })
  return refused
}

const collision = (message: string, detail: JsonObject): Refused => ({
  kind: 'refused',
  outcome: 'collision',
  message,
  detail,
})

/** Import mode, for an identifier unknown here: runs the login script and moves the accepted user. */
export async function authenticateAndMove(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
): Promise<Authentication> {
  const { connection, typed, password } = attempt
  // The hash is computed for every result of the script, so that known and unknown identifiers take the same time.
  const [result, hashed] = await Promise.all([
    deps.legacy.runLogin(connection, typed, password),
    deps.passwords.hash(password).then(
      (password_hash) => ({ password_hash }),
      (error: unknown) => ({ error }),
    ),
  ])
  const call = detailOf(attempt, result)
  if (result.kind !== 'found') return await recordRefusal(deps, attempt, result, refusedFor(result, call))
  const { profile } = result
  if (profile.blocked) {
    const message = 'The legacy store says that this user is blocked.'
    const user_id = `auth0|${profile.legacy_id}`
    return await recordRefusal(deps, attempt, result, {
      kind: 'refused',
      outcome: 'blocked',
      message,
      user_id,
      detail: call,
    })
  }
  if ('error' in hashed) throw hashed.error
  const detail = { ...call, ...changeDetail(profile.changes) }
  const moved = await moveUser(deps, {
    connection,
    profile,
    identifier: typed,
    password_hash: hashed.password_hash,
    through: 'login',
    detail: { ms: Math.round(result.duration_ms) },
  })
  switch (moved.kind) {
    case 'moved':
      return { kind: 'accepted', outcome: 'moved', user: moved.user, credential_id: moved.credential_id, detail }
    case 'alias':
      return await authenticateAlias(deps, attempt, profile.legacy_id, detail)
    case 'tombstoned':
      return { kind: 'refused', outcome: 'tombstoned', message: 'This legacy user was deleted here.', detail }
    case 'collision':
      return await recordRefusal(deps, attempt, result, collision(moved.message, detail))
  }
}

/** The login script returned a user who has moved: the password stored here decides, not the script. */
async function authenticateAlias(
  deps: AuthenticateLegacyDeps,
  { connection, password }: LoginAttempt,
  legacy_id: string,
  detail: JsonObject,
): Promise<Authentication> {
  const { tenant_id, connection_id } = connection
  const found = await findCredentialByIdentity(deps.db, tenant_id, connection_id, legacy_id)
  if (!found) return { kind: 'refused', outcome: 'unknown_user', detail }
  const authentication = await verifyCredential(deps.passwords, found, password)
  return { ...authentication, detail: { ...authentication.detail, ...detail, alias: true } }
}

/** Legacy mode: the login script decides each login, and its profile is cached. */
export async function authenticateInLegacyMode(
  deps: AuthenticateLegacyDeps,
  attempt: LoginAttempt,
): Promise<Authentication> {
  const { connection, typed, password } = attempt
  const result = await deps.legacy.runLogin(connection, typed, password)
  const detail = detailOf(attempt, result)
  if (result.kind !== 'found') return await recordRefusal(deps, attempt, result, refusedFor(result, detail))
  const cached = await cacheLegacyUser(deps, connection, result.profile, typed)
  if (cached.kind === 'collision') return await recordRefusal(deps, attempt, result, collision(cached.message, detail))
  const { user, blocked } = cached
  if (blocked) return { kind: 'refused', outcome: 'blocked', user_id: user.user_id, detail }
  return { kind: 'accepted', outcome: 'legacy_success', user, credential_id: undefined, detail }
}
