import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { purgeEvents } from '../../src/logs/purge-events.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const day_ms = 86_400_000

describe('an attacker who floods or forges the log', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('local', {}, [client])
    await server.must('POST', 'users', { connection: 'local', email: 'ada@local.example', password: 'Right-one-1' })
  })
  after(async () => await server.close())

  const events = async (type: string): Promise<number> => {
    const found = await server.internals.db.selectFrom('log_events').select('log_id').where('type', '=', type).execute()
    return found.length
  }

  test('causes at most a hundred log events of locked attempts', async () => {
    const from = '203.0.113.1'
    for (let guess = 0; guess < 10; guess += 1) {
      await server.login(client, 'local', 'ada@local.example', `guess ${guess}`, {}, from)
    }
    for (let round = 0; round < 6; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, guess) =>
          server.login(client, 'local', 'ada@local.example', `more ${round} ${guess}`, {}, from),
        ),
      )
      assert.ok(answers.every((answer) => answer.status === 429))
    }
    assert.equal(await events('limit_wc'), 100)
  })

  test('cannot inject lines or control characters into the log', async () => {
    const forged = 'x@x.example\r\n{"level":30,"msg":"ready"}'
    for (const name of [forged, 'x\u2028y@x.example', 'x\u0000@x.example', 'x\u001b[2J@x.example', 'x\u0085y']) {
      await server.login(client, 'local', name, 'guess', {}, '203.0.113.2')
    }
    await server.post(
      '/oauth/token',
      { grant_type: 'password', ...client, username: 'x', password: 'y', realm: 'local\r\nforged: yes' },
      { 'user-agent': 'agent\tforged' },
    )
    for (const line of server.lines) {
      assert.doesNotThrow(() => JSON.parse(line) as JsonObject)
      assert.equal(line.trim().split('\n').length, 1)
    }
    for (const event of await server.logs()) {
      for (const [name, value] of Object.entries(event)) {
        if (typeof value === 'string') assert.doesNotMatch(value, /[\p{Cc}\u2028\u2029]/u, name)
      }
    }
  })

  test('events are deleted after the retention time', async () => {
    assert.ok((await events('limit_wc')) > 0)
    const { db, tenant_id, clock } = server.internals
    await purgeEvents(db, tenant_id, Date.now() + 29 * day_ms, 30)
    assert.ok((await events('limit_wc')) > 0)
    server.advance(31 * day_ms)
    await server.login(client, 'local', 'ada@local.example', 'guess', {}, '203.0.113.3')
    await purgeEvents(db, tenant_id, clock.now(), 30)
    assert.equal(await events('limit_wc'), 0)
    assert.equal(await events('fp'), 1)
  })
})
