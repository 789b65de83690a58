import { sql } from 'kysely'
import { day_ms, isoTime } from '../../base/time.ts'
import type { ReportDay } from '../../contract/migration-report.ts'
import { outcomes, type Outcome } from '../../contract/outcomes.ts'
import { askedLegacyStore } from '../../logs/no-op-calls.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { ScriptDay } from '../finish/finish.ts'

const nameOf = (at: number): string => isoTime(at).slice(0, 10)

type Calls = Pick<ReportDay, 'calls' | 'outage_calls' | 'failed_calls'>

const no_calls: Calls = { calls: 0, outage_calls: 0, failed_calls: 0 }

function failureOf(outcome: string) {
  return Object.hasOwn(outcomes, outcome) ? outcomes[outcome as Outcome].script_failure : null
}

/** The calls of scripts by day, without those of no-ops. */
async function readCalls(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Map<string, Calls>> {
  const day = sql<number | string>`hour - hour % ${sql.lit(day_ms)}`
  const rows = await db
    .selectFrom('script_calls')
    .select([day.as('day'), 'outcome', (row) => row.fn.sum<number | string>('calls').as('calls')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where(askedLegacyStore)
    .groupBy([day, 'outcome'])
    .execute()
  const found = new Map<string, Calls>()
  for (const row of rows) {
    const name = nameOf(Number(row.day))
    const before = found.get(name) ?? no_calls
    const calls = Number(row.calls)
    const failure = failureOf(row.outcome)
    found.set(name, {
      calls: before.calls + calls,
      outage_calls: before.outage_calls + (failure === 'outage' ? calls : 0),
      failed_calls: before.failed_calls + (failure === 'script' ? calls : 0),
    })
  }
  return found
}

/** The versions of scripts by the day on which they were saved. */
async function readVersions(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
): Promise<Map<string, ReportDay['versions']>> {
  const rows = await db
    .selectFrom('script_versions')
    .select(['script', 'version', 'saved_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .orderBy('saved_at')
    .execute()
  const by_day = Map.groupBy(rows, ({ saved_at }) => nameOf(saved_at))
  return new Map([...by_day].map(([day, saved]) => [day, saved.map(({ script, version }) => ({ script, version }))]))
}

/** What happened to the scripts of a connection, by the day: their calls, and the versions that were saved. It holds no source and no setting. */
export async function readScriptDays(db: Db, of: ConnectionKey): Promise<ScriptDay[]> {
  const [calls, versions] = [await readCalls(db, of), await readVersions(db, of)]
  return [...new Set([...calls.keys(), ...versions.keys()])].map((day) => ({
    day,
    ...(calls.get(day) ?? no_calls),
    versions: versions.get(day) ?? [],
  }))
}

/** Two lists of days as one. */
export function joinScriptDays(one: readonly ScriptDay[], other: readonly ScriptDay[]): Map<string, ScriptDay> {
  const days = new Map<string, ScriptDay>()
  for (const each of [...one, ...other]) {
    const before = days.get(each.day) ?? { day: each.day, ...no_calls, versions: [] }
    days.set(each.day, {
      day: each.day,
      calls: before.calls + each.calls,
      outage_calls: before.outage_calls + each.outage_calls,
      failed_calls: before.failed_calls + each.failed_calls,
      versions: [...before.versions, ...each.versions],
    })
  }
  return days
}
