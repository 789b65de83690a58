// The records of a large ledger are visited in parts, each record once, also where records change and come meanwhile; those to decide about are counted
// by their indexes, in parts as well.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { countUndecided } from '../../src/migration/decisions/undecided-records.ts'
import { visitRecords } from '../../src/migration/record-parts.ts'
import { countGroups } from '../../src/migration/progress/count-groups.ts'
import { countPeople, peopleByState } from '../../src/migration/report/count-people.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const total = 24_000

test('of 24,000 people each is counted once, in three parts with a turn of their own', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  await sql`insert into migration_records
    (tenant_id, connection_id, record_id, state, fingerprints, migrated_at, migrated_through, created_at, updated_at)
    with recursive numbers(nth) as (select 1 union all select nth + 1 from numbers where nth < ${sql.lit(total)})
    select ${of.tenant_id}, ${of.connection_id}, 'mrc_' || printf('%07d', nth),
      case when nth % 4 = 0 then 'migrated' else 'unseen' end, '{}',
      case when nth % 4 = 0 then nth end, case when nth % 4 = 0 then 'login' end, nth, nth from numbers`.execute(db)
  let turns = 0
  const searches = {
    run: async <T>(_tenant_id: string, read: (reader: Db) => Promise<T>): Promise<T> => {
      turns += 1
      // Between two turns a user of a part that was counted moves.
      await sql`update migration_records set state = 'migrated' where record_id = 'mrc_0000001'`.execute(db)
      return await read(db)
    },
  }
  const parts = await visitRecords(searches, of, (_reader, part) => Promise.resolve(part))
  assert.deepEqual(
    parts.map(({ last }) => last),
    ['mrc_0010000', 'mrc_0020000', 'mrc_0024000'],
  )
  assert.equal(turns, 4)
  const groups = await countPeople(searches, of, 1)
  const { migrated, unseen } = peopleByState(groups)
  assert.deepEqual([migrated, unseen], [total / 4 + 1, (total / 4) * 3 - 1])
  const moved = groups.filter(({ state, moved_through }) => state === 'migrated' && moved_through === 'login')
  assert.deepEqual(
    moved.map(({ people, first_record_at, last_moved_at }) => [people, first_record_at, last_moved_at]),
    [[total / 4, 4, total]],
  )
  await db.destroy()
})

test('of many people to decide about each is counted once, in parts with a turn of their own', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const refused = 60_000
  const rehearsed = 60_000
  // Many were recorded at the same time, also those at the end of a part.
  await sql`insert into migration_records
    (tenant_id, connection_id, record_id, state, fingerprints, last_outcome, created_at, updated_at)
    with recursive numbers(nth) as (select 1 union all select nth + 1 from numbers where nth < ${sql.lit(refused + rehearsed)})
    select ${of.tenant_id}, ${of.connection_id}, 'mrc_' || printf('%07d', nth),
      case when nth <= ${sql.lit(refused)} then 'refused' else 'unseen' end, '{}',
      case when nth > ${sql.lit(refused)} then null when nth % 10 = 0 then 'blocked' else 'collision' end, nth / 999, nth from numbers`.execute(
    db,
  )
  await sql`insert into directory_rows
    (tenant_id, connection_id, record_id, row_key, disabled, has_hash, rehearsed_outcome, digest, load_id)
    select tenant_id, connection_id, record_id, 'id:' || record_id, 0, 0, case when record_id like '%1' then 'moved' else 'profile_refused' end, 'x', 'dld_a'
    from migration_records where state = 'unseen'`.execute(db)
  await sql`insert into record_decisions (tenant_id, connection_id, record_id, decision_id, kind, detail, decided_by, decided_at)
    select tenant_id, connection_id, record_id, 'dec_a', 'exclude', '{}', '{}', 1 from migration_records where record_id like '%5'`.execute(
    db,
  )
  let turns = 0
  const searches = {
    run: async <T>(_tenant_id: string, read: (reader: Db) => Promise<T>): Promise<T> => {
      turns += 1
      return await read(db)
    },
  }
  // Without those whom the legacy store has blocked, whose rehearsal was right, and about whom a decision was made.
  assert.equal(await countUndecided(searches, of), refused * 0.8 + rehearsed * 0.8)
  // By the outcome, by the state and by the rehearsal: each list has more records than a part.
  assert.equal(turns, 4)
  await db.destroy()
})

test('the numbers of groups agree while people move', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const people = 500
  await sql`insert into migration_records
    (tenant_id, connection_id, record_id, state, fingerprints, email, migrated_at, migrated_through, created_at, updated_at)
    with recursive numbers(nth) as (select 1 union all select nth + 1 from numbers where nth < ${sql.lit(people)})
    select ${of.tenant_id}, ${of.connection_id}, 'mrc_' || printf('%07d', nth),
      case when nth % 5 = 0 then 'migrated' else 'unseen' end, '{}',
      case when nth % 7 > 0 then 'p' || nth || case when nth % 2 = 0 then '@one.example' else '@two.example' end end,
      case when nth % 5 = 0 then nth end, case when nth % 5 = 0 then 'login' end, nth, nth from numbers`.execute(db)
  let moved = 0
  // After each statement some of those who are left move.
  const moving = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      moved += 10
      await sql`update migration_records set state = 'migrated', migrated_through = 'import' where record_id in
        (select record_id from migration_records where state = 'unseen' limit 10)`.execute(db)
      return result
    },
  })
  const searches = { run: <T>(_tenant_id: string, read: (reader: Db) => Promise<T>) => read(moving) }
  const groups = await countGroups(searches, of, 1)
  assert.ok(moved > 0)
  const sum = (counts: { people: number }[]): number =>
    counts.reduce((total_so_far, one) => total_so_far + one.people, 0)
  assert.ok(groups.without_address > 0 && groups.domains.length === 2)
  assert.deepEqual([sum(groups.domains), groups.other_domains], [groups.reachable, 0])
  assert.equal(groups.reachable + groups.without_address, groups.people)
  assert.equal(sum(groups.last_activity), groups.people)
  assert.equal(groups.people + sum(groups.moved_through), people)
  await db.destroy()
})
