import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, afterEach, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { startLogStreams } from '../../src/logs/streams/deliver-log-streams.ts'
import { createTenantConnections } from '../../src/egress/tenant-connections.ts'
import { legacyScripts } from '../management/legacy-scripts.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { member, objects, ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { startWebhook, type Received, type Webhook } from '../support/webhook.ts'

let server: TestServer
let client: TestClient
let webhook: Webhook
let connection_id: string

before(async () => {
  webhook = await startWebhook()
  server = await startTestServer({ env: { WHERRY_EGRESS_ALLOW: webhook.address } })
  client = await server.createClient()
  const people = ['ada', 'bea', 'cy', 'dee'].map((name) => ({ user_id: name, email: `${name}@legacy.example` }))
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts(people) }
  connection_id = await server.createConnection('legacy', options, [client])
})
after(async () => {
  await server.close()
  await webhook.close()
})

afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'log-streams'))) await remove(String(id))
  webhook.answer(200)
  webhook.received.length = 0
})

type Made = { id: string; signing_secret: string }
async function makeStream(change: JsonObject = {}, sink: JsonObject = {}): Promise<Made> {
  return await server.must('POST', 'log-streams', {
    name: 'siem',
    type: 'http',
    sink: { httpEndpoint: webhook.url, ...sink },
    ...change,
  })
}
const stream = (id: string) => server.must('GET', `log-streams/${id}`)
const remove = (id: string) => server.must('DELETE', `log-streams/${id}`)
const logIn = (name: string, password = 'right one') =>
  server.login(client, 'legacy', `${name}@legacy.example`, password)

/** The events in a request, one a line. */
const eventsIn = ({ body }: Received): { log_id: string; data: JsonObject }[] =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { log_id: string; data: JsonObject })
const typesReceived = (): string[] => webhook.received.flatMap(eventsIn).map(({ data }) => String(data['type']))

describe('a log stream', () => {
  it('posts events signed, with its headers, and shows no secret afterwards', async () => {
    const made = await makeStream(
      {},
      {
        httpAuthorization: 'Bearer receiver-token',
        httpCustomHeaders: [{ header: 'X-Source', value: 'wherry' }],
        httpContentType: 'application/x-ndjson',
      },
    )
    assert.match(made.signing_secret, /^whsec_/)
    const shown = await server.api('GET', `log-streams/${made.id}`)
    assert.doesNotMatch(shown.text, /whsec_|receiver-token/)
    assert.equal((await logIn('ada', 'wrong')).status, 403)
    await waitUntil(() => typesReceived().includes('fp'))
    const request = webhook.received.find((each) => eventsIn(each).some(({ data }) => data['type'] === 'fp'))
    assert.ok(request)
    assert.equal(request.headers['authorization'], 'Bearer receiver-token')
    assert.equal(request.headers['x-source'], 'wherry')
    assert.equal(request.headers['content-type'], 'application/x-ndjson')
    const signed = `${String(request.headers['webhook-id'])}.${String(request.headers['webhook-timestamp'])}.${request.body}`
    const key = Buffer.from(made.signing_secret.slice('whsec_'.length), 'base64')
    assert.equal(
      request.headers['webhook-signature'],
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    const [event] = eventsIn(request).filter(({ data }) => data['type'] === 'fp')
    assert.deepEqual(event?.data, (await server.logs('type:fp'))[0])
    await waitUntil(async () => (await stream(made.id)).delivery.state === 'ok')
    await remove(made.id)
    assert.equal((await server.refused('GET', `log-streams/${made.id}`))[0], 404)
    const text = JSON.stringify(await server.logs('type:sapi'))
    assert.doesNotMatch(text, /receiver-token|whsec_/)
  })

  it('asks for its secrets anew before it posts to another receiver [guard: secrets-of-log-streams]', async () => {
    const httpCustomHeaders = [{ header: 'X-Api-Key', value: 'receiver-key' }]
    const { id } = await makeStream(
      { filters: [{ type: 'category', name: 'scim.event' }] },
      { httpAuthorization: 'Bearer receiver-token', httpCustomHeaders },
    )
    const change = (sink: JsonObject) => server.api('PATCH', `log-streams/${id}`, { sink })
    const httpEndpoint = 'https://elsewhere.example.com/'
    const incomplete: [JsonObject, string][] = [
      [{ httpEndpoint }, 'httpAuthorization'],
      [{ httpEndpoint, httpAuthorization: '' }, 'httpCustomHeaders'],
      [{ httpEndpoint, httpCustomHeaders: [] }, 'httpAuthorization'],
    ]
    for (const [sink, missing] of incomplete) {
      const answer = await change(sink)
      assert.equal(answer.status, 400)
      assert.match(answer.text, new RegExp(`sink\\.${missing}`))
    }
    assert.equal((await change({ httpEndpoint: `${webhook.url}?path=other` })).status, 200)
    assert.equal((await change({ httpEndpoint, httpAuthorization: '', httpCustomHeaders: [] })).status, 200)
  })

  it('posts a move by login and one by reset as user.migrated, with what moved and how', async () => {
    await makeStream({ filters: [{ type: 'category', name: 'user.migrated' }] })
    assert.equal((await logIn('bea')).status, 200)
    await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'legacy',
      email: 'cy@legacy.example',
    })
    await server.settle()
    const [mail] = await server.outbox('cy@legacy.example')
    const form = { ticket: ticketIn(mail?.['text']), password: 'New password 1', password_repeat: 'New password 1' }
    const page = await server.send('/u/reset-password', {
      body: new URLSearchParams(form),
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    assert.equal(page.status, 200, page.text)
    await waitUntil(() => webhook.received.flatMap(eventsIn).length >= 2)
    const [by_login, by_reset] = webhook.received.flatMap(eventsIn).map(({ data }) => data)
    assert.deepEqual(
      [by_login, by_reset].map((data) => [data?.['type'], data?.['user_id'], member(data?.['details'], 'through')]),
      [
        ['user.migrated', 'auth0|bea', 'login'],
        ['user.migrated', 'auth0|cy', 'reset_confirm'],
      ],
    )
    assert.equal(member(by_login?.['details'], 'legacy_id'), 'bea')
    assert.equal(by_login?.['connection_id'], connection_id)
  })

  it('posts only events of its categories, and all that came while it was paused', async () => {
    const { id } = await makeStream({ filters: [{ type: 'category', name: 'auth.login.fail' }] })
    await server.must('PATCH', `log-streams/${id}`, { status: 'paused' })
    for (const name of ['one', 'two']) await logIn(name, 'x')
    await logIn('bea')
    assert.deepEqual(typesReceived(), [])
    await server.must('PATCH', `log-streams/${id}`, { status: 'active' })
    await waitUntil(() => typesReceived().length === 2)
    assert.deepEqual(typesReceived(), ['fp', 'fp'])
  })

  it('repeats a request that failed after a pause, with the same id, and tells of it', async () => {
    webhook.answer(500)
    const filters = [{ type: 'category', name: 'auth.login.fail' }]
    const { id } = await makeStream({ filters }, { httpContentFormat: 'JSONARRAY' })
    await logIn('ada', 'wrong')
    await waitUntil(async () => (await stream(id)).delivery.state === 'failing')
    const failing = (await stream(id)).delivery
    assert.deepEqual([failing.attempts, failing.last_error], [1, 'The webhook answered 500.'])
    assert.ok(failing.next_attempt_at > failing.last_failure_at)
    const [first] = webhook.received
    assert.equal(webhook.received.length, 1)
    webhook.answer(302)
    server.advance(10_000)
    await waitUntil(async () => (await stream(id)).delivery.attempts === 2)
    assert.equal((await stream(id)).delivery.last_error, 'The webhook answered 302.')
    assert.deepEqual(
      webhook.received.map(({ path }) => path),
      ['/events', '/events'],
    )
    webhook.answer(200)
    server.advance(30_000)
    await waitUntil(async () => (await stream(id)).delivery.state === 'ok')
    const last = webhook.received.at(-1)
    assert.equal(last?.headers['webhook-id'], first?.headers['webhook-id'])
    assert.equal(last?.body, first?.body)
    assert.ok(Array.isArray(JSON.parse(last?.body ?? '')))
  })

  it('is suspended after seven days of failures, and resumed by its status', async () => {
    webhook.answer(500)
    const { id } = await makeStream({}, { httpContentFormat: 'JSONOBJECT' })
    await logIn('ada', 'wrong')
    await waitUntil(async () => (await stream(id)).delivery.attempts === 1)
    server.advance(7 * 86_400_000)
    await waitUntil(async () => (await stream(id)).status === 'suspended')
    webhook.answer(200)
    const before_it = webhook.received.length
    await server.must('PATCH', `log-streams/${id}`, { status: 'active' })
    await waitUntil(async () => (await stream(id)).delivery.state === 'ok')
    assert.ok(webhook.received.length > before_it)
  })

  it('delays no login while the webhook does not answer', async () => {
    webhook.answer(undefined)
    await makeStream()
    await logIn('ada', 'wrong')
    await waitUntil(() => webhook.received.length > 0)
    const began = performance.now()
    assert.equal((await logIn('bea')).status, 200)
    assert.ok(performance.now() - began < 5000)
  })
})

describe('the address of a log stream', () => {
  const refused = async (httpEndpoint: string): Promise<string> =>
    (await server.refused('POST', 'log-streams', { type: 'http', sink: { httpEndpoint } }))[2]

  it('is https, except where the operator lists it, and holds no credentials', async () => {
    assert.match(await refused('http://203.0.113.1/'), /https:\/\//)
    assert.match(await refused('ftp://example.com/'), /https:\/\//)
    assert.match(await refused('https://user:pass@example.com/'), /user name or password/)
    assert.match(await refused('no url'), /no URL/)
    const headers = { httpEndpoint: webhook.url, httpCustomHeaders: [{ header: 'Webhook-Id', value: 'x' }] }
    assert.match((await server.refused('POST', 'log-streams', { type: 'http', sink: headers }))[2], /set by the server/)
  })

  it('[guard: log-stream-egress] on this machine or in a private network is reached only if the operator lists it', async () => {
    const connections = createTenantConnections({
      allow: [webhook.address],
      restricted: async () => ({ reserved: [], never: [], machine: ['127.0.0.1'] }),
    })
    const open = (host: string, port: number) => connections.open('ten_a', { host, port }, { bytes_max: 1000 })
    ;(await open('127.0.0.1', webhook.port)).destroy()
    for (const host of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', 'localhost']) {
      await assert.rejects(open(host, 1), /WHERRY_EGRESS_ALLOW/, host)
    }
    // At an address that nothing may be sent to, the stream fails, and says which setting would allow it.
    const { id } = await makeStream({}, { httpEndpoint: 'https://127.0.0.1:1/' })
    await logIn('ada', 'wrong')
    await waitUntil(async () => (await stream(id)).delivery.attempts > 0)
    assert.match((await stream(id)).delivery.last_error, /refused.*WHERRY_EGRESS_ALLOW/)
  })
})

describe('the streams of a tenant', () => {
  it('hold no events of another tenant, and are at most 20', async () => {
    const other = await createOtherTenant(server, 'other', 'other.test')
    const made = await other.must('POST', 'log-streams', { type: 'http', sink: { httpEndpoint: webhook.url } })
    await logIn('ada', 'wrong')
    await other.must('PATCH', 'tenants/settings', { friendly_name: 'Other' })
    await waitUntil(() => webhook.received.flatMap(eventsIn).some(({ data }) => data['tenant_name'] === 'other'))
    for (const { data } of webhook.received.flatMap(eventsIn)) assert.equal(data['tenant_name'], 'other')
    assert.equal((await server.refused('GET', `log-streams/${made.id}`))[0], 404)
    await other.must('DELETE', `log-streams/${made.id}`)
    for (let nth = 0; nth < 20; nth += 1) {
      const { id } = await makeStream({ name: `s${nth}` })
      await server.must('PATCH', `log-streams/${id}`, { status: 'paused' })
    }
    assert.equal(
      (await server.refused('POST', 'log-streams', { type: 'http', sink: { httpEndpoint: webhook.url } }))[0],
      409,
    )
  })
})

describe('many streams', () => {
  it('are all delivered, however many are idle [guard: idle-log-streams]', async () => {
    const { db } = server.internals
    const { id } = await makeStream({ filters: [{ type: 'category', name: 'auth.login.fail' }] })
    const row = await db.selectFrom('log_streams').selectAll().where('log_stream_id', '=', id).executeTakeFirstOrThrow()
    const idle = Array.from({ length: 100 }, (_, nth) => ({
      ...row,
      tenant_id: ` idle-${Math.floor(nth / 20)}`,
      log_stream_id: `lst_idle_${nth}`,
      claimed_until: 0,
    }))
    await db.insertInto('log_streams').values(idle).execute()
    await logIn('nobody', 'x')
    await waitUntil(() => typesReceived().length > 0)
    await db.deleteFrom('log_streams').where('log_stream_id', 'like', 'lst_idle_%').execute()
  })
})

describe('two processes on one store', () => {
  it('deliver each event of a stream once', async () => {
    await makeStream({ filters: [{ type: 'category', name: 'auth.login.fail' }] })
    const { db, clock, sealer } = server.internals
    const quiet = { info() {}, warn() {}, error() {}, debug() {} }
    const tenant_connections = createTenantConnections({
      allow: [webhook.address],
      restricted: async () => ({ reserved: [], never: [], machine: ['127.0.0.1'] }),
    })
    const second = startLogStreams({ db, clock, sealer, tenant_connections, log: quiet })
    for (let nth = 0; nth < 10; nth += 1) {
      await logIn(`nobody${nth}`, 'x')
      second.wake()
    }
    await waitUntil(() => typesReceived().length >= 10)
    await second.close()
    const ids = webhook.received.flatMap(eventsIn).map(({ log_id }) => log_id)
    assert.equal(ids.length, new Set(ids).size)
    assert.equal(ids.length, 10)
  })
})
