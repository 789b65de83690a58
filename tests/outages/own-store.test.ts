// Wherry's own PostgreSQL fails behind a proxy: every door says so, nothing is half answered, and all is well afterwards.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../server/server-process.ts'
import { freePort } from '../support/free-port.ts'
import { type Answer, member, send } from '../support/house.ts'
import { startPostgres } from '../support/postgres.ts'
import type { DatabaseServer } from '../support/test-database.ts'
import { startTcpProxy, type TcpProxy, type Weather } from './tcp-proxy.ts'

const database_connections = 6
// A statement may take 15 s, a second more tells that nobody listens; then one more connection is tried for 5 s.
const answered_within_ms = 26_000
const password = 'Right-Password-1'

describe('while the own PostgreSQL is away', () => {
  let database: DatabaseServer
  let proxy: TcpProxy
  let server: ServerProcess
  let origin: string
  let client: { client_id: string; client_secret: string }
  let token: string
  let refresh_token: string

  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    send(`${origin}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const login = (typed = password): Promise<Answer> =>
    post('oauth/token', {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...client,
      realm: 'local',
      username: 'ada@own.example',
      password: typed,
      scope: 'openid offline_access',
    })
  const bearer = (): Record<string, string> => ({ authorization: `Bearer ${token}` })
  const text = (answer: Answer, name: string): string => String(member(answer.json, name))

  before(async () => {
    database = await startPostgres()
    proxy = await startTcpProxy(database.port)
    const url = new URL(database.url)
    url.port = String(proxy.port)
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    server = await startServer({
      env: {
        DATABASE_URL: url.href,
        WHERRY_DATABASE_CONNECTIONS: String(database_connections),
        WHERRY_SECRET_KEY: randomUUID() + randomUUID(),
        WHERRY_PORT: String(port),
        WHERRY_PUBLIC_URL: origin,
        WHERRY_REQUESTS_PER_SECOND: '100000',
        WHERRY_LOG_LEVEL: 'info',
      },
    })
    const first_run = server.firstRun()
    const issued = await post('oauth/token', {
      grant_type: 'client_credentials',
      client_id: first_run.management_client_id,
      client_secret: first_run.management_client_secret,
      audience: first_run.management_audience,
    })
    token = text(issued, 'access_token')
    const made = await post(
      'api/v2/clients',
      {
        name: 'app',
        grant_types: ['http://auth0.com/oauth/grant-type/password-realm', 'refresh_token', 'client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      bearer(),
    )
    client = { client_id: text(made, 'client_id'), client_secret: text(made, 'client_secret') }
    const connection = { name: 'local', strategy: 'auth0', enabled_clients: [client.client_id] }
    assert.equal((await post('api/v2/connections', connection, bearer())).status, 201)
    const ada = { client_id: client.client_id, connection: 'local', email: 'ada@own.example', password }
    assert.equal((await post('dbconnections/signup', ada)).status, 200)
    const first = await login()
    assert.equal(first.status, 200, first.text)
    refresh_token = text(first, 'refresh_token')
  })
  after(async () => {
    await server?.kill()
    await proxy?.close()
    await database?.stop()
  })

  // Every door, with something that cannot be answered without the store.
  const doors: Record<string, () => Promise<Answer>> = {
    'a login': () => login(),
    'a login with a wrong password': () => login('Wrong-Password-1'),
    'a refresh': () => post('oauth/token', { grant_type: 'refresh_token', ...client, refresh_token }),
    'a revocation': () => post('oauth/revoke', { ...client, token: randomUUID() }),
    'a sign-up': () =>
      post('dbconnections/signup', {
        client_id: client.client_id,
        connection: 'local',
        email: `${randomUUID()}@own.example`,
        password,
      }),
    'a list of users': () => send(`${origin}/api/v2/users`, { headers: bearer() }),
    'a new client': () => post('api/v2/clients', { name: 'another' }, bearer()),
    'a reset page': () => send(`${origin}/u/reset-verify?ticket=${'a'.repeat(32)}`),
    'an admin set-up page': () => send(`${origin}/u/admin-setup?ticket=${'a'.repeat(32)}`),
  }

  const residentKb = (): number => {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN)
  }

  async function assertHonest(weather: Weather): Promise<number> {
    const started = performance.now()
    const asked = Object.entries(doors).map(async ([name, ask]) => {
      const answer = await ask()
      assert.equal(answer.status, 503, `${weather}: ${name}: ${answer.status} ${answer.text.slice(0, 300)}`)
      assert.equal(Number(answer.headers.get('retry-after')) > 0, true, `${weather}: ${name} says when to come again`)
      assert.doesNotMatch(answer.text, /password|invalid_grant|ECONN|postgres|sqlstate/i, `${weather}: ${name}`)
    })
    await Promise.all(asked)
    return performance.now() - started
  }

  async function assertWellAgain(weather: Weather): Promise<number> {
    const started = performance.now()
    await proxy.set('pass')
    for (let answer = await login(); answer.status !== 200; answer = await login()) {
      assert.equal(answer.status, 503, `${weather}: ${answer.text}`)
      assert.ok(performance.now() - started < 20_000, `${weather}: no recovery`)
      await sleep(100)
    }
    const took = performance.now() - started
    assert.equal((await login('Wrong-Password-1')).status, 403)
    assert.equal((await login()).status, 200)
    assert.equal((await send(`${origin}/health/ready`)).status, 200)
    return took
  }

  for (const weather of ['down', 'reset', 'garbage', 'hang'] as const) {
    test(`${weather}: every door answers 503 in time, health tells the truth, and it recovers by itself`, async (t) => {
      await proxy.set(weather)
      const health = (async () => {
        const started = performance.now()
        const live = await send(`${origin}/health/live`)
        const live_ms = performance.now() - started
        const ready = await send(`${origin}/health/ready`)
        return { live: live.status, ready: ready.status, live_ms, ready_ms: performance.now() - started - live_ms }
      })()
      const took_ms = await assertHonest(weather)
      const { live, ready, live_ms, ready_ms } = await health
      assert.deepEqual([live, ready], [200, 503])
      assert.ok(live_ms < 1000 && ready_ms < 4000, `live after ${live_ms} ms, ready after ${ready_ms} ms`)
      assert.ok(took_ms < answered_within_ms, `the last door answered after ${took_ms} ms`)
      const recovered_ms = await assertWellAgain(weather)
      t.diagnostic(
        `${weather}: answered within ${Math.round(took_ms)} ms, live after ${Math.round(live_ms)} ms, well again after ${Math.round(recovered_ms)} ms`,
      )
    })
  }

  test('half-open: what waits on dead connections is told so in time, and new connections are made', async (t) => {
    await Promise.all(Array.from({ length: 12 }, () => login()))
    await proxy.set('half_open')
    const started = performance.now()
    const answers = await Promise.all(Array.from({ length: 12 }, () => login()))
    const took_ms = performance.now() - started
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200 && status !== 503),
      [],
    )
    assert.ok(took_ms < answered_within_ms, `${took_ms} ms`)
    t.diagnostic(`half-open: answered within ${Math.round(took_ms)} ms`)
    await assertWellAgain('half_open')
  })

  test('slow: logins take their time and succeed', async () => {
    await proxy.set('slow')
    const answer = await login()
    assert.equal(answer.status, 200, answer.text)
    await assertWellAgain('slow')
  })

  test('a crowd that comes while it is silent neither fills the memory nor the database', async (t) => {
    await assertWellAgain('pass')
    const before_kb = residentKb()
    await proxy.set('hang')
    const crowd = Array.from({ length: 150 }, async (_, index) => {
      await sleep(index * 20)
      return await login()
    })
    const answers = await Promise.all(crowd)
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503])
    const { most } = proxy.connections()
    assert.ok(most <= database_connections * 2, `${most} connections`)
    const grown_mb = (residentKb() - before_kb) / 1024
    assert.ok(grown_mb < 100, `${grown_mb} MB more`)
    const recovered_ms = await assertWellAgain('hang')
    assert.ok(proxy.connections().now <= database_connections)
    t.diagnostic(
      `crowd: ${most} connections at most, ${Math.round(grown_mb)} MB more, well after ${Math.round(recovered_ms)} ms`,
    )
  })

  test('no outage was a crash, a fault, or a flood in the process log', () => {
    const errors = server.lines.filter((line) => /"level":(?:50|60|"error"|"fatal")/.test(line))
    assert.deepEqual(
      errors.filter((line) => /a request failed|a page failed|a Management API request failed/.test(line)),
      [],
    )
    assert.ok(errors.length < 60, `${errors.length} errors: ${errors.slice(0, 3).join('\n')}`)
    assert.ok(
      server.lines.some((line) => line.includes('a connection to the store was lost')),
      'the operator is told why',
    )
    assert.equal(server.stderr(), '')
  })
})
