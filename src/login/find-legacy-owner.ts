import type { ProcessLog } from '../base/process-log.ts'
import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { runsScript, type ScriptEvent } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Through } from '../migration/record-observation.ts'
import type { Db } from '../store/tables.ts'
import { isLegacyOutage, legacy_retry_after_s } from './legacy-outage.ts'
import { lookUpLegacyUser, type LookUpLegacyUserDeps } from './look-up-legacy-user.ts'

/** Dependencies of `findLegacyOwner`. */
export type FindLegacyOwnerDeps = LookUpLegacyUserDeps & { log: ProcessLog }

/** A legacy user to whom an identifier belongs. `legacy_id` is undefined where only the ledger knows the identifier, or several have it. */
export type LegacyOwner = { legacy_id: string | undefined }

/**
 * Whether the ledger has a legacy user with this identifier (in canonical form) who has not moved and was not deleted. An identifier
 * counts where a script returned it, not where it was only typed.
 */
async function isUnmovedInLedger(db: Db, connection: Connection, identifier: string): Promise<boolean> {
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

/**
 * Whether an identifier that is free in this store may be that of a legacy user: `get_user` finds out or, once the migration is being finished, the
 * ledger.
 */
export function mayHaveLegacyOwner(connection: Connection, event: ScriptEvent): boolean {
  return runsScript(connection, event, 'get_user') || connection.finish_step !== null
}

/** Finds the owner of an identifier in the legacy store. @throws {Refusal} the problem `unavailable` */
async function ownerInLegacyStore(
  deps: FindLegacyOwnerDeps,
  connection: Connection,
  identifier: string,
  { through, unavailable }: { through: Through; unavailable: 'signup_unavailable' | 'change_unavailable' },
): Promise<LegacyOwner | 'none' | 'deleted'> {
  const lookup = await lookUpLegacyUser(deps, connection, identifier, through)
  if (lookup.kind === 'not_found') return 'none'
  if (lookup.kind === 'found') return lookup.tombstoned ? 'deleted' : { legacy_id: lookup.profile.legacy_id }
  if (lookup.kind === 'excluded') return { legacy_id: lookup.legacy_id }
  if (lookup.kind === 'several') return { legacy_id: undefined }
  const { outcome } = lookup
  deps.log.warn({ connection: connection.name, outcome }, 'get_user failed, so that an identifier could not be checked')
  throw new Refusal(unavailable, isLegacyOutage(outcome) ? { retry_after_s: legacy_retry_after_s } : {})
}

/**
 * Finds the legacy user to whom an identifier (as typed) belongs, in the legacy store and in the ledger: in import mode in both, in legacy mode in the
 * store, and in the ledger once the connection was made a local one. A legacy user who was deleted here does not count.
 *
 * @param options `unavailable`: the problem to refuse with when the legacy store gives no answer
 * @throws {Refusal} the problem `unavailable`
 */
export async function findLegacyOwner(
  deps: FindLegacyOwnerDeps,
  connection: Connection,
  identifier: string,
  options: { through: Through; unavailable: 'signup_unavailable' | 'change_unavailable' },
): Promise<LegacyOwner | undefined> {
  const { mode } = connection
  const owner = mode === 'local' ? 'none' : await ownerInLegacyStore(deps, connection, identifier, options)
  if (owner === 'deleted') return undefined
  if (owner !== 'none') return owner
  // In legacy mode the scripts decide: the ledger remembers users whom the legacy store has lost since.
  if (mode === 'legacy') return undefined
  const in_ledger = await isUnmovedInLedger(deps.db, connection, canonicalIn(connection, identifier))
  return in_ledger ? { legacy_id: undefined } : undefined
}
