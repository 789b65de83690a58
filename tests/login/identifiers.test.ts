// What users of a connection log in with: e-mail address, username, phone number (options.attributes).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { peopleOptions } from './people-scripts.ts'

const password = 'Right-one-1'
const active = { identifier: { active: true } }
const by_phone = { attributes: { phone_number: { ...active, profile_required: true } } }
const by_any = { attributes: { email: active, username: active, phone_number: active } }
let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('phones', by_phone, [client])
  await server.createConnection('any', by_any, [client])
})
after(() => server.close())

const signUp = (connection: string, fields: JsonObject): Promise<Answer> =>
  server.post('/dbconnections/signup', { ...client, connection, password, ...fields })
const login = (realm: string, name: string, typed = password): Promise<Answer> =>
  server.login(client, realm, name, typed)
const userPath = (user_id: string): string => `users/${encodeURIComponent(user_id)}`

describe('options.attributes', () => {
  it('are refused where they contradict each other', async () => {
    const refusals: [JsonObject, RegExp][] = [
      [
        { attributes: { email: active }, requires_username: true },
        /both options.attributes and options.requires_username/,
      ],
      [{ attributes: { email: active }, validation: null }, /both options.attributes and options.validation/],
      [{ attributes: {} }, /must contain one active identifier/],
      [{ attributes: { email: { identifier: { active: false } } } }, /must contain one active identifier/],
      [
        { attributes: { phone_number: { ...active, profile_required: true, signup: { status: 'optional' } } } },
        /attribute phone_number must also be required on signup/,
      ],
      [{ attributes: { email: { ...active, unique: false } } }, /unique is false/],
      [{ attributes: { email: { identifier: { active: true, default_method: 'email_otp' } } } }, /default_method/],
      [{ attributes: { email: { ...active, verification_method: 'otp' } } }, /verification_method/],
      [{ attributes: { phone_number: { ...active, signup: { verification: { active: true } } } } }, /verification/],
      [
        { attributes: { username: { ...active, validation: { min_length: 9, max_length: 3 } } } },
        /min_length is greater/,
      ],
      [{ attributes: { email: active }, precedence: ['email', 'email', 'username'] }, /precedence/],
    ]
    for (const [options, message] of refusals) {
      const [status, , text] = await server.refused('POST', 'connections', { name: 'odd', strategy: 'auth0', options })
      assert.deepEqual([status, message.test(text)], [400, true], text)
    }
  })

  it('cannot make addresses unique again once users may share them', async () => {
    const shared = { attributes: { email: { unique: false }, username: active } }
    const id = await server.createConnection('shared', shared, [client])
    const email = 'both@example.com'
    for (const username of ['one', 'two']) await server.createUser('shared', { email, username, password })
    assert.equal((await login('shared', 'two')).status, 200)
    assert.equal((await login('shared', email)).status, 403)
    const options = { attributes: { email: {}, username: active } }
    assert.equal((await server.refused('PATCH', `connections/${id}`, { options }))[0], 400)
  })
})

describe('a phone number', () => {
  it('signs up, logs in and is taken in every spelling [guard: phone-numbers-in-e164]', async () => {
    const answer = await signUp('phones', { phone_number: '+49 (0)171 2345678' })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual([answer.json.phone_number, answer.json.email], ['+491712345678', undefined])
    for (const spelling of [
      '+491712345678',
      '+49 171 / 234 56 78',
      ' +49-171-2345678 ',
      '＋４９１７１２３４５６７８',
    ]) {
      assert.equal((await login('phones', spelling)).status, 200, spelling)
      assert.equal((await signUp('phones', { phone_number: spelling })).status, 400, spelling)
    }
    const create = { connection: 'phones', password, phone_number: '+491712345678' }
    assert.equal((await server.api('POST', 'users', create)).status, 409)
  })

  it('has one lock for all its spellings', async () => {
    await server.createUser('phones', { phone_number: '+491715550001', password })
    const spellings = ['+49 171 5550001', '+491715550001', '+49 (0)171 555 0001']
    const statuses: number[] = []
    for (let guess = 0; guess < 12; guess += 1) {
      statuses.push((await login('phones', spellings[guess % 3] ?? '', `guess ${guess}`)).status)
    }
    assert.deepEqual(statuses.slice(9), [403, 429, 429])
  })

  it('must have its country code, and other kinds are no identifier here', async () => {
    for (const phone_number of ['0171 2345678', '+49', '+49171x2345678', 'ada', '']) {
      assert.equal((await signUp('phones', { phone_number })).status, 400, phone_number)
    }
    assert.equal((await signUp('phones', { phone_number: '+491712345600', email: 'ada@example.com' })).status, 400)
    assert.equal((await signUp('phones', { email: 'ada@example.com' })).status, 400)
    assert.equal((await login('phones', 'ada@example.com')).status, 403)
    const [event] = await server.logs('type:fu')
    assert.match(JSON.stringify(event), /log in with a phone number/)
  })

  it('is changed and removed through the Management API, as far as the connection permits', async () => {
    const number = '+491715550002'
    const user_id = await server.createUser('any', { email: 'change@example.com', phone_number: number, password })
    const other = await server.createUser('any', { username: 'other', password })
    assert.equal((await login('any', number)).status, 200)
    assert.equal((await server.api('PATCH', userPath(other), { phone_number: number })).status, 409)
    assert.equal((await server.api('PATCH', userPath(other), { phone_number: '+4901715550002' })).status, 400)
    await server.must('PATCH', userPath(user_id), { phone_number: '+491715550003' })
    assert.deepEqual([(await login('any', number)).status, (await login('any', '+49 171 5550003')).status], [403, 200])
    await server.must('PATCH', userPath(user_id), { phone_number: null })
    assert.equal((await login('any', '+491715550003')).status, 403)
    assert.equal((await server.api('PATCH', userPath(other), { username: null })).status, 400)
    const phone_only = await server.createUser('phones', { phone_number: '+491715550004', password })
    assert.equal((await server.api('PATCH', userPath(phone_only), { phone_number: null })).status, 400)
  })

  it('becomes an identifier of users who exist when the connection makes it one', async () => {
    const id = await server.createConnection('later', {}, [client])
    await server.createUser('later', { email: 'l@example.com', phone_number: '+491715550005', password })
    assert.equal((await login('later', '+491715550005')).status, 403)
    await server.must('PATCH', `connections/${id}`, { options: by_any })
    const numbers = server.internals.db.selectFrom('user_identifiers').selectAll().where('connection_id', '=', id)
    await waitUntil(async () => (await numbers.where('kind', '=', 'phone_number').execute()).length === 1)
    assert.equal((await login('later', '+49 171 5550005')).status, 200)
  })
})

describe('users of a legacy store', () => {
  const people = peopleOptions(
    {
      '+49 171 7770001': { password, profile: { user_id: 'p1', phone_number: '+49 (0)171-7770001', name: 'Phone' } },
      'no-mail': { password, profile: { user_id: 'p2', username: 'No-Mail' } },
      'lost@legacy.example': { password, profile: { user_id: 'p3', name: 'Lost' } },
    },
    by_any,
  )

  it('move with a phone number only or a username only, and are found here by any spelling', async () => {
    const id = await server.createConnection('people', people, [client])
    assert.equal((await login('people', '+49 171 7770001')).status, 200)
    assert.equal((await login('people', 'no-mail')).status, 200)
    const moved = await server.must('GET', userPath('auth0|p1'))
    assert.deepEqual([moved.phone_number, moved.email, moved.name], ['+491717770001', undefined, 'Phone'])
    await server.must('PATCH', `connections/${id}`, { options: { ...people, customScripts: {} } })
    assert.equal((await login('people', '+49 171/777 0001')).status, 200)
    assert.equal((await login('people', '+49 171/777 0001', 'wrong')).status, 403)
    assert.equal((await login('people', 'NO-MAIL')).status, 200)
  })

  it('cannot sign up again with their number, and are refused without any identifier', async () => {
    await server.createConnection('again', { ...people, id_namespace: 'again' }, [client])
    assert.equal((await signUp('again', { phone_number: '+49 171 7770001' })).status, 400)
    const answer = await login('again', 'lost@legacy.example')
    assert.equal(answer.status, 500)
    const [event] = await server.logs('type:f')
    assert.equal(outcomeOf(event), 'profile_refused')
    assert.match(JSON.stringify(event), /e-mail address or a username or a phone/)
  })

  it('run no script for a kind of identifier that the connection does not have', async () => {
    const id = await server.createConnection(
      'mail-only',
      { ...people, id_namespace: 'mail', attributes: { email: active } },
      [client],
    )
    assert.equal((await login('mail-only', 'no-mail')).status, 403)
    assert.equal((await login('mail-only', '+49 171 7770001')).status, 403)
    assert.deepEqual(await server.records(id), [])
  })
})

describe('the hosted pages', () => {
  it('ask for the identifiers of the connection, and accept a phone number', async () => {
    const app = await createBrowserClient(server)
    await server.must('PATCH', `connections/${app.connection_id}`, { options: by_phone })
    const browser = createBrowser(server)
    const page = await browser.open(app.authorize({ screen_hint: 'signup' }))
    assert.match(page.text, /name="phone_number"[^>]*type="tel"|type="tel"[^>]*name="phone_number"/)
    assert.doesNotMatch(page.text, /name="email"/)
    const wrong = await browser.submit(formOf(page), { phone_number: '0171 8880001', password })
    assert.equal(wrong.status, 400)
    assert.match(wrong.text, /country code/)
    const signed_up = await browser.submit(formOf(page), { phone_number: '+49 171 8880001', password })
    assert.ok(answerOf(signed_up).code, signed_up.text)
    const other = createBrowser(server)
    assert.ok(answerOf(await other.logIn(app.authorize(), '+49-171-8880001', password)).code)
  })
})
