import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, bearer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

describe('forged and misused tokens', () => {
  let server: TestServer
  let client: TestClient
  let jwk: JsonObject
  let kid: string
  let management: string
  let user: { access_token: string; id_token: string; refresh_token: string }
  let claims: JsonObject
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('local', {}, [client])
    await server.must('POST', 'users', { connection: 'local', email: 'ada@local.example', password: 'Right-one-1' })
    const jwks = await server.send('/.well-known/jwks.json')
    jwk = objects(jwks.json, 'keys')[0] ?? {}
    kid = String(jwk['kid'])
    management = await server.managementToken()
    const logged_in = await server.login(client, 'local', 'ada@local.example', 'Right-one-1', {
      scope: 'openid profile email offline_access',
    })
    user = logged_in.json
    claims = JSON.parse(Buffer.from(management.split('.')[1] ?? '', 'base64url').toString()) as JsonObject
  })
  after(async () => await server.close())

  const api = async (token: string): Promise<number> =>
    (await server.send('/api/v2/users', { headers: bearer(token) })).status
  const userinfo = async (token: string): Promise<number> =>
    (await server.send('/userinfo', { headers: bearer(token) })).status
  const hmac = (header: JsonObject, payload: JsonObject, secret: string | Buffer): string => {
    const input = `${encode(header)}.${encode(payload)}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsa = (header: JsonObject, payload: JsonObject): string => {
    const input = `${encode(header)}.${encode(payload)}`
    return `${input}.${sign('sha256', Buffer.from(input), own.privateKey).toString('base64url')}`
  }

  test('the genuine tokens are accepted', async () => {
    assert.equal(await api(management), 200)
    assert.equal(await userinfo(user.access_token), 200)
  })

  test('a token without a signature is refused, for any alg', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'RS256']) {
      for (const signature of ['', 'AA']) {
        const token = `${encode({ alg, kid, typ: 'JWT' })}.${encode(claims)}.${signature}`
        assert.equal(await api(token), 401, alg)
        assert.equal(await userinfo(token), 401, alg)
      }
    }
  })

  test('a token with an HMAC by the published key is refused', async () => {
    const pem = createPublicKey({ key: jwk, format: 'jwk' })
    const secrets = [
      pem.export({ type: 'spki', format: 'pem' }),
      pem.export({ type: 'pkcs1', format: 'pem' }),
      pem.export({ type: 'spki', format: 'der' }),
      String(jwk['n']),
      JSON.stringify(jwk),
    ]
    for (const secret of secrets) assert.equal(await api(hmac({ alg: 'HS256', kid, typ: 'JWT' }, claims, secret)), 401)
  })

  test('a token that embeds its own key, or names one elsewhere, is refused', async () => {
    const own_jwk = own.publicKey.export({ format: 'jwk' }) as JsonObject
    const headers: JsonObject[] = [
      { alg: 'RS256', kid },
      { alg: 'RS256', kid, jwk: own_jwk },
      { alg: 'RS256', jwk: own_jwk },
      { alg: 'RS256', kid: 'mine', jku: 'http://127.0.0.1:1/jwks.json' },
      { alg: 'RS256', kid, x5u: 'http://127.0.0.1:1/cert.pem' },
      { alg: 'RS256', kid, crit: ['b64'], b64: false },
      { alg: 'PS256', kid },
      { alg: 'RS256' },
    ]
    for (const header of headers) assert.equal(await api(rsa(header, claims)), 401, JSON.stringify(header).slice(0, 80))
  })

  test('a token with a path, a query or a prototype as kid is refused', async () => {
    for (const odd of [
      '../../secret.key',
      '/dev/null',
      "' OR 1=1 --",
      '__proto__',
      'constructor',
      '',
      'x'.repeat(9000),
    ]) {
      assert.equal(await api(rsa({ alg: 'RS256', kid: odd }, claims)), 401, odd.slice(0, 20))
    }
    assert.equal(await api(`${encode({ alg: 'RS256', kid: { a: 1 } })}.${encode(claims)}.AA`), 401)
    assert.equal(await api(`${encode({ alg: 'RS256', kid: [kid] })}.${encode(claims)}.AA`), 401)
  })

  test('a token with one changed claim is refused', async () => {
    const [header = '', , signature = ''] = management.split('.')
    for (const change of [
      { scope: 'read:users create:users' },
      { exp: 9_999_999_999 },
      { sub: 'admin' },
    ] as JsonObject[]) {
      assert.equal(await api(`${header}.${encode({ ...claims, ...change })}.${signature}`), 401)
    }
  })

  test('a token of one kind is refused as another kind', async () => {
    for (const token of [user.access_token, user.id_token, user.refresh_token, client.client_secret]) {
      assert.equal(await api(token), 401)
    }
    for (const token of [management, user.id_token, user.refresh_token]) assert.equal(await userinfo(token), 401)
    const refreshed = await server.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...client,
      refresh_token: user.access_token,
    })
    assert.equal(refreshed.status, 403)
  })

  test("a user's token for the Management API reads no users", async () => {
    const logged_in = await server.login(client, 'local', 'ada@local.example', 'Right-one-1', {
      audience: server.first_run.management_audience,
      scope: 'openid read:users delete:users create:clients read:current_user',
    })
    assert.equal(logged_in.status, 200, logged_in.text)
    const token = String(member(logged_in.json, 'access_token'))
    assert.equal(await api(token), 403)
    const { json } = await server.send('/api/v2/users', { headers: { authorization: `Bearer ${token}` } })
    assert.equal(member(json, 'message'), 'Insufficient scope, expected any of: read:users')
  })

  test('a management token is accepted from one Authorization header only', async () => {
    const url = '/api/v2/users'
    assert.equal((await server.send(`${url}?access_token=${management}`)).status, 401)
    assert.equal((await server.send(url, { headers: { cookie: `access_token=${management}` } })).status, 401)
    assert.equal(
      (await server.send(url, { headers: { authorization: `Basic ${encode(`x:${management}`)}` } })).status,
      401,
    )
    assert.equal(
      (await server.send(url, { headers: { authorization: `Bearer ${management}, Bearer ${management}` } })).status,
      401,
    )
  })

  test('the Management API allows no other origin (CORS)', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await server.send('/api/v2/users', {
        method,
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
          authorization: `Bearer ${management}`,
        },
      })
      assert.equal(answer.headers.get('access-control-allow-origin'), null, method)
      assert.equal(answer.headers.get('access-control-allow-credentials'), null, method)
    }
  })
})
