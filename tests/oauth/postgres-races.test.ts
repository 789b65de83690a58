import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { ensureSigningKey } from '../../src/keys/signing-key-states.ts'
import { createSigningKeys } from '../../src/keys/signing-keys.ts'
import { answerOf, createBrowser } from '../support/browser.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { bearer, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'
import { authenticate } from './embedded/embedded-client.ts'

let database: PostgresServer
let server: TestServer
let client: TestClient
const settings = { rotation_type: 'rotating', expiration_type: 'expiring' }
const grant_types = ['password', 'refresh_token']

before(async () => {
  database = await startPostgres()
  const { url } = await database.createStore('oauth')
  server = await startTestServer({ env: { DATABASE_URL: url } })
  client = await server.createClient({ grant_types, refresh_token: settings })
  await server.createConnection('users', {}, [client])
  await server.createUser('users', ada)
})

after(async () => {
  await server?.close()
  await database?.stop()
})

const login = async (): Promise<Json> => {
  const { json } = await server.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: 'users',
    username: ada.email,
    password: ada.password,
    scope: 'openid offline_access',
  })
  return json
}

const begin = async (): Promise<string> => (await login()).refresh_token

const refresh = (refresh_token: string): Promise<Answer> =>
  server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })

const count = (answers: Answer[], status: number): number => answers.filter((answer) => answer.status === status).length

describe('on PostgreSQL, where statements overlap,', () => {
  it('of twenty concurrent uses of a refresh token one succeeds', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = await begin()
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
      assert.equal(count(answers, 200), 1)
      assert.equal(count(answers, 403), 19)
    }
  })

  it('a revocation concurrent with uses leaves no valid token', async () => {
    for (let round = 0; round < 5; round += 1) {
      const token = await begin()
      const [revoked, ...answers] = await Promise.all([
        server.post('/oauth/revoke', { ...client, token }),
        ...Array.from({ length: 5 }, () => refresh(token)),
      ])
      assert.equal(revoked.status, 200)
      for (const answer of answers) {
        if (answer.status === 200) assert.equal((await refresh(answer.json.refresh_token)).status, 403)
      }
    }
  })

  it('within the leeway all twenty succeed', async () => {
    await server.must('PATCH', `clients/${client.client_id}`, { refresh_token: { ...settings, leeway: 60 } })
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.equal(count(answers, 200), 20)
  })

  it('of twenty concurrent exchanges of a code one succeeds, and what it gave is revoked [guard: code-once]', async () => {
    const app = await createBrowserClient(server)
    for (let round = 0; round < 5; round += 1) {
      const parameters = { scope: 'openid offline_access' }
      const { code } = answerOf(await createBrowser(server).logIn(app.authorize(parameters), ada.email, ada.password))
      const answers = await Promise.all(Array.from({ length: 20 }, () => app.exchange(code)))
      assert.equal(count(answers, 200), 1)
      assert.equal(count(answers, 403), 19)
      const { refresh_token } = answers.find(({ status }) => status === 200)?.json ?? {}
      const used = await server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token })
      assert.equal(used.status, 403)
    }
  })

  it('of twenty concurrent uses of a login ticket one succeeds [guard: ticket-once]', async () => {
    const app = await createBrowserClient(server, { cross_origin_authentication: true })
    for (let round = 0; round < 5; round += 1) {
      const browser = createBrowser(server)
      const { login_ticket } = (await authenticate(browser, app.client, { realm: app.connection })).json
      const address = app.authorize({ realm: app.connection, login_ticket })
      const answers = await Promise.all(Array.from({ length: 20 }, () => browser.visit(address)))
      assert.equal(answers.filter((answer) => answerOf(answer).code !== undefined).length, 1)
    }
  })

  it('processes that create and rotate keys concurrently agree on one pair', async () => {
    const tenant_id = 'ten_fresh'
    const at = Date.now()
    await server.internals.db
      .insertInto('tenants')
      .values({
        tenant_id,
        name: 'fresh',
        domain: 'fresh.test',
        plan: 'free',
        is_default: 0,
        settings: '{}',
        created_at: at,
        updated_at: at,
      })
      .execute()
    const { sealer, clock } = server.internals
    const states = async (): Promise<Record<string, number>> => {
      const rows = await server.internals.db
        .selectFrom('signing_keys')
        .select('state')
        .where('tenant_id', '=', tenant_id)
        .execute()
      const counted: Record<string, number> = {}
      for (const { state } of rows) counted[state] = (counted[state] ?? 0) + 1
      return counted
    }
    await Promise.all(Array.from({ length: 6 }, () => ensureSigningKey(server.internals.db, sealer, clock, tenant_id)))
    assert.deepEqual(await states(), { current: 1, next: 1 })
    const processes = Array.from({ length: 6 }, () => createSigningKeys({ db: server.internals.db, sealer, clock }))
    await Promise.all(processes.map((keys) => keys.rotate(tenant_id)))
    const { current, next } = await states()
    assert.deepEqual({ current, next }, { current: 1, next: 1 })
  })

  it('tokens issued while keys rotate all verify', async () => {
    const logins = Array.from({ length: 10 }, login)
    const rotate = () => server.must('POST', 'keys/signing/rotate')
    await Promise.all([rotate(), rotate()])
    const tokens = await Promise.all([...logins, login()])
    const jwks = createLocalJWKSet((await server.send('/.well-known/jwks.json')).json)
    for (const { id_token, access_token } of tokens) {
      await jwtVerify(id_token, jwks, { issuer: server.issuer, audience: client.client_id })
      assert.equal((await server.send('/userinfo', { headers: bearer(access_token) })).status, 200)
    }
  })
})
