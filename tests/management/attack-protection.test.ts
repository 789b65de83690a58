import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Compiler no. 1'
let server: TestServer
let client: TestClient
let people = 0

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('users', {}, [client])
})
after(() => server.close())

const bruteForce = (change: JsonObject) => server.must('PATCH', 'attack-protection/brute-force-protection', change)
const throttling = (change: JsonObject) => server.must('PATCH', 'attack-protection/suspicious-ip-throttling', change)

/** A new user, and a login of this user from an address. */
async function newUser() {
  people += 1
  const email = `p${people}@example.com`
  await server.createUser('users', { email, password })
  const fail = async (ip: string): Promise<number> =>
    (await server.login(client, 'users', email, 'wrong', {}, ip)).status
  const succeed = async (ip: string): Promise<number> =>
    (await server.login(client, 'users', email, password, {}, ip)).status
  return { email, fail, succeed }
}

describe('the settings of attack protection', () => {
  it('are those of a new tenant, until a change that names some of them', async () => {
    const at_first = await server.must('GET', 'attack-protection/brute-force-protection')
    assert.deepEqual(at_first, {
      enabled: true,
      shields: ['block', 'user_notification'],
      allowlist: [],
      mode: 'count_per_identifier_and_ip',
      max_attempts: 10,
    })
    assert.deepEqual(await bruteForce({ max_attempts: 3 }), { ...at_first, max_attempts: 3 })
    assert.deepEqual(await server.must('GET', 'attack-protection/brute-force-protection'), {
      ...at_first,
      max_attempts: 3,
    })
    const stages = (await throttling({ stage: { 'pre-login': { max_attempts: 7 } } })).stage
    assert.deepEqual(stages, {
      'pre-login': { max_attempts: 7, rate: 864_000 },
      'pre-user-registration': { max_attempts: 50, rate: 1200 },
    })
    await throttling({ stage: { 'pre-login': { max_attempts: 100 } } })
    assert.ok(!('attack_protection' in (await server.must('GET', 'tenants/settings'))))
  })

  it('refuse what would have no effect or no meaning', async () => {
    const refused = async (name: string, change: JsonObject) =>
      await server.refused('PATCH', `attack-protection/${name}`, change)
    assert.match((await refused('brute-force-protection', { allowlist: ['10.0.0.0/40'] }))[2], /neither an IP address/)
    assert.equal((await refused('brute-force-protection', { allowlist: ['example.com'] }))[0], 400)
    assert.equal((await refused('brute-force-protection', { max_attempts: 0 }))[0], 400)
    assert.equal((await refused('brute-force-protection', { mode: 'other' }))[0], 400)
    assert.equal((await refused('breached-password-detection', { enabled: true }))[0], 400)
    const detection = await server.must('PATCH', 'attack-protection/breached-password-detection', {
      shields: ['block'],
      enabled: false,
    })
    assert.deepEqual([detection.enabled, detection.shields], [false, ['block']])
  })
})

describe('the number of failed logins', () => {
  it('that locks an identifier at an address is the tenant’s', async () => {
    await bruteForce({ max_attempts: 3 })
    const user = await newUser()
    for (let nth = 0; nth < 3; nth += 1) assert.equal(await user.fail('203.0.113.1'), 403)
    assert.equal(await user.succeed('203.0.113.1'), 429)
    assert.equal(await user.succeed('203.0.113.2'), 200)
    const blocks = `user-blocks?identifier=${user.email}`
    assert.deepEqual((await server.must('GET', blocks)).blocked_for, [
      { identifier: user.email, ip: '203.0.113.1', connection: 'users' },
    ])
    // A higher limit counts what was counted before.
    await bruteForce({ max_attempts: 4 })
    assert.deepEqual((await server.must('GET', blocks)).blocked_for, [])
    assert.equal(await user.succeed('203.0.113.1'), 200)
  })

  it('counts for all addresses together where the tenant says so', async () => {
    await bruteForce({ max_attempts: 2, mode: 'count_per_identifier' })
    const user = await newUser()
    assert.deepEqual([await user.fail('203.0.113.3'), await user.fail('203.0.113.4')], [403, 403])
    assert.equal(await user.succeed('203.0.113.5'), 429)
    const blocks = `user-blocks?identifier=${user.email}`
    assert.deepEqual((await server.must('GET', blocks)).blocked_for, [{ identifier: user.email, connection: 'users' }])
    await server.must('DELETE', blocks)
    assert.equal(await user.succeed('203.0.113.5'), 200)
    await bruteForce({ mode: 'count_per_identifier_and_ip' })
  })

  it('does not lock at addresses of the allow-list, nor without the shield', async () => {
    await bruteForce({ max_attempts: 1, allowlist: ['203.0.113.6', '2001:db8::/32'] })
    const user = await newUser()
    for (const ip of ['203.0.113.6', '2001:db8::7']) {
      assert.deepEqual([await user.fail(ip), await user.fail(ip), await user.succeed(ip)], [403, 403, 200], ip)
    }
    assert.deepEqual([await user.fail('203.0.113.8'), await user.fail('203.0.113.8')], [403, 429])
    await bruteForce({ shields: ['user_notification'], allowlist: [] })
    assert.deepEqual([await user.fail('203.0.113.9'), await user.fail('203.0.113.9')], [403, 403])
    await bruteForce({ shields: ['block'], max_attempts: 10 })
  })

  it('that locks an address, and for how long, is the tenant’s', async () => {
    await throttling({ stage: { 'pre-login': { max_attempts: 2, rate: 30_000 } } })
    const [one, two] = [await newUser(), await newUser()]
    assert.deepEqual([await one.fail('203.0.113.10'), await two.fail('203.0.113.10')], [403, 403])
    assert.equal(await one.succeed('203.0.113.10'), 429)
    const locked = (await server.must('GET', 'anomaly/blocks/ips')).blocked_ips as { ip: string }[]
    assert.ok(locked.some(({ ip }) => ip === '203.0.113.10'))
    server.advance(60_000)
    assert.equal(await one.succeed('203.0.113.10'), 200)
    await throttling({ enabled: false, stage: { 'pre-login': { max_attempts: 1 } } })
    for (const ip of ['203.0.113.11', '203.0.113.11']) assert.equal(await one.fail(ip), 403)
    await throttling({ enabled: true })
  })
})

describe('the number of sign-ups of an address', () => {
  it('is the tenant’s', async () => {
    await throttling({ stage: { 'pre-user-registration': { max_attempts: 1, rate: 60_000 } } })
    const signUp = async (email: string): Promise<number> => {
      const body = { client_id: client.client_id, connection: 'users', email, password }
      return (await server.post('/dbconnections/signup', body, { 'x-forwarded-for': '203.0.113.12' })).status
    }
    assert.deepEqual([await signUp('s1@example.com'), await signUp('s2@example.com')], [200, 429])
    server.advance(60_000)
    assert.equal(await signUp('s3@example.com'), 200)
  })
})
