import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { clientSecretAad } from '../../src/store/sealed-aad.ts'
import type { TestClient } from '../support/requests.ts'
import { median } from '../support/quantiles.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient
const audience = 'https://orders.test/'
const request = { grant_type: 'client_credentials', audience }

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['client_credentials'] })
  await server.createResourceServer(audience)
  await server.createClientGrant(client.client_id, audience, 'all')
})

after(() => server.close())

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

describe('HTTP Basic', () => {
  it('authenticates a client, in JSON requests and forms', async () => {
    const headers = basic(client.client_id, client.client_secret)
    assert.equal((await server.post('/oauth/token', request, headers)).status, 200)
    const body = new URLSearchParams(request)
    assert.equal((await server.send('/oauth/token', { method: 'POST', headers, body })).status, 200)
  })

  it('takes id and secret percent-encoded', async () => {
    const secret = 'a:b%c+d é/ü'
    const odd = await server.createClient({ grant_types: ['client_credentials'] })
    await server.createClientGrant(odd.client_id, audience, 'all')
    const { db, sealer, tenant_id } = server.internals
    const secret_sealed = sealer.seal(secret, clientSecretAad(tenant_id, odd.client_id))
    await db.updateTable('clients').set({ secret_sealed }).where('client_id', '=', odd.client_id).execute()
    const headers = basic(odd.client_id, encodeURIComponent(secret).replaceAll('%20', '+'))
    assert.equal((await server.post('/oauth/token', request, headers)).status, 200)
  })

  it('is answered with WWW-Authenticate where it fails', async () => {
    const { status, headers } = await server.post('/oauth/token', request, basic(client.client_id, 'wrong'))
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /^Basic /)
  })

  it('must not name another client than the body', async () => {
    const headers = basic(client.client_id, client.client_secret)
    const { status } = await server.post('/oauth/token', { ...request, client_id: 'another' }, headers)
    assert.equal(status, 401)
  })

  for (const header of ['Basic !!!', 'Basic', `Basic ${Buffer.from('no colon').toString('base64')}`, 'Bearer x']) {
    it(`that is malformed (${header}) authenticates no client`, async () => {
      const { status } = await server.post('/oauth/token', request, { authorization: header })
      assert.ok(status === 401 || status === 400, String(status))
    })
  }

  it('with a NUL byte in the id is refused before the store sees it', async () => {
    const { status } = await server.post('/oauth/token', request, basic('a\u0000b', 'x'))
    assert.equal(status, 400)
  })
})

describe('a public client', () => {
  it('needs no secret to revoke, and a confidential one does', async () => {
    const spa = await server.createClient({ token_endpoint_auth_method: 'none' })
    assert.equal((await server.post('/oauth/revoke', { client_id: spa.client_id, token: 'x' })).status, 200)
    assert.equal((await server.post('/oauth/revoke', { client_id: client.client_id, token: 'x' })).status, 401)
  })

  it('that sends a wrong secret is refused', async () => {
    const spa = await server.createClient({ app_type: 'spa' })
    const { status } = await server.post('/oauth/revoke', { client_id: spa.client_id, client_secret: 'x', token: 'x' })
    assert.equal(status, 401)
  })
})

describe('the global client', () => {
  it('cannot get a token, even with its secret', async () => {
    const global = await server.createClient({ grant_types: ['client_credentials'] })
    await server.createClientGrant(global.client_id, audience, 'all')
    await server.internals.db
      .updateTable('clients')
      .set({ is_global: 1 })
      .where('client_id', '=', global.client_id)
      .execute()
    assert.equal((await server.post('/oauth/token', { ...request, ...global })).status, 401)
  })
})

describe('an unknown client', () => {
  it('gets the same answer as a wrong secret, in the same time', async () => {
    const known = { ...request, client_id: client.client_id, client_secret: 'w'.repeat(64) }
    const unknown = { ...request, client_id: 'u'.repeat(32), client_secret: 'w'.repeat(64) }
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let round = 0; round < 150; round += 1) {
      for (const [name, body] of [
        ['known', known],
        ['unknown', unknown],
      ] as const) {
        const started = performance.now()
        const answer = await server.post('/oauth/token', body)
        times[name].push(performance.now() - started)
        assert.equal(answer.status, 401)
        assert.deepEqual(answer.json, { error: 'access_denied', error_description: 'Unauthorized' })
      }
    }
    const [right, wrong] = [median(times.known), median(times.unknown)]
    assert.ok(Math.abs(right - wrong) < Math.max(0.5, 0.35 * Math.max(right, wrong)), `${right} ms, ${wrong} ms`)
  })
})
