import type { MigrationState } from '../contract/outcomes.ts'
import { addToCounter } from '../store/connection-counters.ts'
import type { Transaction } from '../store/tables.ts'
import { passOn } from './directory/directory-identifiers.ts'
import { deleteRow } from './directory/erase-row.ts'
import { bareId } from '../users/user.ts'
import { recordsOfUser } from './find-records.ts'

const record_tables = [
  'migration_identifiers',
  'migration_events',
  'record_decisions',
  'reserved_identifiers',
  'migration_records',
] as const

/** Deletes what the ledger has of a user's main identity, which the legacy store has deleted, in the transaction that deletes the user here. */
export async function forgetLegacyUser(trx: Transaction, tenant_id: string, user_id: string): Promise<void> {
  for (const { connection_id, record_id, state, legacy_id } of await recordsOfUser(trx, tenant_id, user_id)) {
    if (legacy_id !== bareId(user_id)) continue
    await deleteRow(trx, { tenant_id, connection_id, record_id })
    const identifiers = await trx
      .selectFrom('migration_identifiers')
      .select('identifier')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .execute()
    for (const table of record_tables) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', record_id)
        .execute()
    }
    for (const { identifier } of identifiers) await passOn(trx, { tenant_id, connection_id }, identifier)
    await addToCounter(trx, tenant_id, connection_id, `state:${state as MigrationState}`, -1)
  }
}
