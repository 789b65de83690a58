import type { JsonObject } from '../../base/json.ts'
import { newRecordId } from '../../base/ids.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { insertRows } from '../../store/insert-rows.ts'
import { writeJson } from '../../store/json-column.ts'
import { secondFactorsAad } from '../../store/sealed-aad.ts'
import type { Transaction } from '../../store/tables.ts'
import { sealForeignHash } from '../../users/foreign-credential.ts'
import { insertUsers, type UserIdentifier, type UserToInsert } from '../../users/insert-user.ts'
import { newCredential } from '../../users/write-credential.ts'
import { assignIdentifiers, releaseUsernames } from '../assign-identifiers.ts'
import { decideImportRows, settleImported } from '../decisions/decide-import-rows.ts'
import { describeChanges } from '../profile-changes.ts'
import { recordObservation } from '../record-observation.ts'
import { countTransition, newEventId } from '../record-transition.ts'
import { findExisting, recordedIdentifiers, userIdOf, type Found } from './find-imported.ts'
import { planRow } from './plan-import.ts'
import type { ImportBatch, ImportRow, RefusedRow } from './import-row.ts'
import { updateImportedUser } from './update-imported-user.ts'

/** What became of a batch of rows. */
export type BatchResult = {
  inserted: number
  updated: number
  skipped_moved: number
  skipped_deleted: number
  refused: RefusedRow[]
}

/** The rows up to the first that has an id or an identifier of an earlier one: what that one becomes decides about it. */
function independentRows(rows: readonly ImportRow[]): ImportRow[] {
  const seen = new Set<string>()
  const independent: ImportRow[] = []
  for (const row of rows) {
    const values = [userIdOf(row), ...row.identifiers.map(({ value }) => `=${value}`)]
    if (values.some((value) => seen.has(value))) break
    values.forEach((value) => seen.add(value))
    independent.push(row)
  }
  return independent
}

/** The identifiers that a new user gets. An address takes precedence over a username of the same text. */
async function identifiersOf(
  trx: Transaction,
  { connection, at }: ImportBatch,
  found: Found,
  row: ImportRow,
): Promise<UserIdentifier[]> {
  const wanted = row.identifiers
  if (!wanted.some(({ value }) => found.identifiers.has(value))) return wanted
  const { tenant_id, connection_id } = connection
  const record_id = found.records.get(row.profile.legacy_id)?.record_id
  const assigned = await assignIdentifiers(
    trx,
    connection,
    { record_ids: record_id === undefined ? [] : [record_id] },
    wanted,
  )
  const of = { tenant_id, connection_id, user_id: userIdOf(row), through: 'import', at } as const
  await releaseUsernames(trx, of, assigned)
  return assigned.identifiers
}

function userToInsert(
  { connection, at }: ImportBatch,
  { sealer }: { sealer: Sealer },
  row: ImportRow,
  identifiers: UserIdentifier[],
): UserToInsert {
  const { tenant_id, connection_id, strategy } = connection
  const { legacy_id, changes: _changes, spellings: _spellings, ...profile } = row.profile
  const owner = { tenant_id, user_id: userIdOf(row) }
  const aad = secondFactorsAad(tenant_id, owner.user_id)
  return {
    tenant_id,
    connection_id,
    strategy,
    identity_user_id: legacy_id,
    ...profile,
    at,
    last_password_reset: row.password_set_at,
    password_set_at: row.password_set_at,
    identifiers,
    arrived_through: 'import',
    ...(row.hash ? { credential: newCredential(sealForeignHash(sealer, owner, row.hash), 'import') } : {}),
    second_factors: row.second_factors.length === 0 ? null : sealer.seal(writeJson(row.second_factors), aad),
  }
}

/** What the history of a record says of an import: the kinds of second factors, and nothing of them. */
function detailOf({ second_factors }: ImportRow): JsonObject {
  const kinds = second_factors.flatMap((factor) => Object.keys(factor as JsonObject))
  return kinds.length === 0 ? {} : { second_factors: [...new Set(kinds)] }
}

/** Records the import of users whom the ledger does not know, in a fixed number of statements. */
async function insertRecords(trx: Transaction, { connection, at }: ImportBatch, rows: ImportRow[]): Promise<void> {
  if (rows.length === 0) return
  const { tenant_id, connection_id } = connection
  const records = rows.map((row) => ({ row, record_id: newRecordId(at) }))
  await insertRows(
    trx,
    'migration_records',
    records.map(({ row, record_id }) => {
      const { legacy_id, email, username, changes } = row.profile
      const described = describeChanges(changes)
      return {
        tenant_id,
        connection_id,
        record_id,
        legacy_id,
        email,
        username,
        state: 'migrated' as const,
        user_id: userIdOf(row),
        fingerprints: '{}',
        profile_changes: described === undefined ? null : writeJson(described),
        migrated_at: at,
        migrated_through: 'import' as const,
        created_at: at,
        updated_at: at,
      }
    }),
  )
  const identifiers = records.flatMap(({ row, record_id }) =>
    recordedIdentifiers(row).map((identifier) => ({ tenant_id, connection_id, identifier, record_id })),
  )
  await insertRows(trx, 'migration_identifiers', identifiers)
  await insertRows(
    trx,
    'migration_events',
    records.map(({ row, record_id }) => ({
      tenant_id,
      connection_id,
      record_id,
      event_id: newEventId(at),
      at,
      to_state: 'migrated' as const,
      through: 'import' as const,
      detail: writeJson(detailOf(row)),
    })),
  )
  await countTransition(trx, connection, { from: undefined, to: 'migrated', at, records: rows.length })
}

/** Records the import of users in the ledger. That of a local connection gets no new records. */
async function recordImports(
  trx: Transaction,
  batch: ImportBatch,
  found: Found,
  rows: readonly ImportRow[],
): Promise<void> {
  const { tenant_id, connection_id, mode } = batch.connection
  const isKnown = (row: ImportRow): boolean =>
    found.records.has(row.profile.legacy_id) ||
    recordedIdentifiers(row).some((identifier) => found.recorded_identifiers.has(identifier))
  const { known = [], unknown = [] } = Object.groupBy(rows, (row) => (isKnown(row) ? 'known' : 'unknown'))
  if (mode === 'import') await insertRecords(trx, batch, unknown)
  for (const row of known) {
    const { legacy_id, email, username, changes } = row.profile
    await recordObservation(trx, {
      tenant_id,
      connection_id,
      at: batch.at,
      identifiers: recordedIdentifiers(row),
      legacy_id,
      email,
      username,
      through: 'import',
      outcome: null,
      state: 'migrated',
      creates_record: mode === 'import',
      user_id: userIdOf(row),
      profile_changes: changes,
      detail: detailOf(row),
    })
  }
}

async function writeIndependent(
  trx: Transaction,
  deps: { sealer: Sealer },
  batch: ImportBatch,
  result: BatchResult,
): Promise<void> {
  const found = await findExisting(trx, batch.connection, batch.rows)
  const inserted: { row: ImportRow; user: UserToInsert }[] = []
  for (const row of batch.rows) {
    const plan = planRow(batch.connection, found, row, batch.upsert)
    if (plan.kind === 'insert') {
      inserted.push({ row, user: userToInsert(batch, deps, row, await identifiersOf(trx, batch, found, row)) })
    } else if (plan.kind === 'update') {
      await updateImportedUser(trx, deps, batch, row, plan.user)
      result.updated += 1
    } else if (plan.kind === 'skip') result[`skipped_${plan.reason}`] += 1
    else result.refused.push({ line: row.line, row_no: row.row_no, shown: row.show(), errors: [plan.error] })
  }
  await insertUsers(
    trx,
    inserted.map(({ user }) => user),
  )
  await recordImports(
    trx,
    batch,
    found,
    inserted.map(({ row }) => row),
  )
  if (batch.connection.has_decisions) {
    const imported = inserted.flatMap(({ row }) => {
      const { legacy_id } = row.profile
      const record = found.records.get(legacy_id)
      return record ? [{ legacy_id, record_id: record.record_id, user_id: userIdOf(row) }] : []
    })
    await settleImported(trx, batch.connection, imported, batch.at)
  }
  result.inserted += inserted.length
}

/**
 * Writes a batch of rows in the caller's transaction: users with identifiers, credentials and ledger records. A row that repeats an id or an
 * identifier of another row sees what that one became. A unique violation means that another transaction wrote first: run it again.
 */
export async function writeImportBatch(
  trx: Transaction,
  deps: { sealer: Sealer },
  batch: ImportBatch,
): Promise<BatchResult> {
  const result: BatchResult = { inserted: 0, updated: 0, skipped_moved: 0, skipped_deleted: 0, refused: [] }
  let { rows } = batch
  if (batch.connection.has_decisions && batch.connection.mode === 'import') {
    const decided = await decideImportRows(trx, batch.connection, rows)
    result.refused.push(...decided.refused)
    rows = decided.rows
  }
  while (rows.length > 0) {
    const independent = independentRows(rows)
    await writeIndependent(trx, deps, { ...batch, rows: independent }, result)
    rows = rows.slice(independent.length)
  }
  return result
}
