import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { ScriptFailure } from '../contract/outcomes.ts'
import { severalUsers } from '../migration/decisions/choose-profile.ts'
import { callDetail, type FoundLegacyUser, type LegacyResult, type LegacyStore } from '../migration/legacy-store.ts'
import { isTombstoned } from '../migration/move-user.ts'
import type { Through } from '../migration/record-observation.ts'
import { recordLegacyResult, type RecordLegacyResultDeps } from './record-legacy-result.ts'

/** Dependencies of `lookUpLegacyUser`. */
export type LookUpLegacyUserDeps = RecordLegacyResultDeps & { legacy: Pick<LegacyStore, 'runGetUser'> }

/**
 * The result of looking up an identifier in the legacy store. `excluded`: a decision excludes the user; `several`: several users have the
 * identifier, and no decision says who moves; `failed`: `get_user` gave no valid answer; with the call in the log's terms.
 */
export type LegacyLookup =
  | ({ kind: 'found'; tombstoned: boolean } & FoundLegacyUser)
  | { kind: 'excluded'; legacy_id: string | undefined }
  | { kind: 'several'; message: string; migration: JsonObject }
  | { kind: 'not_found' }
  | { kind: 'failed'; outcome: ScriptFailure | 'profile_refused'; message: string; migration: JsonObject }

function failed(outcome: ScriptFailure | 'profile_refused', message: string, result: LegacyResult): LegacyLookup {
  const migration = { ...callDetail('get_user', result), outcome, error: message }
  return { kind: 'failed', outcome, message, migration }
}

function lookupOf(result: Exclude<LegacyResult, { kind: 'found' }>): LegacyLookup {
  switch (result.kind) {
    case 'not_found':
      return { kind: 'not_found' }
    case 'excluded':
      return { kind: 'excluded', legacy_id: result.names.legacy_id }
    case 'several': {
      const message = severalUsers(result.legacy_ids)
      const migration = { ...callDetail('get_user', result), outcome: 'collision', error: message }
      return { kind: 'several', message, migration }
    }
    case 'invalid_profile': {
      const { field, message } = result.problem
      return failed('profile_refused', `The profile's ${field} ${message}.`, result)
    }
    case 'refused':
      // get_user cannot refuse a user: each of its errors is a failure.
      return failed('script_error', result.message, result)
    case 'failed':
      return failed(result.outcome, result.message, result)
  }
}

/** Runs `get_user` for an identifier, as typed but trimmed, and records a found user in the ledger. */
export async function lookUpLegacyUser(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  identifier: string,
  through: Through,
): Promise<LegacyLookup> {
  const typed = identifier.trim()
  const result = await deps.legacy.runGetUser(connection, typed)
  if (result.kind !== 'found') return lookupOf(result)
  await recordLegacyResult(deps, connection, { typed, result, source: 'get_user', through })
  const { profile, names, decision } = result
  const tombstoned = await isTombstoned(deps.db, connection, profile.legacy_id)
  return { kind: 'found', profile, names, decision, tombstoned }
}
