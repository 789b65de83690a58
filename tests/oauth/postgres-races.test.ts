import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { createSigningKeys, ensureSigningKey } from '../../src/keys/signing-keys.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { openDoor, type Answer, type Door } from './door.ts'

let server: DatabaseServer
let door: Door
let client: { client_id: string; client_secret: string }
const settings = { rotation_type: 'rotating', expiration_type: 'expiring' }
const grant_types = ['password', 'refresh_token']

before(async () => {
  server = await startPostgres()
  const { url } = await server.createDatabase('oauth')
  door = await openDoor({ database_url: url })
  client = await door.client({ grant_types, refresh_token: settings })
  const connection_id = await door.connection('users', [client])
  await door.user(connection_id, 'ada@example.com', 'engine no. 1')
})

after(async () => {
  await door?.close()
  await server?.stop()
})

const login = async (): Promise<Answer['body']> => {
  const { body } = await door.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: 'users',
    username: 'ada@example.com',
    password: 'engine no. 1',
    scope: 'openid offline_access',
  })
  return body
}

const begin = async (): Promise<string> => (await login()).refresh_token

const refresh = (refresh_token: string): Promise<Answer> =>
  door.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })

const count = (answers: Answer[], status: number): number => answers.filter((answer) => answer.status === status).length

describe('on PostgreSQL, where statements really overlap,', () => {
  it('twenty uses of a refresh token at once succeed once, ten times over', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = await begin()
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
      assert.equal(count(answers, 200), 1)
      assert.equal(count(answers, 403), 19)
    }
  })

  it('a revocation that races uses leaves no token that works', async () => {
    for (let round = 0; round < 5; round += 1) {
      const token = await begin()
      const [revoked, ...answers] = await Promise.all([
        door.post('/oauth/revoke', { ...client, token }),
        ...Array.from({ length: 5 }, () => refresh(token)),
      ])
      assert.equal(revoked.status, 200)
      for (const answer of answers) {
        if (answer.status === 200) assert.equal((await refresh(answer.body.refresh_token)).status, 403)
      }
    }
  })

  it('a leeway lets all twenty succeed', async () => {
    await door.changeClient(client.client_id, { grant_types, refresh_token: { ...settings, leeway: 60 } })
    const token = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    assert.equal(count(answers, 200), 20)
  })

  it('processes that make and rotate keys at once agree on one pair', async () => {
    const tenant_id = 'ten_fresh'
    const at = Date.now()
    await door.db
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
    const { sealer, clock } = door
    const states = async (): Promise<Record<string, number>> => {
      const rows = await door.db.selectFrom('signing_keys').select('state').where('tenant_id', '=', tenant_id).execute()
      const counted: Record<string, number> = {}
      for (const { state } of rows) counted[state] = (counted[state] ?? 0) + 1
      return counted
    }
    await Promise.all(Array.from({ length: 6 }, () => ensureSigningKey(door.db, sealer, clock, tenant_id)))
    assert.deepEqual(await states(), { current: 1, next: 1 })
    const processes = Array.from({ length: 6 }, () => createSigningKeys({ db: door.db, sealer, clock }))
    await Promise.all(processes.map((keys) => keys.rotate(tenant_id)))
    const { current, next } = await states()
    assert.deepEqual({ current, next }, { current: 1, next: 1 })
  })

  it('tokens issued while keys rotate all verify', async () => {
    const logins = Array.from({ length: 10 }, login)
    await Promise.all([door.keys.rotate(door.tenant_id), door.keys.rotate(door.tenant_id)])
    const tokens = await Promise.all([...logins, login()])
    const jwks = createLocalJWKSet((await door.send('/.well-known/jwks.json')).body)
    for (const { id_token, access_token } of tokens) {
      await jwtVerify(id_token, jwks, { issuer: door.issuer, audience: client.client_id })
      const headers = { authorization: `Bearer ${access_token}` }
      assert.equal((await door.send('/userinfo', { headers })).status, 200)
    }
  })
})
