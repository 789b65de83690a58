import { newLogId } from '../base/ids.ts'
import type { Db } from '../store/tables.ts'

const day_ms = 86_400_000
const purged_at_once = 5000
// The fixed digits of a log id and its moment; what follows is random.
const moment_length = 20

/**
 * Deletes log events of a tenant that are older than so many days, and answers how many: at most 5,000 in one call, the
 * oldest first, so that a long backlog never keeps the store busy.
 */
export async function purgeEvents(db: Db, tenant_id: string, now: number, kept_days: number): Promise<number> {
  const before = newLogId(now - kept_days * day_ms).slice(0, moment_length)
  const oldest = await db
    .selectFrom('log_events')
    .select('log_id')
    .where('tenant_id', '=', tenant_id)
    .where('log_id', '<', before)
    .orderBy('log_id')
    .limit(purged_at_once)
    .execute()
  const newest = oldest.at(-1)
  if (!newest) return 0
  await db.deleteFrom('log_events').where('tenant_id', '=', tenant_id).where('log_id', '<=', newest.log_id).execute()
  return oldest.length
}
