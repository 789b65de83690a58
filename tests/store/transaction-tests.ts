import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '../../src/store/transaction.ts'
import type { Db, Transaction } from '../../src/store/tables.ts'
import type { Subject } from './conformance.ts'

const put = async (db: Db | Transaction, name: string, value = '0'): Promise<void> => {
  await db.insertInto('installation').values({ name, value }).execute()
}

const valueOf = async (db: Db | Transaction, name: string): Promise<string | undefined> =>
  (await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst())?.value

const append = async (trx: Transaction, name: string, letter: string): Promise<void> => {
  await trx
    .updateTable('installation')
    .set((row) => ({ value: row('value', '||', letter) as never }))
    .where('name', '=', name)
    .execute()
}

/** A transaction is atomic, and isolated from other statements. */
export function transactionTests(subject: Subject): void {
  test('a transaction answers its result, and its writes are stored', async () => {
    const result = await inTransaction(subject.db, async (trx) => {
      await put(trx, 'tx whole')
      return 42
    })
    assert.equal(result, 42)
    assert.equal(await valueOf(subject.db, 'tx whole'), '0')
  })

  test('a transaction that throws writes nothing, rethrows its error, and does not run again', async () => {
    const own = new Error('mine')
    let runs = 0
    const work = inTransaction(subject.db, async (trx) => {
      runs += 1
      await put(trx, 'tx gone')
      throw own
    })
    await assert.rejects(work, (error) => error === own)
    assert.equal(runs, 1)
    assert.equal(await valueOf(subject.db, 'tx gone'), undefined)
  })

  test("concurrent statements do not see the transaction's rows, nor it theirs", async () => {
    const { db } = subject
    const seen: (string | undefined)[] = []
    const work = inTransaction(db, async (trx) => {
      await put(trx, 'tx inside')
      await sleep(60)
      await put(trx, 'tx inside too')
      await sleep(60)
      throw new Error('roll back')
    })
    const failed = assert.rejects(work, /roll back/)
    await sleep(20)
    const others = Array.from({ length: 10 }, async (_, index) => {
      await sleep(index * 8)
      await put(db, `tx outside ${index}`)
      seen.push(await valueOf(db, 'tx inside'))
    })
    await Promise.all([failed, ...others])
    assert.deepEqual(seen, Array.from({ length: 10 }))
    for (let index = 0; index < 10; index += 1) assert.equal(await valueOf(db, `tx outside ${index}`), '0')
    assert.equal(await valueOf(db, 'tx inside too'), undefined)
  })

  test('transactions that update the same two rows in opposite order both succeed', async () => {
    const { db } = subject
    await put(db, 'tx left', '')
    await put(db, 'tx right', '')
    const crossing = (first: string, second: string, letter: string): Promise<void> =>
      inTransaction(db, async (trx) => {
        await append(trx, first, letter)
        await sleep(100)
        await append(trx, second, letter)
      })
    await Promise.all([crossing('tx left', 'tx right', 'a'), crossing('tx right', 'tx left', 'b')])
    for (const name of ['tx left', 'tx right']) {
      assert.match((await valueOf(db, name)) ?? '', /^(?:ab|ba)$/, name)
    }
  })

  test('the store works after many failures in and outside of transactions', async () => {
    const { db } = subject
    await put(db, 'tx taken')
    for (let round = 0; round < 25; round += 1) {
      await assert.rejects(put(db, 'tx taken'))
      await assert.rejects(
        inTransaction(db, async (trx) => {
          await put(trx, `tx poisoned ${round}`)
          await put(trx, 'tx taken')
        }),
      )
      await assert.rejects(db.selectFrom('tenants').select(db.dynamic.ref('no_such_column')).execute())
    }
    await inTransaction(db, async (trx) => put(trx, 'tx after the failures'))
    assert.equal(await valueOf(db, 'tx after the failures'), '0')
    assert.equal(await valueOf(db, 'tx poisoned 24'), undefined)
  })

  test('of fifty transactions that claim one row by its state, exactly one succeeds', async () => {
    const { db } = subject
    await put(db, 'tx claim', 'open')
    const claims = Array.from({ length: 50 }, () =>
      inTransaction(db, async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('installation')
          .set({ value: 'taken' })
          .where('name', '=', 'tx claim')
          .where('value', '=', 'open')
          .executeTakeFirst()
        return numUpdatedRows === 1n
      }),
    )
    assert.equal((await Promise.all(claims)).filter(Boolean).length, 1)
  })
}
