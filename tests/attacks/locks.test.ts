// Whom a lock of brute-force protection stops, what the person reads, and what ends it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  countFailedAttempt,
  failures_per_identifier,
  protectedAttempt,
  reserveAttempt,
  reserveLegacyUser,
} from '../../src/login/brute-force-protection.ts'
import { postForm } from '../pages/page-requests.ts'
import { objects, outcomeOf, ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
const legacy_login = `function login(name, password, callback) {
  if (!['C-77', 'ada@legacy.example'].includes(name) || password !== '${password}') return callback(null)
  callback(null, { user_id: '77', email: 'ada@legacy.example', username: 'ada-legacy' })
}`

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  for (const name of ['shop', 'other']) {
    await server.createConnection(name, { requires_username: true }, [client])
    await server.createUser(name, { email: 'ada@shop.example', username: 'ada', password })
  }
  const customScripts = { login: legacy_login, get_user: 'function g(name, callback) { callback(null) }' }
  await server.createConnection('legacy', { enabledDatabaseCustomization: true, import_mode: true, customScripts }, [
    client,
  ])
})
after(async () => await server.close())

const logIn = async (connection: string, name: string, typed: string, from: string): Promise<number> =>
  (await server.login(client, connection, name, typed, {}, from)).status

async function lock(connection: string, name: string, from: string): Promise<void> {
  for (let nth = 0; nth < failures_per_identifier; nth += 1) {
    assert.equal(await logIn(connection, name, `guess ${nth}`, from), 403)
  }
  assert.equal(await logIn(connection, name, password, from), 429)
}

async function reset(user_id: string): Promise<void> {
  const { ticket } = await server.must('POST', 'tickets/password-change', { user_id })
  const chosen = { password, password_repeat: password }
  const done = await postForm(server, '/u/reset-password', { ticket: ticketIn(ticket), ...chosen })
  assert.equal(done.status, 200, done.text)
}

const userId = async (connection: string): Promise<string> => {
  const [user] = objects(
    await server.must('GET', `users?q=${encodeURIComponent(`identities.connection:${connection}`)}`),
  )
  return String(user?.['user_id'])
}

describe('a locked address', () => {
  const from = '203.0.113.90'
  before(async () => {
    for (let round = 0; round < 20; round += 1) {
      const names = Array.from({ length: 5 }, (_, nth) => `name${round}-${nth}`)
      await Promise.all(names.map((name) => logIn('shop', name, 'guess', from)))
    }
  })

  test('is told from a locked user in the answer, the outcome and the log type [guard: address-lock]', async () => {
    const { status, json } = await server.login(client, 'legacy', 'ada@legacy.example', password, {}, from)
    assert.equal(status, 429)
    assert.equal(json.error, 'too_many_attempts')
    assert.match(json.error_description, /your network address.* not your account/)
    assert.doesNotMatch(json.error_description, /[Rr]eset your password/)
    const [event] = await server.logs('type:limit_mu')
    assert.equal(event?.['ip'], from)
    assert.equal(event?.['user_name'], 'ada@legacy.example')
    assert.equal(outcomeOf(event), 'address_locked')
    assert.deepEqual(await server.logs('type:limit_wc'), [])
  })

  test('is listed, also as a network of IPv6, and unlocked through the API', async () => {
    const { db, tenant_id } = server.internals
    const network = '2001:db8:7:7::/64'
    const row = await db
      .selectFrom('brute_force_counters')
      .selectAll()
      .where('subject', '>=', 'address:')
      .where('failures', '=', 100)
      .executeTakeFirstOrThrow()
    const description = JSON.stringify({ kind: 'address', ip: network })
    await db
      .insertInto('brute_force_counters')
      .values({ ...row, subject: 'address:network', description, expires_at: row.expires_at + 1 })
      .execute()
    const { blocked_ips } = await server.must('GET', 'anomaly/blocks/ips')
    assert.deepEqual(
      objects(blocked_ips).map((each) => each['ip']),
      [network, from],
    )
    assert.equal(blocked_ips[1].expires_at, new Date(row.expires_at).toISOString())
    await server.must('DELETE', `anomaly/blocks/ips/${from}`)
    assert.equal(await logIn('shop', 'ada', password, from), 200)
    await db.deleteFrom('brute_force_counters').where('tenant_id', '=', tenant_id).execute()
    assert.deepEqual(await server.must('GET', 'anomaly/blocks/ips'), { blocked_ips: [] })
  })
})

describe('a confirmed reset', () => {
  test("lifts the locks of the user's e-mail address and username, and no other user's [guard: reset-lifts-user]", async () => {
    const from = '203.0.113.91'
    for (const connection of ['shop', 'other']) {
      for (const name of ['ada', 'ada@shop.example']) await lock(connection, name, from)
    }
    await reset(await userId('shop'))
    for (const name of ['ada', 'ada@shop.example']) {
      assert.equal(await logIn('shop', name, password, from), 200, name)
      assert.equal(await logIn('other', name, password, from), 429, `${name} of another connection`)
    }
    const of_user = await server.must('GET', `user-blocks/${encodeURIComponent(await userId('other'))}`)
    const listed = objects(of_user, 'blocked_for').map(
      (each) => `${String(each['connection'])} ${String(each['identifier'])}`,
    )
    assert.deepEqual(new Set(listed), new Set(['other ada', 'other ada@shop.example']))
  })

  test('lifts the locks of identifiers of the legacy store and of the legacy id [guard: reset-lifts-legacy-names]', async () => {
    const from = '203.0.113.92'
    assert.equal(await logIn('legacy', 'C-77', password, from), 200)
    await lock('legacy', 'C-77', from)
    const { db, clock, tenant_id } = server.internals
    const { connection_id } = await db
      .selectFrom('connections')
      .select('connection_id')
      .where('name', '=', 'legacy')
      .executeTakeFirstOrThrow()
    const attempt = protectedAttempt({
      tenant_id,
      connection_id,
      connection: 'legacy',
      identifier: 'any',
      ip: from,
      enabled: true,
    })
    for (let nth = 0; nth < failures_per_identifier; nth += 1) {
      assert.equal((await reserveAttempt(db, clock, attempt)).kind, 'reserved')
      assert.equal((await reserveLegacyUser({ db, clock }, attempt, '77')).kind, 'reserved')
      await countFailedAttempt({ db, clock }, attempt)
    }
    const blocks = async () => {
      const listed = await server.must('GET', `user-blocks/${encodeURIComponent('auth0|77')}`)
      return objects(listed, 'blocked_for').map((each) => each['identifier'])
    }
    assert.deepEqual(new Set(await blocks()), new Set(['77', 'c-77']))
    await reset('auth0|77')
    assert.deepEqual(await blocks(), [])
    assert.equal(await logIn('legacy', 'C-77', password, from), 200)
  })
})

test('an address over its limit for resets uses up no request of another address [guard: resets-of-others]', async () => {
  const request = (email: string, from: string) =>
    server.post(
      '/dbconnections/change_password',
      { client_id: client.client_id, connection: 'shop', email },
      { 'x-forwarded-for': from },
    )
  const earlier = (await server.outbox('ada@shop.example')).length
  const attacker = '203.0.113.93'
  for (let nth = 0; nth < 100; nth += 1) await request(`nobody${nth}@shop.example`, attacker)
  for (let nth = 0; nth < 30; nth += 1) await request('ada@shop.example', attacker)
  await server.settle()
  assert.equal((await server.outbox('ada@shop.example')).length, earlier)
  await request('ada@shop.example', '198.51.100.93')
  assert.equal((await server.outbox('ada@shop.example')).length, earlier + 1)
})
