import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { clientSecretAad } from '../../src/store/sealed-aad.ts'
import { openDoor, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
const audience = 'https://orders.test/'
const request = { grant_type: 'client_credentials', audience }

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['client_credentials'] })
  await door.resourceServer(audience)
  await door.clientGrant(client.client_id, audience, 'all')
})

after(() => door.close())

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

describe('HTTP Basic', () => {
  it('authenticates a client, in JSON requests and forms', async () => {
    const headers = basic(client.client_id, client.client_secret)
    assert.equal((await door.post('/oauth/token', request, headers)).status, 200)
    const body = new URLSearchParams(request)
    assert.equal((await door.send('/oauth/token', { method: 'POST', headers, body })).status, 200)
  })

  it('carries id and secret percent-encoded', async () => {
    const secret = 'a:b%c+d é/ü'
    const odd = await door.client({ grant_types: ['client_credentials'] })
    await door.clientGrant(odd.client_id, audience, 'all')
    const secret_sealed = door.sealer.seal(secret, clientSecretAad(door.tenant_id, odd.client_id))
    await door.db.updateTable('clients').set({ secret_sealed }).where('client_id', '=', odd.client_id).execute()
    const headers = basic(odd.client_id, encodeURIComponent(secret).replaceAll('%20', '+'))
    assert.equal((await door.post('/oauth/token', request, headers)).status, 200)
  })

  it('is challenged where it fails', async () => {
    const { status, headers } = await door.post('/oauth/token', request, basic(client.client_id, 'wrong'))
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /^Basic /)
  })

  it('must not name another client than the body', async () => {
    const headers = basic(client.client_id, client.client_secret)
    const { status } = await door.post('/oauth/token', { ...request, client_id: 'another' }, headers)
    assert.equal(status, 401)
  })

  for (const header of ['Basic !!!', 'Basic', `Basic ${Buffer.from('no colon').toString('base64')}`, 'Bearer x']) {
    it(`that is malformed (${header}) authenticates nobody`, async () => {
      const { status } = await door.post('/oauth/token', request, { authorization: header })
      assert.ok(status === 401 || status === 400, String(status))
    })
  }

  it('with a NUL byte in the id is refused before the store sees it', async () => {
    const { status } = await door.post('/oauth/token', request, basic('a\u0000b', 'x'))
    assert.equal(status, 400)
  })
})

describe('a public client', () => {
  it('needs no secret to revoke, and a confidential one does', async () => {
    const spa = await door.client({ token_endpoint_auth_method: 'none' })
    assert.equal((await door.post('/oauth/revoke', { client_id: spa.client_id, token: 'x' })).status, 200)
    assert.equal((await door.post('/oauth/revoke', { client_id: client.client_id, token: 'x' })).status, 401)
  })

  it('that shows a wrong secret is refused all the same', async () => {
    const spa = await door.client({ app_type: 'spa' })
    const { status } = await door.post('/oauth/revoke', { client_id: spa.client_id, client_secret: 'x', token: 'x' })
    assert.equal(status, 401)
  })
})

describe('the client that stands for all', () => {
  it('cannot be used, whatever its secret', async () => {
    const everyone = await door.client({ grant_types: ['client_credentials'] })
    await door.clientGrant(everyone.client_id, audience, 'all')
    await door.db.updateTable('clients').set({ is_global: 1 }).where('client_id', '=', everyone.client_id).execute()
    assert.equal((await door.post('/oauth/token', { ...request, ...everyone })).status, 401)
  })
})

describe('an unknown client', () => {
  it('gets the very answer of a wrong secret, in the same time', async () => {
    const known = { ...request, client_id: client.client_id, client_secret: 'w'.repeat(64) }
    const unknown = { ...request, client_id: 'u'.repeat(32), client_secret: 'w'.repeat(64) }
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let round = 0; round < 150; round += 1) {
      for (const [name, body] of [
        ['known', known],
        ['unknown', unknown],
      ] as const) {
        const started = performance.now()
        const answer = await door.post('/oauth/token', body)
        times[name].push(performance.now() - started)
        assert.equal(answer.status, 401)
        assert.deepEqual(answer.body, { error: 'access_denied', error_description: 'Unauthorized' })
      }
    }
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
    const [right, wrong] = [median(times.known), median(times.unknown)]
    assert.ok(Math.abs(right - wrong) < Math.max(0.5, 0.35 * Math.max(right, wrong)), `${right} ms, ${wrong} ms`)
  })
})
