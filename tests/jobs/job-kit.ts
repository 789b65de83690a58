// A store with a job runner, a clock that tests move, and a log that they read.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonValue } from '../../src/base/json.ts'
import type { ProcessLog } from '../../src/base/process-log.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { enqueueJob, type NewJob } from '../../src/jobs/enqueue-job.ts'
import { createJobRunner, type JobRunner } from '../../src/jobs/job-runner.ts'
import type { JobHandler, JobHandlers, RunningJob } from '../../src/jobs/job.ts'
import type { Db, JobsTable } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'

/** A line of the process log. */
export type LogLine = { level: string; message: string; fields: Record<string, unknown> }

/** The dependencies of jobs that send mail or verify passwords, in tests that do neither. */
export const mail_deps = {
  site: { scheme: 'http' as const },
  delivery: { wake: (): void => undefined },
  passwords: { verify: () => assert.fail(), verifyForeign: () => assert.fail() },
}

/** The sealer of the tests of jobs. */
export const sealer = createSealer('the sealing key of the tests of jobs')

/** Waits until `isDone` answers true. @throws Error after 30 seconds */
export async function until(
  isDone: () => boolean | Promise<boolean>,
  what = 'it did not happen in time',
): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await isDone())) {
    assert.ok(performance.now() < deadline, what)
    await sleep(5)
  }
}

/** What tests do with jobs on a store. */
export function jobKit(db: Db) {
  const time = { ahead_ms: 0, monotonic_ahead_ms: 0 }
  const clock = { now: () => Date.now() + time.ahead_ms }
  const lines: LogLine[] = []
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...fields } })
  const log: ProcessLog = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  const runners: JobRunner[] = []
  const monotonic = () => performance.now() + time.monotonic_ahead_ms

  async function row(job_id: string, tenant_id = 'ten_a'): Promise<JobsTable> {
    return await db
      .selectFrom('jobs')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('job_id', '=', job_id)
      .executeTakeFirstOrThrow()
  }

  return {
    db,
    time,
    clock,
    lines,
    row,

    /** Starts a runner, as a further process would; `close` ends it with the others. */
    async runner(handlers: JobHandlers): Promise<JobRunner> {
      const runner = createJobRunner({ db, clock, log }, handlers, { owns_store: false, monotonic })
      runners.push(runner)
      await runner.start()
      return runner
    },

    async enqueue(kind: string, input: JsonValue = null, more: Partial<NewJob> = {}): Promise<string> {
      return await inTransaction(db, async (trx) =>
        enqueueJob(trx, { tenant_id: 'ten_a', kind, input, at: clock.now(), ...more }),
      )
    },

    /** Waits until a job is in this state, and answers its row. */
    async untilState(job_id: string, state: JobsTable['state'], tenant_id = 'ten_a'): Promise<JobsTable> {
      await until(
        async () => (await row(job_id, tenant_id)).state === state,
        `the job did not become ${state}: ${JSON.stringify(lines)}`,
      )
      return await row(job_id, tenant_id)
    },

    /** Lets the time of leases pass, while the runners look for jobs, until the lease of a job has expired and another worker has the job. */
    async passLease(job_id: string): Promise<void> {
      const { lease_token } = await row(job_id)
      await until(async () => {
        for (const runner of runners) runner.wake()
        await sleep(50)
        if ((await row(job_id)).lease_token !== lease_token) return true
        time.monotonic_ahead_ms += 31_000
        return false
      })
    },

    /** Stops the runners and empties the store. */
    async close(): Promise<void> {
      await Promise.all(runners.splice(0).map((runner) => runner.close()))
      await db.deleteFrom('jobs').execute()
      await db.deleteFrom('installation').execute()
    },
  }
}

/** The kit of a test. */
export type JobKit = ReturnType<typeof jobKit>

/** A handler from its function. */
export const handler = (run: (job: RunningJob) => Promise<void>): JobHandler => ({ run })

/** The number after the last step of a job that counts its steps. */
export const nextStep = (job: RunningJob): number => (typeof job.cursor === 'number' ? job.cursor + 1 : 0)

/** One step of a job that counts its steps; the step writes the row `<name> <number>`, which cannot be written twice. */
export async function countedStep(job: RunningJob, number: number, total: number, name = 'step'): Promise<void> {
  await job.commit(async (trx) => {
    await trx
      .insertInto('installation')
      .values({ name: `${name} ${number}`, value: job.job_id })
      .execute()
    return { cursor: number, progress: { done: number + 1, total } }
  })
}

/** The rows that steps wrote. */
export async function stepRows(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('installation').select('name').orderBy('name').execute()
  return rows.map((each) => each.name)
}
