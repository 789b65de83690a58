/** Processes that scripts keep ending: how often they start again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import { openRestartBudget } from '../../src/sandbox/restart-budget.ts'
import type { ExitCause } from '../../src/sandbox/sandbox-process.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const unitOf = (unit_id: string, tenant_id = 'tenant') => ({ tenant_id, unit_id, version: 1 })
const flooded: ExitCause = { kind: 'output_limit', reason: 'it wrote too much' }

/** A budget on a clock of its own, in which processes of units have ended so many times. */
function spentBudget(endings: number) {
  const clock = { ms: 0 }
  const budget = openRestartBudget(() => clock.ms)
  for (let nth = 0; nth < endings; nth += 1) {
    budget.onExit(unitOf(`u${nth % 3}`), flooded)
    budget.onStart(unitOf(`u${nth % 3}`))
  }
  budget.onExit(unitOf('u0'), flooded)
  return { clock, budget }
}

test('scripts of a tenant that keep ending their processes wait before the next start [guard: restarts-bounded]', () => {
  assert.equal(spentBudget(5).budget.refusal(unitOf('u0')), undefined)
  const { clock, budget } = spentBudget(6)
  assert.match(budget.refusal(unitOf('u0')) ?? '', /the last time: it wrote too much\); the next one starts in 5 s$/)
  clock.ms = 4_900
  assert.match(budget.refusal(unitOf('u0')) ?? '', /in 1 s$/)
  clock.ms = 5_000
  assert.equal(budget.refusal(unitOf('u0')), undefined)
  budget.onStart(unitOf('u0'))
  budget.onExit(unitOf('u1'), flooded)
  assert.ok(budget.refusal(unitOf('u1')), 'one start in five seconds, whatever the number of units')
})

test('a unit whose process did not end by its scripts starts at once, and so does another tenant', () => {
  const { budget } = spentBudget(6)
  assert.equal(budget.refusal(unitOf('u9')), undefined)
  budget.onExit(unitOf('u0', 'other'), flooded)
  assert.equal(budget.refusal(unitOf('u0', 'other')), undefined)
  budget.onExit(unitOf('u8'), { kind: 'reclaimed', reason: 'another tenant needs a process' })
  assert.equal(budget.refusal(unitOf('u8')), undefined)
})

test('answers of scripts allow more starts', () => {
  const { budget } = spentBudget(6)
  for (let nth = 0; nth < 19; nth += 1) budget.onAnswer('tenant')
  assert.ok(budget.refusal(unitOf('u0')))
  for (let nth = 0; nth < 2; nth += 1) budget.onAnswer('tenant')
  assert.equal(budget.refusal(unitOf('u0')), undefined)
})

test('calls are answered with the reason while no process may start [guard: restarts-bounded]', async () => {
  const runtime = openTestRuntime()
  const kinds: string[] = []
  // One more start is allowed every five seconds: a few on a busy machine.
  while (kinds.at(-1) !== 'saturated' && kinds.length < 40) {
    const result = await runtime.run('(cb) => process.exit(1)')
    kinds.push(result.kind)
    if (result.kind === 'saturated')
      assert.match(result.reason ?? '', /keep ending their process \(the last time: .*exit/)
  }
  assert.deepEqual(
    kinds.slice(0, 6),
    Array.from({ length: 6 }, () => 'crashed'),
  )
  assert.equal(kinds.at(-1), 'saturated', kinds.join())
})

test('a process that cannot start is no failure of the script: the call is answered with the reason', async () => {
  const runtime = openTestRuntime()
  // Deno itself needs more memory than this leaves to it.
  const memory_bytes = -590 * 1024 * 1024
  const result = await runtime.run('(cb) => cb(null, 1)', { limits: { ...quick_limits, memory_bytes } })
  assert.equal(result.kind, 'saturated', JSON.stringify(result))
  assert.match(result.kind === 'saturated' ? (result.reason ?? '') : '', /^no sandbox process could be started: ./)
  const read = readScriptResult(result)
  assert.equal(read.kind === 'failed' ? read.outcome : read.kind, 'saturated')
  // Some of the processes may get far enough to be ended for their memory.
  assert.equal(runtime.usage()[0]?.since_start.ended.not_started, 3)
})
