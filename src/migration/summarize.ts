import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { logIdStart } from '../base/ids.ts'
import type { Connection } from '../connections/connection.ts'
import type { MigrationHealth, MigrationSummary } from '../contract/migration-record.ts'
import { migrationStates, outcomes, type MigrationState } from '../contract/outcomes.ts'
import { readCounters } from '../store/connection-counters.ts'
import { readJson } from '../store/json-column.ts'
import { readMigrationDays } from '../store/migration-days.ts'
import type { Db } from '../store/tables.ts'
import type { LegacyStore } from './legacy-store.ts'
import { dayOf } from './record-observation.ts'

/** How far back health looks, in seconds. */
export const health_window_s = 900

// The types that a login's event can have; each has an index by time.
const login_types = ['s', 'f', 'fp', 'fu', 'limit_wc']
const events_max = 500
const recent = 5
const day_ms = 86_400_000

// What is wrong with the legacy store or its scripts, not with the person who logs in.
const failures = new Set([
  'script_error',
  ...Object.entries(outcomes).flatMap(([name, row]) => (row.problem === 'legacy_unavailable' ? [name] : [])),
])
// These tell nothing of the legacy store.
const silent = new Set(['locked', 'blocked'])

export type SummaryDeps = { db: Db; clock: Clock; legacy: Pick<LegacyStore, 'health'> }

type Login = { log_id: string; at: number; outcome: string }

async function recentLogins(db: Db, connection: Connection, since_ms: number): Promise<Login[]> {
  const since = logIdStart(since_ms)
  const found = await Promise.all(
    login_types.map((type) =>
      db
        .selectFrom('log_events')
        .select(['log_id', 'date', 'details'])
        .where('tenant_id', '=', connection.tenant_id)
        .where('type', '=', type)
        .where('log_id', '>=', since)
        .where('connection_id', '=', connection.connection_id)
        .orderBy('log_id', 'desc')
        .limit(events_max)
        .execute(),
    ),
  )
  return found
    .flat()
    .flatMap(({ log_id, date, details }) => {
      const { migration } = readJson<JsonObject>(details)
      const outcome = isJsonObject(migration) ? migration['outcome'] : undefined
      return typeof outcome === 'string' ? [{ log_id, at: date, outcome }] : []
    })
    .toSorted((left, right) => (left.log_id < right.log_id ? 1 : -1))
}

function statusOf(telling: Login[]): MigrationHealth['status'] {
  if (telling.length === 0) return 'idle'
  if (telling.slice(0, recent).every((login) => failures.has(login.outcome))) return 'failing'
  return telling.some((login) => failures.has(login.outcome)) ? 'degraded' : 'ok'
}

/** How logins on a connection have gone in the last quarter of an hour, from the log: at most 500 events of each type. */
export async function readHealth(deps: SummaryDeps, connection: Connection): Promise<MigrationHealth> {
  const { db, clock, legacy } = deps
  const now = clock.now()
  const circuit = legacy.health(connection)
  const logins = await recentLogins(db, connection, now - health_window_s * 1000)
  const counts: Record<string, number> = {}
  for (const { outcome } of logins) counts[outcome] = (counts[outcome] ?? 0) + 1
  const telling = logins.filter((login) => !silent.has(login.outcome))
  const success = telling.find((login) => !failures.has(login.outcome))
  const failure = telling.find((login) => failures.has(login.outcome))
  return {
    status: statusOf(telling),
    window_s: health_window_s,
    outcomes: counts,
    circuit: circuit.state,
    ...(circuit.open_until === null ? {} : { circuit_open_until: new Date(circuit.open_until).toISOString() }),
    ...(success === undefined ? {} : { last_success_at: new Date(success.at).toISOString() }),
    ...(failure === undefined
      ? {}
      : { last_failure_at: new Date(failure.at).toISOString(), last_failure: failure.outcome }),
  }
}

function byState(totals: (state: MigrationState) => number): Record<MigrationState, number> {
  return Object.fromEntries(migrationStates.map((state) => [state, totals(state)])) as Record<MigrationState, number>
}

/** How far the migration of a connection is: from counters, so that it costs the same for any number of users. */
export async function summarize(
  deps: SummaryDeps,
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
  return {
    connection_id,
    connection: connection.name,
    mode: connection.mode,
    users: counters.users ?? 0,
    records: Object.values(states).reduce((sum, count) => sum + count, 0),
    states,
    days,
    health: await readHealth(deps, connection),
  }
}
