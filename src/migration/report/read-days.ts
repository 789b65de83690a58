import { isoTime } from '../../base/time.ts'
import type { ReportDay } from '../../contract/migration-report.ts'
import { readMigrationDays } from '../../store/migration-days.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { finishOf } from '../finish/finish.ts'
import type { PeopleGroup } from './count-people.ts'
import { joinScriptDays, readScriptDays } from './script-days.ts'

const nameOf = (at: number): string => isoTime(at).slice(0, 10)

/** The days of a migration on which something happened, the oldest first. */
export async function readDays(db: Db, of: ConnectionKey, groups: readonly PeopleGroup[]): Promise<ReportDay[]> {
  // Disconnect deletes what the script days are read from, and has kept them.
  const kept = (await finishOf(db, of))?.facts.script_days ?? []
  const script_days = joinScriptDays(kept, await readScriptDays(db, of))
  const entered = await readMigrationDays(db, of.tenant_id, of.connection_id, '')
  const moved = new Map<string, number>()
  for (const { moved_day, people } of groups) {
    if (moved_day !== null) moved.set(nameOf(moved_day), (moved.get(nameOf(moved_day)) ?? 0) + people)
  }
  const days = [...new Set([...moved.keys(), ...entered.map(({ day }) => day), ...script_days.keys()])]
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
      ...(script_days.get(day) ?? { calls: 0, outage_calls: 0, failed_calls: 0, versions: [] }),
    }
  })
}
