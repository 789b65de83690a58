// The script log as a stream of server-sent events: its lines, and what ends it.
import assert from 'node:assert/strict'
import { request, type IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { startPostgres } from '../support/postgres.ts'
import { bearer, type TestClient } from '../support/requests.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const login = "(email, password, callback) => { console.log('asked for', email, password); callback(null) }"
const get_user = '(email, callback) => callback(null)'
const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }

/** Opens a stream, and collects its text. */
async function openStream(server: TestServer, id: string, token: string, query = '') {
  const sent = request({
    host: '127.0.0.1',
    port: server.port,
    path: `/api/v2/connections/${id}/script-logs/stream${query}`,
    agent: false,
    headers: { host: server.host, ...bearer(token) },
  })
  sent.end()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve)
    sent.on('error', reject)
  })
  const stream = {
    status: response.statusCode,
    type: response.headers['content-type'],
    text: '',
    ended: false,
    close: () => sent.destroy(),
  }
  response.on('data', (chunk: Buffer) => (stream.text += chunk.toString()))
  response.on('close', () => (stream.ended = true))
  response.on('error', () => undefined)
  return stream
}

const endOf = ({ text }: { text: string }): string | undefined => /event: end\ndata: (.*)\n/.exec(text)?.[1]

describe('the stream of the script log', () => {
  let server: TestServer
  let client: TestClient
  let id: string
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    id = await server.createConnection('shop', options, [client])
  })
  after(async () => await server.close())

  const open = async (query = '') =>
    await openStream(server, id, await server.managementToken('read:connections'), query)

  test('has each new line once, with secrets masked, and begins where it is continued', async () => {
    await server.login(client, 'shop', 'before@shop.example', 'Secret-4711')
    await waitUntil(async () => (await server.must('GET', `connections/${id}/script-logs`)).script_logs.length === 2)
    const stream = await open('?level=log')
    assert.deepEqual([stream.status, stream.type], [200, 'text/event-stream; charset=utf-8'])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    for (const name of ['ada', 'bob']) await server.login(client, 'shop', `${name}@shop.example`, 'Secret-4711')
    await waitUntil(() => stream.text.includes('bob@'))
    await new Promise((resolve) => setTimeout(resolve, 2200))
    const lines = stream.text.match(/^data: .*$/gm) ?? []
    assert.equal(lines.length, 2, stream.text)
    assert.match(String(lines[0]), /"text":"asked for ada@shop\.example \[password\]"/)
    assert.ok(!stream.text.includes('Secret-4711'))
    const [, first_id = ''] = /id: (\S+)\nevent: line/.exec(stream.text) ?? []
    stream.close()
    const continued = await open(`?from=${first_id}`)
    await waitUntil(() => continued.text.includes('bob@'))
    assert.ok(!continued.text.includes('ada@'))
    continued.close()
  })

  test('ends when the token expires [guard: stream-ends-with-token]', async () => {
    const stream = await open()
    assert.equal(endOf(stream), undefined)
    server.advance(2 * 24 * 60 * 60 * 1000)
    await waitUntil(() => stream.ended)
    assert.equal(endOf(stream), '{"reason":"expired_token"}')
  })

  test('ends when the key of its token is revoked', async () => {
    const stream = await open()
    await server.must('POST', 'keys/signing/rotate')
    const [previous] = (await server.must('GET', 'keys/signing')).filter((key: { previous?: boolean }) => key.previous)
    await server.must('PUT', `keys/signing/${previous.kid}/revoke`)
    await waitUntil(() => stream.ended)
    assert.equal(endOf(stream), '{"reason":"invalid_token"}')
  })

  test('ends with its connection', async () => {
    const deleted = await server.createConnection('deleted', options)
    const stream = await openStream(server, deleted, await server.managementToken())
    await server.must('DELETE', `connections/${deleted}`)
    await waitUntil(() => stream.ended)
    assert.equal(endOf(stream), '{"reason":"inexistent_connection"}')
  })

  const tokenOfNewClient = async (): Promise<string> => {
    const { audience } = server.credentials
    const made = await server.createClient()
    await server.must('POST', 'client-grants', { client_id: made.client_id, audience, scope: ['read:connections'] })
    const answer = await server.post('/oauth/token', { ...made, grant_type: 'client_credentials', audience })
    return String(answer.json.access_token)
  }

  test('is one of at most four of a client and twenty of a tenant, and needs read:connections and the own connection [guard: streams-bounded]', async () => {
    const streams = []
    for (let opened = 0; opened < 4; opened += 1) streams.push(await open())
    assert.equal((await open()).status, 429)
    for (let client = 0; client < 4; client += 1) {
      const token = await tokenOfNewClient()
      for (let opened = 0; opened < 4; opened += 1) streams.push(await openStream(server, id, token))
    }
    assert.deepEqual(new Set(streams.map(({ status }) => status)), new Set([200]))
    assert.equal((await openStream(server, id, await tokenOfNewClient())).status, 429)
    const other = await createOtherTenant(server, 'other', 'other.localhost')
    const foreign = await other.api('GET', `connections/${id}/script-logs/stream`)
    assert.equal(foreign.status, 404)
    assert.equal((await openStream(server, id, await server.managementToken('read:users'))).status, 403)
    for (const stream of streams) stream.close()
    await waitUntil(async () => {
      const stream = await open()
      stream.close()
      return stream.status === 200
    })
  })

  test('ends when the server stops, which it does not delay', async () => {
    const own = await startTestServer()
    const shop = await own.createConnection('shop', options)
    const stream = await openStream(own, shop, await own.managementToken())
    const began = performance.now()
    await own.close()
    assert.ok(performance.now() - began < 5000)
    await waitUntil(() => stream.ended)
    assert.equal(endOf(stream), '{"reason":"server_stops"}')
  })
})

test('has the lines of another server on the same store', async () => {
  const postgres = await startPostgres()
  const { url } = await postgres.createStore()
  const one = await startTestServer({ env: { DATABASE_URL: url } })
  try {
    const client = await one.createClient()
    const id = await one.createConnection('shop', options, [client])
    const { tenant_id } = one.internals
    const stream = await openStream(one, id, await one.managementToken())
    await new Promise((resolve) => setTimeout(resolve, 1500))
    // As another server stores them: the second line is older than the first, and comes later.
    const at = Date.now()
    const row = (at_ms: number, text: string) => ({
      tenant_id,
      connection_id: id,
      at: at_ms,
      script: 'login',
      call_id: 'c',
      level: 'log',
      text,
      line_id: `${String(at_ms).padStart(15, '0')}-000001-scl_${text}`,
    })
    await one.internals.db.insertInto('script_logs').values(row(at, 'newer')).execute()
    await waitUntil(() => stream.text.includes('newer'))
    await one.internals.db
      .insertInto('script_logs')
      .values(row(at - 1500, 'late'))
      .execute()
    await waitUntil(() => stream.text.includes('late'))
    assert.equal(stream.text.match(/"text":"newer"/g)?.length, 1)
    stream.close()
  } finally {
    await one.close()
    await postgres.stop()
  }
})
