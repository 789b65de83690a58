// options.verify_password_here: get_user returns the stored hash, and Wherry verifies it.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { hashSync } from '@node-rs/bcrypt'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { member, outcomeOf, ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const bcrypt = (password: string): string => hashSync(password, 4)

/** A get_user script of these users, by identifier. */
const getUser = (users: Record<string, JsonValue>): string =>
  `function getUser(name, callback) { callback(null, (${JSON.stringify(users)})[name.toLowerCase()] || null) }`

const options = (users: Record<string, JsonValue>, more: JsonObject = {}) => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  verify_password_here: true,
  customScripts: { get_user: getUser(users) },
  ...more,
})

const person = (id: string, hash: JsonValue, more: JsonObject = {}): JsonObject => ({
  user_id: id,
  email: `${id}@shop.example`,
  password_hash: hash,
  ...more,
})

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(async () => await server.close())

const connect = (name: string, users: Record<string, JsonValue>, more?: JsonObject): Promise<string> =>
  server.createConnection(name, options(users, more), [client])
const statusOf = async (realm: string, name: string, password: string): Promise<number> =>
  (await server.login(client, realm, name, password)).status
const credentialsOf = (user_id: string) =>
  server.internals.db.selectFrom('credentials').selectAll().where('user_id', '=', user_id).execute()

describe('import mode', () => {
  let connection_id: string
  before(async () => {
    connection_id = await connect('here', {
      'ada@shop.example': person('ada', bcrypt('secret')),
      'customer-1': person('ada', bcrypt('secret')),
      'blocked@shop.example': person('blocked', bcrypt('secret'), { blocked: true }),
      'empty@shop.example': person('empty', null),
      'unusable@shop.example': person('unusable', '!Q2hhbmdl'),
      'unread@shop.example': person('unread', 'no known form'),
      'without@shop.example': { user_id: 'without', email: 'without@shop.example' },
      'both@shop.example': person('both', bcrypt('secret'), { custom_password_hash: null }),
      'costly@shop.example': person('costly', `$2b$15$${'a'.repeat(53)}`),
    })
  })

  test('the right password moves the user with a hash of our own; the next login is verified here', async () => {
    assert.equal(await statusOf('here', 'ada@shop.example', 'wrong'), 403)
    assert.deepEqual(await server.records(connection_id).then((all) => all.map(({ state }) => state)), ['seen'])
    assert.equal(await statusOf('here', 'ada@shop.example', 'secret'), 200)
    const [credential] = await credentialsOf('auth0|ada')
    assert.match(credential?.hash ?? '', /^\$argon2id\$/)
    assert.equal(credential?.format, 'argon2id-nfc')
    const [event] = await server.logs('type:s')
    assert.deepEqual(outcomeOf(event), 'moved')
    assert.equal(member(member(event?.['details'], 'migration'), 'script'), 'get_user')
    const [record] = await server.records(connection_id)
    assert.equal(record?.['state'], 'migrated')
    assert.deepEqual(record?.['profile_changes'] ?? null, null, 'the hash is not a member that was dropped')
    assert.equal(await statusOf('here', 'ada@shop.example', 'secret'), 200)
    const [last] = await server.logs('type:s')
    assert.deepEqual(outcomeOf(last), 'success')
  })

  test('each failure has its own outcome, and no hash is in its message', async () => {
    const cases: [name: string, status: number, outcome: string, message?: RegExp][] = [
      ['unknown', 403, 'unknown_user'],
      ['blocked', 403, 'blocked'],
      ['empty', 403, 'wrong_password'],
      ['unusable', 403, 'wrong_password'],
      ['unread', 403, 'wrong_password', /password_hash cannot be verified: .*name its format or describe it/],
      ['without', 403, 'wrong_password', /password_hash is missing: with options.verify_password_here/],
      ['both', 403, 'wrong_password', /password_hash and custom_password_hash exclude each other/],
      ['costly', 403, 'wrong_password', /bcrypt with cost 15 is above the limit of 14/],
    ]
    for (const [name, status, outcome, message] of cases) {
      const answer = await server.login(client, 'here', `${name}@shop.example`, 'secret')
      assert.equal(answer.status, status, `${name}: ${answer.text}`)
      const [event] = await server.logs(`user_name:"${name}@shop.example"`)
      assert.equal(outcomeOf(event), outcome, name)
      if (message) assert.match(JSON.stringify(event), message)
    }
    assert.equal((await server.login(client, 'here', 'blocked@shop.example', 'wrong')).json.error, 'invalid_grant')
  })

  test('a blocked user is told so after the right password only', async () => {
    const { json } = await server.login(client, 'here', 'blocked@shop.example', 'secret')
    assert.deepEqual(json, { error: 'unauthorized', error_description: 'user is blocked' })
  })

  test('an outage of the legacy store is not a wrong password', async () => {
    const get_user = `(name, callback) => callback(Object.assign(new Error('no route'), { code: 'ECONNREFUSED' }))`
    await server.createConnection('down', options({}, { customScripts: { get_user } }), [client])
    assert.equal(await statusOf('down', 'ada@shop.example', 'secret'), 503)
  })

  test('a password reset moves a user without the stored hash', async () => {
    await connect('resets', { 'eve@shop.example': person('eve', 'no known form') })
    await server.post('/dbconnections/change_password', { ...client, connection: 'resets', email: 'eve@shop.example' })
    const [mail] = await server.outbox('eve@shop.example')
    const password = 'Chosen-Here-1'
    const form = new URLSearchParams({ password, password_repeat: password, ticket: ticketIn(mail?.['text']) })
    const page = await server.post('/u/reset-password', form, { origin: server.issuer.replace(/\/$/, '') })
    assert.equal(page.status, 200, page.text)
    assert.equal(await statusOf('resets', 'eve@shop.example', 'Chosen-Here-1'), 200)
  })
})

describe('the forms of a stored hash', () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

  test('a text or bytes that a recipe names, and custom_password_hash', async () => {
    const users: Record<string, JsonValue> = {
      text: person('text', md5('password')),
      bytes: person('bytes', { type: 'Buffer', data: [...Buffer.from(md5('password'), 'hex')] }),
      auth0: {
        user_id: 'auth0-form',
        email: 'auth0@shop.example',
        custom_password_hash: { algorithm: 'md5', hash: { value: md5('password'), encoding: 'hex' } },
      },
    }
    await connect('forms', users, { password_recipe: { format: 'md5' } })
    for (const name of Object.keys(users)) {
      assert.equal(await statusOf('forms', name, 'Password'), 403, name)
      assert.equal(await statusOf('forms', name, 'password'), 200, name)
    }
  })

  test('the salt of another column, with a pepper of the configuration, or of older rows without', async () => {
    const users = {
      new: person('new', { hash: md5('salt-password-pepper'), salt: 'salt-' }),
      old: person('old', { hash: createHash('sha1').update('password').digest('hex'), salt: null }),
    }
    const of = ['salt', 'password', 'pepper']
    await connect('columns', users, {
      configuration: { PEPPER: '-pepper' },
      password_recipe: [{ digest: 'md5', of, pepper: { configuration: 'PEPPER' } }, { digest: 'sha1' }],
    })
    for (const name of ['new', 'old']) {
      assert.equal(await statusOf('columns', name, 'passwore'), 403, name)
      assert.equal(await statusOf('columns', name, 'password'), 200, name)
    }
  })

  test('the habits of the legacy store count for the stored hash and for the moved user', async () => {
    const password_normalization = { trim: true, lower_case: true }
    await connect('habits', { fay: person('fay', bcrypt('secret')) }, { password_normalization })
    assert.equal(await statusOf('habits', 'fay', ' SECRET'), 200)
    for (const spelling of ['secret', 'Secret ', ' SECRET'])
      assert.equal(await statusOf('habits', 'fay', spelling), 200)
    assert.equal(await statusOf('habits', 'fay', 'secre'), 403)
  })
})

describe('a legacy store that escaped HTML', () => {
  test('verifies the password as it is typed, before and after the move', async () => {
    const users = { kim: person('kim', bcrypt('a&amp;b &lt;&quot;&gt;')) }
    await connect('escaped', users, { password_normalization: { trim: true, escape_html: true } })
    assert.equal(await statusOf('escaped', 'kim', 'a&b <">?'), 403)
    for (const spelling of ['a&b <">', ' a&b <">', 'a&b <">']) {
      assert.equal(await statusOf('escaped', 'kim', spelling), 200)
    }
    assert.equal(await statusOf('escaped', 'kim', 'a&amp;b <">'), 403)
  })
})

describe('the charset of the legacy store', () => {
  test('is tried after UTF-8, except where a format has one of its own', async () => {
    const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')
    const users = {
      utf8: person('utf8', md5(Buffer.from('p\u00e4ss'))),
      latin1: person('latin1', md5(Buffer.from('p\u00e4ss', 'latin1'))),
      membership: person('membership', {
        hash: createHash('sha1').update(Buffer.from('p\u00e4ss', 'utf16le')).digest('base64'),
        salt: '',
      }),
    }
    const password_recipe = [{ format: 'md5' }, { format: 'membership-sha1' }]
    await connect('charset', users, { password_recipe, password_normalization: { charset: 'latin1' } })
    for (const name of Object.keys(users)) {
      assert.equal(await statusOf('charset', name, 'pass'), 403, name)
      assert.equal(await statusOf('charset', name, 'p\u00e4ss'), 200, name)
      assert.equal(await statusOf('charset', name, 'pa\u0308ss'), 200, `${name}, after the move`)
    }
  })
})

describe('legacy mode', () => {
  test('the stored hash decides each login, and none is kept', async () => {
    const users = { 'gus@shop.example': person('gus', bcrypt('old')) }
    const connection_id = await connect('legacy', users, { import_mode: false })
    assert.equal(await statusOf('legacy', 'gus@shop.example', 'new'), 403)
    assert.equal(await statusOf('legacy', 'gus@shop.example', 'old'), 200)
    assert.deepEqual(await credentialsOf('auth0|gus'), [])
    const changed = options({ 'gus@shop.example': person('gus', bcrypt('new')) }, { import_mode: false })
    await server.must('PATCH', `connections/${connection_id}`, { options: changed })
    assert.equal(await statusOf('legacy', 'gus@shop.example', 'old'), 403)
    assert.equal(await statusOf('legacy', 'gus@shop.example', 'new'), 200)
  })

  test('a sign-up runs get_user, create and get_user, and needs no login script', async () => {
    const users = `(global.users ??= {})`
    const customScripts = {
      get_user: `(name, callback) => callback(null, ${users}[name] || null)`,
      create: `(user, callback) => {
        ${users}[user.email] = { user_id: 'hal', email: user.email, password_hash: '{noop}' + user.password }
        callback(null)
      }`,
    }
    const more = { import_mode: false, customScripts, password_recipe: { format: 'plain' } }
    await server.createConnection('signs-up', options({}, more), [client])
    const body = { ...client, connection: 'signs-up', email: 'hal@shop.example', password: 'Chosen-Here-1' }
    const answer = await server.post('/dbconnections/signup', body)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(await statusOf('signs-up', 'hal@shop.example', 'Chosen-Here-1'), 200)
  })
})

describe('the options', () => {
  const refusals: [name: string, more: JsonObject, message: RegExp][] = [
    ['local mode', { enabledDatabaseCustomization: false }, /verify_password_here needs enabledDatabaseCustomization/],
    [
      'a recipe without verification',
      { verify_password_here: false, password_recipe: { format: 'md5' } },
      /password_recipe needs verify_password_here/,
    ],
    [
      'an unknown format',
      { password_recipe: { format: 'vbuletin' } },
      /recipe: format "vbuletin" is unknown \(did you mean vbulletin\?\); it must be one of bcrypt, /,
    ],
    [
      'a pepper in the clear',
      { password_recipe: { format: 'devise', pepper: 'x' } },
      /pepper must be {"configuration"/,
    ],
    [
      'a pepper that is not there',
      { password_recipe: { format: 'devise', pepper: { configuration: 'PEPPER' } } },
      /pepper names PEPPER, which options.configuration does not have/,
    ],
    [
      'a habit in the recipe',
      { password_recipe: { digest: 'md5', trim: true } },
      /trim belongs into options.password_normalization/,
    ],
  ]
  for (const [name, more, message] of refusals) {
    test(`${name} is refused`, async () => {
      const [status, , text] = await server.refused('POST', 'connections', {
        name: 'refused',
        strategy: 'auth0',
        options: options({}, more),
      })
      assert.equal(status, 400, text)
      assert.match(text, message)
    })
  }

  test('a try of get_user names the format, and shows no hash', async () => {
    const stored = bcrypt('secret')
    const id = await connect('tries', { ivy: person('ivy', stored), jan: person('jan', 'unread-hash') })
    const of = (name: string) =>
      server.must('POST', `connections/${id}/scripts/get_user/try`, { arguments: [name] }) as Promise<JsonObject>
    const ivy = await of('ivy')
    assert.deepEqual(
      (ivy['checks'] as JsonObject[]).filter(({ check }) => check !== 'stored'),
      [{ check: 'hash', field: 'password_hash', message: 'A login verifies it as bcrypt.' }],
    )
    const jan = await of('jan')
    assert.match(JSON.stringify(jan['checks']), /"refused".*cannot be verified/)
    for (const text of [JSON.stringify(ivy), JSON.stringify(jan)]) {
      assert.ok(!text.includes(stored) && !text.includes('unread-hash'), text)
    }
    assert.deepEqual(await server.refused('POST', `connections/${id}/scripts/login/try`, { arguments: ['a', 'b'] }), [
      400,
      'invalid_body',
      "Payload validation error: 'The connection has no login script: logins of it run get_user' on property source.",
    ])
  })
})
