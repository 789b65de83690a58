import { day_ms } from '../base/time.ts'
import { logIdStart } from '../base/ids.ts'
import type { Db } from '../store/tables.ts'

const purged_at_once = 500

/**
 * Deletes the log events of a tenant that are older than `kept_days`, oldest first, and returns their number. One call deletes at most
 * 500, so that it does not block the store for long.
 */
export async function purgeEvents(db: Db, tenant_id: string, now: number, kept_days: number): Promise<number> {
  const before = logIdStart(now - kept_days * day_ms)
  const expired = await db
    .selectFrom('log_events')
    .select('log_id')
    .where('tenant_id', '=', tenant_id)
    .where('log_id', '<', before)
    .orderBy('log_id')
    .limit(purged_at_once)
    .execute()
  const newest = expired.at(-1)
  if (!newest) return 0
  for (const table of ['log_terms', 'log_events'] as const) {
    await db.deleteFrom(table).where('tenant_id', '=', tenant_id).where('log_id', '<=', newest.log_id).execute()
  }
  return expired.length
}
