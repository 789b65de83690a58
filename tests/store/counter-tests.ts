import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToCounter, countUsers, readCounters } from '../../src/store/connection-counters.ts'
import { addToMigrationDay, readMigrationDays } from '../../src/store/migration-days.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import type { Subject } from './conformance.ts'

/** Totals are exact under concurrent changes. */
export function counterTests(subject: Subject): void {
  test('fifty concurrent changes of one counter are all counted, except those that are rolled back', async () => {
    const { db } = subject
    const bump = (by: number, end?: Error): Promise<void> =>
      inTransaction(db, async (trx) => {
        await addToCounter(trx, 'ten_c', 'con_c', 'users', by)
        await addToCounter(trx, 'ten_c', 'con_c', 'state:migrated', 2 * by)
        await addToMigrationDay(trx, 'ten_c', 'con_c', '2026-03-01', 'migrated', by)
        if (end) throw end
      })
    const rolled_back = new Error('rolled back')
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 5 === 4 ? assert.rejects(bump(1000, rolled_back), /rolled back/) : bump(index % 5 === 3 ? -1 : 1),
      ),
    )
    // 30 up, 10 down, 10 rolled back.
    assert.deepEqual(await readCounters(db, 'ten_c', 'con_c'), { users: 20, 'state:migrated': 40 })
    assert.deepEqual(await readMigrationDays(db, 'ten_c', 'con_c', '2026-01-01'), [
      { day: '2026-03-01', state: 'migrated', total: 20 },
    ])
  })

  test('counters are separate per tenant and connection; the users of a tenant are their sum', async () => {
    const { db } = subject
    await inTransaction(db, async (trx) => {
      await addToCounter(trx, 'ten_d', 'con_1', 'users', 3)
      await addToCounter(trx, 'ten_d', 'con_2', 'users', 4)
      await addToCounter(trx, 'ten_d', 'con_2', 'state:seen', 100)
      await addToCounter(trx, 'ten_e', 'con_1', 'users', 50)
    })
    assert.deepEqual(await readCounters(db, 'ten_d', 'con_1'), { users: 3 })
    assert.equal(await countUsers(db, 'ten_d'), 7)
    assert.equal(await countUsers(db, 'ten_nobody'), 0)
    assert.deepEqual(await readCounters(db, 'ten_d', 'con_none'), {})
  })

  test('a change by nothing writes nothing', async () => {
    await inTransaction(subject.db, async (trx) => {
      await addToCounter(trx, 'ten_f', 'con_1', 'users', 0)
      await addToMigrationDay(trx, 'ten_f', 'con_1', '2026-03-01', 'seen', 0)
    })
    assert.deepEqual(await readCounters(subject.db, 'ten_f', 'con_1'), {})
    assert.deepEqual(await readMigrationDays(subject.db, 'ten_f', 'con_1', '0000-00-00'), [])
  })

  test('days are listed oldest first, from the requested day', async () => {
    const { db } = subject
    await inTransaction(db, async (trx) => {
      for (const day of ['2026-03-02', '2025-12-31', '2026-03-01'])
        await addToMigrationDay(trx, 'ten_g', 'con_1', day, 'seen', 2)
      await addToMigrationDay(trx, 'ten_g', 'con_1', '2026-03-01', 'migrated', 1)
    })
    assert.deepEqual(await readMigrationDays(db, 'ten_g', 'con_1', '2026-03-01'), [
      { day: '2026-03-01', state: 'migrated', total: 1 },
      { day: '2026-03-01', state: 'seen', total: 2 },
      { day: '2026-03-02', state: 'seen', total: 2 },
    ])
  })
}
