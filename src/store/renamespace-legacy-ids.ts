import { sql, type SqlBool } from 'kysely'
import type { Transaction } from './tables.ts'

/**
 * Replaces the namespace of every legacy id in the ledger and in the directory of a connection. The caller has checked that no user has moved: users keep
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
  const of_key = 'id:'
  await trx
    .updateTable('directory_rows')
    .set({ row_key: sql<string>`${of_key + prefix} || substr(row_key, ${of_key.length + prefix_length + 1})` })
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where(sql<SqlBool>`substr(row_key, 1, ${of_key.length}) = ${of_key}`)
    .execute()
  await trx
    .updateTable('migration_records')
    .set({ legacy_id: sql<string>`${prefix} || substr(legacy_id, ${prefix_length + 1})` })
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('legacy_id', 'is not', null)
    .execute()
}
