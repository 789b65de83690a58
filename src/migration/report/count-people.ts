/**
 * Report: what became of the people of a migration, at its end or before. It reads the ledger, the directory and the counts of script calls,
 * and changes nothing.
 */
import { sql, type RawBuilder } from 'kysely'
import { day_ms, isoTime } from '../../base/time.ts'
import { migrationStates, type MigrationState } from '../../contract/outcomes.ts'
import type { Db } from '../../store/tables.ts'
import type { Searches } from '../../store/searches.ts'
import type { ConnectionKey } from '../find-records.ts'
import { visitRecords, type RecordPart } from '../record-parts.ts'

/** People who have the same facts. */
export type PeopleGroup = {
  state: MigrationState
  moved_through: string | null
  /** The start of the day of the move, in epoch milliseconds, of those whose state is `migrated`. */
  moved_day: number | null
  outcome: string | null
  problem: string | null
  has_drift: boolean
  is_listed: boolean
  is_gone: boolean
  is_disabled: boolean
  last_activity: string
  people: number
  first_record_at: number
  last_moved_at: number | null
}

const dayOf = (column: string): RawBuilder<number | string | null> =>
  sql`${sql.ref(column)} - ${sql.ref(column)} % ${sql.lit(day_ms)}`

const flag = (condition: RawBuilder<unknown>): RawBuilder<number> => sql`case when ${condition} then 1 else 0 end`

/** The times of the last activity of people, the latest first. */
export const last_activities = ['30_days', '90_days', 'year', 'older', 'unknown'] as const

function lastActivity(now: number): RawBuilder<string> {
  const since = (days: number) => sql.lit(now - days * day_ms)
  const at = sql.ref('row.last_activity_at')
  return sql`case when record.state in ('migrated', 'deleted') then '' when ${at} is null then 'unknown'
    when ${at} >= ${since(30)} then '30_days' when ${at} >= ${since(90)} then '90_days' when ${at} >= ${since(365)} then 'year' else 'older' end`
}

/** Counts the people of a part of a connection's records by all facts of the report, in one statement. */
async function countPart(db: Db, of: ConnectionKey, now: number, { after, last }: RecordPart): Promise<PeopleGroup[]> {
  const facts = db
    .selectFrom('migration_records as record')
    .leftJoin('directory_rows as row', (join) =>
      join
        .onRef('row.tenant_id', '=', 'record.tenant_id')
        .onRef('row.connection_id', '=', 'record.connection_id')
        .onRef('row.record_id', '=', 'record.record_id'),
    )
    .select([
      'record.state',
      'record.created_at',
      'record.migrated_at',
      sql<string | null>`case when record.state = 'migrated' then record.migrated_through end`.as('moved_through'),
      sql<number | null>`case when record.state = 'migrated' then ${dayOf('record.migrated_at')} end`.as('moved_day'),
      sql<string | null>`case when record.state = 'refused' then record.last_outcome end`.as('outcome'),
      sql<string | null>`case when record.state = 'refused' then ${sql.ref('row.problem')} end`.as('problem'),
      flag(sql`record.drift is not null`).as('has_drift'),
      flag(sql`${sql.ref('row.record_id')} is not null`).as('is_listed'),
      flag(sql`${sql.ref('row.gone_at')} is not null`).as('is_gone'),
      flag(sql`${sql.ref('row.disabled')} = 1`).as('is_disabled'),
      lastActivity(now).as('last_activity'),
    ])
    .where('record.tenant_id', '=', of.tenant_id)
    .where('record.connection_id', '=', of.connection_id)
    .where('record.record_id', '>', after)
    .where('record.record_id', '<=', last)
  const keys = [
    'state',
    'moved_through',
    'moved_day',
    'outcome',
    'problem',
    'has_drift',
    'is_listed',
    'is_gone',
    'is_disabled',
    'last_activity',
  ] as const
  const rows = await db
    .selectFrom(facts.as('fact'))
    .select(keys)
    .select((row) => [
      row.fn.countAll<number | string>().as('people'),
      row.fn.min<number | string>('created_at').as('first_record_at'),
      row.fn.max<number | string | null>('migrated_at').as('last_moved_at'),
    ])
    .groupBy(keys)
    .execute()
  return rows.map((row) => ({
    ...row,
    state: row.state as MigrationState,
    moved_day: row.moved_day === null ? null : Number(row.moved_day),
    has_drift: Number(row.has_drift) === 1,
    is_listed: Number(row.is_listed) === 1,
    is_gone: Number(row.is_gone) === 1,
    is_disabled: Number(row.is_disabled) === 1,
    people: Number(row.people),
    first_record_at: Number(row.first_record_at),
    last_moved_at: row.last_moved_at === null ? null : Number(row.last_moved_at),
  }))
}

const latest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other)

/** Joins the groups of several parts that have the same facts. */
function joinGroups(groups: readonly PeopleGroup[]): PeopleGroup[] {
  const joined = new Map<string, PeopleGroup>()
  for (const group of groups) {
    const { people, first_record_at, last_moved_at, ...facts } = group
    const key = JSON.stringify(facts)
    const before = joined.get(key)
    joined.set(key, {
      ...facts,
      people: people + (before?.people ?? 0),
      first_record_at: Math.min(first_record_at, before?.first_record_at ?? first_record_at),
      last_moved_at: latest(last_moved_at, before?.last_moved_at ?? null),
    })
  }
  return [...joined.values()]
}

/** Counts the people of a connection by all facts of the report. A user who moves meanwhile is counted once. It visits all records. */
export async function countPeople(
  searches: Pick<Searches, 'run'>,
  of: ConnectionKey,
  now: number,
): Promise<PeopleGroup[]> {
  return joinGroups((await visitRecords(searches, of, (reader, part) => countPart(reader, of, now, part))).flat())
}

/** The number of people in some groups. */
export const sumOf = (groups: readonly { people: number }[]): number =>
  groups.reduce((sum, { people }) => sum + people, 0)

/** People by state. */
export function peopleByState(groups: readonly PeopleGroup[]): Record<MigrationState, number> {
  return Object.fromEntries(
    migrationStates.map((state) => [state, sumOf(groups.filter((group) => group.state === state))]),
  ) as Record<MigrationState, number>
}

/** People by a fact. */
export function peopleBy<Group extends { people: number }>(
  groups: readonly Group[],
  nameOf: (group: Group) => string,
): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(groups, nameOf)].map(([name, same]) => [name, sumOf(same)]))
}

/** The people who have moved, by the day of the move. */
export function movedByDay(groups: readonly PeopleGroup[]): Map<string, number> {
  const moved = groups.flatMap(({ moved_day, people }) => (moved_day === null ? [] : [{ moved_day, people }]))
  return new Map(Object.entries(peopleBy(moved, ({ moved_day }) => isoTime(moved_day).slice(0, 10))))
}
