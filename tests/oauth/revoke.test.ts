import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDoor, type Answer, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
const grant_types = ['password', 'refresh_token']

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types })
  const connection_id = await door.connection('users', [client])
  await door.user(connection_id, 'ada@example.com', 'engine no. 1')
})

after(() => door.close())

const begin = async (): Promise<string> => {
  const { body } = await door.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: 'users',
    username: 'ada@example.com',
    password: 'engine no. 1',
    scope: 'offline_access',
  })
  return body.refresh_token
}

const refresh = (refresh_token: string): Promise<Answer> =>
  door.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })

const isRefused = async (refresh_token: string): Promise<void> => {
  assert.equal((await refresh(refresh_token)).status, 403)
}

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
