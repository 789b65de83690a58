import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { openDoor, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
let connection_id: string
let user_id: string
const email = 'ada@example.com'
const password = 'engine no. 1'
const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['password', 'refresh_token'] })
  connection_id = await door.connection('users', [client])
  user_id = await door.user(connection_id, email, password, { phone_number: '+4912345' })
  await door.connection('not-enabled', [])
  await door.resourceServer('https://api.example.com/')
})

after(() => door.close())

const ask = (fields: Record<string, unknown> = {}) =>
  door.post('/oauth/token', { grant_type: 'password', realm: 'users', username: email, password, ...client, ...fields })

describe('a password grant', () => {
  it('gives an access token and an ID token that say who logged in', async () => {
    const { status, body } = await ask({ scope: 'openid profile email' })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type'])
    assert.equal(body.expires_in, 86_400)
    const { iat, exp, updated_at, ...claims } = decodeJwt(body.id_token)
    assert.equal((exp ?? 0) - (iat ?? 0), 36_000)
    assert.ok(Date.parse(String(updated_at)) > 0)
    assert.deepEqual(claims, {
      iss: door.issuer,
      sub: user_id,
      aud: client.client_id,
      name: 'Ada Lovelace',
      nickname: 'ada',
      given_name: 'Ada',
      family_name: 'Lovelace',
      email,
      email_verified: true,
    })
    // For the issuer's own /userinfo alone, so nobody else can read it.
    assert.match(body.access_token, /^[\w.~+/-]+$/)
    assert.throws(() => decodeJwt(body.access_token))
    const bearer = { headers: { authorization: `Bearer ${body.access_token}` } }
    assert.equal((await door.send('/userinfo', bearer)).body.sub, user_id)
  })

  it('gives a signed access token for an API', async () => {
    const { body } = await ask({ scope: 'openid', audience: 'https://api.example.com/' })
    const { sub, azp, gty, aud } = decodeJwt(body.access_token)
    assert.deepEqual(
      { sub, azp, gty, aud },
      {
        sub: user_id,
        azp: client.client_id,
        gty: 'password',
        aud: ['https://api.example.com/', `${door.issuer}userinfo`],
      },
    )
  })

  it('says of the user what the scope covers', async () => {
    const claims = async (scope: string): Promise<object> => decodeJwt((await ask({ scope })).body.id_token)
    const base = ['aud', 'exp', 'iat', 'iss', 'sub']
    assert.deepEqual(Object.keys(await claims('openid')).sort(), base)
    assert.deepEqual(Object.keys(await claims('openid email')).sort(), [...base, 'email', 'email_verified'].sort())
    assert.deepEqual(
      Object.keys(await claims('openid phone')).sort(),
      [...base, 'phone_number', 'phone_number_verified'].sort(),
    )
  })

  it('gives no ID token without openid, and no refresh token without offline_access', async () => {
    const { body } = await ask({ scope: 'profile' })
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
  })

  it('without a scope grants openid profile email address phone', async () => {
    const { body } = await ask()
    assert.equal(body.scope, 'openid profile email address phone')
    assert.ok(body.id_token)
    assert.equal(body.refresh_token, undefined)
  })

  it("lives as long as the client's settings say", async () => {
    const short = await door.client({ grant_types: ['password'], jwt_configuration: { lifetime_in_seconds: 60 } })
    await door.enable(connection_id, short)
    const { iat, exp } = decodeJwt((await ask({ ...short, scope: 'openid' })).body.id_token)
    assert.equal((exp ?? 0) - (iat ?? 0), 60)
  })

  it('writes the login and the exchange into the log, without password or tokens', async () => {
    const before_it = (await door.logTypes()).length
    const { body } = await ask({ scope: 'openid offline_access' })
    assert.deepEqual((await door.logTypes()).slice(before_it), ['s', 'sepft'])
    const text =
      JSON.stringify(await door.db.selectFrom('log_events').selectAll().execute()) + JSON.stringify(door.logged())
    for (const secret of [password, body.access_token, body.id_token, body.refresh_token, client.client_secret]) {
      assert.ok(!text.includes(secret))
    }
  })
})

describe('the connection', () => {
  it('is the one that the realm names, in every spelling of the grant', async () => {
    assert.equal((await ask({ grant_type: realm_grant })).status, 200)
    assert.equal((await ask({ grant_type: 'password' })).status, 200)
    const realm_only = await door.client({ grant_types: [realm_grant] })
    await door.enable(connection_id, realm_only)
    assert.equal((await ask({ ...realm_only, grant_type: realm_grant })).status, 200)
    assert.equal((await ask({ ...realm_only, grant_type: 'password' })).status, 200)
  })

  it('is the default directory where no realm is named', async () => {
    await door.settings({ default_directory: 'users' })
    assert.equal((await ask({ realm: undefined })).status, 200)
    await door.settings({})
  })
})

describe('a refused password grant', () => {
  const wrong = [403, 'invalid_grant', 'Wrong email or password.'] as const
  const refusals: [string, Record<string, unknown>, number, string, string][] = [
    ['with a wrong password', { password: 'wrong' }, ...wrong],
    ['of somebody unknown', { username: 'nobody@example.com' }, ...wrong],
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
      const answer = await ask(fields)
      assert.equal(answer.status, status)
      assert.deepEqual(answer.body, { error, error_description })
    })
  }

  it('of a blocked user is answered 403 unauthorized', async () => {
    await door.blockUser(user_id, true)
    const { status, body } = await ask()
    await door.blockUser(user_id, false)
    assert.equal(status, 403)
    assert.deepEqual(body, { error: 'unauthorized', error_description: 'user is blocked' })
  })

  it('after too many failures is answered 429', async () => {
    const answers = []
    for (let attempt = 0; attempt < 11; attempt += 1) {
      answers.push(await ask({ username: 'locked@example.com', password: 'wrong' }))
    }
    assert.equal(answers.at(-1)?.status, 429)
    assert.equal(answers.at(-1)?.body.error, 'too_many_attempts')
  })

  it('costs no attempt where the client is misconfigured', async () => {
    const before_it = (await door.logTypes()).filter((type) => type === 'fp').length
    await ask({ audience: 'urn:none', password: 'wrong' })
    await ask({ realm: 'nowhere', password: 'wrong' })
    const types = await door.logTypes()
    assert.equal(types.filter((type) => type === 'fp').length, before_it)
    assert.deepEqual(types.slice(-2), ['fepft', 'fepft'])
  })

  it('leaves one event, the one of the login', async () => {
    const before_it = (await door.logTypes()).length
    await ask({ password: 'wrong' })
    assert.deepEqual((await door.logTypes()).slice(before_it), ['fp'])
  })
})
