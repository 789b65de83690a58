// A process of its own that runs the jobs of a store until it is killed, and says what it does.
//   node job-process.ts <store target as JSON> <clock ahead, in ms> <pause in each step, in ms> <progress of the step that it does not end>
//     <how much faster the time of leases passes>
// Lines: `ready`, `began <job> <progress>` within a step's transaction, `committed <job> <progress>` after it, `ended <job>`.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessLog } from '../../src/base/process-log.ts'
import { createJobRunner } from '../../src/jobs/job-runner.ts'
import type { JobHandler, RunningJob } from '../../src/jobs/job.ts'
import { directoryJobs } from '../../src/migration/directory/directory-jobs.ts'
import { engineOf } from '../../src/store/engine.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { jobHandlers } from '../../src/server/job-handlers.ts'
import { countedStep, handler, mail_deps, nextStep, sealer } from './job-kit.ts'
import { log_retention } from '../support/log-retention.ts'

const [target = '', ahead_ms = '0', pause_ms = '0', held_at = '', lease_rate = '1'] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)
const report = (fields: object, message: string): void => say(`log ${message} ${JSON.stringify(fields)}`)
const log: ProcessLog = { debug: () => undefined, info: () => undefined, warn: report, error: report }

const count = handler(async (job) => {
  const total = Number(job.input)
  for (let number = nextStep(job); number < total; number += 1) await countedStep(job, number, total, job.job_id)
})

/** The same handler, which says what it does and stays in each transaction for a while. */
const traced = ({ run }: JobHandler): JobHandler =>
  handler(async (job) => {
    const commit: RunningJob['commit'] = async (work) => {
      const step = await job.commit(async (trx) => {
        const done = await work(trx)
        say(`began ${job.job_id} ${done.progress.done}`)
        await sleep(Number(pause_ms))
        if (String(done.progress.done) === held_at) await new Promise(() => undefined)
        return done
      })
      say(`committed ${job.job_id} ${step.progress.done}`)
      return step
    }
    await run({ ...job, commit })
    say(`ended ${job.job_id}`)
  })

const named = JSON.parse(target) as StoreTarget
const db = await openStore(named.engine === 'postgres' ? { ...named, onConnectionError: () => undefined } : named)
const clock = { now: () => Date.now() + Number(ahead_ms) }
const { delete_connection_data, users_import } = jobHandlers({ ...mail_deps, db, clock, sealer }, log_retention)
const legacy = { listUsers: () => Promise.reject(new Error('no script runs here')) }
const { directory_load } = directoryJobs({ db, clock, sealer, legacy })
if (!delete_connection_data || !users_import || !directory_load) throw new Error('the server has no such handler')
await createJobRunner(
  { db, clock, log },
  {
    count: traced(count),
    delete_connection_data: traced(delete_connection_data),
    users_import: traced(users_import),
    directory_load: traced(directory_load),
  },
  { owns_store: engineOf(db) === 'sqlite', monotonic: () => performance.now() * Number(lease_rate) },
).start()
say('ready')
setInterval(() => undefined, 1000)
