import type { Connection } from '../connections/connection.ts'
import type { ScriptFailure } from '../connections/action-script-result.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { LegacyResult, LegacyStore } from '../migration/legacy-store.ts'
import { isTombstoned } from '../migration/move-user.ts'
import type { Through } from '../migration/record-observation.ts'
import type { Db } from '../store/tables.ts'
import { recordLegacyResult, type RecordLegacyResultDeps } from './record-legacy-result.ts'

/** What looking a legacy user up needs. */
export type LookUpLegacyUserDeps = RecordLegacyResultDeps & { legacy: Pick<LegacyStore, 'runGetUser'> }

/** Whether the legacy store knows an identifier. `failed`: the script could not tell. */
export type LegacyLookup =
  | { kind: 'found'; profile: LegacyProfile; tombstoned: boolean }
  | { kind: 'not_found' }
  | { kind: 'failed'; outcome: ScriptFailure | 'profile_refused'; message: string }

function lookupOf(result: Exclude<LegacyResult, { kind: 'found' }>): LegacyLookup {
  switch (result.kind) {
    case 'not_found':
      return { kind: 'not_found' }
    case 'invalid_profile':
      return {
        kind: 'failed',
        outcome: 'profile_refused',
        message: `The profile's ${result.problem.field} ${result.problem.message}.`,
      }
    case 'refused':
      // get_user cannot refuse: an error of any name means that it could not tell.
      return { kind: 'failed', outcome: 'script_error', message: result.message }
    case 'failed':
      return { kind: 'failed', outcome: result.outcome, message: result.message }
  }
}

/** Runs `get_user` for an identifier, as typed but trimmed, and records a user who is found in the ledger. */
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
  const tombstoned = await isTombstoned(deps.db, connection, result.profile.legacy_id)
  return { kind: 'found', profile: result.profile, tombstoned }
}

/**
 * Whether the ledger knows a legacy user by this identifier (in canonical form) who has not moved and was not deleted. Only identifiers
 * that a script or a directory returned count, not those that were only typed.
 */
export async function isKnownUnmoved(db: Db, connection: Connection, identifier: string): Promise<boolean> {
  const row = await db
    .selectFrom('migration_identifiers')
    .innerJoin('migration_records', (join) =>
      join
        .onRef('migration_records.tenant_id', '=', 'migration_identifiers.tenant_id')
        .onRef('migration_records.connection_id', '=', 'migration_identifiers.connection_id')
        .onRef('migration_records.record_id', '=', 'migration_identifiers.record_id'),
    )
    .select('migration_records.record_id')
    .where('migration_identifiers.tenant_id', '=', connection.tenant_id)
    .where('migration_identifiers.connection_id', '=', connection.connection_id)
    .where('migration_identifiers.identifier', '=', identifier)
    .where('migration_records.legacy_id', 'is not', null)
    .where('migration_records.state', 'not in', ['migrated', 'deleted'])
    .executeTakeFirst()
  return row !== undefined
}
