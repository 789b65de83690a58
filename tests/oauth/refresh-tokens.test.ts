import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { purgeTokenFamilies } from '../../src/store/refresh-tokens.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let now = Date.now()
let client: TestClient
let user_id: string
let connection_id: string
const grant_types = ['password', 'refresh_token']
const orders = 'https://orders.test/'
const day_ms = 24 * 3600 * 1000

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
  await server.createResourceServer(orders, {
    allow_offline_access: true,
    scopes: [{ value: 'read:orders' }],
    token_lifetime: 600,
  })
})

beforeEach(async () => {
  client = await server.createClient({ grant_types })
  const name = `users-${client.client_id}`
  connection_id = await server.createConnection(name, {}, [client])
  user_id = await server.createUser(name, ada)
})

after(() => server.close())

const begin = async (fields: Record<string, unknown> = {}): Promise<string> => {
  const { status, json } = await server.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: `users-${client.client_id}`,
    username: ada.email,
    password: ada.password,
    scope: 'openid profile email offline_access',
    ...fields,
  })
  assert.equal(status, 200)
  return json.refresh_token
}

const refresh = (refresh_token: string, fields: Record<string, unknown> = {}): Promise<Answer> =>
  server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token, ...fields })

const unknown = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }

async function isRefused(refresh_token: string): Promise<void> {
  const { status, json } = await refresh(refresh_token)
  assert.equal(status, 403)
  assert.deepEqual(json, unknown)
}

describe('a refresh token', () => {
  it('gives new tokens of every kind and is replaced', async () => {
    const first = await begin()
    const { status, json } = await refresh(first)
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json).sort(), [
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'scope',
      'token_type',
    ])
    assert.equal(decodeJwt(json.id_token).sub, user_id)
    assert.equal(json.scope, 'openid profile email offline_access')
    assert.match(json.refresh_token, /^[A-Za-z0-9_-]{64}$/)
    assert.notEqual(json.refresh_token, first)
    assert.equal((await refresh(json.refresh_token)).status, 200)
  })

  it('keeps its audience', async () => {
    const token = await begin({ audience: orders, scope: 'openid read:orders offline_access' })
    const { json } = await refresh(token)
    assert.deepEqual(decodeJwt(json.access_token).aud, [orders, `${server.issuer}userinfo`])
    assert.equal(json.expires_in, 600)
  })

  it('allows a narrower scope, never a wider one, and keeps the granted scope for the next use', async () => {
    const token = await begin({ scope: 'openid email offline_access' })
    const narrow = await refresh(token, { scope: 'email profile admin' })
    assert.equal(narrow.json.scope, 'email')
    assert.equal(narrow.json.id_token, undefined)
    const whole = await refresh(narrow.json.refresh_token)
    assert.equal(whole.json.scope, 'openid email offline_access')
    assert.ok(whole.json.id_token)
  })

  it('is stored as a digest only', async () => {
    const token = await begin()
    const tables = [
      await server.internals.db.selectFrom('refresh_tokens').selectAll().execute(),
      await server.internals.db.selectFrom('token_families').selectAll().execute(),
      await server.internals.db.selectFrom('log_events').selectAll().execute(),
    ]
    assert.ok(!JSON.stringify(tables).includes(token))
  })

  it("gives the user's present claims", async () => {
    const token = await begin()
    await server.must('PATCH', `users/${user_id}`, { name: 'Countess' })
    assert.equal(decodeJwt((await refresh(token)).json.id_token)['name'], 'Countess')
  })

  it('is refused to another client, and stays valid', async () => {
    const token = await begin()
    const other = await server.createClient({ grant_types })
    const { status, json } = await refresh(token, other)
    assert.equal(status, 403)
    assert.deepEqual(json, unknown)
    assert.equal((await refresh(token)).status, 200)
  })

  it('that was never issued is refused', async () => {
    await isRefused('never issued')
  })
})

describe('a reused refresh token', () => {
  it('ends its token family, and is logged as reuse', async () => {
    const first = await begin()
    const second = (await refresh(first)).json.refresh_token
    const third = (await refresh(second)).json.refresh_token
    now += 1
    await isRefused(first)
    await isRefused(third)
    const events = await server.internals.db
      .selectFrom('log_events')
      .selectAll()
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal(events.filter((event) => event.type === 'ferrt').length, 1)
    assert.ok(events.every((event) => !JSON.stringify(event).includes(first)))
  })

  it("leaves the user's other token families valid", async () => {
    const other = await begin()
    const first = await begin()
    await refresh(first)
    await isRefused(first)
    assert.equal((await refresh(other)).status, 200)
  })

  it("works within the client's leeway, and not after it", async () => {
    const settings = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 10 }
    await server.must('PATCH', `clients/${client.client_id}`, { refresh_token: settings })
    const first = await begin()
    const second = (await refresh(first)).json.refresh_token
    now += 9000
    const again = await refresh(first)
    assert.equal(again.status, 200)
    assert.notEqual(again.json.refresh_token, second)
    assert.equal((await refresh(second)).status, 200)
    now += 2000
    await isRefused(first)
    await isRefused(again.json.refresh_token)
  })
})

describe('twenty concurrent uses', () => {
  it('succeed once', async () => {
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    for (const answer of answers) if (answer.status !== 200) assert.deepEqual(answer.json, unknown)
    const tokens = await server.internals.db
      .selectFrom('refresh_tokens')
      .innerJoin('token_families', 'token_families.family_id', 'refresh_tokens.family_id')
      .select('rotated_at')
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal(tokens.length, 2)
    const success = await server.internals.db
      .selectFrom('log_events')
      .select('log_id')
      .where('client_id', '=', client.client_id)
      .where('type', '=', 'sertft')
      .execute()
    assert.equal(success.length, 1)
  })

  it('within the leeway all succeed, and every new token is valid', async () => {
    const settings = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 60 }
    await server.must('PATCH', `clients/${client.client_id}`, { refresh_token: settings })
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.ok(answers.every((answer) => answer.status === 200))
    for (const answer of answers) assert.equal((await refresh(answer.json.refresh_token)).status, 200)
  })
})

describe('a client without rotation', () => {
  it('keeps its refresh token, and is given no other', async () => {
    const settings = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' }
    await server.must('PATCH', `clients/${client.client_id}`, { refresh_token: settings })
    const token = await begin()
    for (let use = 0; use < 3; use += 1) {
      now += 300 * day_ms
      const { status, json } = await refresh(token)
      assert.equal(status, 200)
      assert.equal(json.refresh_token, undefined)
    }
  })
})

describe('the lifetime of a refresh token', () => {
  it('is 15 days without use, and 30 days in all', async () => {
    const idle = await begin()
    now += 15 * day_ms
    await isRefused(idle)
    let used = await begin()
    for (const days of [14, 14]) {
      now += days * day_ms
      used = (await refresh(used)).json.refresh_token
      assert.ok(used)
    }
    now += 2 * day_ms
    await isRefused(used)
  })

  it('follows the settings of the client', async () => {
    const settings = {
      rotation_type: 'rotating',
      expiration_type: 'expiring',
      token_lifetime: 100,
      infinite_idle_token_lifetime: true,
    }
    await server.must('PATCH', `clients/${client.client_id}`, { refresh_token: settings })
    const token = await begin()
    now += 99_000
    const { json } = await refresh(token)
    now += 1000
    await isRefused(json.refresh_token)
  })

  it('leaves no rows after the purge', async () => {
    await begin()
    const rows = (table: 'token_families' | 'refresh_tokens') =>
      server.internals.db.selectFrom(table).select('tenant_id').execute()
    now += 31 * day_ms
    const lasting = await server.internals.db
      .selectFrom('token_families')
      .select('family_id')
      .where('expires_at', 'is', null)
      .execute()
    await purgeTokenFamilies(server.internals.db, server.internals.tenant_id, now)
    assert.equal((await rows('token_families')).length, lasting.length)
    assert.equal((await rows('refresh_tokens')).length, lasting.length)
  })
})

describe('a refresh token of a user', () => {
  it('who is blocked is refused, and works again afterwards', async () => {
    const token = await begin()
    await server.must('PATCH', `users/${user_id}`, { blocked: true })
    const { status, json } = await refresh(token)
    assert.equal(status, 403)
    assert.deepEqual(json, { error: 'unauthorized', error_description: 'user is blocked' })
    await server.must('PATCH', `users/${user_id}`, { blocked: false })
    assert.equal((await refresh(token)).status, 200)
  })

  it('who was deleted is unknown', async () => {
    const token = await begin()
    await server.must('DELETE', `users/${user_id}`)
    await isRefused(token)
  })

  it('whose connection was deleted is unknown, also while the user still is being deleted', async () => {
    const token = await begin()
    await server.internals.db.deleteFrom('connections').where('connection_id', '=', connection_id).execute()
    await isRefused(token)
  })

  it('whose password changes ends with the old password', async () => {
    const token = await begin()
    await server.must('PATCH', `users/${user_id}`, { password: 'engine no. 2' })
    await isRefused(token)
  })
})
