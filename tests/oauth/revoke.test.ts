import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient
let connection_id: string
const grant_types = ['password', 'refresh_token']

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types })
  connection_id = await server.createConnection('users', {}, [client])
  await server.createUser('users', ada)
})

after(() => server.close())

const begin = async (who = client): Promise<string> => {
  const { json } = await server.post('/oauth/token', {
    grant_type: 'password',
    ...who,
    realm: 'users',
    username: ada.email,
    password: ada.password,
    scope: 'offline_access',
  })
  return json.refresh_token
}

const refresh = (refresh_token: string, who = client): Promise<Answer> =>
  server.post('/oauth/token', { grant_type: 'refresh_token', ...who, refresh_token })

const isRefused = async (refresh_token: string): Promise<void> => {
  assert.equal((await refresh(refresh_token)).status, 403)
}

describe('a client', () => {
  it('rotates its refresh tokens unless its settings disable rotation', async () => {
    const plain = await server.createClient({ grant_types })
    await server.enableClient(connection_id, plain)
    const first = await begin(plain)
    const { json } = await refresh(first, plain)
    assert.ok(json.refresh_token)
    assert.equal((await refresh(first, plain)).status, 403)
    assert.equal((await refresh(json.refresh_token, plain)).status, 403)
    const refresh_token = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' }
    await server.must('PATCH', `clients/${plain.client_id}`, { refresh_token })
    const kept = await begin(plain)
    for (let use = 0; use < 2; use += 1) assert.equal((await refresh(kept, plain)).json.refresh_token, undefined)
  })
})

describe('/oauth/revoke', () => {
  const revoke = (fields: Record<string, unknown>): Promise<Answer> =>
    server.post('/oauth/revoke', { ...client, ...fields })

  it('ends the token family of a refresh token, and is logged', async () => {
    const first = await begin()
    const second = (await refresh(first)).json.refresh_token
    const { status, text } = await revoke({ token: second, token_type_hint: 'refresh_token' })
    assert.deepEqual([status, text], [200, ''])
    await isRefused(second)
    assert.equal((await server.logTypes()).filter((type) => type === 'srrt').length, 1)
  })

  it('answers 200 for unknown and for revoked tokens', async () => {
    const token = await begin()
    assert.equal((await revoke({ token })).status, 200)
    assert.equal((await revoke({ token })).status, 200)
    assert.equal((await revoke({ token: 'never issued' })).status, 200)
  })

  it("leaves another client's token valid", async () => {
    const token = await begin()
    const other = await server.createClient({ grant_types })
    assert.equal((await revoke({ ...other, token })).status, 200)
    assert.equal((await refresh(token)).status, 200)
  })

  it('needs a token, and client authentication', async () => {
    const missing = await revoke({})
    assert.equal(missing.status, 400)
    assert.deepEqual(missing.json, {
      error: 'invalid_request',
      error_description: 'Missing required parameter: token',
    })
    const token = await begin()
    assert.equal((await revoke({ token, client_secret: 'wrong' })).status, 401)
    assert.equal((await refresh(token)).status, 200)
  })
})
