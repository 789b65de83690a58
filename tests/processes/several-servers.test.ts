// Several servers of one installation on one PostgreSQL, as behind a load balancer: every guarantee holds across them.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { failures_per_identifier } from '../../src/login/brute-force-protection.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { startPostgres, type PostgresServer } from '../support/postgres.ts'
import { bearer, objects, ticketIn, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, realm_grant, type TenantApi } from '../support/tenant-api.ts'
import { inTier } from '../support/tier.ts'
import { waitUntil } from '../support/wait-until.ts'

const servers_count = 3
// Concurrent requests, of which each server gets some.
const [few, more, many] = inTier([6, 15, 30], [20, 50, 60])
// A process caches what others change for five seconds at most.
const cache_ttl_ms = 6000

const person = (id: string): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example` },
})
const people: Record<string, Scripted> = Object.fromEntries(
  ['ada', 'bob', 'cleo', 'dora', 'fay', 'gil'].map((id) => [`${id}@legacy.example`, person(id)]),
)
const wroteFirstRun = (server: ServerProcess): boolean =>
  server.lines().some((line) => line.includes('What to do next'))

describe('three servers on one PostgreSQL', () => {
  let database: PostgresServer
  let servers: ServerProcess[] = []
  let tenants: TenantApi[] = []
  let client: TestClient
  let connection_id: string

  /** The requests to one of the servers; the index wraps around. */
  const at = (index: number): TenantApi => {
    const tenant = tenants[index % tenants.length]
    assert.ok(tenant)
    return tenant
  }
  const login = (
    index: number,
    username: string,
    password: string,
    scope = 'openid',
    from = '10.0.0.1',
  ): Promise<Answer> => at(index).login(client, 'legacy', username, password, { scope }, from)

  before(async () => {
    database = await startPostgres()
    const { url } = await database.createStore()
    const env = {
      DATABASE_URL: url,
      WHERRY_SECRET_KEY: randomUUID() + randomUUID(),
      WHERRY_PUBLIC_URL: 'http://wherry.test',
      WHERRY_TRUST_PROXY: 'loopback',
    }
    servers = await Promise.all(Array.from({ length: servers_count }, () => startServerProcess({ env })))
    const first = servers.find(wroteFirstRun)
    assert.ok(first, 'one of them created the tenant')
    tenants = servers.map(({ origin }) => createTenantApi(addressOf(first.firstRun(), origin)))
    client = await at(0).createClient({ grant_types: [realm_grant, 'refresh_token'] })
    connection_id = await at(1).createConnection('legacy', peopleOptions(people), [client])
  })
  after(async () => {
    for (const server of servers) await server.stop()
    await database?.stop()
  })

  test('they created one tenant', async () => {
    assert.equal(objects(await at(0).must('GET', 'tenants'), 'tenants').length, 1)
    assert.equal(servers.filter(wroteFirstRun).length, 1)
  })

  test(`${more} concurrent first logins of one user: all succeed, one user, at most one script call per server`, async () => {
    const answers = await Promise.all(
      Array.from({ length: more }, (_, index) => login(index, 'ada@legacy.example', 'right')),
    )
    assert.deepEqual(
      [...new Set(answers.map(({ status }) => status))],
      [200],
      answers.find(({ status }) => status !== 200)?.text,
    )
    assert.equal((await at(2).must('GET', 'users/auth0%7Cada')).logins_count, more)
    const summary = await at(0).must('GET', `migrations/${connection_id}`)
    assert.deepEqual([summary.users, summary.states.migrated], [1, 1])
    const countCalls = async (): Promise<number> => {
      const lines = objects(await at(1).must('GET', `connections/${connection_id}/script-logs?take=100`), 'script_logs')
      return lines.filter(({ text }) => text === 'login called').length
    }
    // Each server stores its lines in batches.
    await waitUntil(async () => (await countCalls()) > 0)
    await sleep(1000)
    const calls = await countCalls()
    assert.ok(calls <= servers_count, `${calls} calls`)
  })

  test(`of ${few} concurrent uses of a refresh token one succeeds`, async () => {
    const { refresh_token } = (await login(0, 'bob@legacy.example', 'right', 'openid offline_access')).json
    const answers = await Promise.all(
      Array.from({ length: few }, (_, index) =>
        at(index).post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(({ status }) => status === 403).length, few - 1)
  })

  test(`of ${few} concurrent uses of a reset link one succeeds`, async () => {
    const email = 'cleo@legacy.example'
    const reset = { client_id: client.client_id, connection: 'legacy', email }
    assert.equal((await at(0).post('/dbconnections/change_password', reset)).status, 200)
    await waitUntil(async () => (await at(1).outbox(email)).length > 0)
    const ticket = ticketIn((await at(1).outbox(email))[0]?.['text'])
    const answers = await Promise.all(
      Array.from({ length: few }, (_, index) => {
        const password = `Chosen-${index}-a`
        return at(index).post('/u/reset-password', new URLSearchParams({ ticket, password, password_repeat: password }))
      }),
    )
    const succeeded = answers.flatMap(({ status }, index) => (status < 400 ? [index] : []))
    assert.equal(succeeded.length, 1, answers.map(({ status }) => status).join(' '))
    assert.equal((await login(2, 'cleo@legacy.example', `Chosen-${succeeded[0]}-a`)).status, 200)
  })

  test('a login form that reaches two servers at once moves the user once, and both answers give a valid code', async () => {
    const callback = 'https://app.test/callback'
    const app = await at(0).createClient({ callbacks: [callback], grant_types: ['authorization_code'] })
    await at(0).enableClient(connection_id, app)
    let turn = 0
    const browser = createBrowser({
      issuer: 'http://wherry.test/',
      send: (path, input) => at((turn += 1)).send(path, input),
    })
    const query = { client_id: app.client_id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
    const address = `/authorize?${new URLSearchParams(query)}`
    await sleep(cache_ttl_ms)
    const form = formOf(await browser.open(address))
    const typed = { username: 'gil@legacy.example', password: 'right' }
    const answers = await Promise.all([browser.submit(form, typed), browser.submit(form, typed)])
    for (const answer of answers) {
      assert.equal(answer.status, 303, answer.text)
      const { code } = answerOf(answer)
      const exchange = { grant_type: 'authorization_code', ...app, code, redirect_uri: callback }
      assert.equal((await at(2).post('/oauth/token', exchange)).status, 200)
    }
    assert.ok(answerOf(await browser.visit(`${address}&prompt=none`)).code, 'the browser is signed in')
    const users = objects(await at(0).must('GET', 'users-by-email?email=gil@legacy.example'))
    assert.equal(users.length, 1)
    const records = objects(await at(0).must('GET', `migrations/${connection_id}/records?q=gil`), 'records')
    assert.deepEqual(
      records.map(({ state }) => state),
      ['migrated'],
    )
  })

  test('failed logins are counted together: the eleventh is refused by every server', async () => {
    const wrong = await Promise.all(
      Array.from({ length: failures_per_identifier }, (_, index) =>
        login(index, 'dora@legacy.example', `guess ${index}`, 'openid', '10.0.0.2'),
      ),
    )
    assert.deepEqual([...new Set(wrong.map(({ status }) => status))], [403])
    for (let index = 0; index < servers_count; index += 1) {
      assert.equal((await login(index, 'dora@legacy.example', 'right', 'openid', '10.0.0.2')).status, 429)
    }
    const burst = await Promise.all(
      Array.from({ length: many }, (_, index) =>
        login(index, 'fay@legacy.example', `guess ${index}`, 'openid', '10.0.0.3'),
      ),
    )
    assert.equal(burst.filter(({ status }) => status === 403).length <= failures_per_identifier, true)
    assert.equal(
      burst.every(({ status }) => [403, 429, 503].includes(status)),
      true,
    )
  })

  test('after one rotates the keys all sign with the new key, and earlier tokens are valid', async () => {
    const kidOf = ({ id_token }: Json): string | undefined => decodeProtectedHeader(id_token).kid
    const management_token = await at(0).managementToken()
    const rotated = await at(0).must('POST', 'keys/signing/rotate')
    // A token by the new key is valid at once everywhere, also where the key is not known yet.
    const { json: tokens } = await login(0, 'ada@legacy.example', 'right')
    assert.equal(kidOf(tokens), rotated.kid)
    for (let index = 0; index < servers_count; index += 1) {
      const userinfo = await at(index).send('/userinfo', { headers: bearer(tokens.access_token) })
      assert.equal(userinfo.status, 200, userinfo.text)
      const clients = await at(index).send('/api/v2/clients', { headers: bearer(management_token) })
      assert.equal(clients.status, 200, clients.text)
    }
    await sleep(cache_ttl_ms)
    for (let index = 0; index < servers_count; index += 1) {
      assert.equal(kidOf((await login(index, 'ada@legacy.example', 'right')).json), rotated.kid)
    }
  })

  test('changes of connections and clients at one apply to all within seconds', async () => {
    await at(0).must('PATCH', `connections/${connection_id}`, {
      options: peopleOptions({
        ...people,
        'new@legacy.example': person('new'),
        'later@legacy.example': person('later'),
      }),
    })
    assert.equal((await login(0, 'new@legacy.example', 'right')).status, 200, 'at once where it was changed')
    await sleep(cache_ttl_ms)
    assert.equal((await login(1, 'later@legacy.example', 'right')).status, 200)
    await at(2).must('PATCH', `clients/${client.client_id}`, { grant_types: [] })
    await sleep(cache_ttl_ms)
    for (let index = 0; index < servers_count; index += 1)
      assert.equal((await login(index, 'ada@legacy.example', 'right')).status, 403)
    await at(2).must('PATCH', `clients/${client.client_id}`, {
      grant_types: [realm_grant],
    })
    await sleep(cache_ttl_ms)
  })

  test('one is killed during logins, and the others continue', async () => {
    const under_way = Promise.allSettled(
      Array.from({ length: inTier(12, 30) }, (_, index) => login(index, 'ada@legacy.example', 'right')),
    )
    await sleep(50)
    await servers[2]?.kill()
    await under_way
    tenants = tenants.slice(0, 2)
    for (let index = 0; index < 4; index += 1) {
      const answer = await login(index, 'ada@legacy.example', 'right')
      assert.equal(answer.status, 200, answer.text)
    }
  })
})
