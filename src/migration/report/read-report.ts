import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../connections/connection.ts'
import type { MigrationReport, ReportDay } from '../../contract/migration-report.ts'
import { readJson } from '../../store/json-column.ts'
import type { Searches, Snapshots } from '../../store/searches.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { Count } from '../kept-counts.ts'
import type { Drift } from '../record-observation.ts'
import { visitRecords } from '../record-parts.ts'
import {
  countPeople,
  last_activities,
  movedByDay,
  peopleBy,
  peopleByState,
  sumOf,
  type PeopleGroup,
} from './count-people.ts'
import { readDays } from './read-days.ts'

async function countArrivals(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('users')
    .select(['arrived_through', (row) => row.fn.countAll<number | string>().as('users')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .groupBy('arrived_through')
    .execute()
  return Object.fromEntries(rows.map(({ arrived_through, users }) => [arrived_through ?? 'unknown', Number(users)]))
}

async function countDecisions(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('record_decisions')
    .select(['kind', (row) => row.fn.countAll<number | string>().as('records')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .groupBy('kind')
    .execute()
  return Object.fromEntries(rows.map(({ kind, records }) => [kind, Number(records)]))
}

/** People by the fields in which `login` and `get_user` differed. */
async function countDriftFields(
  searches: Pick<Searches, 'run'>,
  { tenant_id, connection_id }: ConnectionKey,
): Promise<Record<string, number>> {
  const of = { tenant_id, connection_id }
  const fields = await visitRecords(searches, of, async (reader, { after, last }) => {
    const rows = await reader
      .selectFrom('migration_records')
      .select('drift')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '>', after)
      .where('record_id', '<=', last)
      .where('drift', 'is not', null)
      .execute()
    return rows.flatMap(({ drift }) => (drift === null ? [] : readJson<Drift>(drift).fields))
  })
  return peopleBy(
    fields.flat().map((field) => ({ field, people: 1 })),
    ({ field }) => field,
  )
}

function refusedPeople(groups: readonly PeopleGroup[]): MigrationReport['refused'] {
  const refused = groups.filter(({ state }) => state === 'refused')
  const same = Map.groupBy(refused, ({ outcome, problem }) => JSON.stringify([outcome, problem]))
  return [...same.values()]
    .map((of_kind) => ({
      outcome: of_kind[0]?.outcome ?? '',
      people: sumOf(of_kind),
      ...defined({ problem: of_kind[0]?.problem ?? undefined }),
    }))
    .toSorted((one, other) => other.people - one.people)
}

/** People by their last activity, the latest first. */
function peopleByActivity(groups: readonly PeopleGroup[]): Record<string, number> {
  const people = peopleBy(groups, ({ last_activity }) => last_activity)
  return Object.fromEntries(
    last_activities.flatMap((name) => (people[name] === undefined ? [] : [[name, people[name]]])),
  )
}

/** What a report says of people: see `countForReport`. */
export type ReportCounts = {
  groups: PeopleGroup[]
  /** People by the fields in which `login` and `get_user` differed. */
  drift_fields: Record<string, number>
  /** Users by how they came here. */
  arrived_through: Record<string, number>
  /** Records by the kind of their decision. */
  decisions: Record<string, number>
  days: ReportDay[]
}

/**
 * Counts what a report says of people at a time, in epoch milliseconds. It visits all records, in parts, and the users of the connection.
 *
 * @throws {Refusal} `search_timeout`, `overloaded`
 */
export async function countForReport(
  searches: Pick<Searches, 'run'>,
  of: ConnectionKey,
  now: number,
): Promise<ReportCounts> {
  const groups = await countPeople(searches, of, now)
  const has_drift = groups.some((group) => group.has_drift)
  const drift_fields = has_drift ? await countDriftFields(searches, of) : {}
  return await searches.run(of.tenant_id, async (reader) => ({
    groups,
    drift_fields,
    arrived_through: await countArrivals(reader, of),
    decisions: await countDecisions(reader, of),
    days: await readDays(reader, of, () => movedByDay(groups)),
  }))
}

/** The report of a connection's migration of what was counted. */
export function makeReport(connection: Connection, { counted_at, value }: Count<ReportCounts>): MigrationReport {
  const { groups, drift_fields, arrived_through, decisions, days } = value
  const states = peopleByState(groups)
  const of = (filter: (group: PeopleGroup) => boolean): PeopleGroup[] => groups.filter(filter)
  const remaining = of(({ state }) => state !== 'migrated' && state !== 'deleted')
  const moved = groups.flatMap(({ state, last_moved_at }) => (state === 'migrated' ? (last_moved_at ?? []) : []))
  return {
    connection_id: connection.connection_id,
    connection: connection.name,
    mode: connection.mode,
    created_at: isoTime(counted_at),
    ...(groups.length > 0 && {
      first_record_at: isoTime(Math.min(...groups.map(({ first_record_at }) => first_record_at))),
    }),
    ...(moved.length > 0 && { last_moved_at: isoTime(Math.max(...moved)) }),
    people: {
      total: sumOf(groups),
      states,
      listed: sumOf(of(({ is_listed }) => is_listed)),
      discovered: sumOf(of(({ is_listed }) => !is_listed)),
      gone: sumOf(of(({ is_gone }) => is_gone)),
    },
    moved_through: peopleBy(
      of(({ state }) => state === 'migrated'),
      ({ moved_through }) => moved_through ?? 'unknown',
    ),
    users: { total: Object.values(arrived_through).reduce((sum, count) => sum + count, 0), arrived_through },
    refused: refusedPeople(groups),
    decisions,
    drift: { people: sumOf(of(({ has_drift }) => has_drift)), fields: drift_fields },
    remaining: {
      total: sumOf(remaining),
      by_last_activity: peopleByActivity(remaining),
      disabled: sumOf(remaining.filter(({ is_disabled }) => is_disabled)),
    },
    days,
  }
}

/**
 * The closing report of a connection's migration, at any time. All that it counts is of one moment.
 *
 * @throws {Refusal} `search_timeout`, `overloaded`
 */
export async function readReport(
  { searches, clock }: { searches: Snapshots; clock: Clock },
  connection: Connection,
): Promise<MigrationReport> {
  const counted_at = clock.now()
  const { tenant_id } = connection
  const value = await searches.atOneMoment(tenant_id, (runs) => countForReport(runs, connection, counted_at))
  return makeReport(connection, { counted_at, value })
}
