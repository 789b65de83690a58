import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres } from '../support/servers.ts'
import { handler, jobKit, until } from './job-kit.ts'
import { leaseTests } from './lease-tests.ts'

const server = await startPostgres()
after(() => server.stop())

const openAt = (url: string) =>
  openStore({ engine: 'postgres', url, connections: 8, onConnectionError: () => undefined })
const open = async () => await openAt((await server.createStore('jobs')).url)

leaseTests('PostgreSQL', open)

test('an unreachable store is reported once, and the runner continues when it can be reached again', async () => {
  const { url, database } = await server.createStore('away')
  const db = await openAt(url)
  const kit = jobKit(db)
  await kit.runner({ work: handler(async () => undefined) })
  const job_id = await kit.enqueue('work', null, { run_at: kit.clock.now() + 3000 })
  const rename = async (from: string, to: string): Promise<void> => {
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from])
    await server.query(`alter database ${from} rename to ${to}`)
  }
  await rename(database, `${database}_away`)
  await until(() => kit.lines.length > 0)
  await sleep(2500)
  assert.deepEqual(
    kit.lines.map((line) => line.message),
    ['the jobs of the store cannot be run; this is tried again every second'],
  )
  await rename(`${database}_away`, database)
  await kit.untilState(job_id, 'completed')
  await kit.close()
  await db.destroy()
})
