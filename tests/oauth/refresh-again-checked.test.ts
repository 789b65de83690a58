// A refresh grants what a login would grant now, not what the login granted.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { serviceOptions, startLegacyService, type LegacyService } from '../support/legacy-service.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient
let user_id: string
let connection_id: string
let api: string
let nth = 0
const scopes = [{ value: 'read:orders' }, { value: 'write:orders' }]

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

beforeEach(async () => {
  nth += 1
  api = `https://orders-${nth}.test/`
  client = await server.createClient()
  connection_id = await server.createConnection(`users-${nth}`, {}, [client])
  user_id = await server.createUser(`users-${nth}`, ada)
  await server.createResourceServer(api, { allow_offline_access: true, scopes })
})

const begin = async (): Promise<string> => {
  const scope = 'openid offline_access read:orders write:orders'
  const { json } = await server.login(client, `users-${nth}`, ada.email, ada.password, { audience: api, scope })
  return json.refresh_token
}
const refresh = (refresh_token: string): Promise<Answer> =>
  server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })
const changeApi = (change: JsonObject): Promise<unknown> =>
  server.must('PATCH', `resource-servers/${encodeURIComponent(api)}`, change)
const block = (blocked: boolean): Promise<unknown> =>
  server.must('PATCH', `users/${encodeURIComponent(user_id)}`, { blocked })

const refused = (answer: Answer): [number, string, string] => [
  answer.status,
  answer.json.error,
  answer.json.error_description,
]

test('[guard: connection-at-refresh] a client that was taken off the connection gets no new tokens, until it is enabled again', async () => {
  const token = await begin()
  await server.must('PATCH', `connections/${connection_id}/clients`, [{ client_id: client.client_id, status: false }])
  const reason = 'The connection is not enabled for the client.'
  assert.deepEqual(refused(await refresh(token)), [403, 'invalid_grant', reason])
  await server.enableClient(connection_id, client)
  assert.equal((await refresh(token)).status, 200)
})

test('[guard: scope-at-refresh] a scope that was removed from the API is no longer granted', async () => {
  const token = await begin()
  await changeApi({ scopes: [{ value: 'read:orders' }] })
  const { status, json } = await refresh(token)
  assert.deepEqual([status, json.scope], [200, 'openid offline_access read:orders'])
  assert.equal(decodeJwt(json.access_token)['scope'], 'openid offline_access read:orders')
})

test('[guard: scope-at-refresh] an API that enforces policies grants none of its scopes', async () => {
  const token = await begin()
  await changeApi({ enforce_policies: true })
  assert.equal((await refresh(token)).json.scope, 'openid offline_access')
})

test('[guard: offline-access-at-refresh] an API that no longer allows offline access is refreshed no more, until it does again', async () => {
  const token = await begin()
  await changeApi({ allow_offline_access: false })
  assert.deepEqual(refused(await refresh(token)), [403, 'invalid_grant', 'The API no longer allows offline access.'])
  await changeApi({ allow_offline_access: true })
  assert.equal((await refresh(token)).status, 200)
})

/** Runs something while the tokens of the next refresh are signed, after its first checks. */
function beforeSigning(run: () => Promise<unknown>): void {
  const { keys } = server.internals
  const { current } = keys
  keys.current = async (tenant_id) => {
    keys.current = current
    await run()
    return await current(tenant_id)
  }
}

test('[guard: user-at-refresh] a user who is blocked while the tokens are signed gets none', async () => {
  const token = await begin()
  beforeSigning(() => block(true))
  assert.deepEqual(refused(await refresh(token)), [403, 'unauthorized', 'user is blocked'])
  await block(false)
  assert.equal((await refresh(token)).status, 200, 'the refused use did not replace the token')
})

test('[guard: legacy-block-at-refresh] a user whom the legacy store blocked at the last login is refused', async () => {
  let blocked = false
  const service: LegacyService = await startLegacyService((email) => ({ user_id: `legacy-${nth}`, email, blocked }))
  const name = `legacy-${nth}`
  await server.createConnection(name, { ...serviceOptions(service), import_mode: false }, [client])
  const login = (): Promise<Answer> => server.login(client, name, ada.email, 'any', { scope: 'openid offline_access' })
  const { refresh_token } = (await login()).json
  blocked = true
  beforeSigning(async () => assert.equal((await login()).status, 403))
  assert.deepEqual(refused(await refresh(refresh_token)), [403, 'unauthorized', 'user is blocked'])
  assert.deepEqual(refused(await refresh(refresh_token)), [403, 'unauthorized', 'user is blocked'])
  blocked = false
  assert.equal((await login()).status, 200)
  assert.equal((await refresh(refresh_token)).status, 200)
  service.close()
})
