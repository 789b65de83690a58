import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openUsageAccounts } from '../../src/sandbox/usage-accounts.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

describe('the usage of the sandbox', () => {
  const runtime = openTestRuntime()
  const usageOf = (unit_id: string) => runtime.usage().find((usage) => usage.unit_id === unit_id)

  test('has processor time, memory, calls, those that waited, and processes by unit', async () => {
    const computes = '(cb) => { const end = Date.now() + 700; while (Date.now() < end); cb(null, 1) }'
    await runtime.value(computes, { unit: 'computes' })
    await runtime.value('(cb) => cb(null, 1)', { unit: 'computes' })
    await runtime.value('(cb) => cb(null, 1)', { unit: 'rests' })
    await waitUntil(async () => (usageOf('computes')?.since_start.cpu_ms ?? 0) >= 200)
    const { tenant_id, processes, since_start, last_hour } = usageOf('computes')!
    assert.deepEqual([tenant_id, processes], ['tenant of computes', 1])
    assert.ok(since_start.peak_memory_bytes > 20 * 1024 * 1024)
    const { calls, calls_waited, started, restarted, ended } = since_start
    assert.deepEqual(
      { calls, calls_waited, started, restarted, ended },
      {
        calls: 2,
        calls_waited: 1,
        started: 1,
        restarted: 0,
        ended: {},
      },
    )
    assert.deepEqual(last_hour, since_start)
    assert.equal(usageOf('rests')?.since_start.calls, 1)
  })

  test('has why processes ended, and which start replaced one that a script had ended', async () => {
    const of = { unit: 'ends', limits: { ...quick_limits, deadline_ms: 500 } }
    await runtime.run('(cb) => process.exit(3)', of)
    await runtime.run('(cb) => { for (;;); }', of)
    await runtime.value('(cb) => cb(null, 1)', of)
    runtime.recycle('ends')
    await waitUntil(async () => usageOf('ends')?.processes === 0)
    const { started, restarted, ended } = usageOf('ends')!.since_start
    assert.deepEqual(
      { started, restarted, ended },
      {
        started: 3,
        restarted: 2,
        ended: { exited: 1, unresponsive: 1, 'stopped: it was replaced': 1 },
      },
    )
  })
})

test('the last hour forgets what is older, and the accounts are those of the thousand units used last', () => {
  const time = { ms: 1_000_000_000 }
  const accounts = openUsageAccounts(() => time.ms)
  const unit = (unit_id: string) => ({ tenant_id: 't', unit_id, version: 1 })
  accounts.onSample(unit('a'), { cpu_ms: 10, rss_bytes: 7 })
  time.ms += 30 * 60_000
  accounts.onSample(unit('a'), { cpu_ms: 5, rss_bytes: 3 })
  const cpu = () => accounts.list().map(({ since_start, last_hour }) => [since_start.cpu_ms, last_hour.cpu_ms])
  assert.deepEqual(cpu(), [[15, 15]])
  time.ms += 30 * 60_000
  assert.deepEqual(cpu(), [[15, 5]])
  assert.deepEqual(accounts.list()[0]?.last_hour.peak_memory_bytes, 3)
  time.ms += 60 * 60_000
  assert.deepEqual(cpu(), [[15, 0]])
  for (let nth = 0; nth < 1000; nth += 1) accounts.onCall(unit(`b${nth}`))
  assert.equal(accounts.list().length, 1000)
  assert.ok(accounts.list().every(({ unit_id }) => unit_id !== 'a'))
})
