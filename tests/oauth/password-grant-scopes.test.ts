import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { scopeForUser } from '../../src/oauth/granted-scope.ts'
import { openDoor, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
let connection_id: string
const email = 'ada@example.com'
const password = 'engine no. 1'
const orders = 'https://orders.test/'

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['password', 'refresh_token'] })
  connection_id = await door.connection('users', [client])
  await door.user(connection_id, email, password, { phone_number: '+4912345' })
  await door.resourceServer(orders, { scopes: [{ value: 'read:orders' }, { value: 'write:orders' }] })
  await door.resourceServer('https://offline.test/', { allow_offline_access: true })
})

after(() => door.close())

const ask = (fields: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  door.post(
    '/oauth/token',
    { grant_type: 'password', realm: 'users', username: email, password, ...client, ...fields },
    headers,
  )

describe('an audience', () => {
  it('makes a token for the API, and for /userinfo with openid', async () => {
    const both = decodeJwt((await ask({ audience: orders, scope: 'openid read:orders' })).body.access_token)
    assert.deepEqual(both.aud, [orders, `${door.issuer}userinfo`])
    const one = decodeJwt((await ask({ audience: orders, scope: 'read:orders' })).body.access_token)
    assert.equal(one.aud, orders)
  })

  it('grants the scopes that the API defines, all of them to who asks for none', async () => {
    assert.equal(
      (await ask({ audience: orders, scope: 'openid read:orders delete:orders' })).body.scope,
      'openid read:orders',
    )
    assert.equal(
      (await ask({ audience: orders })).body.scope,
      'openid profile email address phone read:orders write:orders',
    )
  })

  it('of the Management API never lets a user run the tenant', async () => {
    const audience = `${door.issuer}api/v2/`
    for (const scope of [undefined, 'openid read:users delete:users', 'read:users']) {
      const { body } = await ask({ audience, scope })
      assert.ok(!JSON.stringify(decodeJwt(body.access_token)).includes('read:users'))
    }
    assert.equal((await ask({ audience })).body.scope, 'openid profile email address phone')
    const scopes = [{ value: 'read:users' }, { value: 'read:current_user' }]
    const management = {
      tenant_id: 't',
      resource_server_id: 'r',
      identifier: audience,
      is_system: true,
      data: { scopes },
    }
    assert.deepEqual(scopeForUser(management, ['openid', 'read:current_user', 'read:users']), [
      'openid',
      'read:current_user',
    ])
    assert.ok(!scopeForUser(management, undefined).includes('read:users'))
  })

  it('that enforces policies gives users no scope, as they have no roles', async () => {
    await door.resourceServer('https://rbac.test/', { enforce_policies: true, scopes: [{ value: 'read:all' }] })
    assert.equal((await ask({ audience: 'https://rbac.test/', scope: 'openid read:all' })).body.scope, 'openid')
  })

  it('gives pages in a browser shorter tokens', async () => {
    const spa = await door.client({ app_type: 'spa', grant_types: ['password'] })
    await door.enable(connection_id, spa)
    const { body } = await ask({ client_id: spa.client_id, client_secret: undefined, audience: orders })
    assert.equal(body.expires_in, 7200)
  })
})

describe('offline access', () => {
  const refresh_token = async (fields: Record<string, unknown>): Promise<unknown> => {
    const { body } = await ask({ scope: 'openid offline_access', ...fields })
    assert.equal(String(body.scope).includes('offline_access'), body.refresh_token !== undefined)
    return body.refresh_token
  }

  it('is given without an audience, and for an API that allows it', async () => {
    assert.match(String(await refresh_token({})), /^[A-Za-z0-9_-]{64}$/)
    assert.ok(await refresh_token({ audience: 'https://offline.test/' }))
  })

  it('is refused for an API that does not allow it, and to a client without the grant', async () => {
    assert.equal(await refresh_token({ audience: orders }), undefined)
    const without = await door.client({ grant_types: ['password'] })
    await door.enable(connection_id, without)
    assert.equal(await refresh_token(without), undefined)
  })
})

describe('auth0-forwarded-for', () => {
  const ip_of = async (headers: Record<string, string>): Promise<string | null | undefined> => {
    assert.equal((await ask({}, headers)).status, 200)
    const row = await door.db
      .selectFrom('log_events')
      .select('ip')
      .where('type', '=', 's')
      .orderBy('log_id', 'desc')
      .executeTakeFirst()
    return row?.ip
  }

  it('is believed of a server that the tenant trusts, and of nobody else', async () => {
    assert.equal(await ip_of({ 'auth0-forwarded-for': '198.51.100.7' }), '127.0.0.1')
    await door.changeClient(client.client_id, {
      grant_types: ['password', 'refresh_token'],
      is_token_endpoint_ip_header_trusted: true,
    })
    assert.equal(await ip_of({ 'auth0-forwarded-for': '198.51.100.7' }), '198.51.100.7')
    assert.equal(await ip_of({ 'auth0-forwarded-for': '2001:db8::7' }), '2001:db8::7')
    assert.equal(await ip_of({ 'auth0-forwarded-for': 'localhost\t, 1.2.3.4' }), '127.0.0.1')
  })

  it('is not believed of a client that shows no secret', async () => {
    const open = await door.client({
      token_endpoint_auth_method: 'none',
      grant_types: ['password'],
      is_token_endpoint_ip_header_trusted: true,
    })
    await door.enable(connection_id, open)
    const fields = { client_id: open.client_id, client_secret: undefined }
    assert.equal((await ask(fields, { 'auth0-forwarded-for': '198.51.100.7' })).status, 200)
    const row = await door.db.selectFrom('log_events').select('ip').orderBy('log_id', 'desc').executeTakeFirst()
    assert.equal(row?.ip, '127.0.0.1')
  })
})
