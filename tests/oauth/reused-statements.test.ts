import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, it, mock } from 'node:test'
import type { TestClient } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient
const prepare = mock.method(DatabaseSync.prototype, 'prepare')

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['password', 'refresh_token'] })
  await server.createConnection('users', {}, [client])
  await server.createUser('users', ada)
})

after(() => {
  prepare.mock.restore()
  return server.close()
})

async function round(address: string): Promise<void> {
  const requestToken = (fields: Record<string, unknown>) =>
    server.post('/oauth/token', { ...client, ...fields }, { 'x-forwarded-for': address })
  const login = {
    grant_type: realm_grant,
    realm: 'users',
    username: ada.email,
    scope: 'openid offline_access',
  }
  const { status, json } = await requestToken({ ...login, password: ada.password })
  assert.equal(status, 200)
  assert.equal((await requestToken({ grant_type: 'refresh_token', refresh_token: json.refresh_token })).status, 200)
  assert.equal((await requestToken({ ...login, password: 'engine no. 2' })).status, 403)
  const reset = { client_id: client.client_id, connection: 'users', email: `lost-${address}@example.com` }
  assert.equal((await server.post('/dbconnections/change_password', reset)).status, 200)
  await server.settle()
  assert.equal(
    (await requestToken({ ...login, username: `nobody-${address}@example.com`, password: ada.password })).status,
    403,
  )
}

// A value in the text of a statement makes a new statement, which is compiled and cached: a login then costs more, and
// memory grows with logins.
it('compiles no new statement for a second login, failed login, refresh or password reset', async () => {
  await round('203.0.113.1')
  await round('203.0.113.1')
  const known = prepare.mock.callCount()
  assert.ok(known > 0)
  for (let nth = 2; nth < 6; nth += 1) await round(`203.0.113.${nth}`)
  const made = prepare.mock.calls.slice(known).map((call) => String(call.arguments[0]))
  // Log streams are read once a second, beside the requests.
  assert.deepEqual(
    made.filter((statement) => !statement.includes('"log_streams"')),
    [],
  )
})
