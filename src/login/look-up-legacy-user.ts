import type { ScriptFailure } from '../connections/action-script-result.ts'
import type { Connection } from '../connections/connection.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { LegacyResult } from '../migration/legacy-store.ts'
import { isTombstoned } from '../migration/move-user.ts'
import type { Through } from '../migration/records.ts'
import type { LoginParts } from './login-parts.ts'
import { noteAnswer } from './note-answer.ts'

/** Whether the legacy store knows an identifier. `failed`: it could not be told. */
export type Probe =
  | { kind: 'found'; profile: LegacyProfile; tombstoned: boolean }
  | { kind: 'not_found' }
  | { kind: 'failed'; outcome: ScriptFailure | 'profile_refused'; message: string }

function probeOf(answer: Exclude<LegacyResult, { kind: 'found' }>): Probe {
  switch (answer.kind) {
    case 'not_found':
      return { kind: 'not_found' }
    case 'invalid_profile':
      return {
        kind: 'failed',
        outcome: 'profile_refused',
        message: `The profile's ${answer.problem.field} ${answer.problem.message}.`,
      }
    case 'refused':
      // get_user has no refusals of its own: an error, of whatever name, says that it could not tell.
      return { kind: 'failed', outcome: 'script_error', message: answer.message }
    case 'failed':
      return { kind: 'failed', outcome: answer.outcome, message: answer.message }
  }
}

/** Asks `get_user` for an identifier, as typed but trimmed, and notes a person who is found in the ledger. */
export async function probeLegacy(
  parts: LoginParts,
  connection: Connection,
  identifier: string,
  through: Through = 'api',
): Promise<Probe> {
  const typed = identifier.trim()
  const answer = await parts.legacy.runGetUser(connection, typed)
  if (answer.kind !== 'found') return probeOf(answer)
  await noteAnswer(parts, connection, { typed, answer, source: 'get_user', through })
  const tombstoned = await isTombstoned(parts.db, connection, answer.profile.legacy_id)
  return { kind: 'found', profile: answer.profile, tombstoned }
}

/**
 * Whether the ledger knows a legacy user by this identifier (in canonical form) who has not moved and was not
 * deleted. Only what a script or a directory vouched for counts, not what somebody merely typed.
 */
export async function isKnownUnmoved(parts: LoginParts, connection: Connection, identifier: string): Promise<boolean> {
  const row = await parts.db
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
