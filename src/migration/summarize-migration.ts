import { day_ms } from '../base/time.ts'
import type { Connection } from '../connections/connection.ts'
import type { MigrationSummary } from '../contract/migration-record.ts'
import { migrationStates, type MigrationState } from '../contract/outcomes.ts'
import { readCounters } from '../store/connection-counters.ts'
import { readMigrationDays } from '../store/migration-days.ts'
import { summarizeDirectory } from './directory/directory-summary.ts'
import { readMigrationHealth, type MigrationHealthDeps } from './migration-health.ts'
import { dayOf } from './record-transition.ts'

function byState(totals: (state: MigrationState) => number): Record<MigrationState, number> {
  return Object.fromEntries(migrationStates.map((state) => [state, totals(state)])) as Record<MigrationState, number>
}

/**
 * Summarizes the migration of a connection: its mode, counts, days and health. The counts are read from counters, so that the time does
 * not depend on the number of users.
 *
 * @param days_back the number of days, today included
 */
export async function summarizeMigration(
  deps: MigrationHealthDeps,
  connection: Connection,
  days_back: number,
): Promise<MigrationSummary> {
  const { db, clock } = deps
  const { tenant_id, connection_id } = connection
  const counters = await readCounters(db, tenant_id, connection_id)
  const states = byState((state) => counters[`state:${state}`] ?? 0)
  const since = dayOf(clock.now() - (days_back - 1) * day_ms)
  const rows = await readMigrationDays(db, tenant_id, connection_id, since)
  const days = [...Map.groupBy(rows, (row) => row.day)].map(([day, ofDay]) => ({
    day,
    ...byState((state) => ofDay.find((row) => row.state === state)?.total ?? 0),
  }))
  const records = Object.values(states).reduce((sum, count) => sum + count, 0)
  return {
    connection_id,
    connection: connection.name,
    mode: connection.mode,
    finish_step: connection.finish_step,
    users: counters.users ?? 0,
    records,
    states,
    directory: await summarizeDirectory(db, connection, counters, records),
    days,
    health: await readMigrationHealth(deps, connection),
  }
}
