import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { purgeEvents } from '../../src/logs/purge-events.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { startHouse, type TestClient, type TestHouse } from '../support/house.ts'

const day_ms = 86_400_000

describe('an attacker who wants to fill the store or forge the log', () => {
  let house: TestHouse
  let client: TestClient
  let ahead_ms = 0
  before(async () => {
    house = await startHouse({ clock: { now: () => Date.now() + ahead_ms } })
    client = await house.createClient()
    await house.createConnection('local', {}, [client])
    await house.must('POST', 'users', { connection: 'local', email: 'ada@local.example', password: 'Right-one-1' })
  })
  after(async () => await house.close())

  const events = async (type: string): Promise<number> => {
    const found = await house.house.db.selectFrom('log_events').select('log_id').where('type', '=', type).execute()
    return found.length
  }

  test('leaves a hundred log events of locked attempts, however many are made', async () => {
    const from = '203.0.113.1'
    for (let guess = 0; guess < 10; guess += 1) {
      await house.login(client, 'local', 'ada@local.example', `guess ${guess}`, {}, from)
    }
    for (let round = 0; round < 6; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, guess) =>
          house.login(client, 'local', 'ada@local.example', `more ${round} ${guess}`, {}, from),
        ),
      )
      assert.ok(answers.every((answer) => answer.status === 429))
    }
    assert.equal(await events('limit_wc'), 100)
  })

  test('cannot begin a line of their own in the log, nor turn one around', async () => {
    const forged = 'x@x.example\r\n{"level":30,"msg":"ready"}'
    for (const name of [forged, 'x\u2028y@x.example', 'x\u0000@x.example', 'x\u001b[2J@x.example', 'x\u0085y']) {
      await house.login(client, 'local', name, 'guess', {}, '203.0.113.2')
    }
    await house.post(
      'oauth/token',
      { grant_type: 'password', ...client, username: 'x', password: 'y', realm: 'local\r\nforged: yes' },
      { 'user-agent': 'agent\tforged' },
    )
    for (const line of house.lines) {
      assert.doesNotThrow(() => JSON.parse(line) as JsonObject)
      assert.equal(line.trim().split('\n').length, 1)
    }
    for (const event of await house.logs()) {
      for (const [name, value] of Object.entries(event)) {
        if (typeof value === 'string') assert.doesNotMatch(value, /[\p{Cc}\u2028\u2029]/u, name)
      }
    }
  })

  test('their events end after the time that the operator keeps events for', async () => {
    assert.ok((await events('limit_wc')) > 0)
    const { db } = house.house
    const { tenant_id } = await db.selectFrom('tenants').select('tenant_id').executeTakeFirstOrThrow()
    await purgeEvents(db, tenant_id, Date.now() + 29 * day_ms, 30)
    assert.ok((await events('limit_wc')) > 0)
    ahead_ms = 31 * day_ms
    await house.login(client, 'local', 'ada@local.example', 'guess', {}, '203.0.113.3')
    await purgeEvents(db, tenant_id, Date.now() + ahead_ms, 30)
    assert.equal(await events('limit_wc'), 0)
    assert.equal(await events('fp'), 1)
  })
})
