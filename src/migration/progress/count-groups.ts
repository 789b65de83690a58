import { sql, type RawBuilder } from 'kysely'
import { day_ms } from '../../base/time.ts'
import type { MigrationGroups } from '../../contract/migration-progress.ts'
import type { Searches } from '../../store/searches.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'
import { visitRecords, type RecordPart } from '../record-parts.ts'

/** The groups of the people of a connection, without when they were counted. */
export type Groups = Omit<NonNullable<MigrationGroups['groups']>, 'counted_at'>

const domains_max = 10
// Of each part of the records. A domain that is frequent in all of them is frequent in most parts.
const domains_of_part_max = 1000

const unmovedOf = (db: Db, { tenant_id, connection_id }: ConnectionKey, { after, last }: RecordPart) =>
  db
    .selectFrom('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'record.tenant_id')
        .onRef('listed.connection_id', '=', 'record.connection_id')
        .onRef('listed.record_id', '=', 'record.record_id'),
    )
    .where('record.tenant_id', '=', tenant_id)
    .where('record.connection_id', '=', connection_id)
    .where('record.record_id', '>', after)
    .where('record.record_id', '<=', last)
    .where('record.state', 'in', [...unmoved_states])

// Of people who only typed an address, the record has it as an identifier.
const typed = sql`(select min(typed.identifier) from migration_identifiers as typed where typed.tenant_id = record.tenant_id
  and typed.connection_id = record.connection_id and typed.record_id = record.record_id and typed.identifier like '%@%')`
const address = sql<string | null>`lower(coalesce(record.email, listed.email, ${typed}))`
const has_address = sql<number>`case when ${address} like '%@%' then 1 else 0 end`
// The part behind the last @: rtrim removes all other characters from the end.
const domain = sql<string>`substr(${address}, length(rtrim(${address}, replace(${address}, '@', ''))) + 1)`

const activity_names = ['30_days', '90_days', 'year', 'older', 'unknown']

function activity(now: number): RawBuilder<string> {
  const since = (days: number) => sql.lit(now - days * day_ms)
  const at = sql.ref('listed.last_activity_at')
  return sql`case when ${at} is null then 'unknown' when ${at} >= ${since(30)} then '30_days'
    when ${at} >= ${since(90)} then '90_days' when ${at} >= ${since(365)} then 'year' else 'older' end`
}

async function countMoved(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Groups['moved_through']> {
  const rows = await db
    .selectFrom('migration_records')
    .select(['migrated_through', ({ fn }) => fn.countAll<number | string>().as('people')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('migrated_through', 'is not', null)
    .where('state', '=', 'migrated')
    .groupBy('migrated_through')
    .orderBy('people', 'desc')
    .execute()
  return rows.map(({ migrated_through, people }) => ({ name: migrated_through ?? '', people: Number(people) }))
}

async function countPart(db: Db, of: ConnectionKey, part: RecordPart, now: number) {
  const within = activity(now)
  const facts = await unmovedOf(db, of, part)
    .select([within.as('within'), has_address.as('has_address'), 'listed.has_hash', 'listed.disabled'])
    .select(({ fn }) => fn.countAll<number | string>().as('people'))
    .groupBy([within, has_address, 'listed.has_hash', 'listed.disabled'])
    .execute()
  const domains = await unmovedOf(db, of, part)
    .where(has_address, '=', 1)
    .select([domain.as('name'), ({ fn }) => fn.countAll<number | string>().as('people')])
    .groupBy(domain)
    .orderBy('people', 'desc')
    .limit(domains_of_part_max)
    .execute()
  return { facts, domains }
}

type Part = Awaited<ReturnType<typeof countPart>>

function mostFrequent(rows: readonly Part['domains'][number][]): Groups['domains'] {
  const counts = new Map<string, number>()
  for (const { name, people } of rows) counts.set(name, (counts.get(name) ?? 0) + Number(people))
  return [...counts]
    .map(([name, people]) => ({ name, people }))
    .toSorted((one, other) => other.people - one.people || (one.name < other.name ? -1 : 1))
    .slice(0, domains_max)
}

/** Groups the people of a connection who have not moved, and counts how the others moved. It visits all records, in parts. */
export async function countGroups(searches: Pick<Searches, 'run'>, of: ConnectionKey, now: number): Promise<Groups> {
  const parts = await visitRecords(searches, of, (db, part) => countPart(db, of, part, now))
  const facts = parts.flatMap((part) => part.facts)
  const sumOf = (is: (row: (typeof facts)[number]) => boolean): number =>
    facts.reduce((sum, row) => sum + (is(row) ? Number(row.people) : 0), 0)
  const domains = mostFrequent(parts.flatMap((part) => part.domains))
  const reachable = sumOf((row) => Number(row.has_address) === 1)
  return {
    people: sumOf(() => true),
    last_activity: activity_names.map((name) => ({ name, people: sumOf((row) => row.within === name) })),
    domains,
    other_domains: reachable - domains.reduce((sum, { people }) => sum + people, 0),
    without_address: sumOf((row) => Number(row.has_address) === 0),
    with_hash: sumOf((row) => row.has_hash === 1),
    reachable,
    disabled: sumOf((row) => row.disabled === 1),
    moved_through: await searches.run(of.tenant_id, (db) => countMoved(db, of)),
  }
}
