// A write to the embedded store is acknowledged after a sync to disk, and one sync serves all waiting writes.
import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { test } from 'node:test'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { createWalSync, sync_delay_ms } from '../../src/store/wal-sync.ts'
import { prepareQuery } from '../../src/store/prepared-query.ts'
import { openStore } from '../../src/store/open-store.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import type { Db } from '../../src/store/tables.ts'
import { tempFolder } from '../support/temp-folder.ts'

type Underway = { end(): void; fail(error: Error): void }

function syncsByHand() {
  const started: Underway[] = []
  const wal = createWalSync(
    () => new Promise<void>((resolve, reject) => void started.push({ end: resolve, fail: reject })),
  )
  return { wal, started }
}

async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = (): void => void (settled = true)
  promise.then(note, note)
  for (let round = 0; round < 5; round += 1) await turn()
  return settled
}

test('writes before the start of a sync are acknowledged by it, and not before its end', async () => {
  const { wal, started } = syncsByHand()
  const waiting = [wal.synced(), wal.synced(), wal.synced()]
  assert.equal(await settlesSoon(Promise.race(waiting)), false)
  assert.equal(started.length, 1)
  started[0]!.end()
  await Promise.all(waiting)
})

test('writes during a sync wait for one next sync', async () => {
  const { wal, started } = syncsByHand()
  const first = wal.synced()
  await turn()
  const later = [wal.synced(), wal.synced()]
  started[0]!.end()
  await first
  assert.equal(await settlesSoon(Promise.race(later)), false, 'the first sync began before they wrote')
  assert.equal(started.length, 2)
  started[1]!.end()
  await Promise.all(later)
})

test('after a failed sync no write is acknowledged', async () => {
  const { wal, started } = syncsByHand()
  const first = wal.synced()
  await turn()
  const second = wal.synced()
  started[0]!.fail(new Error('the disk is gone'))
  await assert.rejects(first, /the disk is gone/)
  await assert.rejects(second, /the disk is gone/)
  await assert.rejects(wal.synced(), /the disk is gone/)
  assert.equal(started.length, 1)
  await wal.idle()
})

test('writes without a waiting caller are synced together soon, or at once when a caller waits or the store closes', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms)
    await turn()
  }
  const { wal, started } = syncsByHand()
  for (let nth = 0; nth < 20; nth += 1) wal.syncSoon()
  await pass(sync_delay_ms - 1)
  assert.equal(started.length, 0)
  await pass(1)
  assert.equal(started.length, 1)
  started[0]!.end()
  await wal.idle()

  wal.syncSoon()
  const waiting = wal.synced()
  await turn()
  assert.equal(started.length, 2)
  started[1]!.end()
  await waiting
  await pass(sync_delay_ms * 2)
  assert.equal(started.length, 2, 'the sync of the waiting caller included it')

  wal.syncSoon()
  const closing = wal.idle()
  await turn()
  assert.equal(started.length, 3)
  started[2]!.end()
  await closing
})

/** Counts file requests to the thread pool while `work` runs: the store makes none but syncs. */
async function syncsDuring(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({ init: (_id, type) => void (type === 'FSREQCALLBACK' && (count += 1)) }).enable()
  await work()
  hook.disable()
  return count
}

const putSoon = prepareQuery((db, row: { name: string; value: string }) => db.insertInto('installation').values(row), {
  awaits_disk: false,
})
const put = (db: Db, name: string) => db.insertInto('installation').values({ name, value: 'x' }).execute()

test('a store in a file syncs for each write on its own, once for many at a time, and never for reading', async () => {
  const db = await openStore({ engine: 'sqlite', folder: tempFolder('syncs') })
  assert.equal(await syncsDuring(() => put(db, 'alone')), 1)
  assert.equal(await syncsDuring(() => inTransaction(db, async (trx) => void (await put(trx, 'in a transaction')))), 1)
  assert.equal(
    await syncsDuring(() => db.deleteFrom('installation').where('name', '=', 'alone').returning('name').execute()),
    1,
  )
  assert.equal(await syncsDuring(() => db.selectFrom('installation').selectAll().execute()), 0)
  assert.equal(await syncsDuring(() => putSoon(db, { name: 'soon', value: 'x' })), 0)
  assert.equal(await syncsDuring(() => sleep(sync_delay_ms * 3)), 1)
  const mixed = async (): Promise<void> =>
    await inTransaction(db, async (trx) => {
      await put(trx, 'awaited beside')
      await putSoon(trx, { name: 'soon beside', value: 'x' })
    })
  assert.equal(await syncsDuring(mixed), 1)
  const undone = inTransaction(db, async (trx) => {
    await put(trx, 'undone')
    throw new Error('undo')
  })
  await assert.rejects(undone, /undo/)
  const at_once = Array.from({ length: 40 }, (_, nth) => `at once ${nth}`)
  const syncs = await syncsDuring(() => Promise.all(at_once.map((name) => put(db, name))))
  assert.ok(syncs >= 1 && syncs <= 20, `${syncs} syncs for 40 writes at once`)
  assert.equal((await db.selectFrom('installation').selectAll().execute()).length >= 41, true)
  await db.destroy()
})
