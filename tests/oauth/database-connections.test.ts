import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['password'] })
  await server.createConnection('users', {}, [client])
  await server.createUser('users', ada)
  await server.createConnection('closed', { disable_signup: true, disable_self_service_change_password: true }, [
    client,
  ])
  await server.createConnection('named', { requires_username: true }, [client])
  await server.createConnection('not-enabled')
})

after(() => server.close())

const signUp = (fields: Record<string, unknown>): Promise<Answer> =>
  server.post('/dbconnections/signup', {
    client_id: client.client_id,
    connection: 'users',
    email: 'grace@example.com',
    password: 'Compiler no. 1',
    ...fields,
  })

describe('/dbconnections/signup', () => {
  it('creates a user who can log in, and answers it', async () => {
    const { status, json } = await signUp({
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { plan: 'navy' },
      captcha: 'ignored',
      blocked: true,
      app_metadata: { role: 'admin' },
      email_verified: true,
    })
    assert.equal(status, 200)
    const { _id, name, nickname, ...rest } = json
    assert.match(_id, /^[0-9a-f]{24}$/)
    assert.ok(name && nickname)
    assert.deepEqual(rest, {
      email: 'grace@example.com',
      email_verified: false,
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { plan: 'navy' },
    })
    const user = await server.must('GET', `users/auth0|${_id}`)
    assert.deepEqual([user.blocked, user.app_metadata, user.email_verified], [false, undefined, false])
    const login = await server.post('/oauth/token', {
      grant_type: 'password',
      ...client,
      realm: 'users',
      username: 'grace@example.com',
      password: 'Compiler no. 1',
    })
    assert.equal(login.status, 200)
    assert.ok((await server.logTypes()).includes('ss'))
  })

  it("does not reveal that a user exists, unless the tenant's flag allows it", async () => {
    const hidden = await signUp({ email: 'Ada@Example.com' })
    assert.equal(hidden.status, 400)
    assert.deepEqual(hidden.json, {
      name: 'BadRequestError',
      code: 'invalid_signup',
      description: 'Invalid sign up',
      statusCode: 400,
    })
    await server.must('PATCH', 'tenants/settings', { flags: { enable_public_signup_user_exists_error: true } })
    const revealed = await signUp({ email: 'ada@example.com' })
    await server.must('PATCH', 'tenants/settings', { flags: { enable_public_signup_user_exists_error: false } })
    assert.equal(revealed.status, 400)
    assert.deepEqual(revealed.json, {
      name: 'BadRequestError',
      code: 'user_exists',
      description: 'The user already exists.',
      statusCode: 400,
    })
  })

  it('shows which rules of the password policy are broken', async () => {
    const { status, json } = await signUp({ email: 'weak@example.com', password: 'short' })
    assert.equal(status, 400)
    assert.equal(json.name, 'PasswordStrengthError')
    assert.equal(json.code, 'invalid_password')
    assert.equal(json.message, 'Password is too weak')
    assert.equal(json.description.verified, false)
    assert.deepEqual(json.description.rules[0], {
      message: 'At least %d characters in length',
      format: [8],
      code: 'lengthAtLeast',
      verified: false,
    })
    assert.match(json.policy, /^\* At least 8 characters in length\n/)
  })

  it('is refused where the connection disables it', async () => {
    const { status, json } = await signUp({ connection: 'closed' })
    assert.equal(status, 400)
    assert.deepEqual(json, { error: 'public signup is disabled' })
  })

  it('needs no client, because the name of a connection is unique in its tenant', async () => {
    const email = 'without-client@example.com'
    const { status, json } = await signUp({ client_id: undefined, email })
    assert.deepEqual([status, json.email], [200, email])
    assert.equal((await server.login(client, 'users', email, 'Compiler no. 1')).status, 200)
    const [event] = await server.must('GET', 'logs?per_page=1&q=type:ss')
    assert.deepEqual([event.user_name, event.connection, event.client_id], [email, 'users', null])
  })

  const refusals: [string, Record<string, unknown>][] = [
    ['an unknown connection', { connection: 'nowhere' }],
    ['a connection that is not enabled for the client', { connection: 'not-enabled' }],
    ['an unknown client', { client_id: 'unknown' }],
    ['no client, and a connection that no client may use', { client_id: undefined, connection: 'not-enabled' }],
    ['no client, and an unknown connection', { client_id: undefined, connection: 'nowhere' }],
    ['no client, and no connection', { client_id: undefined, connection: undefined }],
    ['no e-mail address', { email: undefined }],
    ['an e-mail address that is none', { email: 'ada' }],
    ['no password', { password: '' }],
    ['no username where one is required', { connection: 'named' }],
    [
      'eleven metadata members',
      { user_metadata: Object.fromEntries('abcdefghijk'.split('').map((key) => [key, 'x'])) },
    ],
    ['metadata that is no text', { user_metadata: { a: { b: 1 } } }],
    ['metadata that is an array', { user_metadata: ['x'] }],
    ['an overlong metadata value', { user_metadata: { a: 'x'.repeat(501) } }],
  ]
  for (const [what, fields] of refusals) {
    it(`with ${what} is answered 400 and creates no user`, async () => {
      const users = async (): Promise<number> => (await server.must('GET', 'users?include_totals=true')).total
      const earlier = await users()
      const { status, json } = await signUp({ email: 'new@example.com', ...fields })
      assert.equal(status, 400)
      assert.equal(typeof json.code, 'string')
      assert.ok(json.description.length > 10)
      assert.equal(await users(), earlier)
    })
  }
})

describe('/dbconnections/change_password', () => {
  const requestReset = (fields: Record<string, unknown>): Promise<Answer> =>
    server.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'users', ...fields })

  it('gives the same answer for every address, and mails only users', async () => {
    const mailed = (await server.outbox()).length
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const { status, text, headers } = await requestReset({ email, password: 'ignored' })
      assert.equal(status, 200)
      assert.equal(text, "We've just sent you an email to reset your password.")
      assert.match(headers.get('content-type') ?? '', /^text\/html/)
    }
    assert.equal((await server.outbox()).length, mailed + 1)
    const types = await server.logTypes()
    assert.equal(types.filter((type) => type === 'scpr').length, 1)
    assert.equal(types.filter((type) => type === 'fcpr').length, 1)
  })

  it('needs no client, and mails its user then too', async () => {
    const mailed = (await server.outbox()).length
    const { status } = await requestReset({ email: 'without-client@example.com', client_id: undefined })
    assert.equal(status, 200)
    assert.equal((await server.outbox()).length, mailed + 1)
  })

  it('needs an identifier, and a connection that the client, or any client, may use', async () => {
    for (const fields of [
      {},
      { email: 'ada@example.com', connection: 'not-enabled' },
      { email: 'ada@example.com', connection: 'not-enabled', client_id: undefined },
      { email: 'ada@example.com', client_id: 'unknown' },
      { email: 'ada@example.com', connection: 'closed' },
    ]) {
      const { status, json } = await requestReset(fields)
      assert.equal(status, 400)
      assert.deepEqual(Object.keys(json), ['error'])
      assert.equal(typeof json.error, 'string')
    }
  })
})
