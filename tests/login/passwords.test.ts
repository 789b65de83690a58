import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { argon2_options } from '../../src/passwords/argon2-options.ts'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const passwords: Record<string, string> = {
  one: 'x',
  spaces: '  two spaces each side  ',
  tabs: '\ttab and\nline break',
  emoji: '🛶👩‍👩‍👧‍👦🏴‍☠️',
  composed: 'caf\u00e9',
  decomposed: 'cafe\u0301',
  quotes: `'"\\; drop table users; --`,
  percent: '%41%00+&=?#',
  astral: '\u{1F600}'.repeat(256),
  longest: 'a'.repeat(1024),
  'beyond-bcrypt': `${'b'.repeat(80)}1`,
}

describe('passwords, byte for byte', () => {
  let server: TestServer
  let client: TestClient

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    const people = Object.fromEntries(
      Object.entries(passwords).map(([name, password]): [string, Scripted] => [
        `${name}@pw.example`,
        { password, profile: { user_id: name, email: `${name}@pw.example` } },
      ]),
    )
    people['as-typed@pw.example'] = {
      password: 'cafe\u0301',
      profile: { user_id: 'as-typed', email: 'as-typed@pw.example' },
    }
    await server.createConnection('legacy', peopleOptions(people), [client])
  })
  after(async () => await server.close())

  for (const [name, password] of Object.entries(passwords)) {
    test(`a password of the kind "${name}" moves and logs in, similar passwords do not`, async () => {
      const first = await server.login(client, 'legacy', `${name}@pw.example`, password)
      assert.equal(first.status, 200, first.text)
      const again = await server.login(client, 'legacy', `${name}@pw.example`, password)
      assert.equal(again.status, 200, again.text)
      const form = await server.post(
        '/oauth/token',
        new URLSearchParams({
          grant_type: 'password',
          ...client,
          realm: 'legacy',
          username: `${name}@pw.example`,
          password,
        }),
      )
      assert.equal(form.status, 200, form.text)
      for (const similar of [
        password.trim(),
        password.normalize('NFKC'),
        Array.from(password).slice(0, -1).join(''),
        Array.from(password).slice(0, 72).join(''),
      ]) {
        if (similar.normalize('NFC') === password.normalize('NFC') || similar === '') continue
        const refused = await server.login(client, 'legacy', `${name}@pw.example`, similar)
        assert.equal(refused.status, 403, refused.text)
      }
    })
  }

  test('a moved user may type the password in another form of Unicode, and a legacy store gets what was typed', async () => {
    for (const name of ['composed', 'decomposed']) {
      for (const form of ['NFC', 'NFD']) {
        const answer = await server.login(client, 'legacy', `${name}@pw.example`, 'caf\u00e9'.normalize(form))
        assert.equal(answer.status, 200, `${name} ${form}: ${answer.text}`)
      }
    }
    assert.equal((await server.login(client, 'legacy', 'as-typed@pw.example', 'caf\u00e9')).status, 403)
    assert.equal((await server.login(client, 'legacy', 'as-typed@pw.example', 'cafe\u0301')).status, 200)
  })

  test('a credential from before form C verifies, and is hashed again in form C at the first right password [guard: rehash]', async () => {
    const user_id = await server.createUser('legacy', { email: 'before@pw.example', password: 'Long enough 1!' })
    const { db } = server.internals
    const before = { format: 'argon2id', hash: await hash('cafe\u0301', argon2_options), credential_id: '' } as const
    await db.updateTable('credentials').set(before).where('user_id', '=', user_id).execute()
    const read = () => db.selectFrom('credentials').selectAll().where('user_id', '=', user_id).executeTakeFirstOrThrow()
    const logIn = async (password: string): Promise<number> =>
      (await server.login(client, 'legacy', 'before@pw.example', password)).status
    assert.equal(await logIn('caf\u00e9'), 403)
    assert.equal((await read()).format, 'argon2id', 'a wrong password changes nothing')
    assert.equal(await logIn('cafe\u0301'), 200)
    const { format, credential_id, set_through } = await read()
    assert.deepEqual([format, credential_id, set_through], ['argon2id-nfc', '', 'api'])
    for (const password of ['caf\u00e9', 'cafe\u0301']) assert.equal(await logIn(password), 200)
    assert.equal(await logIn('cafe'), 403)
  })

  test('1,025 bytes are refused with 400 before any script runs', async () => {
    for (const long of ['a'.repeat(1025), '🛶'.repeat(257), 'a'.repeat(60_000)]) {
      const refused = await server.login(client, 'legacy', 'one@pw.example', long)
      assert.equal(refused.status, 400, refused.text)
      assert.match(String(member(refused.json, 'error_description')), /1024 bytes/)
    }
  })

  test('an empty password or name is a missing parameter', async () => {
    for (const [username, password] of [
      ['one@pw.example', ''],
      ['', 'x'],
      ['   ', 'x'],
    ] as const) {
      const refused = await server.login(client, 'legacy', username, password)
      assert.equal(refused.status, 400, refused.text)
      assert.equal(member(refused.json, 'error'), 'invalid_request')
    }
  })
})

describe('malformed requests', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('legacy', peopleOptions({}), [client])
  })
  after(async () => await server.close())

  const bodies: [string, string, string][] = [
    ['no JSON', 'application/json', '{'],
    ['an array', 'application/json', '[]'],
    ['a string', 'application/json', '"password"'],
    ['null', 'application/json', 'null'],
    ['a number', 'application/json', '1'],
    ['an empty body', 'application/json', ''],
    ['XML', 'text/xml', '<a/>'],
    ['__proto__', 'application/json', '{"__proto__":{"grant_type":"password"}}'],
    ['a deep object', 'application/json', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
    ['broken percent signs', 'application/x-www-form-urlencoded', 'grant_type=%E0%A4%A'],
    ['two grant types', 'application/x-www-form-urlencoded', 'grant_type=password&grant_type=refresh_token'],
  ]
  for (const path of ['/oauth/token', '/oauth/revoke', '/dbconnections/signup', '/dbconnections/change_password']) {
    for (const [name, type, body] of bodies) {
      test(`${path} answers ${name} with a 4xx and a reason`, async () => {
        const answer = await server.post(path, body, { 'content-type': type })
        assert.equal(answer.status >= 400 && answer.status < 500, true, `${answer.status} ${answer.text}`)
        assert.notEqual(member(answer.json, 'error') ?? member(answer.json, 'description'), undefined, answer.text)
      })
    }
  }

  test('wrong types, NUL bytes and huge values in each field are answered with a 4xx', async () => {
    const good = {
      grant_type: 'password',
      ...client,
      realm: 'legacy',
      username: 'a@b.c',
      password: 'x',
      scope: 'openid',
    }
    for (const field of Object.keys(good)) {
      for (const value of [1, true, null, [], {}, ['a'], 'a\u0000b', 'x'.repeat(900_000)]) {
        const answer = await server.post('/oauth/token', { ...good, [field]: value })
        const fine = answer.status >= 400 && answer.status < 500
        assert.equal(
          fine || (field === 'scope' && value === null),
          true,
          `${field}=${JSON.stringify(value).slice(0, 40)}: ${answer.status} ${answer.text}`,
        )
      }
    }
  })

  test('NUL bytes and huge values in a sign-up are answered with a 4xx and write nothing', async () => {
    const good = {
      client_id: client.client_id,
      connection: 'legacy',
      email: 'x@example.com',
      password: 'Chosen-here-1',
    }
    for (const field of ['client_id', 'connection', 'email', 'password', 'given_name', 'user_metadata']) {
      for (const value of [1, [], 'a\u0000b@example.com', 'x'.repeat(900_000)]) {
        const answer = await server.post('/dbconnections/signup', { ...good, [field]: value })
        assert.equal(answer.status >= 400 && answer.status < 500, true, `${field}: ${answer.status} ${answer.text}`)
      }
    }
    assert.deepEqual(await server.must('GET', 'users'), [])
  })

  test('unknown members are ignored', async () => {
    const made = await server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'legacy',
      email: 'fine@example.com',
      password: 'Chosen-here-1',
      captcha: 'x',
      authParams: { a: 1 },
    })
    assert.equal(made.status, 200, made.text)
  })
})
