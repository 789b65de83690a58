import { defined } from '../../base/defined.ts'
import { logIdStart } from '../../base/ids.ts'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { isoTime } from '../../base/time.ts'
import type { MigrationCauses } from '../../contract/migration-progress.ts'
import { outcomes } from '../../contract/outcomes.ts'
import { failure_causes } from '../../contract/person-causes.ts'
import { readJson } from '../../store/json-column.ts'
import { readLoginCounts } from '../../store/login-counts.ts'
import type { Db, LogEventsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { loginsByOutcome } from './count-logins.ts'

type Failure = MigrationCauses['logins'][number]

const events_max = 500
const failure_type = outcomes.script_error.log_type

function outcomeOf({ details }: LogEventsTable): string | undefined {
  const { migration } = readJson<JsonObject>(details)
  return isJsonObject(migration) && typeof migration['outcome'] === 'string' ? migration['outcome'] : undefined
}

function showSample(event: LogEventsTable): NonNullable<Failure['sample']> {
  const { reference } = readJson<JsonObject>(event.details)
  return {
    log_id: event.log_id,
    at: isoTime(event.date),
    ...defined({
      message: event.description ?? undefined,
      user_name: event.user_name ?? undefined,
      client_name: event.client_name ?? undefined,
      reference: typeof reference === 'string' ? reference : undefined,
    }),
  }
}

/** The last of the failed logins of the tenant since a time, the newest first. They are read without a condition that no index serves. */
async function lastFailures(db: Db, tenant_id: string, since: number): Promise<LogEventsTable[]> {
  return await db
    .selectFrom('log_events')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('type', '=', failure_type)
    .where('log_id', '>=', logIdStart(since))
    .orderBy('log_id', 'desc')
    .limit(events_max)
    .execute()
}

/** The logins of each of some connections that could not be completed on a day. @param day `YYYY-MM-DD` in UTC */
export async function failedOn(
  db: Db,
  tenant_id: string,
  connection_ids: readonly string[],
  day: string,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('login_counts')
    .select(['connection_id', (row) => row.fn.sum<number | string>('logins').as('failed')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', 'in', [...connection_ids])
    .where('day', '=', day)
    .where('outcome', 'in', [...failure_causes])
    .groupBy('connection_id')
    .execute()
  return new Map(rows.map(({ connection_id, failed }) => [connection_id, Number(failed)]))
}

/** The logins of a connection that could not be completed on a day, by outcome, the most frequent first, each with a sample. */
export async function failedLogins(db: Db, of: ConnectionKey, day: string): Promise<Failure[]> {
  const { tenant_id, connection_id } = of
  const counted = loginsByOutcome(await readLoginCounts(db, { tenant_id, connection_id, day }))
  const failed = failure_causes.filter((outcome) => (counted[outcome] ?? 0) > 0)
  if (failed.length === 0) return []
  const events = await lastFailures(db, tenant_id, Date.parse(day))
  const own = events.filter((event) => event.connection_id === connection_id)
  return failed
    .map((outcome) => {
      const sample = own.find((event) => outcomeOf(event) === outcome)
      return { outcome, logins: counted[outcome] ?? 0, ...defined({ sample: sample && showSample(sample) }) }
    })
    .toSorted((one, other) => other.logins - one.logins)
}
