import { newPrefixedId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import type { MigrationState, Outcome } from '../contract/outcomes.ts'
import { bumpCounter, bumpDay } from '../store/counters.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type {
  Db,
  MigrationEventsTable,
  MigrationIdentifiersTable,
  MigrationRecordsTable,
  Transaction,
} from '../store/tables.ts'

/** Through what a record came to know something. */
export type Through = 'login' | 'reset_request' | 'reset_confirm' | 'signup' | 'api'

/** Which script a fingerprint is of. */
export type FingerprintSource = 'login' | 'get_user'

/** A keyed digest per profile field. */
export type Fingerprints = Partial<Record<FingerprintSource, Record<string, string>>>

/** In which fields `login` and `get_user` last differed for one person, and since when. Names, never values. */
export type Drift = { fields: string[]; noticed_at: string }

/** Something that was learned of a legacy user. */
export type Observation = {
  tenant_id: string
  connection_id: string
  at: number
  /** Canonical identifiers: what was typed first, then what the profile says. */
  identifiers: string[]
  /** The bare legacy id, when a script told it. */
  legacy_id?: string
  email?: string | null
  username?: string | null
  through: Through
  outcome: Outcome | null
  /** The state this calls for; what is final stays as it is. */
  state: MigrationState | null
  /** Whether a person without a record gets one. */
  makes_record: boolean
  user_id?: string
  error?: string
  fingerprints?: { source: FingerprintSource; fields: Record<string, string> }
  detail?: JsonObject
}

/** The record after an observation, and the fields in which the two scripts differ, if that is news. */
export type Observed = { record_id: string; state: MigrationState; drifted: string[] }

/** The state that follows when `proposed` meets `current`: moving is final, and only a lifted tombstone ends a deletion. */
export function nextState(current: MigrationState | undefined, proposed: MigrationState | null): MigrationState {
  if (current === undefined) return proposed ?? 'seen'
  if (proposed === null || current === proposed) return current
  if (current === 'migrated') return proposed === 'deleted' ? 'deleted' : 'migrated'
  if (current === 'deleted') return 'deleted'
  if (proposed === 'seen' || proposed === 'unseen') return current === 'unseen' ? proposed : current
  return proposed
}

/** The day of a moment, in UTC, as the funnel counts it. */
export function dayOf(at_ms: number): string {
  return new Date(at_ms).toISOString().slice(0, 10)
}

type OfConnection = { tenant_id: string; connection_id: string }

const selectRecords = (db: Db, { tenant_id, connection_id }: OfConnection) =>
  db
    .selectFrom('migration_records')
    .selectAll('migration_records')
    .where('migration_records.tenant_id', '=', tenant_id)
    .where('migration_records.connection_id', '=', connection_id)

const recordById = prepareQuery((db, { of, legacy_id }: { of: OfConnection; legacy_id: string }) =>
  selectRecords(db, of).where('legacy_id', '=', legacy_id),
)

const recordsByName = prepareQuery((db, { of, identifiers }: { of: OfConnection; identifiers: string[] }) =>
  selectRecords(db, of)
    .innerJoin('migration_identifiers', (join) =>
      join
        .onRef('migration_identifiers.tenant_id', '=', 'migration_records.tenant_id')
        .onRef('migration_identifiers.connection_id', '=', 'migration_records.connection_id')
        .onRef('migration_identifiers.record_id', '=', 'migration_records.record_id'),
    )
    .where('migration_identifiers.identifier', 'in', identifiers),
)

async function findRecord(trx: Transaction, seen: Observation): Promise<MigrationRecordsTable | undefined> {
  const { tenant_id, connection_id, legacy_id, identifiers } = seen
  const of = { tenant_id, connection_id }
  const byId = legacy_id === undefined ? undefined : (await recordById(trx, { of, legacy_id })).rows[0]
  if (identifiers.length === 0) return byId
  const { rows: byName } = await recordsByName(trx, { of, identifiers })
  if (legacy_id === undefined) return byName[0]
  if (byId) {
    // What was noted under a name alone turns out to be this person: one person, one record.
    for (const nameless of byName.filter((other) => other.legacy_id === null)) await absorb(trx, byId, nameless)
    return byId
  }
  // A record whose id is not known is this person's. One with another id is, too, when that id came from
  // get_user alone and nobody has moved by it: at login the id of login wins.
  return (
    byName.find((record) => record.legacy_id === null) ??
    byName.find((record) => seen.through === 'login' && isUnconfirmed(record))
  )
}

async function absorb(trx: Transaction, into: MigrationRecordsTable, from: MigrationRecordsTable): Promise<void> {
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
  await bumpCounter(trx, from.tenant_id, from.connection_id, `state:${from.state as MigrationState}`, -1)
}

function isUnconfirmed(record: MigrationRecordsTable): boolean {
  const open = record.state !== 'migrated' && record.state !== 'deleted'
  return open && readJson<Fingerprints>(record.fingerprints).login === undefined
}

function driftOf(prints: Fingerprints): string[] {
  const { login, get_user } = prints
  if (!login || !get_user) return []
  const fields = new Set([...Object.keys(login), ...Object.keys(get_user)])
  return [...fields].filter((field) => login[field] !== get_user[field]).toSorted()
}

async function countTransition(
  trx: Transaction,
  seen: Observation,
  from: MigrationState | undefined,
  to: MigrationState,
): Promise<void> {
  if (from === to) return
  if (from !== undefined) await bumpCounter(trx, seen.tenant_id, seen.connection_id, `state:${from}`, -1)
  await bumpCounter(trx, seen.tenant_id, seen.connection_id, `state:${to}`, 1)
  await bumpDay(trx, seen.tenant_id, seen.connection_id, dayOf(seen.at), to, 1)
}

const insertNames = prepareQuery((db, { rows }: { rows: MigrationIdentifiersTable[] }) =>
  db
    .insertInto('migration_identifiers')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identifier']).doNothing()),
)

async function nameRecord(trx: Transaction, seen: Observation, record_id: string): Promise<void> {
  const { tenant_id, connection_id } = seen
  const rows = [...new Set(seen.identifiers)].map((identifier) => ({
    tenant_id,
    connection_id,
    identifier,
    record_id,
  }))
  if (rows.length > 0) await insertNames(trx, { rows })
}

const insertRecord = prepareQuery((db, { row }: { row: MigrationRecordsTable }) =>
  db.insertInto('migration_records').values(row),
)

const insertEvent = prepareQuery((db, { row }: { row: MigrationEventsTable }) =>
  db.insertInto('migration_events').values(row),
)

/**
 * Writes what was learned of a legacy user into the ledger: finds or makes the record, moves its state where
 * that is allowed, and adds a line to its history when the state, the outcome or the drift is news. Runs in
 * the transaction of the change it records. Gives undefined when there is no record and none is made.
 */
export async function observe(trx: Transaction, seen: Observation): Promise<Observed | undefined> {
  const { tenant_id, connection_id, at } = seen
  const record = await findRecord(trx, seen)
  if (!record && !seen.makes_record) return undefined
  const from = record?.state as MigrationState | undefined
  const state = nextState(from, seen.state)
  const fingerprints = record ? readJson<Fingerprints>(record.fingerprints) : {}
  const otherId = record?.legacy_id !== undefined && record.legacy_id !== null && record.legacy_id !== seen.legacy_id
  if (seen.fingerprints) fingerprints[seen.fingerprints.source] = seen.fingerprints.fields
  const drifted = driftOf(fingerprints)
  const before = record?.drift === undefined || record.drift === null ? undefined : readJson<Drift>(record.drift)
  const driftIsNews = drifted.length > 0 && drifted.join() !== before?.fields.join()
  const drift: Drift | undefined = driftIsNews ? { fields: drifted, noticed_at: new Date(at).toISOString() } : before
  const migratedNow = state === 'migrated' && from !== 'migrated'
  const values = {
    legacy_id: seen.legacy_id ?? record?.legacy_id ?? null,
    email: seen.email ?? record?.email ?? null,
    username: seen.username ?? record?.username ?? null,
    state,
    user_id: seen.user_id ?? record?.user_id ?? null,
    last_outcome: seen.outcome ?? record?.last_outcome ?? null,
    last_outcome_at: seen.outcome === null ? (record?.last_outcome_at ?? null) : at,
    last_error: seen.error?.slice(0, 1000) ?? (seen.outcome === null ? (record?.last_error ?? null) : null),
    fingerprints: writeJson(fingerprints),
    drift: drift === undefined || drifted.length === 0 ? null : writeJson(drift),
    migrated_at: migratedNow ? at : (record?.migrated_at ?? null),
    migrated_through: migratedNow ? seen.through : (record?.migrated_through ?? null),
    updated_at: at,
  }
  const record_id = record?.record_id ?? newPrefixedId('mrc')
  if (record) {
    await trx
      .updateTable('migration_records')
      .set(values)
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .execute()
  } else {
    await insertRecord(trx, { row: { tenant_id, connection_id, record_id, created_at: at, ...values } })
  }
  await nameRecord(trx, seen, record_id)
  await countTransition(trx, seen, from, state)
  const isNews = state !== from || driftIsNews || (seen.outcome !== null && seen.outcome !== record?.last_outcome)
  if (isNews) {
    const detail: JsonObject = {
      ...seen.detail,
      ...(seen.error === undefined ? {} : { error: seen.error.slice(0, 1000) }),
      ...(driftIsNews ? { drift: drifted } : {}),
      ...(otherId && seen.legacy_id !== undefined ? { previous_legacy_id: record?.legacy_id ?? null } : {}),
    }
    await insertEvent(trx, {
      row: {
        tenant_id,
        connection_id,
        record_id,
        event_id: eventId(at),
        at,
        from_state: from ?? null,
        to_state: state,
        through: seen.through,
        outcome: seen.outcome,
        detail: writeJson(detail),
      },
    })
  }
  return { record_id, state, drifted: driftIsNews ? drifted : [] }
}

// Sorts by time within a record's history.
function eventId(at_ms: number): string {
  return `${String(at_ms).padStart(15, '0')}-${newPrefixedId('mev')}`
}
