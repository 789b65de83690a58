import { sql } from 'kysely'
import type { Transaction } from './tables.ts'

/**
 * Replaces the namespace of every legacy id in the ledger of a connection. The caller has checked that no user has moved: users keep
 * the ids that they have.
 */
export async function renamespaceLegacyIds(
  trx: Transaction,
  connection: { tenant_id: string; connection_id: string },
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  const prefix_length = before === undefined ? 0 : before.length + 1
  const prefix = after === undefined ? '' : `${after}|`
  await trx
    .updateTable('migration_records')
    .set({ legacy_id: sql<string>`${prefix} || substr(legacy_id, ${prefix_length + 1})` })
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('legacy_id', 'is not', null)
    .execute()
}
