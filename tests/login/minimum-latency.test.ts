import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions } from './people-scripts.ts'

const minimum_ms = 700
let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const people = {
    'ada@legacy.example': { password: 'right', profile: { user_id: 'ada', email: 'ada@legacy.example' } },
  }
  await server.createConnection('legacy', peopleOptions(people, { latency_floor_ms: minimum_ms }), [client])
  // The first call of a script starts its process.
  await server.login(client, 'legacy', 'ada@legacy.example', 'wrong')
})

after(() => server.close())

async function timed(name: string, password: string): Promise<{ ms: number; error: unknown }> {
  const started = performance.now()
  const answer = await server.login(client, 'legacy', name, password)
  return { ms: performance.now() - started, error: member(answer.json, 'error') ?? answer.status }
}

test('with latency_floor_ms a refused login takes at least that long for any identifier, a successful login does not wait', async () => {
  const refused = [
    await timed('ada@legacy.example', 'wrong'),
    await timed('nobody@legacy.example', 'wrong'),
    await timed('no-address', 'wrong'),
  ]
  for (const { ms, error } of refused) {
    assert.equal(error, 'invalid_grant')
    assert.ok(ms >= minimum_ms - 1, `${ms} ms`)
  }
  const moved = await timed('ada@legacy.example', 'right')
  const again = await timed('ada@legacy.example', 'right')
  assert.deepEqual([moved.error, again.error], [200, 200])
  assert.ok(Math.min(moved.ms, again.ms) < minimum_ms, `${moved.ms} ms and ${again.ms} ms`)
})
