// Jobs whose process is killed: the work is done once, whatever was under way.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { startPostgres } from '../support/servers.ts'
import { postgresTarget, testedStore } from '../support/tested-store.ts'
import { jobKit, stepRows } from './job-kit.ts'
import { startWorker } from './job-worker.ts'

const server = await startPostgres()
after(() => server.stop())
const store = await testedStore('SQLite')

// On PostgreSQL a lease of a killed process lasts for 30 s, which pass sooner here. The embedded store belongs to the next process alone.
const lease_rate = store.name === 'SQLite' ? 1 : 100
const days_3_ms = 259_200_000

/** The embedded store belongs to one process at a time, so it is opened for a moment. */
async function withStore<T>(target: StoreTarget, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openStore(target)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

describe(`a process that is killed while it runs a job on ${store.name}`, () => {
  const rowOf = async (target: StoreTarget, job_id: string) =>
    await withStore(target, async (db) => await jobKit(db).row(job_id))

  test('in the middle of a step: the step is rolled back and done again by the next process, the others are not', async () => {
    const target = await store.target()
    const job_id = await withStore(target, (db) => jobKit(db).enqueue('count', 4))
    const first = startWorker(target, { held_at: 3 })
    await first.said(`began ${job_id} 3`)
    await first.kill()
    assert.ok(first.lines.includes(`committed ${job_id} 2`) && !first.lines.includes(`committed ${job_id} 3`))
    const left = await rowOf(target, job_id)
    assert.deepEqual([left.state, left.cursor, left.progress_done], ['running', '1', 2])

    const second = startWorker(target, { lease_rate })
    await second.said(`ended ${job_id}`)
    await second.kill()
    assert.deepEqual(
      second.lines.filter((line) => line.startsWith('began')),
      [`began ${job_id} 3`, `began ${job_id} 4`],
      'the third step was begun twice',
    )
    const rows = await withStore(target, stepRows)
    assert.deepEqual(
      rows,
      [0, 1, 2, 3].map((number) => `${job_id} ${number}`),
      'and written once',
    )
  })

  test('while its clock was days ahead: the next process continues the job at once [guard: leases-of-own-store]', async () => {
    const target = await store.target()
    const at = Date.now() + days_3_ms
    const job_id = await withStore(target, (db) => jobKit(db).enqueue('count', 3, { at }))
    const first = startWorker(target, { held_at: 2, ahead_ms: days_3_ms })
    await first.said(`committed ${job_id} 1`)
    await first.kill()
    assert.ok(Number((await rowOf(target, job_id)).lease_expires_at) > at)
    const second = startWorker(target, { lease_rate })
    await second.said(`ended ${job_id}`)
    await second.kill()
    assert.equal((await withStore(target, stepRows)).length, 3)
  })

  test('after a step: the step is kept', async () => {
    const target = await store.target()
    const job_id = await withStore(target, (db) => jobKit(db).enqueue('count', 3))
    const first = startWorker(target, { held_at: 2 })
    await first.said(`committed ${job_id} 1`)
    await first.kill()
    const second = startWorker(target, { lease_rate })
    await second.said(`ended ${job_id}`)
    await second.kill()
    assert.ok(!second.lines.includes(`began ${job_id} 1`))
    assert.equal((await withStore(target, stepRows)).length, 3)
  })
})

test('two processes on one PostgreSQL run each job once, and no job at the same time', async () => {
  const target = await postgresTarget(server)
  const db = await openStore(target)
  const kit = jobKit(db)
  // Each looks for jobs once a second, and one of them alone would be busy for two.
  const workers = [startWorker(target, { pause_ms: 35 }), startWorker(target, { pause_ms: 35 })]
  for (const worker of workers) await worker.said('ready')
  const jobs: [string, string][] = []
  for (let nth = 0; nth < 40; nth += 1) {
    const tenant_id = `ten_${nth % 8}`
    jobs.push([tenant_id, await kit.enqueue('count', 3, { tenant_id })])
  }
  for (const [tenant_id, job_id] of jobs) await kit.untilState(job_id, 'completed', tenant_id)
  for (const worker of workers) await worker.kill()
  for (const { lines } of workers)
    assert.ok(
      lines.some((line) => line.startsWith('ended')),
      'both had work',
    )
  const committed = workers.flatMap(({ lines }) => lines.filter((line) => line.startsWith('committed')))
  assert.equal(new Set(committed).size, 120)
  assert.equal(committed.length, 120, 'no step was committed twice')
  // A worker may begin its own step again, after a serialization failure, but never a step of the other worker.
  const began = workers.map(({ lines }) => new Set(lines.filter((line) => line.startsWith('began'))))
  assert.deepEqual(
    [...(began[0] ?? [])].filter((line) => began[1]?.has(line)),
    [],
    'no step was begun by both',
  )
  assert.deepEqual(
    workers.flatMap(({ lines }) => lines.filter((line) => line.startsWith('log'))),
    [],
  )
  await kit.close()
  await db.destroy()
})
