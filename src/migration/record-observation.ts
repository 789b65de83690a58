import { newRecordId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import type { MigrationState, Outcome } from '../contract/outcomes.ts'
import { addToCounter } from '../store/connection-counters.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { MigrationIdentifiersTable, MigrationRecordsTable, Transaction } from '../store/tables.ts'
import { hasDecision, mergeDecisions } from './decisions/settle-decisions.ts'
import { clearProblem, directoryRowOf, eraseSecrets, giveRow } from './directory/erase-row.ts'
import { recordByLegacyId, recordsByIdentifier } from './find-records.ts'
import { describeChanges, type ProfileChanges } from './profile-changes.ts'
import { addToHistory, countTransition } from './record-transition.ts'

/** The operation that led to an observation. */
export type Through = 'login' | 'reset_request' | 'reset_confirm' | 'signup' | 'api' | 'import'

/** The script that returned the profile of a fingerprint. */
export type FingerprintSource = 'login' | 'get_user'

/** For each script, a keyed digest of each field of the profile. */
export type Fingerprints = Partial<Record<FingerprintSource, Record<string, string>>>

/** The fields in which `login` and `get_user` last differed for one user, and since when. Names, never values. */
export type Drift = { fields: string[]; noticed_at: string }

/** A fact about a legacy user, to be written into the ledger. */
export type Observation = {
  tenant_id: string
  connection_id: string
  at: number
  /** Canonical identifiers: the typed one first, then those of the profile. */
  identifiers: string[]
  /** Whether the identifiers were only typed: they are kept with a new record, and never added to one that is known by its legacy id. */
  only_typed?: boolean
  /** The bare legacy id, if a script returned it. */
  legacy_id?: string
  email?: string | null
  username?: string | null
  through: Through
  outcome: Outcome | null
  /** The proposed state; `nextState` decides. */
  state: MigrationState | null
  /** Whether a record is created where none exists. */
  creates_record: boolean
  user_id?: string
  error?: string
  fingerprints?: { source: FingerprintSource; fields: Record<string, string> }
  /** The members of the profile that were not stored as the script returned them. */
  profile_changes?: ProfileChanges
  /** The spellings by which the legacy store found the user, where the observation is a move. */
  spellings?: string[]
  detail?: JsonObject
}

/** The state after `current` when `proposed` is observed: `migrated` is final, and only lifting a tombstone ends `deleted`. */
function nextState(current: MigrationState | undefined, proposed: MigrationState | null): MigrationState {
  if (current === undefined) return proposed ?? 'seen'
  if (proposed === null || current === proposed) return current
  if (current === 'migrated') return proposed === 'deleted' ? 'deleted' : 'migrated'
  if (current === 'deleted') return 'deleted'
  if (proposed === 'seen' || proposed === 'unseen') return current === 'unseen' ? proposed : current
  return proposed
}

// The longest error text kept in a record.
const error_max = 1000

async function findRecord(trx: Transaction, observed: Observation): Promise<MigrationRecordsTable | undefined> {
  const { tenant_id, connection_id, legacy_id, identifiers } = observed
  const of = { tenant_id, connection_id }
  const by_id = legacy_id === undefined ? undefined : await recordByLegacyId(trx, of, legacy_id)
  const by_identifier = await recordsByIdentifier(trx, of, identifiers)
  if (legacy_id === undefined) return by_identifier[0]
  if (by_id) {
    // A record without a legacy id under one of these identifiers belongs to the same user, and a user has one record.
    for (const other of by_identifier.filter((each) => each.legacy_id === null)) await mergeRecord(trx, by_id, other)
    return by_id
  }
  // A record without a legacy id belongs to this user. So does, at login, an unconfirmed record: the id that the login script returns
  // replaces the one of get_user.
  const unnamed = by_identifier.find((record) => record.legacy_id === null)
  if (unnamed && observed.outcome !== 'collision') await clearProblem(trx, unnamed)
  if (unnamed || observed.through !== 'login' || observed.only_typed === true) return unnamed
  // A user who collides with another one is not that user.
  if (observed.outcome === 'collision') return undefined
  const unconfirmed = by_identifier.find(isUnconfirmed)
  if (!unconfirmed || (await hasDecision(trx, unconfirmed))) return undefined
  // The directory has confirmed the id of a record that it names: the user of another id is another one.
  return (await directoryRowOf(trx, unconfirmed)) ? undefined : unconfirmed
}

async function mergeRecord(trx: Transaction, into: MigrationRecordsTable, from: MigrationRecordsTable): Promise<void> {
  if (await directoryRowOf(trx, from)) {
    // Two rows of the directory stay two records.
    if (await directoryRowOf(trx, into)) return
    await giveRow(trx, from, into.record_id)
  }
  await mergeDecisions(trx, into, from)
  for (const table of ['migration_identifiers', 'migration_events'] as const) {
    await trx
      .updateTable(table)
      .set({ record_id: into.record_id })
      .where('tenant_id', '=', from.tenant_id)
      .where('connection_id', '=', from.connection_id)
      .where('record_id', '=', from.record_id)
      .execute()
  }
  await trx
    .deleteFrom('migration_records')
    .where('tenant_id', '=', from.tenant_id)
    .where('connection_id', '=', from.connection_id)
    .where('record_id', '=', from.record_id)
    .execute()
  await addToCounter(trx, from.tenant_id, from.connection_id, `state:${from.state as MigrationState}`, -1)
}

/** Whether a record's legacy id was returned by `get_user` alone, and no user has moved with it. */
function isUnconfirmed(record: MigrationRecordsTable): boolean {
  const open = record.state !== 'migrated' && record.state !== 'deleted'
  return open && readJson<Fingerprints>(record.fingerprints).login === undefined
}

function driftOf(fingerprints: Fingerprints): string[] {
  const { login, get_user } = fingerprints
  if (!login || !get_user) return []
  const fields = new Set([...Object.keys(login), ...Object.keys(get_user)])
  return [...fields].filter((field) => login[field] !== get_user[field]).toSorted()
}

const insertIdentifiers = prepareQuery((db, { rows }: { rows: MigrationIdentifiersTable[] }) =>
  db
    .insertInto('migration_identifiers')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identifier']).doNothing()),
)

async function writeIdentifiers(trx: Transaction, observed: Observation, record_id: string): Promise<void> {
  const { tenant_id, connection_id } = observed
  const rows = [...new Set(observed.identifiers)].map((identifier) => ({
    tenant_id,
    connection_id,
    identifier,
    record_id,
  }))
  if (rows.length > 0) await insertIdentifiers(trx, { rows })
}

const insertRecord = prepareQuery((db, { row }: { row: MigrationRecordsTable }) =>
  db.insertInto('migration_records').values(row),
)

function writeChanges(changes: ProfileChanges): string | null {
  const described = describeChanges(changes)
  return described === undefined ? null : writeJson(described)
}

/** The legacy id of a record. A collision gives a record none: the directory may have the id of several users, of whom another one moves. */
function idAfter(record: MigrationRecordsTable | undefined, { legacy_id, outcome }: Observation): string | null {
  if (record?.legacy_id === null && outcome === 'collision') return null
  return legacy_id ?? record?.legacy_id ?? null
}

/** The columns of a record after an observation, and the fields of a drift that was not known before. */
function columnsAfter(record: MigrationRecordsTable | undefined, observed: Observation) {
  const { at, outcome } = observed
  const from = record?.state as MigrationState | undefined
  const state = nextState(from, observed.state)
  const fingerprints = record ? readJson<Fingerprints>(record.fingerprints) : {}
  if (observed.fingerprints) fingerprints[observed.fingerprints.source] = observed.fingerprints.fields
  const drifted = driftOf(fingerprints)
  const known_drift = record?.drift === undefined || record.drift === null ? undefined : readJson<Drift>(record.drift)
  const is_new_drift = drifted.length > 0 && drifted.join() !== known_drift?.fields.join()
  const drift = is_new_drift ? { fields: drifted, noticed_at: new Date(at).toISOString() } : known_drift
  const has_drift = drift !== undefined && drifted.length > 0
  const migrates_now = state === 'migrated' && from !== 'migrated'
  const columns = {
    legacy_id: idAfter(record, observed),
    email: observed.email ?? record?.email ?? null,
    username: observed.username ?? record?.username ?? null,
    state,
    user_id: observed.user_id ?? record?.user_id ?? null,
    last_outcome: outcome ?? record?.last_outcome ?? null,
    last_outcome_at: outcome === null ? (record?.last_outcome_at ?? null) : at,
    last_error: observed.error?.slice(0, error_max) ?? (outcome === null ? (record?.last_error ?? null) : null),
    fingerprints: writeJson(fingerprints),
    drift: has_drift ? writeJson(drift) : null,
    has_drift: has_drift ? 1 : null,
    profile_changes: observed.profile_changes
      ? writeChanges(observed.profile_changes)
      : (record?.profile_changes ?? null),
    spellings: observed.spellings ? writeJson([...new Set(observed.spellings)]) : (record?.spellings ?? null),
    migrated_at: migrates_now ? at : (record?.migrated_at ?? null),
    migrated_through: migrates_now ? observed.through : (record?.migrated_through ?? null),
    updated_at: at,
  }
  return { columns, new_drift: is_new_drift ? drifted : undefined }
}

function historyDetail(
  record: MigrationRecordsTable | undefined,
  observed: Observation,
  new_drift: string[] | undefined,
): JsonObject {
  const previous_legacy_id = record?.legacy_id ?? null
  const has_new_id =
    previous_legacy_id !== null && observed.legacy_id !== undefined && observed.legacy_id !== previous_legacy_id
  return {
    ...observed.detail,
    ...(observed.error === undefined ? {} : { error: observed.error.slice(0, error_max) }),
    ...(new_drift === undefined ? {} : { drift: new_drift }),
    ...(has_new_id ? { previous_legacy_id } : {}),
  }
}

/**
 * Writes an observation into the ledger: finds or creates the record, changes its state where `nextState` permits, and adds an event to
 * its history when the state, the outcome or the drift has changed. Runs in the transaction of the change that it records. Writes
 * nothing where no record exists and `creates_record` is false.
 */
export async function recordObservation(trx: Transaction, observed: Observation): Promise<void> {
  const { tenant_id, connection_id, at, outcome, through } = observed
  const record = await findRecord(trx, observed)
  if (!record && !observed.creates_record) return
  const { columns, new_drift } = columnsAfter(record, observed)
  const record_id = record?.record_id ?? newRecordId(at)
  if (record) {
    await trx
      .updateTable('migration_records')
      .set(columns)
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .execute()
  } else {
    await insertRecord(trx, { row: { tenant_id, connection_id, record_id, created_at: at, ...columns } })
  }
  if (record && columns.state === 'migrated' && record.state !== 'migrated') await eraseSecrets(trx, record)
  if (!record || observed.only_typed !== true) await writeIdentifiers(trx, observed, record_id)
  const { state } = columns
  const from = record?.state as MigrationState | undefined
  await countTransition(trx, observed, { from, to: state, at })
  const is_notable = state !== from || new_drift !== undefined || (outcome !== null && outcome !== record?.last_outcome)
  if (!is_notable) return
  await addToHistory(trx, {
    tenant_id,
    connection_id,
    record_id,
    at,
    from_state: from ?? null,
    to_state: state,
    through,
    outcome,
    detail: historyDetail(record, observed, new_drift),
  })
}
