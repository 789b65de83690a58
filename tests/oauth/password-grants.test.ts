import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { bearer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada, ada_picture } from './ada.ts'

let server: TestServer
let client: TestClient
let connection_id: string
let user_id: string
const { email, password } = ada
const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['password', 'refresh_token'] })
  connection_id = await server.createConnection('users', {}, [client])
  user_id = await server.createUser('users', { ...ada, phone_number: '+4912345' })
  await server.createConnection('not-enabled')
  await server.createResourceServer('https://api.example.com/')
})

after(() => server.close())

const requestToken = (fields: Record<string, unknown> = {}) =>
  server.post('/oauth/token', {
    grant_type: 'password',
    realm: 'users',
    username: email,
    password,
    ...client,
    ...fields,
  })

describe('a password grant', () => {
  it('gives an access token and an ID token that say who logged in', async () => {
    const { status, json } = await requestToken({ scope: 'openid profile email' })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type'])
    assert.equal(json.expires_in, 86_400)
    const { iat, exp, updated_at, ...claims } = decodeJwt(json.id_token)
    assert.equal((exp ?? 0) - (iat ?? 0), 36_000)
    assert.ok(Date.parse(String(updated_at)) > 0)
    assert.deepEqual(claims, {
      iss: server.issuer,
      sub: user_id,
      aud: client.client_id,
      name: 'Ada Lovelace',
      nickname: 'ada',
      given_name: 'Ada',
      family_name: 'Lovelace',
      picture: ada_picture,
      email,
      email_verified: true,
    })
    // It is for the issuer's own /userinfo only, so no other party can read it.
    assert.match(json.access_token, /^[\w.~+/-]+$/)
    assert.throws(() => decodeJwt(json.access_token))
    assert.equal((await server.send('/userinfo', { headers: bearer(json.access_token) })).json.sub, user_id)
  })

  it('gives a signed access token for an API', async () => {
    const { json } = await requestToken({ scope: 'openid', audience: 'https://api.example.com/' })
    const { sub, azp, gty, aud } = decodeJwt(json.access_token)
    assert.deepEqual(
      { sub, azp, gty, aud },
      {
        sub: user_id,
        azp: client.client_id,
        gty: 'password',
        aud: ['https://api.example.com/', `${server.issuer}userinfo`],
      },
    )
  })

  it('gives a token for /userinfo only where that is the audience, whatever the default audience', async () => {
    await server.must('PATCH', 'tenants/settings', { default_audience: 'https://api.example.com/' })
    const { status, json } = await requestToken({
      scope: 'openid offline_access',
      audience: `${server.issuer}userinfo`,
    })
    const { refresh_token } = json
    const refreshed = await server.post('/oauth/token', { grant_type: 'refresh_token', refresh_token, ...client })
    await server.must('PATCH', 'tenants/settings', { default_audience: '' })
    assert.equal(status, 200)
    for (const { access_token } of [json, refreshed.json]) {
      assert.throws(() => decodeJwt(access_token))
      assert.equal((await server.send('/userinfo', { headers: bearer(access_token) })).json.sub, user_id)
    }
  })

  it('gives the claims that the scope covers', async () => {
    const claims = async (scope: string): Promise<object> => decodeJwt((await requestToken({ scope })).json.id_token)
    const base = ['aud', 'exp', 'iat', 'iss', 'sub']
    assert.deepEqual(Object.keys(await claims('openid')).sort(), base)
    assert.deepEqual(Object.keys(await claims('openid email')).sort(), [...base, 'email', 'email_verified'].sort())
    assert.deepEqual(
      Object.keys(await claims('openid phone')).sort(),
      [...base, 'phone_number', 'phone_number_verified'].sort(),
    )
  })

  it('gives no ID token without openid, and no refresh token without offline_access', async () => {
    const { json } = await requestToken({ scope: 'profile' })
    assert.deepEqual(Object.keys(json).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
  })

  it('without a scope grants openid profile email address phone', async () => {
    const { json } = await requestToken()
    assert.equal(json.scope, 'openid profile email address phone')
    assert.ok(json.id_token)
    assert.equal(json.refresh_token, undefined)
  })

  it("gives an ID token with the lifetime of the client's settings", async () => {
    const short = await server.createClient({
      grant_types: ['password'],
      jwt_configuration: { lifetime_in_seconds: 60 },
    })
    await server.enableClient(connection_id, short)
    const { iat, exp } = decodeJwt((await requestToken({ ...short, scope: 'openid' })).json.id_token)
    assert.equal((exp ?? 0) - (iat ?? 0), 60)
  })

  it('logs the login and the token exchange, without password or tokens', async () => {
    const earlier = (await server.logTypes()).length
    const { json } = await requestToken({ scope: 'openid offline_access' })
    assert.deepEqual((await server.logTypes()).slice(earlier), ['s', 'sepft'])
    const text =
      JSON.stringify(await server.internals.db.selectFrom('log_events').selectAll().execute()) +
      JSON.stringify(server.logged())
    for (const secret of [password, json.access_token, json.id_token, json.refresh_token, client.client_secret]) {
      assert.ok(!text.includes(secret))
    }
  })
})

describe('the connection', () => {
  it('is the one that the realm names, in every spelling of the grant', async () => {
    assert.equal((await requestToken({ grant_type: realm_grant })).status, 200)
    assert.equal((await requestToken({ grant_type: 'password' })).status, 200)
    const realm_only = await server.createClient({ grant_types: [realm_grant] })
    await server.enableClient(connection_id, realm_only)
    assert.equal((await requestToken({ ...realm_only, grant_type: realm_grant })).status, 200)
    assert.equal((await requestToken({ ...realm_only, grant_type: 'password' })).status, 200)
  })

  it('is the default directory where no realm is named', async () => {
    await server.must('PATCH', 'tenants/settings', { default_directory: 'users' })
    assert.equal((await requestToken({ realm: undefined })).status, 200)
    await server.must('PATCH', 'tenants/settings', { default_directory: '' })
  })
})

describe('a refused password grant', () => {
  const wrong = [403, 'invalid_grant', 'Wrong email or password.'] as const
  const refusals: [string, Record<string, unknown>, number, string, string][] = [
    ['with a wrong password', { password: 'wrong' }, ...wrong],
    ['of an unknown user', { username: 'nobody@example.com' }, ...wrong],
    ['without a username', { username: '' }, 400, 'invalid_request', 'Missing required parameter: username'],
    ['without a password', { password: undefined }, 400, 'invalid_request', 'Missing required parameter: password'],
    [
      'of the realm grant without a realm',
      { grant_type: realm_grant, realm: undefined },
      400,
      'invalid_request',
      'Missing required parameter: realm',
    ],
    ['on an unknown realm', { realm: 'nowhere' }, 400, 'invalid_request', 'Unknown realm nowhere.'],
    [
      'on a connection that is not enabled',
      { realm: 'not-enabled' },
      400,
      'invalid_request',
      'Unknown realm not-enabled.',
    ],
    [
      'without a realm and without a default directory',
      { realm: undefined },
      500,
      'server_error',
      'Authorization server not configured with default connection.',
    ],
    ['for an unknown audience', { audience: 'urn:none' }, 403, 'access_denied', 'Service not found: urn:none'],
    ['with a wrong client secret', { client_secret: 'wrong' }, 401, 'access_denied', 'Unauthorized'],
    [
      'with an overlong password',
      { password: 'p'.repeat(1025) },
      400,
      'invalid_request',
      'The password is too long: at most 1024 bytes in UTF-8.',
    ],
    [
      'with an overlong password of few characters',
      { password: '😀'.repeat(257) },
      400,
      'invalid_request',
      'The password is too long: at most 1024 bytes in UTF-8.',
    ],
    [
      'with an overlong identifier',
      { username: `${'a'.repeat(250)}@b.de` },
      400,
      'invalid_request',
      'The e-mail address or username is too long: at most 254 characters.',
    ],
  ]
  for (const [what, fields, status, error, error_description] of refusals) {
    it(`${what} is answered ${status} ${error}`, async () => {
      const answer = await requestToken(fields)
      assert.equal(answer.status, status)
      assert.deepEqual(answer.json, { error, error_description })
    })
  }

  it('of a blocked user is answered 403 unauthorized', async () => {
    await server.must('PATCH', `users/${user_id}`, { blocked: true })
    const { status, json } = await requestToken()
    await server.must('PATCH', `users/${user_id}`, { blocked: false })
    assert.equal(status, 403)
    assert.deepEqual(json, { error: 'unauthorized', error_description: 'user is blocked' })
  })

  it('after too many failures is answered 429', async () => {
    const answers = []
    for (let attempt = 0; attempt < 11; attempt += 1) {
      answers.push(await requestToken({ username: 'locked@example.com', password: 'wrong' }))
    }
    assert.equal(answers.at(-1)?.status, 429)
    assert.equal(answers.at(-1)?.json.error, 'too_many_attempts')
  })

  it('counts no attempt where the client is misconfigured', async () => {
    const earlier = (await server.logTypes()).filter((type) => type === 'fp').length
    await requestToken({ audience: 'urn:none', password: 'wrong' })
    await requestToken({ realm: 'nowhere', password: 'wrong' })
    const types = await server.logTypes()
    assert.equal(types.filter((type) => type === 'fp').length, earlier)
    assert.deepEqual(types.slice(-2), ['fepft', 'fepft'])
  })

  it('writes one log event, that of the login', async () => {
    const earlier = (await server.logTypes()).length
    await requestToken({ password: 'wrong' })
    assert.deepEqual((await server.logTypes()).slice(earlier), ['fp'])
  })
})
