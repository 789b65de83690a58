import { isoTime } from '../base/time.ts'
import type { Clock } from '../base/clock.ts'
import { logIdStart } from '../base/ids.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { MigrationHealth } from '../contract/migration-record.ts'
import { outcomes } from '../contract/outcomes.ts'
import { readNoOpTimes } from '../logs/no-op-calls.ts'
import { readRecentCalls } from '../logs/script-call-stats.ts'
import { readJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import type { LegacyStore } from './legacy-store.ts'

const window_s = 900
const hour_ms = 3_600_000
const looking_up = ['login', 'get_user'] as const

// The event types of logins. The store has an index by type and time.
const login_types = new Set(Object.values(outcomes).map((row) => row.log_type))
const events_max = 500
const recent_logins = 5

// The outcomes by which the legacy store or its script failed, not the user.
const failures = new Set<string>(
  Object.entries(outcomes).flatMap(([name, row]) => (row.script_failure === null ? [] : [name])),
)

/** The dependencies of reading the health of a migration. */
export type MigrationHealthDeps = { db: Db; clock: Clock; legacy: Pick<LegacyStore, 'health'> }

type Login = { log_id: string; at: number; outcome: string; has_called: boolean }

async function recentLogins(db: Db, connection: Connection, since_ms: number): Promise<Login[]> {
  const since = logIdStart(since_ms)
  const found = await Promise.all(
    [...login_types].map((type) =>
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
      if (!isJsonObject(migration)) return []
      const { outcome, script } = migration
      return typeof outcome === 'string' ? [{ log_id, at: date, outcome, has_called: script !== undefined }] : []
    })
    .toSorted((left, right) => (left.log_id < right.log_id ? 1 : -1))
}

function statusOf(logins: Login[]): MigrationHealth['status'] {
  if (logins.length === 0) return 'idle'
  if (logins.slice(0, recent_logins).every((login) => failures.has(login.outcome))) return 'failing'
  return logins.some((login) => failures.has(login.outcome)) ? 'degraded' : 'ok'
}

/** The health of a connection's migration: the outcomes of logins in the last 15 minutes, from at most 500 log events of each type. */
export async function readMigrationHealth(deps: MigrationHealthDeps, connection: Connection): Promise<MigrationHealth> {
  const { db, clock, legacy } = deps
  const now = clock.now()
  const circuit = legacy.health(connection)
  const logins = await recentLogins(db, connection, now - window_s * 1000)
  const since = now - (now % hour_ms) - hour_ms
  const { calls, errors, p50_ms, p95_ms } = await readRecentCalls(db, connection, { scripts: looking_up, since })
  const counts: Record<string, number> = {}
  for (const { outcome } of logins) counts[outcome] = (counts[outcome] ?? 0) + 1
  const no_op_times = await readNoOpTimes(db, connection)
  const ranNoOp = ({ at }: Login): boolean => no_op_times.some(({ from, until }) => at >= from && at < until)
  // A login without a script call, or with that of a no-op, does not show the state of the legacy store.
  const legacy_logins = logins.filter((login) => login.has_called && !ranNoOp(login))
  const success = legacy_logins.find((login) => !failures.has(login.outcome))
  const failure = legacy_logins.find((login) => failures.has(login.outcome))
  return {
    status: statusOf(legacy_logins),
    window_s,
    outcomes: counts,
    circuit: circuit.state,
    calls_in_flight: circuit.calls,
    recent_calls: { calls, errors, p50_ms, p95_ms },
    ...(circuit.failing_since === null ? {} : { failing_since: isoTime(circuit.failing_since) }),
    ...(circuit.open_until === null ? {} : { circuit_open_until: isoTime(circuit.open_until) }),
    ...(success === undefined ? {} : { last_success_at: isoTime(success.at) }),
    ...(failure === undefined ? {} : { last_failure_at: isoTime(failure.at), last_failure: failure.outcome }),
  }
}
