/** Scripts that misuse time, memory, output or their process: each fails its own call only. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import { abuse_payloads, hasty as limits } from './abuse-payloads.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()
const good = '(cb) => setTimeout(() => cb(null, "fine"), 60)'

// The same in another way; tests/long/sandbox-payloads.test.ts runs all of them, in both modes of the sandbox.
const alike = new Set([
  'loops after awaiting',
  'exits later',
  'floods standard output with lines',
  'fills the heap between events',
  'allocates one huge array buffer',
  'grows WebAssembly memory',
  'decompresses a zip bomb',
])

for (const [name, payload] of Object.entries(abuse_payloads)) {
  if (alike.has(name)) continue
  test(`a script that ${name} fails its own call only`, async () => {
    const unit = `abuse ${name}`
    await runtime.value(good, { unit, limits: payload.limits ?? limits })
    const bad = runtime.run(payload.source, { unit, limits: payload.limits ?? limits })
    const beside = runtime.run(good, { unit, limits: payload.limits ?? limits, retry: true })
    const elsewhere = await runtime.run(good, { unit: 'elsewhere' })
    assert.equal(elsewhere.kind, 'returned')
    assert.ok(elsewhere.duration_ms < 3_000, `another unit waited ${elsewhere.duration_ms} ms`)
    const result = await bad
    assert.ok(payload.kinds.includes(result.kind), JSON.stringify(result))
    if (payload.reason) assert.match(result.kind === 'crashed' ? result.reason : '', payload.reason)
    const other = await beside
    assert.equal(other.kind, 'returned', `the call beside it: ${JSON.stringify(other)}`)
    assert.equal(await runtime.value(good, { unit, limits: payload.limits ?? limits }), 'fine')
    runtime.recycle(unit)
  })
}

test('a script that answers and then keeps computing fails no later call', async () => {
  for (const source of [
    '(cb) => { cb(null, 1); for (;;); }',
    '(cb) => { cb(null, 1); setInterval(() => { const end = Date.now() + 400; while (Date.now() < end); }, 1) }',
    '(cb) => { cb(null, 1); Deno.stdin.close() }',
    '(cb) => { cb(null, 1); process.stdin.pause(); process.stdin.removeAllListeners() }',
    'async (cb) => { cb(null, 1); for (;;) await Deno.stdin.read(new Uint8Array(65536)) }',
  ]) {
    assert.equal(await runtime.value(source, { unit: 'after', limits }), 1, source)
    assert.equal(await runtime.value(good, { unit: 'after', limits }), 'fine', source)
    runtime.recycle('after')
  }
})

test('a process that computes without a pending call is killed', async () => {
  const source = `(cb) => { cb(null, 1); setInterval(() => { const end = Date.now() + 90; while (Date.now() < end); }, 1) }`
  assert.equal(await runtime.value('(cb) => { global.mark = 1; cb(null, 1) }', { unit: 'busy' }), 1)
  assert.equal(await runtime.value(source, { unit: 'busy' }), 1)
  const ended = () => runtime.usage().find(({ unit_id }) => unit_id === 'busy')?.since_start.ended
  await waitUntil(() => Object.keys(ended() ?? {}).length > 0)
  assert.equal(await runtime.value('(cb) => cb(null, global.mark ?? null)', { unit: 'busy' }), null)
})

test('a regular expression that backtracks for ever ends in time', async () => {
  const result = await runtime.run('(cb) => cb(null, /^(a+)+$/.test("a".repeat(40) + "!"))', { unit: 'regexp' })
  assert.equal(result.kind, 'returned')
})

test('one allocation of 256 MiB fails no later call', async () => {
  const source = '(cb) => cb(null, Buffer.alloc(256 << 20, 1).length)'
  assert.ok(['returned', 'out_of_memory'].includes((await runtime.run(source, { unit: 'mistake' })).kind))
  assert.equal(await runtime.value(good, { unit: 'mistake' }), 'fine')
})

test("the server's memory does not grow when scripts flood their output", async () => {
  const before = process.memoryUsage().rss
  for (let round = 0; round < 4; round += 1) {
    const source = '(cb) => { for (;;) Deno.stderr.writeSync(Buffer.alloc(1 << 20, 120)) }'
    assert.equal((await runtime.run(source, { unit: `flood ${round}` })).kind, 'crashed')
  }
  const grown = process.memoryUsage().rss - before
  assert.ok(grown < 80 * 1024 * 1024, `${Math.round(grown / 1e6)} MB`)
})

test('of many calls at once only the one that exits fails; the others are run again once', async () => {
  const runs: Promise<ScriptResult>[] = []
  const source = `(n, cb) => setTimeout(() => (n === 7 ? process.exit(1) : cb(null, n)), 150)`
  for (let n = 0; n < 15; n += 1) runs.push(runtime.run(source, { unit: 'crowd', args: [n], retry: true, limits }))
  const kinds = (await Promise.all(runs)).map((result) => result.kind)
  assert.equal(kinds[7], 'crashed')
  assert.equal(kinds.filter((kind) => kind === 'returned').length, 14)
})

test('of many calls at once only the one that loops times out, even when it is not the first', async () => {
  const runs: Promise<ScriptResult>[] = []
  const source = `async (n, cb) => { await new Promise((r) => setTimeout(r, 50 + n)); if (n === 5) for (;;); setTimeout(() => cb(null, n), 100) }`
  for (let n = 0; n < 10; n += 1) runs.push(runtime.run(source, { unit: 'loopers', args: [n], retry: true, limits }))
  const kinds = (await Promise.all(runs)).map((result) => result.kind)
  assert.ok(kinds.filter((kind) => kind === 'returned').length >= 8, kinds.join())
  assert.equal(kinds.filter((kind) => !['returned', 'timed_out'].includes(kind)).length, 0, kinds.join())
})

test('a call that must not run twice reports that another call ended its process', async () => {
  const bad = runtime.run('(cb) => setTimeout(() => process.exit(1), 50)', { unit: 'once' })
  const beside = await runtime.run('(cb) => setTimeout(() => cb(null, 1), 500)', { unit: 'once', retry: false })
  assert.equal((await bad).kind, 'crashed')
  assert.ok(beside.kind === 'crashed')
  assert.match(beside.reason, /another call/)
})
