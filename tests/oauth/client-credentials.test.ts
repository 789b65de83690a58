import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import { sql } from 'kysely'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { member } from '../support/house.ts'
import { openDoor, type Door } from './door.ts'

let door: Door
let now = Date.now()
let client: { client_id: string; client_secret: string }
const audience = 'https://orders.test/'
const grant_type = 'client_credentials'

before(async () => {
  door = await openDoor({ clock: { now: () => now } })
  client = await door.client({ grant_types: ['client_credentials'], app_type: 'non_interactive' })
  await door.resourceServer(audience, {
    scopes: [{ value: 'read:orders' }, { value: 'write:orders' }],
    token_lifetime: 3600,
  })
  await door.clientGrant(client.client_id, audience, ['read:orders', 'write:orders', 'gone:orders'])
  await door.resourceServer('https://private.test/')
})

after(() => door.close())

const ask = (fields: Record<string, unknown>) => door.post('/oauth/token', { grant_type, ...client, ...fields })

describe('a client acting for itself', () => {
  it('gets an access token for the audience, and nothing that belongs to a user', async () => {
    const { status, body, headers } = await ask({ audience })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
    assert.equal(body.token_type, 'Bearer')
    assert.equal(body.expires_in, 3600)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('pragma'), 'no-cache')
    const { alg, kid } = decodeProtectedHeader(body.access_token)
    assert.equal(alg, 'RS256')
    assert.ok(kid)
    const { jti, ...claims } = decodeJwt(body.access_token)
    const iat = Math.floor(now / 1000)
    assert.ok(jti)
    assert.deepEqual(claims, {
      iss: door.issuer,
      sub: `${client.client_id}@clients`,
      aud: audience,
      iat,
      exp: iat + 3600,
      scope: 'read:orders write:orders',
      gty: 'client-credentials',
      azp: client.client_id,
    })
  })

  it('gets what it asks for of what it was granted, in a form or in JSON', async () => {
    const form = new URLSearchParams({
      grant_type,
      ...client,
      audience,
      scope: 'write:orders delete:orders gone:orders',
    })
    const { status, body } = await door.send('/oauth/token', { method: 'POST', body: form })
    assert.equal(status, 200)
    assert.equal(body.scope, 'write:orders')
  })

  it('gets every scope of the resource server where its grant says so', async () => {
    const { management_audience, management_client_id, management_client_secret } = door.management
    const { body } = await door.post('/oauth/token', {
      grant_type,
      client_id: management_client_id,
      client_secret: management_client_secret,
      audience: management_audience,
    })
    const granted = String(body.scope).split(' ')
    for (const { value } of managementScopes) assert.ok(granted.includes(value), value)
    assert.equal(decodeJwt(body.access_token).aud, `${door.issuer}api/v2/`)
  })

  it("falls back to the tenant's default audience", async () => {
    await door.settings({ default_audience: audience })
    assert.equal((await ask({})).status, 200)
    await door.settings({})
  })

  it('is logged without its secret or its token', async () => {
    const { body } = await ask({ audience })
    const rows = await door.db.selectFrom('log_events').selectAll().execute()
    const text = JSON.stringify(rows) + JSON.stringify(door.logged())
    assert.ok(
      rows.some((row) => row.type === 'seccft' && row.client_id === client.client_id && row.audience === audience),
    )
    assert.ok(!text.includes(client.client_secret))
    assert.ok(!text.includes(body.access_token))
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
      'with an assertion',
      { audience, client_assertion: 'e30.e30.e30' },
      400,
      'invalid_request',
      'client_assertion is not supported. Authenticate with client_secret, in the body or by HTTP Basic.',
    ],
  ]
  for (const [what, fields, status, error, error_description] of refusals) {
    it(`${what} is answered ${status} ${error}`, async () => {
      const answer = await ask(fields)
      assert.equal(answer.status, status)
      assert.deepEqual(answer.body, { error, error_description })
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    })
  }

  it('leaves an event where the client is known, and none where it is not', async () => {
    const count = async (): Promise<number> => (await door.logTypes()).filter((type) => type === 'feccft').length
    const before_all = await count()
    await ask({ audience, client_secret: 'wrong' })
    await ask({ audience: 'urn:none' })
    assert.equal(await count(), before_all + 2)
    await ask({ grant_type: 'password', username: 'x', password: 'y' })
    assert.ok((await door.logTypes()).includes('fepft'))
    await ask({ audience, client_id: 'unknown' })
    assert.equal(await count(), before_all + 2)
  })

  it('that keeps no secret may not act for itself', async () => {
    const spa = await door.client({ app_type: 'spa', grant_types: ['client_credentials'] })
    await door.clientGrant(spa.client_id, audience, 'all')
    const { status, body } = await door.post('/oauth/token', { grant_type, client_id: spa.client_id, audience })
    assert.equal(status, 403)
    assert.equal(body.error, 'unauthorized_client')
  })

  it('of another tenant is unknown here', async () => {
    const other = 'ten_other'
    const { created_at, updated_at } = { created_at: now, updated_at: now }
    await door.db
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
    await door.db.updateTable('clients').set({ tenant_id: other }).where('client_id', '=', client.client_id).execute()
    assert.equal((await ask({ audience })).status, 401)
    await door.db
      .updateTable('clients')
      .set({ tenant_id: door.tenant_id })
      .where('client_id', '=', client.client_id)
      .execute()
    assert.equal((await ask({ audience })).status, 200)
  })
})

describe('a change of a client', () => {
  it('through the Management API is seen at once', async () => {
    const changed = await door.client({ grant_types: ['client_credentials'] })
    const token = () => door.post('/oauth/token', { grant_type, ...changed, audience })
    assert.equal((await token()).status, 403)
    const grant = { client_id: changed.client_id, audience, scope: ['read:orders'] }
    const made = await door.must('POST', 'client-grants', grant)
    assert.equal((await token()).body.scope, 'read:orders')
    await door.must('PATCH', `client-grants/${String(member(made, 'id'))}`, { scope: [] })
    assert.equal((await token()).body.scope, undefined)
    await door.must('PATCH', `clients/${changed.client_id}`, { grant_types: [] })
    assert.equal((await token()).body.error, 'unauthorized_client')
    const rotated = await door.must('POST', `clients/${changed.client_id}/rotate-secret`)
    assert.equal((await token()).status, 401)
    changed.client_secret = String(member(rotated, 'client_secret'))
    assert.equal((await token()).status, 403)
  })

  it('is seen at once where it is announced, and after five seconds everywhere', async () => {
    const changed = await door.client({ grant_types: ['client_credentials'] })
    await door.clientGrant(changed.client_id, audience, 'all')
    const status = async (): Promise<number> =>
      (await door.post('/oauth/token', { grant_type, ...changed, audience })).status
    assert.equal(await status(), 200)
    // A statement that this process does not report, like one of another process.
    await sql`delete from clients where client_id = ${changed.client_id}`.execute(door.db)
    assert.equal(await status(), 200)
    now += cache_ttl_ms
    assert.equal(await status(), 401)
    const announced = await door.client({ grant_types: ['client_credentials'] })
    await door.clientGrant(announced.client_id, audience, 'all')
    assert.equal((await door.post('/oauth/token', { grant_type, ...announced, audience })).status, 200)
    await door.changeClient(announced.client_id, { grant_types: [] })
    assert.equal((await door.post('/oauth/token', { grant_type, ...announced, audience })).status, 403)
  })
})
