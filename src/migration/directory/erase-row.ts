import { countRow, noDelta, writeDelta } from '../../store/directory-counters.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import type { DirectoryRowsTable, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'

/** The key of a record and of its directory row. */
export type RecordKey = ConnectionKey & { record_id: string }

const selectRow = prepareQuery((db, { tenant_id, connection_id, record_id }: RecordKey) =>
  db
    .selectFrom('directory_rows')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id),
)

/** What the directory says of the user of a record; undefined where no load has named the user. */
export async function directoryRowOf(
  trx: Transaction,
  { tenant_id, connection_id, record_id }: RecordKey,
): Promise<DirectoryRowsTable | undefined> {
  return (await selectRow(trx, { tenant_id, connection_id, record_id })).rows[0]
}

async function changeRow(
  trx: Transaction,
  row: DirectoryRowsTable,
  change: Partial<DirectoryRowsTable>,
): Promise<void> {
  await trx
    .updateTable('directory_rows')
    .set(change)
    .where('tenant_id', '=', row.tenant_id)
    .where('connection_id', '=', row.connection_id)
    .where('record_id', '=', row.record_id)
    .execute()
  const delta = noDelta()
  countRow(delta, row, -1)
  countRow(delta, { ...row, ...change }, 1)
  await writeDelta(trx, row, delta)
}

/** Erases the hash and the profile that the directory has of a user who moves or is deleted, in the transaction of that change. */
export async function eraseSecrets(trx: Transaction, key: RecordKey): Promise<void> {
  const row = await directoryRowOf(trx, key)
  if (!row || (row.has_hash === 0 && row.profile === null && row.problem === null)) return
  await changeRow(trx, row, { hash: null, has_hash: 0, profile: null, problem: null })
}

/** Removes the problem of a row once a script has returned the legacy id of its user. */
export async function clearProblem(trx: Transaction, key: RecordKey): Promise<void> {
  const row = await directoryRowOf(trx, key)
  if (row && row.problem !== null) await changeRow(trx, row, { problem: null })
}

/** Deletes what the directory has of a record, in the transaction that deletes the record. */
export async function deleteRow(trx: Transaction, key: RecordKey): Promise<void> {
  const row = await directoryRowOf(trx, key)
  if (!row) return
  for (const table of ['directory_rows', 'directory_shared_identifiers'] as const) {
    await trx
      .deleteFrom(table)
      .where('tenant_id', '=', key.tenant_id)
      .where('connection_id', '=', key.connection_id)
      .where('record_id', '=', key.record_id)
      .execute()
  }
  const delta = noDelta()
  countRow(delta, row, -1)
  await writeDelta(trx, key, delta)
}

/** Gives the directory row of a record to another record, which has none. */
export async function giveRow(trx: Transaction, from: RecordKey, to_record_id: string): Promise<void> {
  for (const table of ['directory_rows', 'directory_shared_identifiers'] as const) {
    await trx
      .updateTable(table)
      .set({ record_id: to_record_id })
      .where('tenant_id', '=', from.tenant_id)
      .where('connection_id', '=', from.connection_id)
      .where('record_id', '=', from.record_id)
      .execute()
  }
  await clearProblem(trx, { ...from, record_id: to_record_id })
}
