import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { member } from '../support/house.ts'
import { openDoor, type Answer, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
let connection_id: string
const grant_types = ['password', 'refresh_token']

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types })
  connection_id = await door.connection('users', [client])
  await door.user(connection_id, 'ada@example.com', 'engine no. 1')
})

after(() => door.close())

const begin = async (who = client): Promise<string> => {
  const { body } = await door.post('/oauth/token', {
    grant_type: 'password',
    ...who,
    realm: 'users',
    username: 'ada@example.com',
    password: 'engine no. 1',
    scope: 'offline_access',
  })
  return body.refresh_token
}

const refresh = (refresh_token: string, who = client): Promise<Answer> =>
  door.post('/oauth/token', { grant_type: 'refresh_token', ...who, refresh_token })

const isRefused = async (refresh_token: string): Promise<void> => {
  assert.equal((await refresh(refresh_token)).status, 403)
}

describe('a client made through the Management API', () => {
  it('rotates its refresh tokens unless it says otherwise', async () => {
    const made = await door.must('POST', 'clients', { name: 'plain', grant_types })
    const plain = { client_id: String(member(made, 'client_id')), client_secret: String(member(made, 'client_secret')) }
    await door.enable(connection_id, plain)
    const first = await begin(plain)
    const { body } = await refresh(first, plain)
    assert.ok(body.refresh_token)
    assert.equal((await refresh(first, plain)).status, 403)
    assert.equal((await refresh(body.refresh_token, plain)).status, 403)
    const refresh_token = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' }
    await door.must('PATCH', `clients/${plain.client_id}`, { refresh_token })
    const kept = await begin(plain)
    for (let use = 0; use < 2; use += 1) assert.equal((await refresh(kept, plain)).body.refresh_token, undefined)
  })
})

describe('/oauth/revoke', () => {
  const revoke = (fields: Record<string, unknown>): Promise<Answer> =>
    door.post('/oauth/revoke', { ...client, ...fields })

  it('ends the family of a refresh token, and is logged', async () => {
    const first = await begin()
    const second = (await refresh(first)).body.refresh_token
    const { status, text } = await revoke({ token: second, token_type_hint: 'refresh_token' })
    assert.deepEqual([status, text], [200, ''])
    await isRefused(second)
    assert.equal((await door.logTypes()).filter((type) => type === 'srrt').length, 1)
  })

  it('answers 200 for what it does not know, and for what is revoked already', async () => {
    const token = await begin()
    assert.equal((await revoke({ token })).status, 200)
    assert.equal((await revoke({ token })).status, 200)
    assert.equal((await revoke({ token: 'never issued' })).status, 200)
  })

  it("does not touch another client's token", async () => {
    const token = await begin()
    const other = await door.client({ grant_types })
    assert.equal((await revoke({ ...other, token })).status, 200)
    assert.equal((await refresh(token)).status, 200)
  })

  it('wants a token, and the client to authenticate', async () => {
    const missing = await revoke({})
    assert.equal(missing.status, 400)
    assert.deepEqual(missing.body, {
      error: 'invalid_request',
      error_description: 'Missing required parameter: token',
    })
    const token = await begin()
    assert.equal((await revoke({ token, client_secret: 'wrong' })).status, 401)
    assert.equal((await refresh(token)).status, 200)
  })
})
