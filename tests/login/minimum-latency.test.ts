import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'
import { peopleOptions } from './people-scripts.ts'

const floor_ms = 700
let house: TestHouse
let client: TestClient

before(async () => {
  house = await startHouse()
  client = await house.createClient()
  const people = {
    'ada@legacy.example': { password: 'right', profile: { user_id: 'ada', email: 'ada@legacy.example' } },
  }
  await house.createConnection('legacy', peopleOptions(people, { latency_floor_ms: floor_ms }), [client])
  // The first call of a script pays for its process.
  await house.login(client, 'legacy', 'ada@legacy.example', 'wrong')
})

after(() => house.close())

async function timed(name: string, password: string): Promise<{ ms: number; error: unknown }> {
  const started = performance.now()
  const answer = await house.login(client, 'legacy', name, password)
  return { ms: performance.now() - started, error: member(answer.json, 'error') ?? answer.status }
}

test('with a latency floor a refused login takes that long, whoever it names; one that succeeds does not wait', async () => {
  const refused = [
    await timed('ada@legacy.example', 'wrong'),
    await timed('nobody@legacy.example', 'wrong'),
    await timed('no-address', 'wrong'),
  ]
  for (const { ms, error } of refused) {
    assert.equal(error, 'invalid_grant')
    assert.ok(ms >= floor_ms - 1, `${ms} ms`)
  }
  const moved = await timed('ada@legacy.example', 'right')
  const again = await timed('ada@legacy.example', 'right')
  assert.deepEqual([moved.error, again.error], [200, 200])
  assert.ok(Math.min(moved.ms, again.ms) < floor_ms, `${moved.ms} ms and ${again.ms} ms`)
})
