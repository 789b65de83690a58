import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createBackground } from '../../src/base/background.ts'
import { purgeEvents } from '../../src/logs/purge-events.ts'
import { createUnauthenticatedEvents, unauthenticated_per_tenant } from '../../src/logs/unauthenticated-events.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const day_ms = 86_400_000

describe('an attacker who floods or forges the log', () => {
  let server: TestServer
  let client: TestClient
  let browser: { client_id: string }
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    browser = await server.createClient({ token_endpoint_auth_method: 'none' })
    await server.createConnection('local', {}, [client, browser])
    await server.createConnection('unprotected', { brute_force_protection: false }, [client])
    await server.must('POST', 'users', { connection: 'unprotected', email: 'bob@x.example', password: 'Right-one-1' })
    await server.createConnection(
      'broken',
      {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: {
          login: 'function l(name, password, callback) { callback(new Error("broken")) }',
          get_user: 'function g(name, callback) { callback(null) }',
        },
      },
      [client],
    )
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

  const withoutSecret = (fields: JsonObject, from: string): Promise<Answer> =>
    server.post(
      '/oauth/token',
      { grant_type: realm_grant, client_id: browser.client_id, username: 'ada', password: 'guess', ...fields },
      { 'x-forwarded-for': from },
    )
  const clientSecret = { grant_type: 'client_credentials', audience: 'none' }
  const floods: Record<string, { type: string; request: (from: string, nth: number) => Promise<Answer> }> = {
    'wrong client secrets': {
      type: 'feccft',
      request: (from) =>
        server.post(
          '/oauth/token',
          { ...clientSecret, ...client, client_secret: 'guess' },
          { 'x-forwarded-for': from },
        ),
    },
    'unknown audiences': {
      type: 'fepft',
      request: (from) => withoutSecret({ realm: 'local', audience: 'https://none.example' }, from),
    },
    'unknown realms': {
      type: 'fepft',
      request: (from) => withoutSecret({ realm: 'none' }, from),
    },
    'invalid refresh tokens': {
      type: 'fertft',
      request: (from, nth) =>
        server.post(
          '/oauth/token',
          { grant_type: 'refresh_token', client_id: browser.client_id, refresh_token: `guess ${nth}` },
          { 'x-forwarded-for': from },
        ),
    },
    'refused sign-ups': {
      type: 'fs',
      request: (from, nth) =>
        server.post(
          '/dbconnections/signup',
          { client_id: client.client_id, connection: 'local', email: `no address ${nth}`, password: 'Right-one-1' },
          { 'x-forwarded-for': from },
        ),
    },
    'wrong passwords where brute-force protection is off': {
      type: 'fp',
      request: (from, nth) => server.login(client, 'unprotected', 'bob@x.example', `guess ${nth}`, {}, from),
    },
    'logins that a script error ends': {
      type: 'f',
      request: (from, nth) => server.login(client, 'broken', `name${nth}@x.example`, 'guess', {}, from),
    },
  }
  const sums = async (type: string) => {
    await server.settle()
    const rows = await server.internals.db
      .selectFrom('log_events')
      .selectAll()
      .where('type', '=', type)
      .orderBy('log_id')
      .execute()
    return rows.filter((row) => /left out/.test(row.description ?? ''))
  }

  for (const [nth, [what, { type, request }]] of Object.entries(floods).entries()) {
    test(`causes at most a hundred log events by ${what}, and one that sums up [guard: unauthenticated-events]`, async () => {
      const from = `203.0.113.${100 + nth}`
      const [events_earlier, sums_earlier] = [await events(type), (await sums(type)).length]
      for (let round = 0; round < 13; round += 1) {
        await Promise.all(Array.from({ length: 10 }, (_, n) => request(from, 10 * round + n)))
      }
      await server.settle()
      assert.equal((await events(type)) - events_earlier, 100)
      await request(`198.51.100.${100 + nth}`, 0)
      await server.settle()
      assert.equal((await events(type)) - events_earlier, 101, 'of another address')
      server.advance(600_000)
      await request(from, 999)
      const summed = (await sums(type)).slice(sums_earlier)
      assert.deepEqual(
        summed.map((row) => [row.ip, row.details]),
        [[from, '{"omitted":30}']],
      )
      assert.match(summed[0]?.description ?? '', /^30 more events of this type from this address were left out/)
    })
  }

  test('leaves no counter for each name that a refused login invented [guard: released-counters]', async () => {
    const rows = async () =>
      (await server.internals.db.selectFrom('brute_force_counters').select('subject').execute()).length
    const earlier = await rows()
    for (let nth = 0; nth < 20; nth += 1) {
      await server.login(client, 'broken', `invented${nth}@x.example`, 'guess', {}, '203.0.113.150')
    }
    assert.equal((await rows()) - earlier, 0)
  })

  test('has only the beginning of a long User-Agent kept', async () => {
    const request = { grant_type: 'client_credentials', audience: 'none', ...client, client_secret: 'guess' }
    await server.post('/oauth/token', request, { 'user-agent': 'a'.repeat(9000), 'x-forwarded-for': '203.0.113.151' })
    await server.settle()
    const events = await server.logs('type:feccft')
    const event = events.find((each) => each['ip'] === '203.0.113.151')
    assert.equal(event?.['user_agent'], 'a'.repeat(255))
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
    while ((await purgeEvents(db, tenant_id, clock.now(), 30)) > 0);
    assert.equal(await events('limit_wc'), 0)
    assert.equal(await events('fp'), 1)
  })
})

test('callers of many addresses cause a bounded number of log events in a tenant [guard: unauthenticated-events-of-tenant]', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const background = createBackground({ ...console, error: assert.fail })
  const now = Date.now()
  const bound = createUnauthenticatedEvents({ db, clock: { now: () => now }, background })
  const record = async (tenant_id: string, nth: number): Promise<void> => {
    const ip = `2001:db8:${(nth >> 8).toString(16)}:${(nth & 255).toString(16)}::1`
    await bound.record(tenant_id, { type: 'fs', caller: { ip, user_agent: 'a', hostname: 'b' } })
  }
  for (let nth = 0; nth < unauthenticated_per_tenant + 50; nth += 1) await record('flooded', nth)
  await record('other', 0)
  await bound.flush()
  const rows = await db.selectFrom('log_events').select(['tenant_id', 'ip', 'details']).execute()
  assert.equal(rows.filter((row) => row.tenant_id === 'flooded').length, unauthenticated_per_tenant + 1)
  assert.equal(rows.filter((row) => row.tenant_id === 'other').length, 1)
  assert.deepEqual(
    rows.filter((row) => row.details !== '{}').map((row) => ({ ...row })),
    [{ tenant_id: 'flooded', ip: null, details: '{"omitted":50}' }],
  )
  await db.destroy()
})
