// Wherry's own PostgreSQL fails behind a proxy: every endpoint answers 503, no request is half done, and the server recovers.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../support/postgres.ts'
import { type Answer, bearer, type TestClient } from '../support/requests.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, realm_grant, type TenantApi } from '../support/tenant-api.ts'
import type { DatabaseServer } from '../support/test-database.ts'
import { type Fault, startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

const database_connections = 6
// A statement may take 15 s and its cancellation one more second; then a new connection is tried for 5 s.
const answered_within_ms = 26_000
const password = 'Right-Password-1'

describe('while the own PostgreSQL fails', () => {
  let database: DatabaseServer
  let proxy: TcpProxy
  let server: ServerProcess
  let tenant: TenantApi
  let client: TestClient
  let token: string
  let refresh_token: string

  const login = (typed = password): Promise<Answer> =>
    tenant.login(client, 'local', 'ada@own.example', typed, { scope: 'openid offline_access' })

  before(async () => {
    database = await startPostgres()
    proxy = await startTcpProxy(database.port)
    const url = new URL(database.url)
    url.port = String(proxy.port)
    server = await startServerProcess({
      env: {
        DATABASE_URL: url.href,
        WHERRY_DATABASE_CONNECTIONS: String(database_connections),
        WHERRY_SECRET_KEY: randomUUID() + randomUUID(),
        WHERRY_REQUESTS_PER_SECOND: '100000',
      },
    })
    tenant = createTenantApi(addressOf(server.firstRun()))
    token = await tenant.managementToken()
    client = await tenant.createClient({ grant_types: [realm_grant, 'refresh_token', 'client_credentials'] })
    await tenant.createConnection('local', {}, [client])
    const ada = { client_id: client.client_id, connection: 'local', email: 'ada@own.example', password }
    assert.equal((await tenant.post('/dbconnections/signup', ada)).status, 200)
    const first = await login()
    assert.equal(first.status, 200, first.text)
    refresh_token = first.json.refresh_token
  })
  after(async () => {
    await server?.kill()
    await proxy?.close()
    await database?.stop()
  })

  // Requests to every endpoint that need the store.
  const requests: Record<string, () => Promise<Answer>> = {
    'a login': () => login(),
    'a login with a wrong password': () => login('Wrong-Password-1'),
    'a refresh': () => tenant.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token }),
    'a revocation': () => tenant.post('/oauth/revoke', { ...client, token: randomUUID() }),
    'a sign-up': () =>
      tenant.post('/dbconnections/signup', {
        client_id: client.client_id,
        connection: 'local',
        email: `${randomUUID()}@own.example`,
        password,
      }),
    'a list of users': () => tenant.send('/api/v2/users', { headers: bearer(token) }),
    'a new client': () => tenant.post('/api/v2/clients', { name: 'another' }, bearer(token)),
    'a reset page': () => tenant.send(`/u/reset-verify?ticket=${'a'.repeat(32)}`),
    'an admin set-up page': () => tenant.send(`/u/admin-setup?ticket=${'a'.repeat(32)}`),
  }

  const residentKb = (): number => {
    const status = readFileSync(`/proc/${server.pid()}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN)
  }

  async function assertUnavailable(fault: Fault): Promise<number> {
    const started = performance.now()
    const answered = Object.entries(requests).map(async ([name, request]) => {
      const answer = await request()
      assert.equal(answer.status, 503, `${fault}: ${name}: ${answer.status} ${answer.text.slice(0, 300)}`)
      assert.equal(Number(answer.headers.get('retry-after')) > 0, true, `${fault}: ${name} has retry-after`)
      assert.doesNotMatch(answer.text, /password|invalid_grant|ECONN|postgres|sqlstate/i, `${fault}: ${name}`)
    })
    await Promise.all(answered)
    return performance.now() - started
  }

  async function assertRecovery(fault: Fault): Promise<number> {
    const started = performance.now()
    await proxy.set('pass')
    for (let answer = await login(); answer.status !== 200; answer = await login()) {
      assert.equal(answer.status, 503, `${fault}: ${answer.text}`)
      assert.ok(performance.now() - started < 20_000, `${fault}: no recovery`)
      await sleep(100)
    }
    const took = performance.now() - started
    assert.equal((await login('Wrong-Password-1')).status, 403)
    assert.equal((await login()).status, 200)
    assert.equal((await tenant.send(`/health/ready`)).status, 200)
    return took
  }

  /** Whether the server lives and is ready, and how long these answers take. */
  async function readHealth() {
    const started = performance.now()
    const live = await tenant.send(`/health/live`)
    const live_ms = performance.now() - started
    const ready = await tenant.send(`/health/ready`)
    return { live: live.status, ready: ready.status, live_ms, ready_ms: performance.now() - started - live_ms }
  }

  /** While `fault` lasts: every endpoint answers 503 in time, and the server lives and is not ready. */
  async function assertOutage(fault: Fault): Promise<string> {
    const health = readHealth()
    const took_ms = await assertUnavailable(fault)
    const { live, ready, live_ms, ready_ms } = await health
    assert.deepEqual([live, ready], [200, 503])
    assert.ok(live_ms < 1000 && ready_ms < 4000, `live after ${live_ms} ms, ready after ${ready_ms} ms`)
    assert.ok(took_ms < answered_within_ms, `the last request was answered after ${took_ms} ms`)
    return `${fault}: answered within ${Math.round(took_ms)} ms, live after ${Math.round(live_ms)} ms`
  }

  for (const fault of ['down', 'reset', 'garbage'] as const) {
    test(`${fault}: every endpoint answers 503 in time, health reports not ready, and the server recovers by itself`, async (t) => {
      await proxy.set(fault)
      const answered = await assertOutage(fault)
      t.diagnostic(`${answered}, recovered after ${Math.round(await assertRecovery(fault))} ms`)
    })
  }

  test('hang: the same, while many more requests use bounded memory and connections', async (t) => {
    await assertRecovery('pass')
    const before_kb = residentKb()
    await proxy.set('hang')
    const outage = assertOutage('hang')
    const burst = Array.from({ length: 150 }, async (_, index) => {
      await sleep(index * 20)
      return await login()
    })
    const [answered, ...answers] = await Promise.all([outage, ...burst])
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503])
    const { max } = proxy.connections()
    assert.ok(max <= database_connections * 2, `${max} connections`)
    const grown_mb = (residentKb() - before_kb) / 1024
    assert.ok(grown_mb < 100, `${grown_mb} MB more`)
    const recovered_ms = await assertRecovery('hang')
    // Connections that were given up close when the proxy hears of it.
    await waitUntil(() => proxy.connections().now <= database_connections)
    t.diagnostic(
      `${answered}; ${max} connections at most, ${Math.round(grown_mb)} MB more, recovered after ${Math.round(recovered_ms)} ms`,
    )
  })

  test('half-open: requests on dead connections get 503 in time, and new connections are opened', async (t) => {
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
    await assertRecovery('half_open')
  })

  test('slow: logins take longer and succeed', async () => {
    await proxy.set('slow')
    const answer = await login()
    assert.equal(answer.status, 200, answer.text)
    await assertRecovery('slow')
  })

  test('the process log has no unexpected errors and no flood of them', () => {
    const errors = server.lines().filter((line) => /"level":(?:50|60|"error"|"fatal")/.test(line))
    assert.deepEqual(
      errors.filter((line) => /a request failed/.test(line)),
      [],
    )
    assert.ok(errors.length < 60, `${errors.length} errors: ${errors.slice(0, 3).join('\n')}`)
    assert.ok(
      server.lines().some((line) => line.includes('a connection to the store was lost')),
      'the log has the reason',
    )
    assert.equal(server.stderr(), '')
  })
})
