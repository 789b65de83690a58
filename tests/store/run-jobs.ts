import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { readJobFile, writeJobFile } from '../../src/jobs/job-files.ts'
import { purgeJobs } from '../../src/jobs/purge-jobs.ts'
import { cancelJob } from '../../src/store/jobs.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { handler, jobKit } from '../jobs/job-kit.ts'
import type { TestServer } from '../support/test-server.ts'

/** Writes and reads the file of a job, runs jobs, cancels one and deletes them all. */
export async function runJobs(server: TestServer): Promise<void> {
  const { db, sealer, clock } = server.internals
  const kit = jobKit(db)
  const key = { tenant_id: 'ten_a', job_id: 'job_with_a_file', name: 'input' }
  for (let round = 0; round < 2; round += 1)
    await writeJobFile({ db, sealer, clock }, key, Readable.from([Buffer.alloc(9)]))
  for await (const bytes of readJobFile({ db, sealer }, key)) assert.equal(bytes.length, 9)
  const count = handler(async (job) => {
    await job.commit(async () => ({ cursor: 1, progress: { done: 1, total: 1 } }))
  })
  kit.time.ahead_ms = 3000
  const runner = await kit.runner({ count, recurring: { ...count, recurs_every_ms: 1 } })
  await kit.untilState(await kit.enqueue('count', null, { job_id: key.job_id }), 'completed')
  assert.equal(await cancelJob(db, 'ten_a', await kit.enqueue('of another version'), clock.now()), true)
  await runner.close()
  const in_a_year = clock.now() + 366 * 86_400_000
  while ((await inTransaction(db, (trx) => purgeJobs(trx, 'ten_a', in_a_year))) > 0);
}
