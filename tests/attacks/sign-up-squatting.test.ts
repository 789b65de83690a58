import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

// A legacy store with a case-sensitive comparison, as in PostgreSQL.
const exact = {
  login: `function login(name, password, callback) {
    const person = JSON.parse(configuration.PEOPLE)[name]
    if (!person || person.password !== password) return callback(new WrongUsernameOrPasswordError(name))
    callback(null, person.profile)
  }`,
  get_user: `function getUser(name, callback) {
    const person = JSON.parse(configuration.PEOPLE)[name]
    callback(null, person ? person.profile : null)
  }`,
}
const people: JsonObject = Object.fromEntries(
  [0, 1, 2, 3, 4, 5]
    .map((number) => `victim${number}@legacy.example`)
    .map((email, id) => [email, { password: 'right', profile: { user_id: `u${id}`, email, email_verified: true } }]),
)
const options: JsonObject = {
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: exact,
  configuration: { PEOPLE: JSON.stringify(people) },
}

describe('a sign-up as a legacy user who has not moved, with a case-sensitive legacy store', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('legacy', options, [client])
  })
  after(async () => await server.close())

  const signUp = (email: string): Promise<Answer> =>
    server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'legacy',
      email,
      password: 'Attacker-chose-1',
    })

  const variants: [string, string][] = [
    ['with other letter case', 'Victim0@Legacy.EXAMPLE'],
    ['with white space around', '\u00a0 victim1@legacy.example\u3000'],
    ['with full-width letters', '\uff56ictim2@legacy.example'],
    ['with a full-width letter in the domain', 'victim3@legacy.exam\uff50le'],
    ['with a mathematical letter', 'v\u{1d4be}ctim4@legacy.example'],
  ]
  for (const [how, email] of variants) {
    test(`${how}: the address counts as taken`, async () => {
      const answer = await signUp(email)
      assert.equal(answer.status, 400, answer.text)
    })
    test(`${how}: the Management API refuses it too`, async () => {
      const answer = await server.api('POST', 'users', {
        connection: 'legacy',
        email: email.trim(),
        password: 'Admin-chose-1',
      })
      assert.equal(answer.status === 409 || answer.status === 400, true, answer.text)
    })
  }

  test('an address with a trailing dot is refused', async () => {
    assert.equal((await signUp('victim@legacy.example.')).status, 400)
  })

  test("a change to a variant of a legacy user's address is a conflict", async () => {
    const made = await server.must('POST', 'users', {
      connection: 'legacy',
      email: 'mine@new.example',
      password: 'Mine-mine-1',
    })
    const id = encodeURIComponent(String(member(made, 'user_id')))
    const answer = await server.api('PATCH', `users/${id}`, { email: 'VICTIM5@legacy.example' })
    assert.equal(answer.status, 409, answer.text)
  })

  test('every legacy user still logs in with the old password', async () => {
    for (const email of Object.keys(people)) {
      const login = await server.login(client, 'legacy', email, 'right')
      assert.equal(login.status, 200, `${email}: ${login.text}`)
    }
  })
})

test('mail goes to the canonical address of the user', async () => {
  const server = await startTestServer()
  try {
    const client = await server.createClient()
    await server.createConnection('local', {}, [client])
    const answer = await server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'local',
      email: '\uff56ictim@mail.example',
      password: 'Attacker-chose-1',
    })
    assert.equal(answer.status, 200, answer.text)
    for (const mail of await server.outbox()) assert.equal(mail['to'], 'victim@mail.example')
    assert.equal((await server.outbox()).length, 1)
  } finally {
    await server.close()
  }
})

describe('a username that would collide with another user', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection(
      'local',
      { requires_username: true, validation: { username: { min: 1, max: 128 } } },
      [client],
    )
    await server.must('POST', 'users', {
      connection: 'local',
      email: 'victim@한국어도메인한국어도메인한국어도메인한국어도메인한국어도메.kr',
      username: 'victim',
      password: 'Right-one-1',
    })
  })
  after(async () => await server.close())

  const signUp = (username: string): Promise<Answer> =>
    server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'local',
      email: `${Math.random().toString(36).slice(2)}@evil.example`,
      username,
      password: 'Attacker-chose-1',
    })

  test('is refused where it is an e-mail address', async () => {
    assert.equal((await signUp('someone@evil.example')).status, 400)
  })
  test('is refused where only its canonical form is an e-mail address', async () => {
    const decomposed = 'later@한국어도메인한국어도메인한국어도메인한국어도메인한국어도메.kr'.normalize('NFD')
    assert.equal((await signUp(decomposed)).status, 400)
  })
  test('is refused in other letter case or width', async () => {
    for (const variant of ['VICTIM', 'ｖｉｃｔｉｍ', ' victim ']) assert.equal((await signUp(variant)).status, 400)
  })
})
