import type { Clock } from '../base/clock.ts'
import { day_ms } from '../base/time.ts'
import { Refusal } from '../contract/refusal.ts'
import { dailyStats, type DayRange } from '../logs/daily-stats.ts'
import type { Searches } from '../store/searches.ts'
import { countActiveUsers } from '../users/count-active-users.ts'
import type { Handlers } from './handler.ts'

const active_days = 30
const days_max = 366

function refuse(text: string, property: string): never {
  throw new Refusal('invalid_query_string', { message: `Query validation error: '${text}' on property ${property}.` })
}

/** The number of a day since 1970-01-01: `20260131` → 20484. @throws {Refusal} `invalid_query_string` for no day */
function dayOf(text: string, property: string): number {
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
  const at = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(date))
    refuse('Not a day in the form YYYYMMDD', property)
  return at / day_ms
}

function rangeOf({ from, to }: { from?: string; to?: string }, now: number): DayRange {
  const last = to === undefined ? Math.floor(now / day_ms) : dayOf(to, 'to')
  const first = from === undefined ? last - active_days + 1 : dayOf(from, 'from')
  if (first > last) refuse('The first day is after the last', 'from')
  if (last - first >= days_max) refuse(`At most ${days_max} days`, 'from')
  return { first, last }
}

/** Operations on statistics. */
export function statsHandlers({ searches, clock }: { searches: Searches; clock: Clock }) {
  return {
    getActiveUsers: async ({ tenant }) =>
      await countActiveUsers(searches, tenant.tenant_id, clock.now() - active_days * day_ms),

    listDailyStats: async ({ tenant, query }) =>
      await dailyStats(searches, tenant.tenant_id, rangeOf(query, clock.now())),
  } satisfies Partial<Handlers>
}
