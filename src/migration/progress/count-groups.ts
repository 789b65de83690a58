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

type Group = Groups['domains'][number]

const domains_max = 10
// Of each part of the records. A domain that is frequent in all of them is frequent in most parts.
const domains_of_part_max = 1000

// Of people who only typed an address, the record has it as an identifier.
const typed = sql`(select min(typed.identifier) from migration_identifiers as typed where typed.tenant_id = record.tenant_id
  and typed.connection_id = record.connection_id and typed.record_id = record.record_id and typed.identifier like '%@%')`
const address = sql<string | null>`lower(coalesce(record.email, listed.email, ${typed}))`
// The part behind the last @: rtrim removes all other characters from the end.
const domain_of_fact = sql<string>`substr(fact.address, length(rtrim(fact.address, replace(fact.address, '@', ''))) + 1)`

const activity_names = ['30_days', '90_days', 'year', 'older', 'unknown']

function activity(now: number): RawBuilder<string> {
  const since = (days: number) => sql.lit(now - days * day_ms)
  const at = sql.ref('listed.last_activity_at')
  return sql`case when ${at} is null then 'unknown' when ${at} >= ${since(30)} then '30_days'
    when ${at} >= ${since(90)} then '90_days' when ${at} >= ${since(365)} then 'year' else 'older' end`
}

/** What the groups distinguish, of each person of a part who has moved or not; of those who have moved, only by what. */
function factsOf(db: Db, of: ConnectionKey, { after, last }: RecordPart, now: number) {
  const has_moved = sql`record.state = 'migrated'`
  return db
    .selectFrom('migration_records as record')
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'record.tenant_id')
        .onRef('listed.connection_id', '=', 'record.connection_id')
        .onRef('listed.record_id', '=', 'record.record_id'),
    )
    .select([
      sql<string>`case when ${has_moved} then coalesce(record.migrated_through, '') end`.as('moved_through'),
      sql<string | null>`case when not ${has_moved} then ${address} end`.as('address'),
      sql<string>`case when ${has_moved} then '' else ${activity(now)} end`.as('within'),
      sql<number>`case when ${has_moved} then 0 else coalesce(listed.has_hash, 0) end`.as('has_hash'),
      sql<number>`case when ${has_moved} then 0 else coalesce(listed.disabled, 0) end`.as('disabled'),
    ])
    .where('record.tenant_id', '=', of.tenant_id)
    .where('record.connection_id', '=', of.connection_id)
    .where('record.record_id', '>', after)
    .where('record.record_id', '<=', last)
    .where('record.state', 'in', [...unmoved_states, 'migrated'])
}

type Fact = {
  moved_through: string | null
  has_address: number
  within: string
  has_hash: number
  disabled: number
  people: number
}

// In one statement, which sees the store at one moment: the sums of both agree while people move.
async function countPart(db: Db, of: ConnectionKey, part: RecordPart, now: number) {
  const has_address = sql<number>`case when fact.address like '%@%' then 1 else 0 end`
  const people = sql<number | string>`count(*)`
  const { rows } = await sql<Fact & { domain: string | null }>`with fact as ${factsOf(db, of, part, now)}
    select null as domain, moved_through, ${has_address} as has_address, within, has_hash, disabled, ${people} as people
      from fact group by moved_through, ${has_address}, within, has_hash, disabled
    union all select * from (
      select ${domain_of_fact} as domain, null, 1, '', 0, 0, ${people} from fact where ${has_address} = 1
      group by ${domain_of_fact} order by ${people} desc limit ${sql.lit(domains_of_part_max)}) as frequent`.execute(db)
  const numbered = rows.map((row) => ({
    ...row,
    has_address: Number(row.has_address),
    has_hash: Number(row.has_hash),
    disabled: Number(row.disabled),
    people: Number(row.people),
  }))
  return {
    facts: numbered.filter(({ domain }) => domain === null),
    domains: numbered.flatMap(({ domain, people: count }) =>
      domain === null ? [] : [{ name: domain, people: count }],
    ),
  }
}

function mostFrequent(rows: readonly Group[]): Group[] {
  const counts = new Map<string, number>()
  for (const { name, people } of rows) counts.set(name, (counts.get(name) ?? 0) + people)
  return [...counts]
    .map(([name, people]) => ({ name, people }))
    .toSorted((one, other) => other.people - one.people || (one.name < other.name ? -1 : 1))
}

/**
 * Groups the people of a connection who have not moved, and counts how the others moved. It visits all records, in parts. Each person is
 * counted once, as of the moment of the part: the numbers of a fact have the same sum as those of another, also while people move.
 */
export async function countGroups(searches: Pick<Searches, 'run'>, of: ConnectionKey, now: number): Promise<Groups> {
  const parts = await visitRecords(searches, of, (db, part) => countPart(db, of, part, now))
  const facts = parts.flatMap((part) => part.facts)
  const unmoved = facts.filter(({ moved_through }) => moved_through === null)
  const sumOf = (is: (fact: Fact) => boolean): number =>
    unmoved.reduce((sum, fact) => sum + (is(fact) ? fact.people : 0), 0)
  const domains = mostFrequent(parts.flatMap((part) => part.domains)).slice(0, domains_max)
  const reachable = sumOf(({ has_address }) => has_address === 1)
  return {
    people: sumOf(() => true),
    last_activity: activity_names.map((name) => ({ name, people: sumOf(({ within }) => within === name) })),
    domains,
    other_domains: reachable - domains.reduce((sum, { people }) => sum + people, 0),
    without_address: sumOf(({ has_address }) => has_address === 0),
    with_hash: sumOf(({ has_hash }) => has_hash === 1),
    reachable,
    disabled: sumOf(({ disabled }) => disabled === 1),
    moved_through: mostFrequent(
      facts.flatMap(({ moved_through, people }) => (moved_through === null ? [] : [{ name: moved_through, people }])),
    ),
  }
}
