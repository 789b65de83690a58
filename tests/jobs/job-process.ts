// A process of its own that runs the jobs of a store until it is killed, and says what it does.
//   node job-process.ts <store target as JSON> <clock ahead, in ms> <pause in each step, in ms>
// Lines: `ready`, `began <job> <step>` within a step's transaction, `committed <job> <step>` after it.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessLog } from '../../src/base/process-log.ts'
import { createJobRunner } from '../../src/jobs/job-runner.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { handler, nextStep } from './job-kit.ts'

const [target = '', ahead_ms = '0', pause_ms = '0'] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)
const report = (fields: object, message: string): void => say(`log ${message} ${JSON.stringify(fields)}`)
const log: ProcessLog = { debug: () => undefined, info: () => undefined, warn: report, error: report }

const count = handler(async (job) => {
  const total = Number(job.input)
  for (let number = nextStep(job); number < total; number += 1) {
    await job.commit(async (trx) => {
      await trx
        .insertInto('installation')
        .values({ name: `${job.job_id} ${number}`, value: String(process.pid) })
        .execute()
      say(`began ${job.job_id} ${number}`)
      await sleep(Number(pause_ms))
      return { cursor: number, progress: { done: number + 1, total } }
    })
    say(`committed ${job.job_id} ${number}`)
  }
  say(`ended ${job.job_id}`)
})

const named = JSON.parse(target) as StoreTarget
const db = await openStore(named.engine === 'postgres' ? { ...named, onIdleError: () => undefined } : named)
const clock = { now: () => Date.now() + Number(ahead_ms) }
await createJobRunner({ db, clock, log }, { count }).start()
say('ready')
setInterval(() => undefined, 1000)
