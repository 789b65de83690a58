import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { Clock } from '../base/clock.ts'
import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { outcomes, type MigrationState, type Outcome } from '../contract/outcomes.ts'
import type { Sealer } from '../keys/sealer.ts'
import { hasDirectory, isRecorded } from '../migration/find-records.ts'
import { fingerprintProfile } from '../migration/fingerprint-profile.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { LegacyResult } from '../migration/legacy-store.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { isAddress } from '../migration/profile-identifiers.ts'
import { recordObservation, type FingerprintSource, type Through } from '../migration/record-observation.ts'
import { retryUniqueViolation } from '../store/retry-unique-violation.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { countRequest, type RequestLimit } from './request-limit.ts'

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
  /** The counted address of the unauthenticated caller; undefined for a look-up, which records found users only. */
  from?: string
}

/** New records per address, of legacy users whose profile no script has returned. */
const records_per_address: RequestLimit = { kind: 'record/address', max: 100, window_ms: 24 * 60 * 60 * 1000 }

function stateOf({ result, refused }: UnmovedResult): MigrationState | null {
  const by_outcome = refused && outcomes[refused.outcome].new_record_state
  return by_outcome ?? (result.kind === 'found' ? 'seen' : null)
}

/**
 * The id of a legacy user that the script named with a wrong password. An e-mail address or the typed identifier is not an id: some scripts
 * repeat the identifier instead.
 */
function namedId({ typed, result }: UnmovedResult, connection: Connection): string | undefined {
  if (result.kind !== 'refused' || result.legacy_id === undefined || result.legacy_id.includes('@')) return undefined
  const { id_namespace } = connection.options
  const bare = id_namespace === undefined ? result.legacy_id : result.legacy_id.slice(id_namespace.length + 1)
  return canonicalIdentifier(bare) === canonicalIdentifier(typed) ? undefined : result.legacy_id
}

/** The identifiers that the legacy store has. Those that a decision chose are not known there. */
function legacyNames(result: LegacyResult, { email, username }: LegacyProfile) {
  const is_renamed = result.kind === 'found' && result.decision?.kind === 'rename'
  return is_renamed ? {} : { email, username }
}

/**
 * Whether a refusal may create a record, for which the caller's address has a limit per day. Beside a directory, a refusal without an id makes
 * none for a name that is no address and that the directory does not have: it may be another name of a person whom the
 * directory lists, who would be counted twice.
 */
async function mayMakeRecord(
  deps: RecordLegacyResultDeps,
  connection: Connection,
  { typed, refused, result, from }: UnmovedResult,
  legacy_id: string | undefined,
): Promise<boolean> {
  if (!refused || from === undefined || !outcomes[refused.outcome].creates_record) return false
  if (legacy_id === undefined && result.kind === 'refused' && result.outcome === 'wrong_password') return false
  const identifier = canonicalIn(connection, typed)
  if (await isRecorded(deps.db, connection, { legacy_id, identifier })) return true
  if (legacy_id === undefined && !isAddress(identifier) && (await hasDirectory(deps.db, connection))) return false
  return (await countRequest(deps, connection.tenant_id, records_per_address, from)) === 'within'
}

/** The ids of the users whom a result is about. The record of an alias is its own. */
function idsOf(connection: Connection, unmoved: UnmovedResult): (string | undefined)[] {
  const { result } = unmoved
  if (result.kind === 'several') return result.legacy_ids
  const is_known = result.kind === 'found' || result.kind === 'excluded' || result.kind === 'invalid_profile'
  return [is_known ? result.names.legacy_id : namedId(unmoved, connection)]
}

/**
 * Records a result of the legacy store that moved no user in the ledger: of several users with one identifier in the record of each. A returned
 * profile makes a record; so does a refusal, with a limit per address and day, and a wrong password only where the script named the user's id.
 */
export async function recordLegacyResult(
  deps: RecordLegacyResultDeps,
  connection: Connection,
  unmoved: UnmovedResult,
): Promise<void> {
  for (const legacy_id of new Set(idsOf(connection, unmoved))) await recordUser(deps, connection, unmoved, legacy_id)
}

async function recordUser(
  deps: RecordLegacyResultDeps,
  connection: Connection,
  unmoved: UnmovedResult,
  legacy_id: string | undefined,
): Promise<void> {
  const { typed, result, source, through, refused } = unmoved
  const { tenant_id, connection_id } = connection
  const profile = result.kind === 'found' ? result.profile : undefined
  const creates_record = profile !== undefined || (await mayMakeRecord(deps, connection, unmoved, legacy_id))
  await retryUniqueViolation(() =>
    inTransaction(deps.db, (trx) =>
      recordObservation(trx, {
        tenant_id,
        connection_id,
        at: deps.clock.now(),
        identifiers: observedIdentifiers(connection, typed, profile),
        only_typed: profile === undefined,
        through,
        outcome: refused?.outcome ?? null,
        state: stateOf(unmoved),
        creates_record,
        ...(legacy_id === undefined ? {} : { legacy_id }),
        ...(profile === undefined
          ? {}
          : {
              ...legacyNames(result, profile),
              fingerprints: { source, fields: fingerprintProfile(deps.sealer, connection_id, profile) },
              profile_changes: profile.changes,
            }),
        ...(refused?.message === undefined ? {} : { error: refused.message }),
      }),
    ),
  )
}
