import type { Clock } from '../base/clock.ts'
import type { Connection } from '../connections/connection.ts'
import { outcomes, type MigrationState, type Outcome } from '../contract/outcomes.ts'
import type { Sealer } from '../keys/sealer.ts'
import { fingerprintProfile } from '../migration/fingerprint-profile.ts'
import type { LegacyResult } from '../migration/legacy-store.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { recordObservation, type FingerprintSource, type Through } from '../migration/record-observation.ts'
import { retryUniqueViolation } from '../store/retry-unique-violation.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** Dependencies of `recordLegacyResult`. */
export type RecordLegacyResultDeps = { db: Db; clock: Clock; sealer: Sealer }

/** A result of the legacy store that moved no user. */
export type UnmovedResult = {
  /** The identifier as typed, trimmed. */
  typed: string
  result: LegacyResult
  source: FingerprintSource
  through: Through
  /** The refusal of the login, where the result led to one. */
  refused?: { outcome: Outcome; message?: string }
}

function stateOf({ result, refused }: UnmovedResult): MigrationState | null {
  const by_outcome = refused && outcomes[refused.outcome].record_state
  return by_outcome ?? (result.kind === 'found' ? 'seen' : null)
}

/** Records a result of the legacy store that moved no user in the ledger. */
export async function recordLegacyResult(
  deps: RecordLegacyResultDeps,
  { tenant_id, connection_id }: Connection,
  unmoved: UnmovedResult,
): Promise<void> {
  const { typed, result, source, through, refused } = unmoved
  const profile = result.kind === 'found' ? result.profile : undefined
  const hinted_id = result.kind === 'refused' && result.outcome === 'wrong_password' ? result.legacy_id : undefined
  await retryUniqueViolation(() =>
    inTransaction(deps.db, (trx) =>
      recordObservation(trx, {
        tenant_id,
        connection_id,
        at: deps.clock.now(),
        identifiers: observedIdentifiers(typed, profile),
        through,
        outcome: refused?.outcome ?? null,
        state: stateOf(unmoved),
        makes_record: profile !== undefined || (refused !== undefined && outcomes[refused.outcome].makes_record),
        ...(profile === undefined
          ? {}
          : {
              legacy_id: profile.legacy_id,
              email: profile.email,
              username: profile.username,
              fingerprints: { source, fields: fingerprintProfile(deps.sealer, connection_id, profile) },
              profile_changes: profile.changes,
            }),
        ...(refused?.message === undefined ? {} : { error: refused.message }),
        ...(hinted_id === undefined ? {} : { detail: { hinted_legacy_id: hinted_id } }),
      }),
    ),
  )
}
