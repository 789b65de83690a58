import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import { firstPart, type ListPart } from '../base/page.ts'
import { isoTime } from '../base/time.ts'
import type { DirectoryProblem } from '../contract/directory-problems.ts'
import type { ListedRecord, MigrationEvent, MigrationRecord } from '../contract/migration-record.ts'
import type { MigrationState } from '../contract/outcomes.ts'
import type { RehearsalOutcome } from '../contract/rehearsal.ts'
import { Refusal } from '../contract/refusal.ts'
import { readJson } from '../store/json-column.ts'
import { engineOf } from '../store/engine.ts'
import { textIs } from '../store/search-filter.ts'
import type { Searches } from '../store/searches.ts'
import type { Db, MigrationEventsTable, MigrationRecordsTable } from '../store/tables.ts'
import { shownDecisions } from './decisions/decision.ts'
import { is_waiting, recordsWithCause, withRows, type PersonCause } from './decisions/records-of-causes.ts'
import { sharedRecordIds } from './decisions/shared-records.ts'
import { filtersDirectory, readByDirectory, type DirectoryFilter } from './directory/read-by-directory.ts'
import { keyOfId } from './directory/read-row.ts'
import { directoryOf } from './directory/show-row.ts'
import { unmoved_states } from './finish/not-moved.ts'
import type { ChangedPaths } from './profile-changes.ts'
import type { Drift } from './record-observation.ts'
import { isInState, readUnmoved, recordsByAge } from './records-by-age.ts'

const history_max = 500

/** A migration record as the API shows it, without its fingerprints. */
function showRecord(row: MigrationRecordsTable): MigrationRecord {
  return {
    record_id: row.record_id,
    connection_id: row.connection_id,
    state: row.state as MigrationState,
    ...(row.legacy_id === null ? {} : { legacy_id: row.legacy_id }),
    ...(row.email === null ? {} : { email: row.email }),
    ...(row.username === null ? {} : { username: row.username }),
    ...(row.user_id === null ? {} : { user_id: row.user_id }),
    ...(row.last_outcome === null ? {} : { last_outcome: row.last_outcome }),
    ...(row.last_outcome_at === null ? {} : { last_outcome_at: isoTime(row.last_outcome_at) }),
    ...(row.last_error === null ? {} : { last_error: row.last_error }),
    ...(row.drift === null ? {} : { drift: readJson<Drift>(row.drift) }),
    ...(row.profile_changes === null ? {} : { profile_changes: readJson<ChangedPaths>(row.profile_changes) }),
    ...(row.migrated_at === null ? {} : { migrated_at: isoTime(row.migrated_at) }),
    ...(row.migrated_through === null ? {} : { migrated_through: row.migrated_through }),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
  }
}

function showEvent(row: MigrationEventsTable): MigrationEvent {
  return {
    event_id: row.event_id,
    at: isoTime(row.at),
    ...(row.from_state === null ? {} : { from_state: row.from_state }),
    to_state: row.to_state,
    through: row.through,
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    detail: readJson<JsonObject>(row.detail),
  }
}

type RecordsOf = { tenant_id: string; connection_id: string }

/** A filter of migration records. `q` is the beginning of an identifier, or a whole legacy id. */
export type RecordFilter = {
  state?: MigrationState
  /** Whether the user has moved; records of users who were deleted here are in neither list. */
  moved?: boolean
  outcome?: string
  cause?: PersonCause
  /** Whether a decision waits for the next login or import of the user. */
  decided?: boolean
  drifted?: boolean
  /** Whether another user of the directory has an identifier of the user. */
  shared?: boolean
  through?: string
  q?: string
  directory?: DirectoryFilter
}

/** The ids of records by the beginning of an identifier, or by the legacy id. A union, because with `or` no index would be used. */
function foundRecords(db: Db, tenant_id: string, connection_id: string, q: string) {
  const byIdentifier = (table: 'migration_identifiers' | 'directory_shared_identifiers') =>
    db
      .selectFrom(table)
      .select('record_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where(textIs(engineOf(db), sql.ref('identifier'), [canonicalIdentifier(q), '']))
  const byId = (table: 'migration_records' | 'directory_rows', column: 'legacy_id' | 'row_key', value: string) =>
    db
      .selectFrom(table)
      .select('record_id')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where(sql<SqlBool>`${sql.ref(column)} = ${value}`)
  return byId('migration_records', 'legacy_id', q.trim())
    .unionAll(byId('directory_rows', 'row_key', keyOfId(q.trim())))
    .unionAll(byIdentifier('migration_identifiers'))
    .unionAll(byIdentifier('directory_shared_identifiers'))
}

/** The filters that an index serves and that all records of a cause pass. */
function filterOfCause({ kind, cause }: PersonCause): RecordFilter {
  switch (kind) {
    case 'problem':
      return { directory: { problem: cause as DirectoryProblem } }
    case 'rehearsal':
      return { directory: { rehearsed: cause as RehearsalOutcome } }
    case 'outcome':
      return { outcome: cause }
    case 'refused':
      return { state: 'refused' }
    case 'shared':
      return { shared: true }
    case 'drift':
      return { drifted: true }
  }
}

/** Whether a record has a cause, and whether a decision about it waits. */
function hasCause(db: Db, of: RecordsOf, { cause, decided }: RecordFilter): RawBuilder<SqlBool> {
  const records = cause ? recordsWithCause(db, of, cause.kind, [cause.cause]) : withRows(db, of)
  const those = decided === undefined ? records : records.where(decided ? is_waiting : sql<SqlBool>`not ${is_waiting}`)
  return sql`exists ${those.select('record.record_id').where(sql<SqlBool>`record.record_id = migration_records.record_id`)}`
}

/** The records that a filter of the directory finds, and those of another filter. */
async function readRows(
  db: Db,
  of: RecordsOf,
  filter: RecordFilter,
  page: { take: number; from?: string },
): Promise<MigrationRecordsTable[]> {
  const { tenant_id, connection_id } = of
  const implied = filter.cause ? filterOfCause(filter.cause) : {}
  const { state, moved, outcome, cause, decided, drifted, shared, through, q } = { ...implied, ...filter }
  const directory = { ...implied.directory, ...filter.directory }
  const equals = (column: string, value: string | undefined): RawBuilder<SqlBool>[] =>
    value === undefined ? [] : [sql<SqlBool>`${sql.ref(`migration_records.${column}`)} = ${value}`]
  const conditions = [
    ...equals('state', state),
    ...equals('last_outcome', outcome),
    ...equals('migrated_through', through),
  ]
  const has_drift = sql.ref('migration_records.has_drift')
  if (drifted !== undefined) conditions.push(sql<SqlBool>`${has_drift} ${drifted ? sql`= 1` : sql`is null`}`)
  if (shared !== undefined) {
    const among = shared ? sql`in` : sql`not in`
    conditions.push(sql<SqlBool>`${sql.ref('migration_records.record_id')} ${among} (${sharedRecordIds(of)})`)
  }
  if (q !== undefined) {
    const found = foundRecords(db, tenant_id, connection_id, q)
    conditions.push(sql<SqlBool>`${sql.ref('migration_records.record_id')} in (${found})`)
  }
  if (cause !== undefined || decided !== undefined) conditions.push(hasCause(db, of, filter))
  if (moved === true) conditions.push(isInState('migrated'))
  const is_unmoved_only = moved === false && conditions.length === 0
  if (moved === false) conditions.push(isInState(...unmoved_states))
  if (filtersDirectory(directory)) return await readByDirectory(db, of, directory, page, conditions)
  const { take, from } = page
  const behind = from === undefined ? undefined : { created_at: await createdAt(db, of, from), record_id: from }
  if (is_unmoved_only) return await readUnmoved(db, of, { take, behind })
  // The few records that `q` or `shared` finds are sorted: with the plain column, the planner would read all records in the order of its index.
  const age = q === undefined && shared !== true ? sql.ref('created_at') : sql`created_at + 0`
  return await recordsByAge(db, of, conditions, { take, behind }, age).execute()
}

/** The identifiers of records, by record id. */
async function identifiersOf(db: Db, { tenant_id, connection_id }: RecordsOf, record_ids: string[]) {
  const found = new Map<string, string[]>(record_ids.map((record_id) => [record_id, []]))
  if (record_ids.length === 0) return found
  const rows = await db
    .selectFrom('migration_identifiers')
    .select(['record_id', 'identifier'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', record_ids)
    .execute()
  // Sorted here: with an order in SQL, SQLite reads all identifiers of the connection.
  rows.sort((one, other) => (one.identifier < other.identifier ? -1 : 1))
  for (const { record_id, identifier } of rows) found.get(record_id)?.push(identifier)
  return found
}

/** Records as a list has them, by record id. */
export async function recordsWithIdentifiers(
  db: Db,
  of: RecordsOf,
  record_ids: string[],
): Promise<Map<string, ListedRecord>> {
  if (record_ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('record_id', 'in', record_ids)
    .execute()
  const records = await describe(db, of, rows.map(showRecord))
  return new Map(records.map((record) => [record.record_id, record]))
}

/** A record as a list has it. @throws {Refusal} `inexistent_migration_record` */
export async function requireRecord(db: Db, of: RecordsOf, record_id: string): Promise<ListedRecord> {
  const record = (await recordsWithIdentifiers(db, of, [record_id])).get(record_id)
  if (!record) throw new Refusal('inexistent_migration_record')
  return record
}

/** The time at which the record of a checkpoint was created. @throws {Refusal} `invalid_query_string` where there is no such record */
async function createdAt(db: Db, { tenant_id, connection_id }: RecordsOf, record_id: string): Promise<number> {
  const row = await db
    .selectFrom('migration_records')
    .select('created_at')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirstOrThrow(
      () => new Refusal('invalid_query_string', { message: 'from must be the next of an earlier page.' }),
    )
  return row.created_at
}

/** What lists add to records: their identifiers, and what the directory says of their users. */
async function describe(db: Db, of: RecordsOf, records: readonly MigrationRecord[]): Promise<ListedRecord[]> {
  const record_ids = records.map(({ record_id }) => record_id)
  const identifiers = await identifiersOf(db, of, record_ids)
  const decisions = await shownDecisions(db, of, record_ids)
  const directory = await directoryOf(db, of, record_ids)
  return records.map((record) => ({
    ...record,
    identifiers: identifiers.get(record.record_id) ?? [],
    ...defined({ decision: decisions.get(record.record_id), directory: directory.get(record.record_id) }),
  }))
}

async function readRecords(
  db: Db,
  of: RecordsOf,
  filter: RecordFilter,
  page: { take: number; from?: string },
): Promise<ListPart<ListedRecord>> {
  const rows = await readRows(db, of, filter, page)
  const part = firstPart(rows.map(showRecord), page.take, ({ record_id }) => record_id)
  return { ...part, items: await describe(db, of, part.items) }
}

/**
 * The migration records of a connection that match a filter, with their identifiers, the newest first. `from` is the last id of the page
 * before.
 *
 * @throws {Refusal} `search_timeout` and `overloaded`, for filters that visit many records; `invalid_query_string` for an unknown `from`
 */
export async function listRecords(
  { db, searches }: { db: Db; searches: Searches },
  of: RecordsOf,
  filter: RecordFilter,
  page: { take: number; from?: string },
): Promise<ListPart<ListedRecord>> {
  const { state: _state, moved: _moved, directory = {}, ...others } = filter
  const is_indexed = Object.values(others).every((value) => value === undefined) && !filtersDirectory(directory)
  if (is_indexed) return await readRecords(db, of, filter, page)
  return await searches.run(of.tenant_id, (reader) => readRecords(reader, of, filter, page))
}

/**
 * A migration record with its identifiers and its last 500 events, oldest first.
 *
 * @throws {Refusal} `inexistent_migration_record`
 */
export async function recordWithHistory(
  db: Db,
  tenant_id: string,
  connection_id: string,
  record_id: string,
): Promise<ListedRecord & { history: MigrationEvent[] }> {
  const record = await requireRecord(db, { tenant_id, connection_id }, record_id)
  const events = await db
    .selectFrom('migration_events')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .orderBy('event_id', 'desc')
    .limit(history_max)
    .execute()
  return { ...record, history: events.toReversed().map(showEvent) }
}
