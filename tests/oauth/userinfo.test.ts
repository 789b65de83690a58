import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SignJWT } from 'jose'
import { alteredEnd } from '../support/altered-end.ts'
import { bearer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada, ada_picture } from './ada.ts'

let server: TestServer
let now = Date.now()
let client: TestClient
let user_id: string

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
  client = await server.createClient({ grant_types: ['password', 'client_credentials'] })
  await server.createConnection('users', {}, [client])
  user_id = await server.createUser('users', ada)
  await server.createResourceServer('https://orders.test/', { scopes: [{ value: 'read:orders' }] })
  await server.createClientGrant(client.client_id, 'https://orders.test/', 'all')
})

after(() => server.close())

async function token(scope: string, audience?: string): Promise<{ access_token: string; id_token: string }> {
  const { json } = await server.post('/oauth/token', {
    grant_type: 'password',
    ...client,
    realm: 'users',
    username: ada.email,
    password: ada.password,
    scope,
    audience,
  })
  return json
}

const userinfo = (value: string) => server.send('/userinfo', { headers: bearer(value) })

async function isRefused(value: string): Promise<void> {
  const { status, json, headers } = await userinfo(value)
  assert.equal(status, 401)
  assert.equal(json.error, 'invalid_token')
  assert.match(headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"$/)
}

describe('/userinfo', () => {
  it('answers the claims that the scope covers', async () => {
    const { access_token } = await token('openid profile email')
    const { status, json, headers } = await userinfo(access_token)
    const { updated_at, ...rest } = json
    assert.equal(status, 200)
    assert.ok(Date.parse(updated_at) > 0)
    assert.deepEqual(rest, {
      sub: user_id,
      name: 'Ada Lovelace',
      nickname: 'ada',
      given_name: 'Ada',
      family_name: 'Lovelace',
      picture: ada_picture,
      email: 'ada@example.com',
      email_verified: true,
    })
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual((await userinfo((await token('openid')).access_token)).json, { sub: user_id })
  })

  it('takes the token from the header, the query or a form', async () => {
    const { access_token } = await token('openid', 'https://orders.test/')
    assert.equal((await userinfo(access_token)).status, 200)
    assert.equal((await server.send(`/userinfo?access_token=${access_token}`)).status, 200)
    const authorization = { authorization: `bearer ${access_token}` }
    assert.equal((await server.send('/userinfo', { method: 'POST', headers: authorization })).status, 200)
    const empty = { ...authorization, 'content-type': 'application/json' }
    assert.equal((await server.send('/userinfo', { method: 'POST', headers: empty })).status, 200)
    const body = new URLSearchParams({ access_token })
    assert.equal((await server.send('/userinfo', { method: 'POST', body })).status, 200)
  })

  it('answers 401 with WWW-Authenticate: Bearer without a token', async () => {
    for (const init of [{}, { headers: { authorization: 'Basic eDp5' } }]) {
      const { status, headers } = await server.send('/userinfo', init)
      assert.equal(status, 401)
      assert.equal(headers.get('www-authenticate'), 'Bearer')
    }
  })

  it('refuses tokens for other audiences, ID tokens and tokens without openid', async () => {
    const { json } = await server.post('/oauth/token', {
      grant_type: 'client_credentials',
      ...client,
      audience: 'https://orders.test/',
    })
    await isRefused(json.access_token)
    await isRefused((await token('openid')).id_token)
    await isRefused((await token('read:orders', 'https://orders.test/')).access_token)
    await isRefused((await token('profile')).access_token)
  })

  it('refuses tokens that are malformed, altered, unsigned, or from another issuer', async () => {
    const { access_token } = await token('openid', 'https://orders.test/')
    const [header = '', payload = '', signature = ''] = access_token.split('.')
    const { kid, private_key } = await server.internals.keys.current(server.internals.tenant_id)
    const claims = { sub: user_id, scope: 'openid', aud: `${server.issuer}userinfo` }
    const signed = async (issuer: string, more: { kid?: string } = { kid }): Promise<string> =>
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', ...more })
        .setIssuer(issuer)
        .setExpirationTime('1h')
        .sign(private_key)
    assert.equal((await userinfo(await signed(server.issuer))).status, 200)
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .setIssuer(server.issuer)
      .setExpirationTime('1h')
      .sign(Buffer.from(JSON.stringify((await server.internals.keys.jwks(server.internals.tenant_id)).keys[0])))
    const forgeries = [
      'nonsense',
      'a.b.c',
      `${header}.${payload}.`,
      `${header}.${payload}.${alteredEnd(signature)}`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'auth0|root' })).toString('base64url')}.${signature}`,
      `${unsigned}.${payload}.`,
      symmetric,
      await signed('https://other.test/'),
      await signed(server.issuer, {}),
      await signed(server.issuer, { kid: 'unknown' }),
    ]
    for (const forgery of forgeries) await isRefused(forgery)
    assert.equal(server.logged().filter((line) => line.level >= 50).length, 0)
  })

  it('refuses opaque tokens that are altered, expired, or sealed for another tenant, use or key', async () => {
    const { sealer, keys } = server.internals
    const { access_token } = await token('openid')
    const [kid = '', version = '', sealed = ''] = access_token.split(/\.(2\.0~)/)
    const content = { sub: user_id, client_id: client.client_id, scope: 'openid', exp: Math.floor(now / 1000) + 3600 }
    const made = (own: { use?: string; place?: string; kid?: string; exp?: number }): string => {
      const place = `${server.internals.tenant_id}/${own.kid ?? kid}`
      const by = sealer.deriveSealer(`opaque access tokens/${own.use ?? place}`)
      const text = JSON.stringify({ ...content, exp: own.exp ?? content.exp })
      return `${own.kid ?? kid}.${by.seal(text, own.place ?? place).replace('$', '~')}`
    }
    assert.equal((await userinfo(made({}))).status, 200)
    const gone = await keys.rotate(server.internals.tenant_id)
    const by_gone = (await token('openid')).access_token
    assert.equal((await userinfo(by_gone)).status, 200)
    assert.equal(by_gone.split('.')[0], gone)
    await keys.revoke(server.internals.tenant_id, gone)
    const bytes = Buffer.from(sealed, 'base64url')
    const altered = [0, 12, 28, bytes.length - 1].map((at) => {
      const other = Buffer.from(bytes)
      other.writeUInt8(other.readUInt8(at) ^ 1, at)
      return `${kid}.${version}${other.toString('base64url')}`
    })
    const forgeries = [
      by_gone,
      ...altered,
      `${kid}.${version}`,
      `${kid}.${version}AAAA`,
      `${kid}.2.0$${sealed}`,
      `${kid}.1.0~${sealed}`,
      `${gone}.${version}${sealed}`,
      `.${version}${sealed}`,
      `${kid}.${version}${sealed}.`,
      made({ use: 'another tenant' }),
      made({ place: `another tenant/${kid}` }),
      made({ kid: 'unknown' }),
      made({ exp: Math.floor(now / 1000) }),
    ]
    for (const forgery of forgeries) await isRefused(forgery)
    assert.equal(server.logged().filter((line) => line.level >= 50).length, 0)
  })

  it('refuses a token that has expired', async () => {
    const { access_token } = await token('openid')
    now += 86_400_000
    await isRefused(access_token)
  })

  it('refuses the token of a user who is blocked or deleted', async () => {
    const { access_token } = await token('openid')
    await server.must('PATCH', `users/${user_id}`, { blocked: true })
    await isRefused(access_token)
    await server.must('PATCH', `users/${user_id}`, { blocked: false })
    assert.equal((await userinfo(access_token)).status, 200)
    await server.must('DELETE', `users/${user_id}`)
    await isRefused(access_token)
  })
})
