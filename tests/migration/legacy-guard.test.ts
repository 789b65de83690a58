// The circuit breaker in front of a legacy store, with calls that end in any order.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { ActionScriptResult } from '../../src/connections/action-script-result.ts'
import { createLegacyGuard, type LegacyGuard } from '../../src/migration/legacy-guard.ts'

const unit = { tenant_id: 'ten_1', unit_id: 'con_1', version: 1 }
const outage: ActionScriptResult = { kind: 'failed', outcome: 'legacy_unreachable', message: 'refused', duration_ms: 1 }
const success: ActionScriptResult = { kind: 'value', value: null, duration_ms: 1 }

let now: number
let guard: LegacyGuard
let called: number

beforeEach(() => {
  now = Date.UTC(2026, 0, 1)
  guard = createLegacyGuard({ now: () => now })
  called = 0
})

const run = (result: ActionScriptResult): Promise<ActionScriptResult> =>
  guard.run(unit, async () => {
    called += 1
    return result
  })

/** A call that is in flight until `end`. */
function inFlight() {
  let end: (result: ActionScriptResult) => void = () => undefined
  const ended = guard.run(unit, () => {
    called += 1
    return new Promise((resolve) => (end = resolve))
  })
  return {
    async end(result: ActionScriptResult): Promise<void> {
      end(result)
      await ended
    },
  }
}

const outcomeNow = async (): Promise<string> => {
  const before = called
  const result = await run(success)
  return called > before ? 'called' : result.kind === 'failed' ? result.outcome : result.kind
}

async function open(): Promise<void> {
  for (let nth = 0; nth < 5; nth += 1) await run(outage)
  assert.equal(guard.health(unit).state, 'open')
}

for (const [name, result] of [
  ['fails', outage],
  ['succeeds', success],
] as const) {
  test(`[guard: one-probe] one call probes the store, also when a call from before the circuit opened ${name} meanwhile`, async () => {
    const older = [inFlight(), inFlight()]
    await open()
    await older[0]?.end(result)
    assert.equal(guard.health(unit).state, 'open', 'a call from before neither closes the circuit nor keeps it open')
    now += 10_000
    const probe = inFlight()
    await older[1]?.end(result)
    assert.equal(await outcomeNow(), 'circuit_open')
    assert.deepEqual([guard.health(unit).state, guard.health(unit).failures], ['half_open', 5])
    await probe.end(success)
    assert.equal(guard.health(unit).state, 'closed')
    assert.equal(await outcomeNow(), 'called')
  })
}

test('a probe that fails keeps the circuit open for ten more seconds', async () => {
  await open()
  now += 10_000
  await run(outage)
  assert.equal(await outcomeNow(), 'circuit_open')
  now += 9999
  assert.equal(await outcomeNow(), 'circuit_open')
  now += 1
  assert.equal(await outcomeNow(), 'called')
})

test('a call from before that fails after the probe succeeded is not counted', async () => {
  const older = inFlight()
  await open()
  now += 10_000
  await run(success)
  await older.end(outage)
  assert.deepEqual([guard.health(unit).state, guard.health(unit).failures], ['closed', 0])
})

test('a probe that could not run leaves the circuit to the next call', async () => {
  await open()
  now += 10_000
  await run({ kind: 'failed', outcome: 'saturated', message: '', duration_ms: 0 })
  assert.equal(guard.health(unit).state, 'half_open')
  assert.equal(await outcomeNow(), 'called')
})

test('concurrent failures open the circuit, and failures more than thirty seconds apart do not', async () => {
  const calls = Array.from({ length: 5 }, inFlight)
  for (const call of calls) await call.end(outage)
  assert.equal(guard.health(unit).state, 'open')
  guard = createLegacyGuard({ now: () => now })
  for (let nth = 0; nth < 10; nth += 1) {
    await run(outage)
    now += 30_001
  }
  assert.equal(guard.health(unit).state, 'closed')
})

test('[guard: circuit-of-a-clock-set-back] a clock that is set back does not keep the circuit open', async () => {
  await open()
  now -= 3_600_000
  assert.equal(await outcomeNow(), 'called')
})
