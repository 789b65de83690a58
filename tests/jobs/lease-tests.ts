// Several runners on one store: a job belongs to one of them, and each tenant has its turn.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { JobInterrupted, type RunningJob } from '../../src/jobs/job.ts'
import { cancelJob } from '../../src/store/jobs.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { enqueueJob } from '../../src/jobs/enqueue-job.ts'
import { countedStep, handler, jobKit, nextStep, stepRows, until, type JobKit } from './job-kit.ts'

/** Runs the suite on a store. */
export function leaseTests(engine: string, openStore: () => Promise<Db>): void {
  describe(`leases of jobs on ${engine}`, () => {
    let db: Db
    let kit: JobKit
    before(async () => {
      db = await openStore()
    })
    after(() => db.destroy())
    beforeEach(() => {
      kit = jobKit(db)
    })
    afterEach(() => kit.close())

    test('a job whose lease expired is taken over, and what its first worker does then is not written', async () => {
      const job_id = await kit.enqueue('count')
      const states: string[] = []
      let workers = 0
      let refused: unknown
      const slow = async (job: RunningJob): Promise<void> => {
        workers += 1
        if (workers > 1) {
          for (let number = nextStep(job); number < 3; number += 1) await countedStep(job, number, 3)
          return
        }
        await countedStep(job, 0, 3)
        await kit.passLease(job_id)
        await kit.untilState(job_id, 'completed')
        states.push((await kit.row(job_id)).state)
        await countedStep(job, 99, 100).catch((error: unknown) => {
          refused = error
          throw error
        })
      }
      const first = await kit.runner({ count: handler(slow) })
      await kit.runner({ count: handler(slow) })
      await until(() => refused !== undefined)
      await first.close()
      assert.ok(refused instanceof JobInterrupted && refused.reason === 'lease_lost')
      assert.deepEqual(states, ['completed'])
      assert.deepEqual(await stepRows(db), ['step 0', 'step 1', 'step 2'])
      const row = await kit.row(job_id)
      assert.deepEqual([row.state, row.progress_done], ['completed', 3])
      assert.ok(kit.lines.some((line) => line.message.includes('taken over')))
    })

    test('each step renews the lease: a job may take longer than one', async () => {
      const job_id = await kit.enqueue('count')
      let claims = 0
      const runners = await Promise.all(
        [1, 2].map(() =>
          kit.runner({
            count: handler(async (job) => {
              claims += 1
              for (let number = 0; number < 4; number += 1) {
                await countedStep(job, number, 4)
                kit.time.monotonic_ahead_ms += 20_000
                for (const runner of runners) runner.wake()
                await sleep(30)
              }
            }),
          }),
        ),
      )
      await kit.untilState(job_id, 'completed')
      assert.equal(claims, 1)
    })

    test('a job whose workers stop again and again without a step has failed', async () => {
      const job_id = await kit.enqueue('count')
      await db
        .updateTable('jobs')
        .set({
          state: 'running',
          running_kind: 'count',
          lease_token: 'of a process that ended',
          lease_expires_at: kit.clock.now(),
          attempts: 6,
        })
        .where('tenant_id', '=', 'ten_a')
        .where('job_id', '=', job_id)
        .execute()
      await kit.runner({ count: handler(async () => assert.fail('it ran')) })
      const row = await kit.untilState(job_id, 'failed')
      assert.equal(row.error, 'The server stopped too often while it ran this job.')
    })

    test('a job that was canceled while its process ended is canceled by the process that takes it over', async () => {
      const job_id = await kit.enqueue('count')
      await db
        .updateTable('jobs')
        .set({
          state: 'running',
          running_kind: 'count',
          lease_token: 'of a process that ended',
          lease_expires_at: kit.clock.now(),
        })
        .where('tenant_id', '=', 'ten_a')
        .where('job_id', '=', job_id)
        .execute()
      assert.equal(await cancelJob(db, 'ten_a', job_id, kit.clock.now()), true)
      assert.equal((await kit.row(job_id)).state, 'running')
      await kit.runner({ count: handler(async () => assert.fail('it ran')) })
      await kit.untilState(job_id, 'canceled')
    })

    test('of one kind a tenant has one running job at a time, and of several runners one runs it', async () => {
      const now_running = new Map<string, number>()
      let most = 0
      let all = 0
      let most_at_all = 0
      const run = handler(async (job) => {
        const count = (now_running.get(job.tenant_id) ?? 0) + 1
        now_running.set(job.tenant_id, count)
        all += 1
        most = Math.max(most, count)
        most_at_all = Math.max(most_at_all, all)
        await countedStep(job, 0, 1, job.job_id)
        await sleep(2)
        now_running.set(job.tenant_id, (now_running.get(job.tenant_id) ?? 0) - 1)
        all -= 1
      })
      const jobs: [string, string][] = []
      for (let nth = 0; nth < 30; nth += 1) {
        const tenant_id = `ten_${nth % 3}`
        jobs.push([tenant_id, await kit.enqueue('count', null, { tenant_id })])
      }
      for (let nth = 0; nth < 3; nth += 1) await kit.runner({ count: run })
      for (const [tenant_id, job_id] of jobs) await kit.untilState(job_id, 'completed', tenant_id)
      assert.equal(most, 1)
      assert.ok(most_at_all > 1, 'jobs of several tenants run at once')
      assert.equal((await stepRows(db)).length, 30, 'each ran once')
    })

    test('a tenant with 500 jobs keeps no other waiting for more than a slice', async () => {
      await inTransaction(db, async (trx) => {
        for (let nth = 0; nth < 500; nth += 1) {
          const kind = nth % 2 === 0 ? 'export' : 'import'
          await enqueueJob(trx, { tenant_id: 'ten_many', kind, input: nth, at: kit.clock.now() })
        }
      })
      const done: string[] = []
      let steps = 0
      // Both workers hold a job of the same tenant that takes a hundred slices.
      const long = async (job: RunningJob): Promise<void> => {
        for (let number = nextStep(job); number < 300; number += 1) {
          await job.commit(async () => ({ cursor: number, progress: { done: number, total: 300 } }))
          steps += 1
          kit.time.ahead_ms += 700
        }
        done.push(`${job.tenant_id} ${String(job.input)}`)
      }
      const short = handler(async (job) => void done.push(job.tenant_id))
      const runner = await kit.runner({ export: handler(long), import: handler(long), count: short })
      await until(() => steps > 10)
      const others = ['ten_few', 'ten_one', 'ten_zoo']
      const enqueued_at = kit.clock.now()
      await Promise.all(others.map((tenant_id) => kit.enqueue('count', null, { tenant_id })))
      runner.wake()
      await until(() => others.every((tenant_id) => done.includes(tenant_id)))
      assert.deepEqual(done.toSorted(), others, 'no long job had to end first')
      const waited_ms = kit.clock.now() - enqueued_at
      assert.ok(waited_ms < 10_000, `${waited_ms} ms of the clock that the jobs move`)
      const rows = await db.selectFrom('jobs').select('attempts').where('tenant_id', '=', 'ten_many').execute()
      assert.ok(
        rows.every((row) => row.attempts <= 1),
        'giving a worker up is no failed attempt',
      )
    })
  })
}
