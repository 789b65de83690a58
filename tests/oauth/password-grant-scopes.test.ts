import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { scopeForUser } from '../../src/oauth/granted-scope.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient
let connection_id: string
const { email, password } = ada
const orders = 'https://orders.test/'

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['password', 'refresh_token'] })
  connection_id = await server.createConnection('users', {}, [client])
  await server.createUser('users', { ...ada, phone_number: '+4912345' })
  await server.createResourceServer(orders, { scopes: [{ value: 'read:orders' }, { value: 'write:orders' }] })
  await server.createResourceServer('https://offline.test/', { allow_offline_access: true })
})

after(() => server.close())

const requestToken = (fields: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  server.post(
    '/oauth/token',
    { grant_type: 'password', realm: 'users', username: email, password, ...client, ...fields },
    headers,
  )

describe('an audience', () => {
  it('gives a token for the API, and also for /userinfo with openid', async () => {
    const both = decodeJwt((await requestToken({ audience: orders, scope: 'openid read:orders' })).json.access_token)
    assert.deepEqual(both.aud, [orders, `${server.issuer}userinfo`])
    const one = decodeJwt((await requestToken({ audience: orders, scope: 'read:orders' })).json.access_token)
    assert.equal(one.aud, orders)
  })

  it('grants the requested scopes that the API defines, or all of them where none is requested', async () => {
    assert.equal(
      (await requestToken({ audience: orders, scope: 'openid read:orders delete:orders' })).json.scope,
      'openid read:orders',
    )
    assert.equal(
      (await requestToken({ audience: orders })).json.scope,
      'openid profile email address phone read:orders write:orders',
    )
  })

  it('of the Management API gives a user no scope to manage the tenant', async () => {
    const audience = `${server.issuer}api/v2/`
    for (const scope of [undefined, 'openid read:users delete:users', 'read:users']) {
      const { json } = await requestToken({ audience, scope })
      assert.ok(!JSON.stringify(decodeJwt(json.access_token)).includes('read:users'))
    }
    assert.equal((await requestToken({ audience })).json.scope, 'openid profile email address phone')
    const scopes = [{ value: 'read:users' }, { value: 'read:current_user' }]
    const client = {
      tenant_id: 't',
      client_id: 'c',
      name: 'client',
      secret_sealed: '',
      is_global: false,
      data: {},
      created_at: 0,
      updated_at: 0,
    }
    const management = {
      tenant_id: 't',
      resource_server_id: 'r',
      identifier: audience,
      is_system: true,
      data: { scopes },
    }
    assert.deepEqual(scopeForUser(client, management, ['openid', 'read:current_user', 'read:users']), [
      'openid',
      'read:current_user',
    ])
    assert.ok(!scopeForUser(client, management, undefined).includes('read:users'))
  })

  it('that enforces policies gives users no scope, since they have no roles', async () => {
    await server.createResourceServer('https://rbac.test/', { enforce_policies: true, scopes: [{ value: 'read:all' }] })
    assert.equal(
      (await requestToken({ audience: 'https://rbac.test/', scope: 'openid read:all' })).json.scope,
      'openid',
    )
  })

  it('gives single-page applications tokens with a shorter life', async () => {
    const spa = await server.createClient({ app_type: 'spa', grant_types: ['password'] })
    await server.enableClient(connection_id, spa)
    const { json } = await requestToken({ client_id: spa.client_id, client_secret: undefined, audience: orders })
    assert.equal(json.expires_in, 7200)
  })
})

describe('offline access', () => {
  const refresh_token = async (fields: Record<string, unknown>): Promise<unknown> => {
    const { json } = await requestToken({ scope: 'openid offline_access', ...fields })
    assert.equal(String(json.scope).includes('offline_access'), json.refresh_token !== undefined)
    return json.refresh_token
  }

  it('is given without an audience, and for an API that allows it', async () => {
    assert.match(String(await refresh_token({})), /^[A-Za-z0-9_-]{64}$/)
    assert.ok(await refresh_token({ audience: 'https://offline.test/' }))
  })

  it('is refused for an API that does not allow it, and to a client without the grant', async () => {
    assert.equal(await refresh_token({ audience: orders }), undefined)
    const without = await server.createClient({ grant_types: ['password'] })
    await server.enableClient(connection_id, without)
    assert.equal(await refresh_token(without), undefined)
  })
})

describe('auth0-forwarded-for', () => {
  const ip_of = async (headers: Record<string, string>): Promise<string | null | undefined> => {
    assert.equal((await requestToken({}, headers)).status, 200)
    const row = await server.internals.db
      .selectFrom('log_events')
      .select('ip')
      .where('type', '=', 's')
      .orderBy('log_id', 'desc')
      .executeTakeFirst()
    return row?.ip
  }

  it('is used from a client that the tenant trusts, and from no other', async () => {
    assert.equal(await ip_of({ 'auth0-forwarded-for': '198.51.100.7' }), '127.0.0.1')
    await server.must('PATCH', `clients/${client.client_id}`, {
      is_token_endpoint_ip_header_trusted: true,
    })
    assert.equal(await ip_of({ 'auth0-forwarded-for': '198.51.100.7' }), '198.51.100.7')
    assert.equal(await ip_of({ 'auth0-forwarded-for': '2001:db8::7' }), '2001:db8::7')
    assert.equal(await ip_of({ 'auth0-forwarded-for': 'localhost\t, 1.2.3.4' }), '127.0.0.1')
  })

  it('is ignored from a public client', async () => {
    const open = await server.createClient({
      token_endpoint_auth_method: 'none',
      grant_types: ['password'],
      is_token_endpoint_ip_header_trusted: true,
    })
    await server.enableClient(connection_id, open)
    const fields = { client_id: open.client_id, client_secret: undefined }
    assert.equal((await requestToken(fields, { 'auth0-forwarded-for': '198.51.100.7' })).status, 200)
    const row = await server.internals.db
      .selectFrom('log_events')
      .select('ip')
      .orderBy('log_id', 'desc')
      .executeTakeFirst()
    assert.equal(row?.ip, '127.0.0.1')
  })
})
