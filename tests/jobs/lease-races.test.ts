// Forced interleavings of two workers on PostgreSQL: a worker whose lease is lost writes nothing.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelJob, claimJob, saveJobStep } from '../../src/store/jobs.ts'
import { runningLeases } from '../../src/store/running-leases.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { startPostgres } from '../support/servers.ts'
import { countedStep, handler, jobKit, nextStep, stepRows, until, type JobKit } from './job-kit.ts'

const server = await startPostgres()
let db: Db
let kit: JobKit

before(async () => {
  db = await openStore({
    engine: 'postgres',
    url: (await server.createStore()).url,
    connections: 8,
    onConnectionError: () => undefined,
  })
})
after(async () => {
  await db.destroy()
  await server.stop()
})
beforeEach(() => {
  kit = jobKit(db)
})
afterEach(() => kit.close())

test('a worker that loses its lease within the transaction of a step writes neither the step nor the cursor', async () => {
  const job_id = await kit.enqueue('count')
  let workers = 0
  let in_step = false
  let may_end = false
  let rolled_back = false
  const count = handler(async (job) => {
    workers += 1
    if (workers > 1) {
      for (let number = nextStep(job); number < 3; number += 1) await countedStep(job, number, 3)
      return
    }
    await countedStep(job, 0, 3)
    const late = job.commit(async (trx) => {
      await trx.insertInto('installation').values({ name: 'of the first worker', value: '' }).execute()
      in_step = true
      await until(() => may_end)
      return { cursor: 77, progress: { done: 78, total: 78 } }
    })
    await late.catch((error: unknown) => {
      rolled_back = true
      throw error
    })
  })
  const first = await kit.runner({ count })
  await until(() => in_step)
  await kit.runner({ count })
  await kit.passLease(job_id)
  const row = await kit.untilState(job_id, 'completed')
  may_end = true
  await until(() => rolled_back)
  await first.close()
  assert.deepEqual(await stepRows(db), ['step 0', 'step 1', 'step 2'])
  assert.deepEqual(await kit.row(job_id), row)
})

test('a worker that claims a job while a step of it is about to be committed does not get it', async () => {
  const job_id = await kit.enqueue('count')
  const now = kit.clock.now()
  const lease = { tenant_id: 'ten_a', job_id, lease_token: 'of the first worker' }
  assert.ok(await claimJob(db, lease, { now, lease_expires_at: now + 1000 }))
  let saved = false
  let may_end = false
  const step = inTransaction(db, async (trx) => {
    const kept = await saveJobStep(trx, lease, {
      cursor: '0',
      progress_done: 1,
      progress_total: 3,
      lease_expires_at: now + 60_000,
      updated_at: now,
    })
    assert.ok(kept)
    saved = true
    await until(() => may_end)
  })
  await until(() => saved)
  const [expired] = await runningLeases(db, ['count'])
  assert.ok(expired)
  let claimed: unknown = 'not answered'
  const claiming = (async () => {
    const other = { ...lease, lease_token: 'of the second worker' }
    claimed = await claimJob(db, other, { now: now + 2000, lease_expires_at: now + 32_000, expired })
  })()
  await sleep(200)
  assert.equal(claimed, 'not answered', 'it waits for the row')
  may_end = true
  await Promise.all([step, claiming])
  assert.equal(claimed, undefined)
  assert.equal((await kit.row(job_id)).lease_token, 'of the first worker')
})

test('of two workers that claim two jobs of one kind and tenant at once, one gets its job', async () => {
  const job_ids = await Promise.all([kit.enqueue('count'), kit.enqueue('count')])
  const now = kit.clock.now()
  const claims = await Promise.all(
    job_ids.map((job_id) =>
      claimJob(db, { tenant_id: 'ten_a', job_id, lease_token: `of ${job_id}` }, { now, lease_expires_at: now + 1000 }),
    ),
  )
  assert.equal(claims.filter((row) => row !== undefined).length, 1)
})

const days_3_ms = 259_200_000

test('a lease of a process whose clock was days ahead expires when it was not renewed for 30 s [guard: leases-without-clocks]', async () => {
  const job_id = await kit.enqueue('count', null, { at: kit.clock.now() + days_3_ms })
  const lease = { lease_token: 'of a process that ended', lease_expires_at: kit.clock.now() + days_3_ms + 30_000 }
  await db
    .updateTable('jobs')
    .set({ state: 'running', running_kind: 'count', ...lease })
    .where('job_id', '=', job_id)
    .execute()
  const runner = await kit.runner({ count: handler((job) => countedStep(job, 0, 1)) })
  for (const ahead_ms of [10_000, 29_000]) {
    kit.time.monotonic_ahead_ms = ahead_ms
    runner.wake()
    await sleep(100)
    assert.equal((await kit.row(job_id)).state, 'running', `${ahead_ms} ms`)
  }
  assert.equal(await cancelJob(db, 'ten_a', job_id, kit.clock.now()), true)
  await kit.passLease(job_id)
  await kit.untilState(job_id, 'canceled')
})

for (const ahead_ms of [-days_3_ms, -40_000, 40_000, days_3_ms]) {
  test(`a process whose clock differs by ${ahead_ms / 1000} s takes no job that another one runs [guard: leases-without-clocks]`, async () => {
    const other = jobKit(db)
    other.time.ahead_ms = ahead_ms
    const job_id = await kit.enqueue('count', null, { at: kit.clock.now() - days_3_ms })
    const ran: string[] = []
    let wakeOther = (): void => undefined
    const counts = (name: string) =>
      handler(async (job) => {
        ran.push(name)
        for (let number = nextStep(job); number < 4; number += 1) {
          await countedStep(job, number, 4)
          other.time.monotonic_ahead_ms += 20_000
          for (let look = 0; look < 3; look += 1) {
            wakeOther()
            await sleep(20)
          }
        }
      })
    await kit.runner({ count: counts('first') })
    await kit.untilState(job_id, 'running')
    const second = await other.runner({ count: counts('second') })
    wakeOther = second.wake
    await kit.untilState(job_id, 'completed')
    await other.close()
    assert.deepEqual(ran, ['first'])
  })
}
