import { defined } from '../base/defined.ts'
import { isJsonObject } from '../base/json.ts'
import type { ActionScriptResult } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import { changesLegacyStore } from '../contract/action-scripts.ts'
import type { TryCheck } from '../contract/script-try.ts'
import type { Sealer } from '../keys/sealer.ts'
import { chooseProfile, severalUsers } from '../migration/decisions/choose-profile.ts'
import { readDecidedProfile, type DecidedProfile } from '../migration/decisions/read-decided-profile.ts'
import { previewMove } from '../migration/move-user.ts'
import { checkProfile } from '../migration/profile-checks.ts'
import { takeHash, type ReturnedHash } from '../migration/returned-hash.ts'
import { HashError } from '../passwords/formats/index.ts'
import type { Db } from '../store/tables.ts'
import { readStoredHash } from '../migration/stored-hash.ts'
import type { TryRequest } from './try-input.ts'

type FindingDeps = { db: Db; sealer: Sealer }

/**
 * The finding of a run: its outcome, and what would become of the profile. `message`: the text that the person reads because of a decision.
 */
export type Finding = { outcome: string; checks: TryCheck[]; message?: string }

const blocked_message = 'The legacy store says that this user is blocked: the login would be refused.'

const here = (message: string): TryCheck => ({ check: 'here', message })
const refused = (message: string, field?: string): TryCheck => ({ check: 'refused', message, ...defined({ field }) })

/** The outcome of a login that the script accepted, without moving or caching the user. */
async function previewLogin(
  deps: FindingDeps,
  connection: Connection,
  { profile, names, decision }: Extract<DecidedProfile, { kind: 'profile' }>,
): Promise<Finding> {
  if (connection.mode === 'local') {
    return { outcome: 'found', checks: [here('The connection does not use its scripts: logins do not run this one.')] }
  }
  const { kind, message = '' } = await previewMove(deps.db, { connection, profile, names, decision })
  if (connection.mode === 'legacy') {
    const collides = kind === 'collision'
    if (profile.blocked) return { outcome: 'blocked', checks: [refused(blocked_message, 'blocked')] }
    return { outcome: collides ? 'collision' : 'legacy_success', checks: collides ? [refused(message)] : [] }
  }
  if (kind === 'moved_before') {
    return {
      outcome: 'moved_before',
      checks: [here('This user has moved: the password kept here decides, not the script.')],
    }
  }
  if (profile.blocked) return { outcome: 'blocked', checks: [refused(blocked_message, 'blocked')] }
  switch (kind) {
    case 'moved':
      return { outcome: 'moved', checks: [] }
    case 'blocked':
      return { outcome: 'blocked', checks: [refused('An administrator blocked this user.')] }
    case 'decided':
      return { outcome: 'decided', checks: [refused('A decision on this user was made meanwhile: try again.')] }
    case 'tombstoned':
      return { outcome: 'tombstoned', checks: [refused('This legacy user was deleted here.')] }
    case 'collision':
      return { outcome: 'collision', checks: [refused(message)] }
  }
}

/** What a login would do with the stored hash. Nothing is computed, and no message contains it. */
function checkHash(deps: FindingDeps, connection: Connection, hash: ReturnedHash): TryCheck {
  const field = 'password_hash'
  switch (hash.kind) {
    case 'none':
      return { check: 'hash', field, message: 'The user has no password: no login is right.' }
    case 'invalid':
      return refused(`The profile's ${hash.problem.field} ${hash.problem.message}.`, hash.problem.field)
    case 'hash':
      try {
        const { format } = readStoredHash(deps, connection, hash.stored)
        return { check: 'hash', field, message: `A login verifies it as ${format}.` }
      } catch (error) {
        if (!(error instanceof HashError)) throw error
        return refused(`The profile's ${field} cannot be verified: ${error.message}.`, field)
      }
  }
}

/** Reads the result of a tried script as a login or a look-up reads it. Nothing is written. */
export async function readFinding(
  deps: FindingDeps,
  { connection, script, args }: TryRequest,
  result: ActionScriptResult,
): Promise<Finding> {
  if (result.kind !== 'value') return { outcome: result.outcome, checks: [] }
  if (changesLegacyStore(script)) return { outcome: 'returned', checks: [] }
  const chosen = Array.isArray(result.value)
    ? await chooseProfile(deps.db, connection, result.value.filter(isJsonObject), undefined)
    : { profile: result.value }
  if ('legacy_ids' in chosen) return { outcome: 'collision', checks: [refused(severalUsers(chosen.legacy_ids))] }
  const value = chosen.profile
  if (!isJsonObject(value)) return { outcome: 'unknown_user', checks: [] }
  const identifier = typeof args[0] === 'string' ? args[0] : ''
  const password = script === 'login' && typeof args[1] === 'string' ? args[1] : undefined
  const has_hash = script === 'get_user' && loginScript(connection) === 'get_user'
  const { profile, hash } = has_hash ? takeHash(value) : { profile: value, hash: undefined }
  const read = await readDecidedProfile(deps.db, connection, profile, { identifier, password })
  if (read.kind === 'problem') {
    const { field, message } = read.problem
    return { outcome: 'profile_refused', checks: [refused(`The profile's ${field} ${message}.`, field)] }
  }
  if (read.kind === 'excluded') {
    const { message } = read
    return { outcome: 'excluded', checks: [refused(`A decision excludes this user, who sees: ${message}`)], message }
  }
  const checks = await checkProfile(deps, connection, read.profile)
  if (hash) return { outcome: 'found', checks: [...checks, checkHash(deps, connection, hash)] }
  if (script === 'get_user') return { outcome: 'found', checks }
  const preview = await previewLogin(deps, connection, read)
  return { outcome: preview.outcome, checks: [...checks, ...preview.checks] }
}
