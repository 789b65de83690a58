import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { handler, jobKit, until } from './job-kit.ts'
import { runnerTests } from './runner-tests.ts'

const open = () => openStore({ engine: 'sqlite', folder: tempFolder('jobs') })

runnerTests('SQLite', open)

test('jobs that wait for tenants leave a worker free for the others [guard: one-worker-waits-for-tenants]', async () => {
  const db = await open()
  const kit = jobKit(db)
  let ended = 0
  let end = (): void => undefined
  const waits = new Promise<void>((resolve) => void (end = resolve))
  await kit.runner({
    calls: { ...handler(() => waits.then(() => void (ended += 1))), waits_for_tenant: true },
    work: handler(async () => undefined),
  })
  for (const tenant_id of ['ten_a', 'ten_b', 'ten_c']) await kit.enqueue('calls', null, { tenant_id })
  await kit.untilState(await kit.enqueue('work', null, { tenant_id: 'ten_d' }), 'completed', 'ten_d')
  assert.equal(ended, 0)
  end()
  await until(() => ended === 3)
  await kit.close()
  await db.destroy()
})

test('a job that a user waits for runs beside long jobs of its tenant [guard: workers-for-urgent-jobs]', async () => {
  const db = await open()
  const kit = jobKit(db)
  let end = (): void => undefined
  const waits = new Promise<void>((resolve) => void (end = resolve))
  const runner = await kit.runner({
    import: handler(() => waits),
    export: handler(() => waits),
    message: { ...handler(async () => undefined), is_urgent: true },
  })
  for (const kind of ['import', 'export']) await kit.untilState(await kit.enqueue(kind), 'running')
  const message = await kit.enqueue('message')
  runner.wake()
  await kit.untilState(message, 'completed')
  end()
  await kit.close()
  await db.destroy()
})
