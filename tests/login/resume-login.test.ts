// A login that a post-login step redirects, and that is resumed after the redirect.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBackground } from '../../src/base/background.ts'
import { clientById } from '../../src/clients/client.ts'
import { connectionByRealm } from '../../src/connections/connection.ts'
import { logIn, resumeLogin, type LoginDeps } from '../../src/login/login.ts'
import { createUnauthenticatedEvents } from '../../src/logs/unauthenticated-events.ts'
import { createSingleFlight } from '../../src/login/single-flight.ts'
import type { LoginGrant } from '../../src/rules/post-login.ts'
import { tenantByDomain } from '../../src/tenants/tenant.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'engine no. 1 A'
let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
})
after(() => server.close())

async function prepare() {
  const { db, clock, sealer, passwords, site, tenant_id } = server.internals
  const calls: string[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const background = createBackground(log)
  const deps: LoginDeps = {
    db,
    clock,
    sealer,
    passwords,
    site,
    log,
    background,
    unauthenticated_events: createUnauthenticatedEvents({ db, clock, background }),
    delivery: { wake: () => {} },
    legacy: {
      runLogin: () => Promise.reject(new Error('a local connection runs no script')),
      findHash: () => Promise.reject(new Error('a local connection runs no script')),
    },
    pending_attempts: createSingleFlight(1),
    pending_script_calls: createSingleFlight(1),
    post_login_steps: [
      async ({ is_resumed }) => {
        calls.push(is_resumed ? 'resumed' : 'redirects')
        return is_resumed ? { kind: 'allow' } : { kind: 'redirect', url: 'https://shop.example/terms' }
      },
      async () => {
        calls.push('allows')
        return { kind: 'allow' }
      },
    ],
  }
  const tenant = await tenantByDomain(db, new URL(server.issuer).host)
  const connection = await connectionByRealm(db, tenant_id, 'local')
  const application = await clientById(db, tenant_id, client.client_id)
  assert.ok(tenant && connection && application)
  const caller = { ip: '192.0.2.1', user_agent: '', hostname: 'test' }
  const grant: LoginGrant = {
    protocol: 'oidc-basic-profile',
    scope: [],
    audience: undefined,
    query: {},
    body: {},
    parameters: {},
  }
  const request = { tenant, connection, client: application, caller, grant, can_redirect: true }
  return { deps, request, calls }
}

test('a redirected login writes nothing, and the resumed one runs that step and the later ones, and completes', async () => {
  const email = 'ada@local.example'
  const user = await server.must('POST', 'users', { connection: 'local', email, password })
  const { deps, request, calls } = await prepare()
  const issue = async () => ({ answer: 'issued', events: [], write: async () => {} })
  const first = await logIn(deps, { ...request, identifier: email, password }, issue)
  assert.ok(first.kind === 'redirect')
  assert.equal(first.url, 'https://shop.example/terms')
  assert.deepEqual(await server.logs(`user_name:"${email}" AND type:s`), [])

  const resumed = await resumeLogin(deps, { ...request, identifier: email }, first.suspended, issue)
  assert.deepEqual(resumed, { kind: 'completed', answer: 'issued' })
  assert.deepEqual(calls, ['redirects', 'resumed', 'allows'])
  const [event] = await server.logs(`user_name:"${email}" AND type:s`)
  assert.equal(event?.['user_id'], user.user_id)
})

test('a resumed login of a user who was blocked meanwhile fails', async () => {
  const email = 'bob@local.example'
  const user = await server.must('POST', 'users', { connection: 'local', email, password })
  const { deps, request } = await prepare()
  const issue = async () => ({ answer: 'issued', events: [], write: async () => {} })
  const first = await logIn(deps, { ...request, identifier: email, password }, issue)
  assert.ok(first.kind === 'redirect')
  await server.must('PATCH', `users/${encodeURIComponent(String(user.user_id))}`, { blocked: true })
  const resumed = await resumeLogin(deps, { ...request, identifier: email }, first.suspended, issue)
  assert.ok(resumed.kind === 'failed')
  assert.equal(resumed.refusal.code, 'wrong_credentials')
})

test('a resumed login clears earlier failed attempts when it completes', async () => {
  const email = 'cy@local.example'
  await server.must('POST', 'users', { connection: 'local', email, password })
  const { deps, request } = await prepare()
  const issue = async () => ({ answer: 'issued', events: [], write: async () => {} })
  const failures = async () => {
    const rows = await server.internals.db
      .selectFrom('brute_force_counters')
      .select(['failures', 'description'])
      .execute()
    return rows.filter((row) => row.description.includes(email)).map((row) => row.failures)
  }
  await logIn(deps, { ...request, identifier: email, password: 'wrong' }, issue)
  const first = await logIn(deps, { ...request, identifier: email, password }, issue)
  assert.ok(first.kind === 'redirect')
  assert.deepEqual(await failures(), [1])
  await resumeLogin(deps, { ...request, identifier: email }, first.suspended, issue)
  assert.deepEqual(
    (await failures()).filter((count) => count > 0),
    [],
  )
})
