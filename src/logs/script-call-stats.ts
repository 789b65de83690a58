import { day_ms } from '../base/time.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { CallStats } from '../contract/script-version.ts'
import type { Db } from '../store/tables.ts'
import { askedLegacyStore } from './no-op-calls.ts'
import { duration_bounds } from './script-call-counts.ts'

type Counted = { outcome: string; up_to_ms: number; calls: number; longest_ms: number | null }

const failures = new Set(['profile_refused', 'rule_error', 'rules_not_run'])

/** Whether the call failed: its script, the legacy store, a profile that cannot be stored, or a rule. A wrong password is no error. */
export function isFailedCall(outcome: string): boolean {
  const row = Object.hasOwn(outcomes, outcome) ? outcomes[outcome as Outcome] : undefined
  return failures.has(outcome) || (row?.script_failure ?? null) !== null
}

/** The duration within which a share of the calls ended: between the bound below it and the longest call that is counted under the next one. */
function percentile(counted: readonly Counted[], share: number): number | null {
  const calls = counted.reduce((sum, row) => sum + row.calls, 0)
  if (calls === 0) return null
  let left = calls * share
  let shorter = 0
  for (const bound of duration_bounds) {
    const rows = counted.filter(({ up_to_ms }) => up_to_ms === bound)
    const here = rows.reduce((sum, row) => sum + row.calls, 0)
    const longest = Math.max(...rows.map(({ longest_ms }) => longest_ms ?? bound))
    if (here > 0 && here >= left) return Math.round(shorter + ((longest - shorter) * left) / here)
    left -= here
    shorter = bound
  }
  return shorter
}

// PostgreSQL answers sums and maxima of bigint columns as texts.
const asNumbers = ({ calls, longest_ms }: { calls: number | string; longest_ms: number | string | null }) => ({
  calls: Number(calls),
  longest_ms: longest_ms === null ? null : Number(longest_ms),
})

function statsOf(counted: readonly Counted[]): CallStats {
  const by_outcome: Record<string, number> = {}
  for (const { outcome, calls } of counted) by_outcome[outcome] = (by_outcome[outcome] ?? 0) + calls
  const entries = Object.entries(by_outcome)
  return {
    calls: entries.reduce((sum, [, calls]) => sum + calls, 0),
    errors: entries.reduce((sum, [outcome, calls]) => sum + (isFailedCall(outcome) ? calls : 0), 0),
    outcomes: by_outcome,
    p50_ms: percentile(counted, 0.5),
    p95_ms: percentile(counted, 0.95),
  }
}

/** The calls of each script of a connection during the last 24 hours, whatever its version. */
export async function readCallStatsByScript(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  now: number,
): Promise<(script: string) => CallStats> {
  const rows = await db
    .selectFrom('script_calls')
    .select(['script', 'outcome', 'up_to_ms', (row) => row.fn.sum<number | string>('calls').as('calls')])
    .select((row) => row.fn.max('longest_ms').as('longest_ms'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('hour', '>=', now - day_ms)
    .groupBy(['script', 'outcome', 'up_to_ms'])
    .execute()
  const counted = rows.map((row) => ({ ...row, ...asNumbers(row) }))
  return (script) => statsOf(counted.filter((row) => row.script === script))
}

/** The calls of the versions of a script: all that are counted, and those of the last 24 hours. */
export async function readCallStats(
  db: Db,
  { tenant_id, connection_id, script }: { tenant_id: string; connection_id: string; script: string },
  now: number,
): Promise<(version: number) => { total: CallStats; last_24_h: CallStats }> {
  const countedSince = async (hour: number): Promise<(Counted & { version: number })[]> => {
    const rows = await db
      .selectFrom('script_calls')
      .select(['version', 'outcome', 'up_to_ms', (row) => row.fn.sum<number | string>('calls').as('calls')])
      .select((row) => row.fn.max('longest_ms').as('longest_ms'))
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('script', '=', script)
      .where('hour', '>=', hour)
      .groupBy(['version', 'outcome', 'up_to_ms'])
      .execute()
    return rows.map((row) => ({ ...row, ...asNumbers(row) }))
  }
  const all = await countedSince(0)
  const recent = await countedSince(now - day_ms)
  const of = (rows: typeof all, version: number) => statsOf(rows.filter((row) => row.version === version))
  return (version) => ({ total: of(all, version), last_24_h: of(recent, version) })
}

/** The calls of the legacy store by some scripts of a connection, in all their versions but no-ops, that began in an hour that is not before `since`. */
export async function readRecentCalls(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  { scripts, since }: { scripts: readonly string[]; since: number },
): Promise<CallStats> {
  const rows = await db
    .selectFrom('script_calls')
    .select(['outcome', 'up_to_ms', (row) => row.fn.sum<number | string>('calls').as('calls')])
    .select((row) => row.fn.max('longest_ms').as('longest_ms'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('script', 'in', [...scripts])
    .where(askedLegacyStore)
    .where('hour', '>=', since)
    .groupBy(['outcome', 'up_to_ms'])
    .execute()
  return statsOf(rows.map((row) => ({ ...row, ...asNumbers(row) })))
}

/** How often a script of a connection asked the legacy store on a day, in all its versions but no-ops. @param day `YYYY-MM-DD` in UTC */
export async function readCallsOfDay(
  db: Db,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  { script, day }: { script: string; day: string },
): Promise<number> {
  const from = Date.parse(day)
  const row = await db
    .selectFrom('script_calls')
    .select((of) => of.fn.sum<number | string | null>('calls').as('calls'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('script', '=', script)
    .where('hour', '>=', from)
    .where('hour', '<', from + day_ms)
    .where(askedLegacyStore)
    .executeTakeFirst()
  return Number(row?.calls ?? 0)
}
