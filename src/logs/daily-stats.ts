import { sql } from 'kysely'
import { logIdStart } from '../base/ids.ts'
import { day_ms, isoTime } from '../base/time.ts'
import type { DailyStats } from '../contract/stats.ts'
import type { LogType } from '../contract/log-types.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'

/** Days since 1970-01-01 in UTC, both included. */
export type DayRange = { first: number; last: number }

const login_type: LogType = 's'
const sign_up_type: LogType = 'ss'

type Counted = { day: number; type: string; count: number; first_at: number; last_at: number }

/** The events of a type by day. The index of the type and the time serves it. */
async function countByDay(db: Db, tenant_id: string, type: LogType, { first, last }: DayRange): Promise<Counted[]> {
  const day = sql<number>`date / ${sql.lit(day_ms)}`
  const rows = await db
    .selectFrom('log_events')
    .select([
      day.as('day'),
      sql<number>`count(*)`.as('count'),
      sql<number>`min(date)`.as('first_at'),
      sql<number>`max(date)`.as('last_at'),
    ])
    .where('tenant_id', '=', tenant_id)
    .where('type', '=', type)
    .where('log_id', '>=', logIdStart(first * day_ms))
    .where('log_id', '<', logIdStart((last + 1) * day_ms))
    .groupBy(day)
    .execute()
  return rows.map((row) => ({
    type,
    day: Number(row.day),
    count: Number(row.count),
    first_at: Number(row.first_at),
    last_at: Number(row.last_at),
  }))
}

/**
 * Logins and sign-ups of a tenant for each day of a range, counted in its log.
 *
 * @throws {Refusal} `search_timeout` and `overloaded`
 */
export async function dailyStats(searches: Searches, tenant_id: string, range: DayRange): Promise<DailyStats[]> {
  const counted = await searches.run(tenant_id, async (db) => [
    ...(await countByDay(db, tenant_id, login_type, range)),
    ...(await countByDay(db, tenant_id, sign_up_type, range)),
  ])
  const by_day = Map.groupBy(counted, ({ day }) => day)
  return Array.from({ length: range.last - range.first + 1 }, (_, index) => {
    const day = range.first + index
    const start = day * day_ms
    const events = by_day.get(day) ?? []
    const countOf = (type: LogType): number => events.find((each) => each.type === type)?.count ?? 0
    return {
      date: isoTime(start),
      logins: countOf(login_type),
      signups: countOf(sign_up_type),
      leaked_passwords: 0,
      created_at: isoTime(events.length === 0 ? start : Math.min(...events.map(({ first_at }) => first_at))),
      updated_at: isoTime(events.length === 0 ? start : Math.max(...events.map(({ last_at }) => last_at))),
    }
  })
}
