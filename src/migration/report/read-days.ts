import type { ReportDay } from '../../contract/migration-report.ts'
import { readMigrationDays } from '../../store/migration-days.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { finishOf } from '../finish/finish.ts'
import { joinScriptDays, readScriptDays } from './script-days.ts'

type Entered = Awaited<ReturnType<typeof readMigrationDays>>

/** The people who moved by day, given the records that entered each state by day. */
export type MovedByDay = (entered: Entered) => ReadonlyMap<string, number>

/** Those who entered the state `migrated`, also where they have left it. */
export const enteredMigrated: MovedByDay = (entered) =>
  new Map(entered.flatMap(({ day, state, total }) => (state === 'migrated' ? [[day, total]] : [])))

/**
 * The days of a migration on which something happened, the oldest first.
 *
 * @param movedOn the people who moved by day, `YYYY-MM-DD` in UTC, given the records that entered each state
 */
export async function readDays(db: Db, of: ConnectionKey, movedOn: MovedByDay): Promise<ReportDay[]> {
  // Disconnect deletes what the script days are read from, and has kept them.
  const kept = (await finishOf(db, of))?.facts.script_days ?? []
  const script_days = joinScriptDays(kept, await readScriptDays(db, of))
  const entered = await readMigrationDays(db, of.tenant_id, of.connection_id, '')
  const moved = movedOn(entered)
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
