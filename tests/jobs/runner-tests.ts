// What the job runner must do on each engine.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { problems } from '../../src/contract/problems.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { enqueueJob } from '../../src/jobs/enqueue-job.ts'
import { installation_tenant_id, JobFailed, JobInterrupted, JobPostponed } from '../../src/jobs/job.ts'
import { cancelJob } from '../../src/store/jobs.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { countedStep, handler, jobKit, nextStep, stepRows, until, type JobKit } from './job-kit.ts'

/** Runs the suite on a store. */
export function runnerTests(engine: string, openStore: () => Promise<Db>): void {
  describe(`jobs on ${engine}`, () => {
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

    test('a job exists if and only if the change that enqueues it is committed', async () => {
      const job = { tenant_id: 'ten_a', kind: 'work', input: { of: 1 }, at: 1 }
      const rolled_back = inTransaction(db, async (trx) => {
        await enqueueJob(trx, job)
        throw new Error('rolled back')
      })
      await assert.rejects(rolled_back, /rolled back/)
      assert.deepEqual(await db.selectFrom('jobs').selectAll().execute(), [])
      const job_id = await inTransaction(db, (trx) => enqueueJob(trx, job))
      assert.equal((await kit.row(job_id)).state, 'pending')
    })

    test('a job runs step by step to its end, and shows its progress, times and input', async () => {
      const seen: unknown[] = []
      const job_id = await kit.enqueue('count', { to: 3 })
      await kit.runner({
        count: handler(async (job) => {
          seen.push(job.input, job.cursor, job.progress)
          for (let number = nextStep(job); number < 3; number += 1) {
            await countedStep(job, number, 3)
            seen.push((await kit.row(job_id)).progress_done)
          }
        }),
      })
      const row = await kit.untilState(job_id, 'completed')
      assert.deepEqual(seen, [{ to: 3 }, null, { done: 0, total: null }, 1, 2, 3])
      assert.deepEqual([row.progress_done, row.progress_total, row.cursor, row.error], [3, 3, '2', null])
      assert.ok(row.started_at !== null && row.finished_at !== null && row.finished_at >= row.started_at)
      assert.deepEqual([row.lease_token, row.lease_expires_at, row.running_kind], [null, null, null])
      assert.deepEqual(await stepRows(db), ['step 0', 'step 1', 'step 2'])
    })

    test('a job that is enqueued is run at once when the runner is woken, and within seconds when it is not', async () => {
      const runner = await kit.runner({ work: handler(async () => undefined) })
      const times_ms: number[] = []
      for (let nth = 0; nth < 5; nth += 1) {
        const job_id = await kit.enqueue('work')
        const since = performance.now()
        runner.wake()
        await kit.untilState(job_id, 'completed')
        times_ms.push(performance.now() - since)
      }
      assert.ok(Math.min(...times_ms) < 400, times_ms.join(', '))
      await kit.untilState(await kit.enqueue('work'), 'completed')
    })

    test('a job for later waits for its time', async () => {
      const job_id = await kit.enqueue('work', null, { run_at: kit.clock.now() + 60_000 })
      const runner = await kit.runner({ work: handler(async () => undefined) })
      await sleep(100)
      assert.equal((await kit.row(job_id)).state, 'pending')
      kit.time.ahead_ms = 60_000
      runner.wake()
      await kit.untilState(job_id, 'completed')
    })

    test('a step that fails writes nothing, and the job goes on from the step before, after longer and longer pauses', async () => {
      const began: number[] = []
      let failures = 0
      const job_id = await kit.enqueue('count')
      const runner = await kit.runner({
        count: handler(async (job) => {
          began.push(nextStep(job))
          for (let number = nextStep(job); number < 3; number += 1) {
            await job.commit(async (trx) => {
              await trx
                .insertInto('installation')
                .values({ name: `step ${number}`, value: '' })
                .execute()
              if (number === 1 && failures++ < 2) throw new Error('detail-of-the-failure')
              return { cursor: number, progress: { done: number + 1, total: 3 } }
            })
          }
        }),
      })
      for (const [attempts, pause_ms] of [
        [1, 1_000],
        [2, 5_000],
      ] as const) {
        await until(async () => {
          const { state, run_at, updated_at } = await kit.row(job_id)
          return state === 'pending' && failures === attempts && run_at - updated_at === pause_ms
        })
        const row = await kit.row(job_id)
        assert.equal(row.error, 'An unexpected error occurred. It was written to the server log.')
        assert.deepEqual(await stepRows(db), ['step 0'])
        kit.time.ahead_ms += pause_ms
        runner.wake()
      }
      const row = await kit.untilState(job_id, 'completed')
      assert.deepEqual([row.error, row.attempts], [null, 0])
      assert.deepEqual(began, [0, 1, 1])
      const logged = kit.lines.filter((line) => line.level === 'error')
      assert.deepEqual(
        logged.map((line) => [line.message, String(line.fields['err'])]),
        Array.from({ length: 2 }, () => ['a job is tried again', 'Error: detail-of-the-failure']),
      )
    })

    test('a job that fails six times in a row without a step has failed', async () => {
      let attempts = 0
      const job_id = await kit.enqueue('fail')
      const runner = await kit.runner({
        fail: handler(async () => {
          attempts += 1
          throw new Error('again')
        }),
      })
      await until(async () => {
        const { state, run_at } = await kit.row(job_id)
        const pauses = state === 'pending' && run_at > kit.clock.now()
        if (pauses) kit.time.ahead_ms += 600_000
        runner.wake()
        return state === 'failed'
      })
      const row = await kit.row(job_id)
      assert.equal(attempts, 6)
      assert.equal(row.error, 'An unexpected error occurred. It was written to the server log.')
      assert.ok(row.finished_at !== null)
    })

    test('a job that cannot go on now is run again for a day after it was made, and says why', async () => {
      let attempts = 0
      const job_id = await kit.enqueue('wait')
      const runner = await kit.runner({
        wait: handler(async () => {
          attempts += 1
          throw new JobPostponed('The store is down.')
        }),
      })
      await until(async () => {
        const { state, run_at, error } = await kit.row(job_id)
        if (state === 'pending' && run_at > kit.clock.now()) {
          assert.equal(error, 'The store is down.')
          kit.time.ahead_ms += attempts < 9 ? 600_000 : 86_400_000
        }
        runner.wake()
        return state === 'failed'
      })
      assert.deepEqual([attempts, (await kit.row(job_id)).error], [10, 'The store is down.'])
    })

    test('a failure that says that it is final is not tried again, and its message is shown', async () => {
      const failed = await kit.enqueue('fail')
      const refused = await kit.enqueue('refuse')
      await kit.runner({
        fail: handler(async () => {
          throw new JobFailed('The file is not JSON.')
        }),
        refuse: handler(async () => {
          throw new Refusal('file_too_large')
        }),
      })
      assert.equal((await kit.untilState(failed, 'failed')).error, 'The file is not JSON.')
      assert.equal((await kit.untilState(refused, 'failed')).error, problems.file_too_large.message)
    })

    test('a job of a kind that this version does not know stays pending and is reported once', async () => {
      const job_id = await kit.enqueue('of-the-future')
      const runner = await kit.runner({ work: handler(async () => undefined) })
      for (let round = 0; round < 3; round += 1) {
        kit.time.ahead_ms += 61_000
        await kit.enqueue('of-the-future')
        runner.wake()
        await kit.untilState(await kit.enqueue('work'), 'completed')
      }
      assert.equal((await kit.row(job_id)).state, 'pending')
      const reports = kit.lines.filter((line) => line.level === 'warn')
      assert.deepEqual(
        reports.map((line) => line.fields),
        [{ kind: 'of-the-future' }],
      )
      await kit.runner({ 'of-the-future': handler(async () => undefined) })
      await kit.untilState(job_id, 'completed')
    })

    test('a job that waits is canceled at once, one that runs after its step, and one that has ended not at all', async () => {
      const waiting = await kit.enqueue('count', null, { run_at: kit.clock.now() + 60_000 })
      assert.equal(await cancelJob(db, 'ten_a', waiting, kit.clock.now()), true)
      assert.equal((await kit.row(waiting)).state, 'canceled')

      const running = await kit.enqueue('count')
      let passed: unknown
      await kit.runner({
        count: handler(async (job) => {
          await countedStep(job, 0, 3)
          assert.equal(await cancelJob(db, 'ten_b', running, kit.clock.now()), false, 'not by another tenant')
          assert.equal(await cancelJob(db, 'ten_a', running, kit.clock.now()), true)
          try {
            await countedStep(job, 1, 3)
          } catch (error) {
            passed = error
            throw error
          }
          await countedStep(job, 2, 3)
        }),
      })
      const row = await kit.untilState(running, 'canceled')
      assert.ok(passed instanceof JobInterrupted && passed.reason === 'canceled')
      assert.deepEqual(await stepRows(db), ['step 0', 'step 1'])
      assert.ok(row.finished_at !== null && row.cancel_requested_at !== null)
      assert.equal(await cancelJob(db, 'ten_a', running, kit.clock.now()), false)
      assert.equal(await cancelJob(db, 'ten_a', 'job_none', kit.clock.now()), false)
    })

    test('a recurring job is there once, runs again and again with a pause, and goes on after a failure', async () => {
      const runs: (number | null)[] = []
      const recurring = {
        ...handler(async (job) => {
          runs.push(typeof job.cursor === 'number' ? job.cursor : null)
          await job.commit(async () => ({ cursor: runs.length, progress: { done: 1, total: 1 } }))
          if (runs.length === 2) throw new JobFailed('The second time fails.')
        }),
        recurs_every_ms: 60_000,
      }
      const runner = await kit.runner({ recurring })
      await kit.runner({ recurring })
      const row = () => kit.row('recurring', installation_tenant_id)
      await sleep(50)
      assert.deepEqual(runs, [], 'the first time comes after the first pause')
      for (let time = 1; time <= 3; time += 1) {
        kit.time.ahead_ms += 60_000
        runner.wake()
        await until(async () => runs.length === time && (await row()).state === 'pending')
        assert.equal((await row()).error, time === 2 ? 'The second time fails.' : null)
        assert.ok((await row()).run_at > kit.clock.now() + 50_000)
      }
      assert.deepEqual(runs, [null, null, null], 'each time begins anew')
      assert.equal((await db.selectFrom('jobs').selectAll().execute()).length, 1)
    })

    test('a runner that is closed ends the step under way and leaves the job for the next one', async () => {
      const job_id = await kit.enqueue('count')
      let in_step = false
      const runner = await kit.runner({
        count: handler(async (job) => {
          await countedStep(job, 0, 3)
          in_step = true
          await sleep(100)
          await countedStep(job, 1, 3)
          await countedStep(job, 2, 3)
        }),
      })
      await until(() => in_step)
      await runner.close()
      const row = await kit.row(job_id)
      assert.deepEqual([row.state, row.cursor, row.lease_token, row.attempts], ['pending', '1', null, 0])
      await kit.runner({
        count: handler(async (job) => {
          for (let number = nextStep(job); number < 3; number += 1) await countedStep(job, number, 3)
        }),
      })
      await kit.untilState(job_id, 'completed')
      assert.deepEqual(await stepRows(db), ['step 0', 'step 1', 'step 2'])
    })
  })
}
