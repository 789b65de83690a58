import { sql } from 'kysely'
import { day_ms, isoTime } from '../../base/time.ts'
import type { ReportDay } from '../../contract/migration-report.ts'
import { outcomes, type Outcome } from '../../contract/outcomes.ts'
import { readMigrationDays } from '../../store/migration-days.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { PeopleGroup } from './count-people.ts'

const nameOf = (at: number): string => isoTime(at).slice(0, 10)

type Calls = Pick<ReportDay, 'calls' | 'outage_calls' | 'failed_calls'>

function failureOf(outcome: string) {
  return Object.hasOwn(outcomes, outcome) ? outcomes[outcome as Outcome].script_failure : null
}

/** The calls of scripts by day. */
async function readCalls(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Map<string, Calls>> {
  const day = sql<number | string>`hour - hour % ${sql.lit(day_ms)}`
  const rows = await db
    .selectFrom('script_calls')
    .select([day.as('day'), 'outcome', (row) => row.fn.sum<number | string>('calls').as('calls')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .groupBy([day, 'outcome'])
    .execute()
  const found = new Map<string, Calls>()
  for (const row of rows) {
    const name = nameOf(Number(row.day))
    const before = found.get(name) ?? { calls: 0, outage_calls: 0, failed_calls: 0 }
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

/** The days of a migration on which something happened, the oldest first. */
export async function readDays(db: Db, of: ConnectionKey, groups: readonly PeopleGroup[]): Promise<ReportDay[]> {
  const [calls, versions] = [await readCalls(db, of), await readVersions(db, of)]
  const entered = await readMigrationDays(db, of.tenant_id, of.connection_id, '')
  const moved = new Map<string, number>()
  for (const { moved_day, people } of groups) {
    if (moved_day !== null) moved.set(nameOf(moved_day), (moved.get(nameOf(moved_day)) ?? 0) + people)
  }
  const days = [...new Set([...moved.keys(), ...entered.map(({ day }) => day), ...calls.keys(), ...versions.keys()])]
  let moved_total = 0
  return days.toSorted().map((day) => {
    const enteredState = (state: string): number =>
      entered.find((row) => row.day === day && row.state === state)?.total ?? 0
    moved_total += moved.get(day) ?? 0
    return {
      day,
      moved: moved.get(day) ?? 0,
      moved_total,
      refused: enteredState('refused'),
      deleted: enteredState('deleted'),
      ...(calls.get(day) ?? { calls: 0, outage_calls: 0, failed_calls: 0 }),
      versions: versions.get(day) ?? [],
    }
  })
}
