import { newRecordId } from '../../base/ids.ts'
import type { Connection } from '../../connections/connection.ts'
import type { MigrationState } from '../../contract/outcomes.ts'
import { countRow, noDelta, writeDelta, type DirectoryDelta } from '../../store/directory-counters.ts'
import { padded } from '../../store/few-statements.ts'
import { insertRows } from '../../store/insert-rows.ts'
import { writeJson } from '../../store/json-column.ts'
import type { DirectoryRowsTable, DirectoryStagedRowsTable, Transaction } from '../../store/tables.ts'
import { addToHistory, countTransition, newEventId } from '../record-transition.ts'
import { assignIdentifiers, moveIdentifiers, type AssignedIdentifier } from './directory-identifiers.ts'
import { readKnown, type Known } from './known-rows.ts'
import { appliedRow, isUnchanged, planRows, recordColumns, type PlannedRow } from './plan-rows.ts'
import { repeatedKeys } from './stage-rows.ts'

/** What applying some rows did. */
export type AppliedCounts = { added: number; changed: number; returned: number }

type Batch = { connection: Connection; load_id: string; at: number }

const not_rehearsed = { rehearsal_id: null, rehearsed_at: null, rehearsed_outcome: null, rehearsed_detail: null }

/** Inserts the records of users whom the ledger does not know. */
async function insertRecords(trx: Transaction, { connection, at }: Batch, known: Known, plans: PlannedRow[]) {
  if (plans.length === 0) return []
  const { tenant_id, connection_id } = connection
  const made = plans.map((plan) => ({ plan, record_id: newRecordId(at) }))
  const key = { tenant_id, connection_id }
  const records = made.map(({ plan, record_id }) => ({
    ...key,
    record_id,
    ...recordColumns(plan, at),
    user_id: null,
    fingerprints: '{}',
    created_at: at,
  }))
  await insertRows(trx, 'migration_records', records)
  const events = made.map(({ plan, record_id }) => ({
    ...key,
    record_id,
    event_id: newEventId(at),
    at,
    to_state: plan.state,
    through: 'directory',
    outcome: plan.staged.problem === null ? null : 'profile_refused',
    detail: writeJson(detailOf(plan)),
  }))
  await insertRows(trx, 'migration_events', events)
  for (const state of ['unseen', 'refused'] as const) {
    const count = made.filter(({ plan }) => plan.state === state).length
    if (count > 0) await countTransition(trx, key, { from: undefined, to: state, at, records: count })
  }
  const assigned = made.flatMap(({ plan, record_id }) =>
    plan.staged.identifiers.map((identifier): AssignedIdentifier => ({ identifier, record_id })),
  )
  await assignIdentifiers(trx, key, known.holders, assigned)
  return made.map(({ plan, record_id }) => ({ ...key, record_id, ...plan.columns, ...not_rehearsed }))
}

const detailOf = ({ staged: { load_id, line, problem } }: PlannedRow) => ({
  load_id,
  line,
  ...(problem === null ? {} : { problem }),
})

/** Changes a record that only loads have said anything of, or gives a record the legacy id that it lacked. */
async function changeRecord(trx: Transaction, { connection, at }: Batch, plan: PlannedRow): Promise<void> {
  const { record, state, legacy_id, is_untried } = plan
  if (!record) return
  const { tenant_id, connection_id } = connection
  const { record_id } = record
  await trx
    .updateTable('migration_records')
    .set(is_untried ? recordColumns(plan, at) : { legacy_id, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .execute()
  const from = record.state as MigrationState
  if (from === state) return
  await countTransition(trx, { tenant_id, connection_id }, { from, to: state, at })
  await addToHistory(trx, {
    tenant_id,
    connection_id,
    record_id,
    at,
    from_state: from,
    to_state: state,
    through: 'directory',
    outcome: plan.staged.problem === null ? null : 'profile_refused',
    detail: detailOf(plan),
  })
}

/** Writes what a load says otherwise of a user whom the ledger knows. Returns the row to insert where the record has none. */
async function changeKnown(
  trx: Transaction,
  batch: Batch,
  known: Known,
  plan: PlannedRow,
): Promise<DirectoryRowsTable | undefined> {
  const { record, row, columns } = plan
  if (!record) return undefined
  const { tenant_id, connection_id, options } = batch.connection
  const { record_id } = record
  const key = { tenant_id, connection_id, record_id }
  if (plan.is_untried || record.legacy_id !== plan.legacy_id) await changeRecord(trx, batch, plan)
  if (record.state !== 'migrated' && record.state !== 'deleted') {
    const before = plan.is_untried ? row : undefined
    await moveIdentifiers(trx, key, known.holders, { before, after: plan.staged.identifiers, options })
  }
  if (!row) return { ...key, ...columns, ...not_rehearsed }
  await trx
    .updateTable('directory_rows')
    .set(columns)
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .execute()
  return undefined
}

/** Writes of users of whom the load says what the one before said that it names them. */
async function touchRows(
  trx: Transaction,
  { connection, load_id }: Batch,
  plans: readonly PlannedRow[],
): Promise<void> {
  if (plans.length === 0) return
  const ids = plans.flatMap(({ record }) => record?.record_id ?? [])
  await trx
    .updateTable('directory_rows')
    .set({ load_id, gone_at: null })
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('record_id', 'in', padded(ids))
    .execute()
}

function countPlans(plans: readonly PlannedRow[]): { delta: DirectoryDelta; returned: number } {
  const delta = noDelta()
  for (const { row, columns } of plans) {
    if (row) countRow(delta, row, -1)
    countRow(delta, columns, 1)
  }
  return { delta, returned: plans.filter(({ row }) => row !== undefined && row.gone_at !== null).length }
}

/**
 * Applies staged rows of a load, in the caller's transaction: records, identifiers and directory rows.
 */
export async function applyRows(
  trx: Transaction,
  batch: Batch,
  staged: readonly DirectoryStagedRowsTable[],
): Promise<AppliedCounts> {
  const { connection, load_id } = batch
  const keys = staged.map(({ row_key }) => row_key)
  const repeated = await repeatedKeys(trx, { tenant_id: connection.tenant_id, load_id }, keys)
  const rows = staged.map((row) => appliedRow(row, connection, repeated.has(row.row_key)))
  const { tenant_id, connection_id } = connection
  const known = await readKnown(trx, { tenant_id, connection_id, load_id }, rows)
  const plans = planRows(rows, known, load_id)
  const unchanged = plans.filter(isUnchanged)
  const rest = plans.filter((plan) => !isUnchanged(plan))
  await touchRows(trx, batch, unchanged)
  const missing: DirectoryRowsTable[] = []
  const of_known = rest.filter(({ record }) => record !== undefined)
  for (const plan of of_known) {
    const row = await changeKnown(trx, batch, known, plan)
    if (row) missing.push(row)
  }
  const added = await insertRecords(
    trx,
    batch,
    known,
    rest.filter(({ record }) => record === undefined),
  )
  await insertRows(trx, 'directory_rows', [...missing, ...added])
  const { delta, returned } = countPlans(plans)
  await writeDelta(trx, connection, delta)
  const newly_listed = missing.length + added.length
  return { added: newly_listed, changed: rest.length - newly_listed, returned }
}
