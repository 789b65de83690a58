import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDoor, type Answer, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['password'] })
  const users = await door.connection('users', [client])
  await door.user(users, 'ada@example.com', 'engine no. 1')
  await door.connection('closed', [client], { disable_signup: true, disable_self_service_change_password: true })
  await door.connection('named', [client], { requires_username: true })
  await door.connection('not-enabled', [])
})

after(() => door.close())

const signUp = (fields: Record<string, unknown>): Promise<Answer> =>
  door.post('/dbconnections/signup', {
    client_id: client.client_id,
    connection: 'users',
    email: 'grace@example.com',
    password: 'Compiler no. 1',
    ...fields,
  })

describe('/dbconnections/signup', () => {
  it('makes a user who can log in, and shows it', async () => {
    const { status, body } = await signUp({
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { plan: 'navy' },
      captcha: 'ignored',
      blocked: true,
      app_metadata: { role: 'admin' },
      email_verified: true,
    })
    assert.equal(status, 200)
    const { _id, name, nickname, ...rest } = body
    assert.match(_id, /^[0-9a-f]{24}$/)
    assert.ok(name && nickname)
    assert.deepEqual(rest, {
      email: 'grace@example.com',
      email_verified: false,
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { plan: 'navy' },
    })
    const user = await door.db.selectFrom('users').selectAll().where('user_id', '=', `auth0|${_id}`).executeTakeFirst()
    assert.deepEqual([user?.blocked, user?.app_metadata, user?.email_verified], [0, '{}', 0])
    const login = await door.post('/oauth/token', {
      grant_type: 'password',
      ...client,
      realm: 'users',
      username: 'grace@example.com',
      password: 'Compiler no. 1',
    })
    assert.equal(login.status, 200)
    assert.ok((await door.logTypes()).includes('ss'))
  })

  it('does not tell that a user exists, unless the tenant wants it told', async () => {
    const hidden = await signUp({ email: 'Ada@Example.com' })
    assert.equal(hidden.status, 400)
    assert.deepEqual(hidden.body, {
      name: 'BadRequestError',
      code: 'invalid_signup',
      description: 'Invalid sign up',
      statusCode: 400,
    })
    await door.settings({ flags: { enable_public_signup_user_exists_error: true } })
    const told = await signUp({ email: 'ada@example.com' })
    await door.settings({})
    assert.equal(told.status, 400)
    assert.deepEqual(told.body, {
      name: 'BadRequestError',
      code: 'user_exists',
      description: 'The user already exists.',
      statusCode: 400,
    })
  })

  it('shows which rules of the password policy are broken', async () => {
    const { status, body } = await signUp({ email: 'weak@example.com', password: 'short' })
    assert.equal(status, 400)
    assert.equal(body.name, 'PasswordStrengthError')
    assert.equal(body.code, 'invalid_password')
    assert.equal(body.message, 'Password is too weak')
    assert.equal(body.description.verified, false)
    assert.deepEqual(body.description.rules[0], {
      message: 'At least %d characters in length',
      format: [8],
      code: 'lengthAtLeast',
      verified: false,
    })
    assert.match(body.policy, /^\* At least 8 characters in length\n/)
  })

  it('is off where the connection says so', async () => {
    const { status, body } = await signUp({ connection: 'closed' })
    assert.equal(status, 400)
    assert.deepEqual(body, { error: 'public signup is disabled' })
  })

  const refusals: [string, Record<string, unknown>][] = [
    ['an unknown connection', { connection: 'nowhere' }],
    ['a connection that is not enabled for the client', { connection: 'not-enabled' }],
    ['an unknown client', { client_id: 'unknown' }],
    ['no client', { client_id: undefined }],
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
    it(`with ${what} is a clear 400 that makes nobody`, async () => {
      const users = async (): Promise<number> => (await door.db.selectFrom('users').select('user_id').execute()).length
      const before_it = await users()
      const { status, body } = await signUp({ email: 'new@example.com', ...fields })
      assert.equal(status, 400)
      assert.equal(typeof body.code, 'string')
      assert.ok(body.description.length > 10)
      assert.equal(await users(), before_it)
    })
  }
})

describe('/dbconnections/change_password', () => {
  const ask = (fields: Record<string, unknown>): Promise<Answer> =>
    door.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'users', ...fields })

  it('gives the same answer for everybody, and mails those who are there', async () => {
    await door.background.drained()
    await door.db.deleteFrom('outbox').execute()
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const { status, text, headers } = await ask({ email, password: 'ignored' })
      assert.equal(status, 200)
      assert.equal(text, "We've just sent you an email to reset your password.")
      assert.match(headers.get('content-type') ?? '', /^text\/html/)
    }
    await door.background.drained()
    assert.equal((await door.db.selectFrom('outbox').select('message_id').execute()).length, 1)
    const types = await door.logTypes()
    assert.equal(types.filter((type) => type === 'scpr').length, 1)
    assert.equal(types.filter((type) => type === 'fcpr').length, 1)
  })

  it('wants an identifier, a client and a connection that goes with it', async () => {
    for (const fields of [
      {},
      { email: 'ada@example.com', connection: 'not-enabled' },
      { email: 'ada@example.com', client_id: 'unknown' },
      { email: 'ada@example.com', connection: 'closed' },
    ]) {
      const { status, body } = await ask(fields)
      assert.equal(status, 400)
      assert.deepEqual(Object.keys(body), ['error'])
      assert.equal(typeof body.error, 'string')
    }
  })
})
