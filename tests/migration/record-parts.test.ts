// The records of a large ledger are visited in parts, each record once, also where records change and come meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { visitRecords } from '../../src/migration/record-parts.ts'
import { countPeople, peopleByState } from '../../src/migration/report/count-people.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const total = 120_000

test('of 120,000 people each is counted once, in three parts with a turn of their own', async () => {
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
    ['mrc_0050000', 'mrc_0100000', 'mrc_0120000'],
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
