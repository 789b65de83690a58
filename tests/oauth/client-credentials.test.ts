import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { sql } from 'kysely'
import { managementScopes, namedScopes } from '../../src/contract/management-scopes.ts'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let now = Date.now()
let client: TestClient
const audience = 'https://orders.test/'
const grant_type = 'client_credentials'

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
  client = await server.createClient({ grant_types: ['client_credentials'], app_type: 'non_interactive' })
  await server.createResourceServer(audience, {
    scopes: [{ value: 'read:orders' }, { value: 'write:orders' }],
    token_lifetime: 3600,
  })
  await server.createClientGrant(client.client_id, audience, ['read:orders', 'write:orders', 'gone:orders'])
  await server.createResourceServer('https://private.test/')
})

after(() => server.close())

const requestToken = (fields: Record<string, unknown>) =>
  server.post('/oauth/token', { grant_type, ...client, ...fields })

describe('a client credentials grant', () => {
  it('gives an access token for the audience, and no ID or refresh token', async () => {
    const { status, json, headers } = await requestToken({ audience })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
    assert.equal(json.token_type, 'Bearer')
    assert.equal(json.expires_in, 3600)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('pragma'), 'no-cache')
    const { alg, kid } = decodeProtectedHeader(json.access_token)
    assert.equal(alg, 'RS256')
    assert.ok(kid)
    const { jti, ...claims } = decodeJwt(json.access_token)
    const iat = Math.floor(now / 1000)
    assert.ok(jti)
    assert.deepEqual(claims, {
      iss: server.issuer,
      sub: `${client.client_id}@clients`,
      aud: audience,
      iat,
      exp: iat + 3600,
      scope: 'read:orders write:orders',
      gty: 'client-credentials',
      azp: client.client_id,
    })
  })

  it('grants the requested scopes that the client grant has, in a form as in JSON', async () => {
    const form = new URLSearchParams({
      grant_type,
      ...client,
      audience,
      scope: 'write:orders delete:orders gone:orders',
    })
    const { status, json } = await server.send('/oauth/token', { method: 'POST', body: form })
    assert.equal(status, 200)
    assert.equal(json.scope, 'write:orders')
  })

  it('gives every scope of the resource server where the client grant allows all, but those that are granted by name', async () => {
    const { management_audience } = server.first_run
    const machine = await server.createClient()
    await server.createClientGrant(machine.client_id, management_audience, 'all')
    const { json } = await server.post('/oauth/token', { grant_type, ...machine, audience: management_audience })
    const granted = String(json.scope).split(' ')
    for (const { value } of managementScopes) assert.equal(granted.includes(value), !namedScopes.has(value), value)
    assert.equal(decodeJwt(json.access_token).aud, `${server.issuer}api/v2/`)
  })

  it("uses the tenant's default audience where none is named", async () => {
    await server.must('PATCH', 'tenants/settings', { default_audience: audience })
    assert.equal((await requestToken({})).status, 200)
    await server.must('PATCH', 'tenants/settings', { default_audience: '' })
  })

  it('is logged without its secret or its token', async () => {
    const { json } = await requestToken({ audience })
    const rows = await server.internals.db.selectFrom('log_events').selectAll().execute()
    const text = JSON.stringify(rows) + JSON.stringify(server.logged())
    assert.ok(
      rows.some((row) => row.type === 'seccft' && row.client_id === client.client_id && row.audience === audience),
    )
    assert.ok(!text.includes(client.client_secret))
    assert.ok(!text.includes(json.access_token))
  })
})

describe('a refused client', () => {
  const refusals: [string, Record<string, unknown>, number, string, string][] = [
    ['without an audience', {}, 400, 'invalid_request', 'Missing required parameter: audience'],
    ['with an unknown audience', { audience: 'urn:none' }, 403, 'access_denied', 'Service not found: urn:none'],
    [
      'without a client grant',
      { audience: 'https://private.test/' },
      403,
      'access_denied',
      'Client is not authorized to access "https://private.test/". You need to create a "client-grant" associated to this API.',
    ],
    ['with a wrong secret', { audience, client_secret: 'wrong' }, 401, 'access_denied', 'Unauthorized'],
    ['without its secret', { audience, client_secret: undefined }, 401, 'access_denied', 'Unauthorized'],
    ['that is unknown', { audience, client_id: 'unknown' }, 401, 'access_denied', 'Unauthorized'],
    ['that is not named', { audience, client_id: '' }, 400, 'invalid_request', 'Missing required parameter: client_id'],
    [
      'without a grant type',
      { grant_type: undefined },
      400,
      'invalid_request',
      'Missing required parameter: grant_type',
    ],
    [
      'with a grant that it may not use',
      { grant_type: 'password', username: 'x', password: 'y' },
      403,
      'unauthorized_client',
      "Grant type 'password' not allowed for the client.",
    ],
    [
      "with a grant of Auth0's that it may not use",
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' },
      403,
      'unauthorized_client',
      "Grant type 'urn:ietf:params:oauth:grant-type:device_code' not allowed for the client.",
    ],
    [
      'with a grant that does not exist',
      { grant_type: 'magic' },
      403,
      'unsupported_grant_type',
      'Unsupported grant type: magic',
    ],
    [
      'with an assertion of another type',
      { audience, client_assertion: 'e30.e30.e30' },
      400,
      'invalid_request',
      'With client_assertion, client_assertion_type is urn:ietf:params:oauth:client-assertion-type:jwt-bearer.',
    ],
  ]
  for (const [what, fields, status, error, error_description] of refusals) {
    it(`${what} is answered ${status} ${error}`, async () => {
      const answer = await requestToken(fields)
      assert.equal(answer.status, status)
      assert.deepEqual(answer.json, { error, error_description })
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    })
  }

  it('for /userinfo, which has users only, is answered 403', async () => {
    const { status, json } = await requestToken({ audience: `${server.issuer}userinfo` })
    assert.deepEqual([status, json.error_description], [403, `Service not found: ${server.issuer}userinfo`])
  })

  it('writes a log event where the client is known, and none where it is unknown', async () => {
    const count = async (): Promise<number> => (await server.logTypes()).filter((type) => type === 'feccft').length
    const earlier = await count()
    await requestToken({ audience, client_secret: 'wrong' })
    await requestToken({ audience: 'urn:none' })
    assert.equal(await count(), earlier + 2)
    await requestToken({ grant_type: 'password', username: 'x', password: 'y' })
    assert.ok((await server.logTypes()).includes('fepft'))
    await requestToken({ audience, client_id: 'unknown' })
    assert.equal(await count(), earlier + 2)
  })

  it('that is public is refused', async () => {
    const spa = await server.createClient({ app_type: 'spa', grant_types: ['client_credentials'] })
    await server.createClientGrant(spa.client_id, audience, 'all')
    const { status, json } = await server.post('/oauth/token', { grant_type, client_id: spa.client_id, audience })
    assert.equal(status, 403)
    assert.equal(json.error, 'unauthorized_client')
  })

  it('of another tenant is unknown', async () => {
    const other = 'ten_other'
    const { created_at, updated_at } = { created_at: now, updated_at: now }
    await server.internals.db
      .insertInto('tenants')
      .values({
        tenant_id: other,
        name: 'other',
        domain: 'other.test',
        plan: 'free',
        is_default: 0,
        settings: '{}',
        created_at,
        updated_at,
      })
      .execute()
    await server.internals.db
      .updateTable('clients')
      .set({ tenant_id: other })
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal((await requestToken({ audience })).status, 401)
    await server.internals.db
      .updateTable('clients')
      .set({ tenant_id: server.internals.tenant_id })
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal((await requestToken({ audience })).status, 200)
  })
})

describe('a change of a client', () => {
  it('through the Management API applies at once', async () => {
    const changed = await server.createClient({ grant_types: ['client_credentials'] })
    const token = () => server.post('/oauth/token', { grant_type, ...changed, audience })
    assert.equal((await token()).status, 403)
    const grant = { client_id: changed.client_id, audience, scope: ['read:orders'] }
    const made = await server.must('POST', 'client-grants', grant)
    assert.equal((await token()).json.scope, 'read:orders')
    await server.must('PATCH', `client-grants/${String(member(made, 'id'))}`, { scope: [] })
    assert.equal((await token()).json.scope, undefined)
    await server.must('PATCH', `clients/${changed.client_id}`, { grant_types: [] })
    assert.equal((await token()).json.error, 'unauthorized_client')
    const rotated = await server.must('POST', `clients/${changed.client_id}/rotate-secret`)
    assert.equal((await token()).status, 401)
    changed.client_secret = String(member(rotated, 'client_secret'))
    assert.equal((await token()).status, 403)
  })

  it('applies at once where the change is reported, else after five seconds', async () => {
    const changed = await server.createClient({ grant_types: ['client_credentials'] })
    await server.createClientGrant(changed.client_id, audience, 'all')
    const status = async (): Promise<number> =>
      (await server.post('/oauth/token', { grant_type, ...changed, audience })).status
    assert.equal(await status(), 200)
    // This process does not report the statement, as if another process had run it.
    await sql`delete from clients where client_id = ${changed.client_id}`.execute(server.internals.db)
    assert.equal(await status(), 200)
    now += cache_ttl_ms
    assert.equal(await status(), 401)
    const announced = await server.createClient({ grant_types: ['client_credentials'] })
    await server.createClientGrant(announced.client_id, audience, 'all')
    assert.equal((await server.post('/oauth/token', { grant_type, ...announced, audience })).status, 200)
    await server.must('PATCH', `clients/${announced.client_id}`, { grant_types: [] })
    assert.equal((await server.post('/oauth/token', { grant_type, ...announced, audience })).status, 403)
  })
})
