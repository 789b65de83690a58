import { day_ms } from '../base/time.ts'
import type { Db } from '../store/tables.ts'

/** How much of the script log is kept: lines for so many days, and so many lines of each connection. */
export type ScriptLogRetention = { days: number; lines: number }

const purged_at_once = 500

/**
 * Deletes the oldest lines of a connection of the tenant that has more or older lines than are kept, and returns their number: at most 500,
 * and 0 when no connection has any.
 */
export async function purgeScriptLogs(
  db: Db,
  tenant_id: string,
  now: number,
  { days, lines }: ScriptLogRetention,
): Promise<number> {
  const kept_from = String(Math.max(0, now - days * day_ms)).padStart(15, '0')
  const over_limit = await db
    .selectFrom('script_logs')
    .select(['connection_id', (row) => row.fn.countAll<number>().as('lines')])
    .where('tenant_id', '=', tenant_id)
    .groupBy('connection_id')
    .having((row) => row.or([row(row.fn.countAll<number>(), '>', lines), row(row.fn.min('line_id'), '<', kept_from)]))
    .limit(1)
    .executeTakeFirst()
  if (!over_limit) return 0
  const { connection_id } = over_limit
  const excess = Number(over_limit.lines) - lines
  const oldest = await db
    .selectFrom('script_logs')
    .select('line_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .orderBy('line_id')
    .limit(purged_at_once)
    .execute()
  const purged = oldest.filter(({ line_id }, nth) => nth < excess || line_id < kept_from)
  const newest = purged.at(-1)
  if (!newest) return 0
  await db
    .deleteFrom('script_logs')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('line_id', '<=', newest.line_id)
    .execute()
  return purged.length
}
