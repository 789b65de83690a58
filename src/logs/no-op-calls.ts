import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../store/tables.ts'

// What a rollback restores is saved by the finish as well, and has the version that it was restored from.
const is_no_op = sql`no_op.saved_through = 'finish' and no_op.restored_from is null`

/** Of `script_calls`: whether a call asked the legacy store. Those of the no-op scripts of a finish do not. */
export const askedLegacyStore: RawBuilder<SqlBool> = sql<SqlBool>`not exists (
  select 1 from script_versions as no_op where no_op.tenant_id = script_calls.tenant_id
  and no_op.connection_id = script_calls.connection_id and no_op.script = script_calls.script
  and no_op.version = script_calls.version and ${is_no_op})`

/** The times, in epoch milliseconds, from which a connection ran the no-op scripts of a finish until a rollback, or until now. */
export async function readNoOpTimes(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
): Promise<{ from: number; until: number }[]> {
  const rows = await db
    .selectFrom('script_versions')
    .select(['saved_at', 'restored_from'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('saved_through', '=', 'finish')
    .orderBy('saved_at')
    .execute()
  return rows
    .filter(({ restored_from }) => restored_from === null)
    .map(({ saved_at }) => {
      const restored = rows.find((row) => row.restored_from !== null && row.saved_at >= saved_at)
      return { from: saved_at, until: restored?.saved_at ?? Infinity }
    })
}
