import { sql } from 'kysely'
import type { Transaction } from './tables.ts'

/**
 * Puts the legacy ids that the ledger of a connection knows under another namespace. Nobody may have moved under
 * the old one: users keep the ids that they have.
 */
export async function renamespaceLegacyIds(
  trx: Transaction,
  place: { tenant_id: string; connection_id: string },
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  const skipped = before === undefined ? 0 : before.length + 1
  const prefix = after === undefined ? '' : `${after}|`
  await trx
    .updateTable('migration_records')
    .set({ legacy_id: sql<string>`${prefix} || substr(legacy_id, ${skipped + 1})` })
    .where('tenant_id', '=', place.tenant_id)
    .where('connection_id', '=', place.connection_id)
    .where('legacy_id', 'is not', null)
    .execute()
}
