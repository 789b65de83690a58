import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'

// A legacy store that compares letter by letter, as PostgreSQL does by default.
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

describe('an attacker signs up as a legacy user who has not moved, at a store that compares letter by letter', () => {
  let house: TestHouse
  let client: TestClient
  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    await house.createConnection('legacy', options, [client])
  })
  after(async () => await house.close())

  const signUp = (email: string): Promise<Answer> =>
    house.post('dbconnections/signup', {
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
    test(`${how}: an administrator cannot take it by mistake either`, async () => {
      const answer = await house.api('POST', 'users', {
        connection: 'legacy',
        email: email.trim(),
        password: 'Admin-chose-1',
      })
      assert.equal(answer.status === 409 || answer.status === 400, true, answer.text)
    })
  }

  test('a trailing dot behind the domain is no address', async () => {
    assert.equal((await signUp('victim@legacy.example.')).status, 400)
  })

  test('a change of address to a variant of an unmoved one is a conflict', async () => {
    const made = await house.must('POST', 'users', {
      connection: 'legacy',
      email: 'mine@new.example',
      password: 'Mine-mine-1',
    })
    const id = encodeURIComponent(String(member(made, 'user_id')))
    const answer = await house.api('PATCH', `users/${id}`, { email: 'VICTIM5@legacy.example' })
    assert.equal(answer.status, 409, answer.text)
  })

  test('every one of them still gets in with the old password after all that', async () => {
    for (const email of Object.keys(people)) {
      const login = await house.login(client, 'legacy', email, 'right')
      assert.equal(login.status, 200, `${email}: ${login.text}`)
    }
  })
})

test('mail goes to the very address that a user is found by', async () => {
  const house = await startHouse()
  try {
    const client = await house.createClient()
    await house.createConnection('local', {}, [client])
    const answer = await house.post('dbconnections/signup', {
      client_id: client.client_id,
      connection: 'local',
      email: '\uff56ictim@mail.example',
      password: 'Attacker-chose-1',
    })
    assert.equal(answer.status, 200, answer.text)
    for (const mail of await house.outbox()) assert.equal(mail['to'], 'victim@mail.example')
    assert.equal((await house.outbox()).length, 1)
  } finally {
    await house.close()
  }
})

describe('a username that would answer to another person', () => {
  let house: TestHouse
  let client: TestClient
  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    await house.createConnection('local', { requires_username: true, validation: { username: { min: 1, max: 128 } } }, [
      client,
    ])
    await house.must('POST', 'users', {
      connection: 'local',
      email: 'victim@한국어도메인한국어도메인한국어도메인한국어도메인한국어도메.kr',
      username: 'victim',
      password: 'Right-one-1',
    })
  })
  after(async () => await house.close())

  const signUp = (username: string): Promise<Answer> =>
    house.post('dbconnections/signup', {
      client_id: client.client_id,
      connection: 'local',
      email: `${Math.random().toString(36).slice(2)}@evil.example`,
      username,
      password: 'Attacker-chose-1',
    })

  test("is refused where it is somebody's e-mail address", async () => {
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
