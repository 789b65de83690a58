import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { median, spread } from '../support/quantiles.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
const tries = 30

/** What an attacker sees of an answer, except its time. */
function visible({ status, text, headers }: Answer): string {
  const names = [...headers].filter(([name]) => name !== 'date')
  return JSON.stringify([status, text, names])
}

describe('an attacker who enumerates users', () => {
  let server: TestServer
  let client: TestClient
  let next = 0
  // Each attempt has an address of its own, so that none is locked.
  const from = (): string => `2001:db8:${(++next).toString(16)}::1`
  const scripts = (ms: number): JsonObject => ({
    login: `function login(name, password, callback) {
      setTimeout(() => callback(new WrongUsernameOrPasswordError(name.startsWith('legacy') ? name : null)), ${ms})
    }`,
    get_user: `function getUser(name, callback) { callback(null, name.startsWith('legacy') ? { user_id: name, email: name } : null) }`,
  })
  before(async () => {
    server = await startTestServer({ production_hashes: true, env: { WHERRY_LOG_LEVEL: 'error' } })
    client = await server.createClient()
    await server.createConnection('local', {}, [client])
    await server.createConnection(
      'import',
      { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts(0) },
      [client],
    )
    await server.createConnection(
      'level',
      { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts(0), latency_floor_ms: 250 },
      [client],
    )
    for (const connection of ['local', 'import']) {
      for (const name of ['known', 'barred']) {
        const user = { connection, email: `${name}@x.example`, password }
        await server.must('POST', 'users', { ...user, ...(name === 'barred' ? { blocked: true } : {}) })
      }
    }
  })
  after(async () => await server.close())

  const attempt = async (realm: string, name: string): Promise<{ answer: Answer; ms: number }> => {
    const started = performance.now()
    const answer = await server.login(client, realm, name, 'wrong', {}, from())
    return { answer, ms: performance.now() - started }
  }

  /** The times of several identifiers, tried in turn so that a busy machine slows all of them alike. */
  const timesOf = async (realm: string, names: (number: number) => string[]): Promise<number[][]> => {
    const times: number[][] = names(0).map(() => [])
    for (let number = 0; number < tries; number += 1) {
      const order = [...names(number).entries()]
      if (number % 2 === 1) order.reverse()
      for (const [index, name] of order) times[index]?.push((await attempt(realm, name)).ms)
    }
    return times
  }

  for (const realm of ['local', 'import']) {
    test(`gets the same refusal for a known, an unknown and a blocked user (${realm})`, async () => {
      const seen = new Set<string>()
      for (const name of [
        'known@x.example',
        'unknown@x.example',
        'barred@x.example',
        'legacy@x.example',
        'no-address',
      ]) {
        seen.add(visible((await attempt(realm, name)).answer))
      }
      assert.equal(seen.size, 1, [...seen].join('\n'))
    })
  }

  test('measures the same time for a known, an unknown and a blocked user', async () => {
    const names = (number: number): string[] => ['known@x.example', `unknown${number}@x.example`, 'barred@x.example']
    let measured = ''
    // A busy machine slows one identifier for a moment; a property of the code shows in every round.
    for (let round = 0; round < 3; round += 1) {
      const times = await timesOf('local', names)
      const [known = 0, unknown = 0, barred = 0] = times.map(median)
      const ratios = [known / unknown, barred / unknown]
      // Where the times of one identifier vary by more than a third, medians of so few cannot show a tenth.
      const slack = Math.max(...times.map(spread)) > 0.33 ? 1.4 : 1.1
      if (ratios.every((ratio) => ratio >= 1 / slack && ratio <= slack)) return
      measured = ratios.map((ratio) => ratio.toFixed(3)).join(', ')
    }
    assert.fail(`ratios ${measured}`)
  })

  test('measures at least latency_floor_ms for users of a legacy store too', async () => {
    const times = []
    for (const name of ['legacy1@x.example', 'nobody@x.example', 'legacy2@x.example', 'nobody2@x.example']) {
      times.push((await attempt('level', name)).ms)
    }
    assert.ok(
      times.every((ms) => ms >= 249),
      times.join(),
    )
  })

  test('gets the same answer to a reset request for any address', async () => {
    const seen = new Set<string>()
    for (const connection of ['local', 'import']) {
      for (const email of ['known@x.example', 'unknown@x.example', 'barred@x.example', 'legacy@x.example']) {
        const body = { client_id: client.client_id, connection, email }
        seen.add(visible(await server.post('/dbconnections/change_password', body, { 'x-forwarded-for': from() })))
      }
    }
    assert.equal(seen.size, 1, [...seen].join('\n'))
  })

  test('gets the same refusal of a sign-up for an address here and in the legacy store', async () => {
    const seen = new Set<string>()
    for (const [connection, email] of [
      ['local', 'known@x.example'],
      ['local', 'barred@x.example'],
      ['import', 'known@x.example'],
      ['import', 'legacy@x.example'],
    ]) {
      const body = { client_id: client.client_id, connection, email, password: 'Another-one-1' }
      seen.add(visible(await server.post('/dbconnections/signup', body, { 'x-forwarded-for': from() })))
    }
    assert.equal(seen.size, 1, [...seen].join('\n'))
    assert.doesNotMatch([...seen].join(), /exist/i)
  })

  test('gets the same refusal for an unknown client and for a wrong secret', async () => {
    const seen = new Set<string>()
    for (const client_id of [client.client_id, 'x'.repeat(32), server.first_run.management_client_id]) {
      const body = { grant_type: 'client_credentials', client_id, client_secret: 'wrong', audience: 'x' }
      seen.add(visible(await server.post('/oauth/token', body)))
    }
    assert.equal(seen.size, 1, [...seen].join('\n'))
  })
})
