import type { Db, ScriptCallsTable } from '../store/tables.ts'

/** A script call that ended. `version` is that of the script. */
export type CountedCall = {
  tenant_id: string
  connection_id: string
  script: string
  version: number
  outcome: string
  at: number
  duration_ms: number
}

const hour_ms = 3_600_000

/** The bounds of durations, in milliseconds; a longer call is counted under the last one. */
export const duration_bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000] as const
const longest = duration_bounds[duration_bounds.length - 1] ?? 0

type CallsOf = Omit<ScriptCallsTable, 'calls' | 'longest_ms'>

const keyOf = (calls: CallsOf): string =>
  JSON.stringify([
    calls.tenant_id,
    calls.connection_id,
    calls.script,
    calls.version,
    calls.hour,
    calls.outcome,
    calls.up_to_ms,
  ])

/** The rows that count calls, in one order: two processes that write the same rows then do not lock each other out. */
function rowsOf(calls: readonly CountedCall[]): ScriptCallsTable[] {
  const rows = new Map<string, ScriptCallsTable>()
  for (const { at, duration_ms, ...of } of calls) {
    const up_to_ms = duration_bounds.find((bound) => duration_ms <= bound) ?? longest
    const counted = { ...of, hour: at - (at % hour_ms), up_to_ms }
    const key = keyOf(counted)
    const row = rows.get(key) ?? { ...counted, calls: 0, longest_ms: 0 }
    row.calls += 1
    row.longest_ms = Math.max(row.longest_ms ?? 0, duration_ms)
    rows.set(key, row)
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

/** Counts calls in one statement. */
export async function countScriptCalls(db: Db, calls: readonly CountedCall[]): Promise<void> {
  if (calls.length === 0) return
  await db
    .insertInto('script_calls')
    .values(rowsOf(calls))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id', 'script', 'version', 'hour', 'outcome', 'up_to_ms'])
        .doUpdateSet((kept) => ({
          calls: kept('script_calls.calls', '+', kept.ref('excluded.calls')),
          longest_ms: kept
            .case()
            .when('script_calls.longest_ms', '>', kept.ref('excluded.longest_ms'))
            .then(kept.ref('script_calls.longest_ms'))
            .else(kept.ref('excluded.longest_ms'))
            .end(),
        })),
    )
    .execute()
}

/** Deletes the counts of the oldest hour of a tenant that began before a time, and returns the number of rows: 0 when there is none. */
export async function purgeScriptCalls(db: Db, tenant_id: string, before: number): Promise<number> {
  const oldest = await db
    .selectFrom('script_calls')
    .select('hour')
    .where('tenant_id', '=', tenant_id)
    .where('hour', '<', before)
    .orderBy('hour')
    .limit(1)
    .executeTakeFirst()
  if (!oldest) return 0
  const { numDeletedRows } = await db
    .deleteFrom('script_calls')
    .where('tenant_id', '=', tenant_id)
    .where('hour', '=', oldest.hour)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
