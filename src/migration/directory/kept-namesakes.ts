import type { Connection } from '../../connections/connection.ts'
import type { Transaction } from '../../store/tables.ts'
import { recordByLegacyId } from '../find-records.ts'
import { readLegacyId } from '../legacy-id.ts'

/** A row of the directory with its record, as an import reads it. */
type NamedRow = {
  record_id: string
  given_legacy_id: string | null
  legacy_id: string | null
  problem: string | null
  decision: string | null
}

async function setLegacyId(
  trx: Transaction,
  { tenant_id, connection_id }: Connection,
  record_id: string,
  legacy_id: string,
): Promise<void> {
  await trx
    .updateTable('migration_records')
    .set({ legacy_id })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .execute()
}

/**
 * Gives the legacy id that several rows of the directory have to the record of the user whom a decision keeps: only this one moves with it. A
 * record does not get an id that another record has by now.
 */
export async function nameKept<Row extends NamedRow>(
  trx: Transaction,
  connection: Connection,
  rows: readonly Row[],
): Promise<Row[]> {
  const named: Row[] = []
  for (const row of rows) {
    const is_kept = row.decision === 'keep' && row.problem === 'repeated_id' && row.legacy_id === null
    const read = is_kept ? readLegacyId(row.given_legacy_id ?? '', connection.options.id_namespace) : undefined
    const legacy_id = read !== undefined && 'id' in read ? read.id : null
    const is_free = legacy_id !== null && (await recordByLegacyId(trx, connection, legacy_id)) === undefined
    if (is_free) await setLegacyId(trx, connection, row.record_id, legacy_id)
    named.push(is_free ? { ...row, legacy_id } : row)
  }
  return named
}

/** Takes the ids back from the records of those who were not imported: without a move, the id is still that of several users. */
export async function unnameUnmoved(
  trx: Transaction,
  { tenant_id, connection_id }: Connection,
  record_ids: readonly string[],
): Promise<void> {
  if (record_ids.length === 0) return
  await trx
    .updateTable('migration_records')
    .set({ legacy_id: null })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', record_ids)
    .where('state', '!=', 'migrated')
    .execute()
}
