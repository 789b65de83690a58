import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client_id: string

before(async () => {
  server = await startTestServer()
  const client = await server.createClient({
    app_type: 'spa',
    web_origins: ['https://spa.test'],
    allowed_origins: ['https://*.spa.test:8443'],
    callbacks: ['http://localhost:3000/callback?x=1', 'com.example.app://callback'],
  })
  client_id = client.client_id
})

after(() => server.close())

const allowed = async (path: string, origin: string, id = client_id): Promise<string | null> => {
  const { headers } = await server.post(path, { client_id: id, token: 'x', grant_type: 'refresh_token' }, { origin })
  return headers.get('access-control-allow-origin')
}

describe('the response to a web page', () => {
  it('can be read from the origins of the client', async () => {
    for (const path of ['/oauth/token', '/oauth/revoke', '/dbconnections/change_password']) {
      assert.equal(await allowed(path, 'https://spa.test'), 'https://spa.test')
      assert.equal(await allowed(path, 'http://localhost:3000'), 'http://localhost:3000')
      assert.equal(await allowed(path, 'https://eu.spa.test:8443'), 'https://eu.spa.test:8443')
    }
  })

  it('cannot be read from other origins', async () => {
    const others = [
      'https://evil.test',
      'http://spa.test',
      'https://spa.test:444',
      'https://spa.test.evil.test',
      'https://evil.spa.test.evil:8443',
      'https://a.b.spa.test:8443',
      'https://.spa.test:8443',
      'http://localhost:3001',
      'null',
    ]
    for (const origin of others) assert.equal(await allowed('/oauth/token', origin), null, origin)
    assert.equal(await allowed('/oauth/token', 'https://spa.test', 'unknown'), null)
  })

  it('varies with the origin', async () => {
    const { headers } = await server.post('/oauth/token', { client_id }, { origin: 'https://evil.test' })
    assert.match(headers.get('vary') ?? '', /origin/i)
  })

  it('can be read from every origin at /userinfo', async () => {
    const { headers } = await server.send('/userinfo', { headers: { origin: 'https://any.test' } })
    assert.equal(headers.get('access-control-allow-origin'), '*')
  })
})

describe('a preflight', () => {
  it("allows the headers of Auth0's clients, without credentials", async () => {
    for (const path of [
      '/oauth/token',
      '/oauth/revoke',
      '/userinfo',
      '/.well-known/jwks.json',
      '/dbconnections/signup',
    ]) {
      const { status, headers } = await server.send(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://spa.test',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'auth0-client,content-type',
        },
      })
      assert.equal(status, 204)
      assert.ok(headers.get('access-control-allow-origin'))
      assert.match(headers.get('access-control-allow-headers') ?? '', /auth0-client/)
      assert.equal(headers.get('access-control-allow-credentials'), null)
    }
  })
})
