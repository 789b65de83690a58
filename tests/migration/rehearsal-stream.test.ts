// The calls of a rehearsal: their rate, and what becomes of them while the legacy store is down.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Connection } from '../../src/connections/connection.ts'
import type { ActionScriptResult } from '../../src/connections/action-script-result.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { createLegacyGuard } from '../../src/migration/legacy-guard.ts'
import type { LegacyResult } from '../../src/migration/legacy-store.ts'
import { createRehearsalStream } from '../../src/migration/rehearsal/rehearsal-stream.ts'
import type { DirectoryUser } from '../../src/migration/rehearsal/rehearse-user.ts'
import type { Db } from '../../src/store/tables.ts'

let ahead_ms = 0
const clock = { now: () => Date.now() + ahead_ms }
const unit = { tenant_id: 'ten_a', connection_id: 'con_a' }
const user = (nth: number): DirectoryUser => ({
  record_id: `mrc_${String(nth).padStart(4, '0')}`,
  legacy_id: String(nth),
  state: 'unseen',
  email: `${nth}@legacy.example`,
  username: null,
  phone_number: null,
  hash_form: null,
  problem: null,
  rehearsed_outcome: null,
})

/** A stream over users of a legacy store that answers as `answer` says, behind a circuit breaker. */
function streamOf(
  users: number,
  calls_per_second: number,
  answer: (email: string) => 'not_found' | 'down',
  call_ms = 0,
) {
  const guard = createLegacyGuard(clock)
  const key = { tenant_id: 'ten_a', unit_id: 'con_a', version: 1 }
  const calls: { email: string; at: number }[] = []
  const call = async (email: string): Promise<ActionScriptResult> => {
    calls.push({ email, at: performance.now() })
    if (call_ms > 0) await setTimeout(call_ms)
    return answer(email) === 'down'
      ? { kind: 'failed', outcome: 'legacy_unreachable', message: 'down', duration_ms: 1 }
      : { kind: 'value', value: null, duration_ms: 1 }
  }
  const legacy = {
    async findHash(_connection: Connection, email: string): Promise<{ result: LegacyResult; hash: undefined }> {
      const result = await guard.run(key, () => call(email))
      if (result.kind !== 'value') return { result, hash: undefined }
      return { result: { kind: 'not_found', duration_ms: 1 }, hash: undefined }
    },
    health: () => guard.health(key),
  }
  let next = 0
  const readUsers = async (take: number): Promise<DirectoryUser[]> =>
    Array.from({ length: Math.min(take, users - next) }, () => user(next++))
  // Nothing of the store is read where nobody is found.
  const deps = { db: {} as Db, sealer: createSealer('a key of the tests of rehearsals'), legacy }
  const stream = createRehearsalStream(deps, unit as Connection, { calls_per_second, readUsers })
  return { stream, calls, guard, key }
}

test('calls are made at the rate and in the order of the records [guard: rehearsal-rate]', async () => {
  // The calls of a rate are due from now on: a first one that is late is followed by others at a higher rate.
  const began = performance.now()
  const { stream, calls } = streamOf(51, 100, () => 'not_found')
  await stream.run(new AbortController().signal)
  const took_ms = (calls.at(-1)?.at ?? 0) - began
  assert.ok(took_ms >= 450, `50 calls took ${took_ms} ms`)
  const finished = stream.takeFinished()
  assert.equal(finished.length, 51)
  assert.deepEqual(new Set(finished.map(({ rehearsed }) => rehearsed.outcome)), new Set(['unknown_user']))
  const { active_ms } = stream.times()
  // It begins with the first call, and a call that is late leaves the others where they were due.
  const late_ms = (calls[0]?.at ?? 0) - began
  assert.ok(active_ms >= 500 - late_ms && active_ms <= performance.now() - began + 10, `${active_ms} ms`)
})

test('calls that take long are made at a lower rate, and their time counts to the end of the last one', async () => {
  const began = performance.now()
  // 12 at once, of 24.
  const { stream, calls } = streamOf(24, 1000, () => 'not_found', 300)
  await stream.run(new AbortController().signal)
  const { active_ms } = stream.times()
  assert.equal(calls.length, 24)
  assert.ok(
    active_ms >= 590 && active_ms <= performance.now() - began,
    `${active_ms} ms, not the 24 ms that were asked for`,
  )
})

test('while the circuit is open nobody is called, and those who were called are called again [guard: rehearsal-waits]', async () => {
  const began = performance.now()
  let is_down = true
  const { stream, calls, guard, key } = streamOf(30, 200, () => (is_down ? 'down' : 'not_found'))
  const running = stream.run(new AbortController().signal)
  while (guard.health(key).state !== 'open') await setTimeout(5)
  await setTimeout(300)
  const called = calls.length
  is_down = false
  await setTimeout(1000)
  assert.equal(calls.length, called, 'a call was made while the circuit was open')
  ahead_ms += 10_000
  await running
  const finished = stream.takeFinished()
  assert.deepEqual(new Set(finished.map(({ rehearsed }) => rehearsed.outcome)), new Set(['unknown_user']))
  assert.equal(finished.length, 30)
  const { active_ms, paused_ms } = stream.times()
  assert.ok(paused_ms >= 1000)
  assert.ok(active_ms + paused_ms <= performance.now() - began + 50, 'a pause is no time of calls')
})

test('a user whose calls fail again and again, while those of others do not, has that outcome', async () => {
  const { stream, calls } = streamOf(20, 200, (email) => (email === '7@legacy.example' ? 'down' : 'not_found'))
  await stream.run(new AbortController().signal)
  const finished = stream.takeFinished()
  assert.equal(finished[7]?.rehearsed.outcome, 'legacy_unreachable')
  assert.equal(finished.filter(({ rehearsed }) => rehearsed.outcome === 'unknown_user').length, 19)
  assert.equal(calls.filter(({ email }) => email === '7@legacy.example').length, 5)
})
