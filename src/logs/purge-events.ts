import { newLogId } from '../base/ids.ts'
import type { Db } from '../store/tables.ts'

const day_ms = 86_400_000
const purged_at_once = 5000
// The fixed digits of a log id and its moment; what follows is random.
const moment_length = 20

/**
 * Deletes log events older than so many days: at most 5,000 of each tenant in one call, the oldest first, so that a
 * long backlog never keeps the store busy.
 */
export async function purgeEvents(db: Db, now: number, kept_days: number): Promise<void> {
  const before = newLogId(now - kept_days * day_ms).slice(0, moment_length)
  const tenants = await db.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) {
    const last = await db
      .selectFrom('log_events')
      .select('log_id')
      .where('tenant_id', '=', tenant_id)
      .where('log_id', '<', before)
      .orderBy('log_id')
      .limit(purged_at_once)
      .execute()
    const newest = last.at(-1)
    if (!newest) continue
    await db.deleteFrom('log_events').where('tenant_id', '=', tenant_id).where('log_id', '<=', newest.log_id).execute()
  }
}
