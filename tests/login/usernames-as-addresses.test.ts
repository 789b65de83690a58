// Usernames in the form of an address: a legacy store may have them, and the owner of the address always wins.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { member, objects, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const password = 'Right-one-1'
const person = (user_id: string, email: string, username: string, typed = password): Scripted => ({
  password: typed,
  profile: { user_id, email, username },
})

const store = await testedStore('SQLite')

describe(`a username with @, on ${store.name}`, () => {
  let server: TestServer
  let client: TestClient

  before(async () => {
    server = await startTestServer({ env: await store.env() })
    client = await server.createClient()
  })
  after(async () => {
    await server?.close()
  })

  const logIn = (realm: string, name: string, typed = password): Promise<Answer> =>
    server.login(client, realm, name, typed, { scope: 'openid' })
  const subject = ({ json, text }: Answer): unknown => {
    const id_token = member(json, 'id_token')
    assert.ok(typeof id_token === 'string', text)
    return (JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as JsonObject)['sub']
  }
  const lastDetail = async (connection_id: string, legacy_id: string): Promise<JsonValue | undefined> => {
    const record = (await server.records(connection_id)).find((each) => each['legacy_id'] === legacy_id)
    const full = await server.must('GET', `migrations/${connection_id}/records/${String(record?.['record_id'])}`)
    return member(objects(member(full, 'history')).at(-1), 'detail')
  }
  const noScripts = {
    login: 'function login(a, b, cb) { cb(null) }',
    get_user: 'function getUser(a, cb) { cb(null) }',
  }

  test('logs its owner in after the scripts have become no-ops', async () => {
    const people = { 'ann@corp': person('1', 'ann@home.example', 'ann@corp') }
    const id = await server.createConnection('finished', peopleOptions(people), [client])
    assert.equal(subject(await logIn('finished', 'ann@corp')), 'auth0|1')
    await server.must('PATCH', `connections/${id}`, { options: peopleOptions({}, { customScripts: noScripts }) })
    assert.equal(subject(await logIn('finished', 'ANN@corp')), 'auth0|1')
    assert.equal(subject(await logIn('finished', 'ann@home.example')), 'auth0|1')
    await server.must('PATCH', 'users/auth0%7C1', { email: 'ann@work.example' })
    assert.equal(subject(await logIn('finished', 'ann@corp')), 'auth0|1', 'a change of the address keeps it')
  })

  test('does not keep the owner of the address from moving, and is then no identifier [guard: address-wins-at-login]', async () => {
    const people = {
      'thief@l.example': person('10', 'thief@l.example', 'victim@l.example', 'Thief-pass-1'),
      'victim@l.example': person('11', 'victim@l.example', 'victim', 'Victim-pass-1'),
    }
    const id = await server.createConnection('later', peopleOptions(people), [client])
    assert.equal(subject(await logIn('later', 'thief@l.example', 'Thief-pass-1')), 'auth0|10')
    assert.equal(subject(await logIn('later', 'victim@l.example', 'Thief-pass-1')), 'auth0|10', 'not yet')
    const wrong = await logIn('later', 'victim@l.example', 'neither')
    assert.equal(wrong.status, 403, wrong.text)
    assert.equal(subject(await logIn('later', 'victim@l.example', 'Victim-pass-1')), 'auth0|11')
    assert.equal((await logIn('later', 'victim@l.example', 'Thief-pass-1')).status, 403)
    assert.equal(subject(await logIn('later', 'thief@l.example', 'Thief-pass-1')), 'auth0|10')
    assert.deepEqual(await lastDetail(id, '10'), { username_is_address_of: 'auth0|11' })
    assert.deepEqual(member(await lastDetail(id, '11'), 'address_was_username_of'), ['auth0|10'])
  })

  test('that is the address of another user is stored and is no identifier', async () => {
    const people = {
      'owner@f.example': person('20', 'owner@f.example', 'owner'),
      'second@f.example': person('21', 'second@f.example', 'owner@f.example', 'Second-pass-1'),
    }
    const id = await server.createConnection('first', peopleOptions(people), [client])
    await logIn('first', 'owner@f.example')
    assert.equal(subject(await logIn('first', 'second@f.example', 'Second-pass-1')), 'auth0|21')
    assert.equal((await logIn('first', 'owner@f.example', 'Second-pass-1')).status, 403)
    assert.equal(member(await server.must('GET', 'users/auth0%7C21'), 'username'), 'owner@f.example')
    assert.equal(member(await lastDetail(id, '21'), 'username_is_address_of'), 'auth0|20')
    await server.must('PATCH', 'users/auth0%7C21', { email: 'second@g.example' })
    assert.equal(subject(await logIn('first', 'owner@f.example')), 'auth0|20', 'also after a change of the address')
  })

  test('while the legacy store is away, a wrong password of the username stays a wrong password', async () => {
    const people: Record<string, Scripted> = { 'dan@o.example': person('30', 'dan@o.example', 'dan@corp') }
    const id = await server.createConnection('away', peopleOptions(people), [client])
    await logIn('away', 'dan@o.example')
    people['dan@corp'] = { answer: 'refused' }
    await server.must('PATCH', `connections/${id}`, { options: peopleOptions(people) })
    assert.equal((await logIn('away', 'dan@corp', 'wrong')).status, 403)
    assert.equal(subject(await logIn('away', 'dan@corp')), 'auth0|30')
  })

  test('does not take the mail for a new password from the owner of the address [guard: address-wins-at-reset]', async () => {
    const people = {
      'taker@r.example': person('40', 'taker@r.example', 'mine@r.example', 'Taker-pass-1'),
      'mine@r.example': person('41', 'mine@r.example', 'mine'),
    }
    await server.createConnection('resets', peopleOptions(people), [client])
    await logIn('resets', 'taker@r.example', 'Taker-pass-1')
    const { client_id } = client
    const asked = { client_id, connection: 'resets', email: 'mine@r.example' }
    assert.equal((await server.post('/dbconnections/change_password', asked)).status, 200)
    assert.equal((await server.outbox('mine@r.example')).length, 1)
    assert.equal((await server.outbox('taker@r.example')).length, 0)
  })

  test('yields to a user who signs up with the address, or gets it through the API [guard: address-wins-here]', async () => {
    const people = {
      'one@s.example': person('50', 'one@s.example', 'signs-up@s.example'),
      'two@s.example': person('51', 'two@s.example', 'created@s.example'),
      'three@s.example': person('52', 'three@s.example', 'changed@s.example'),
    }
    const id = await server.createConnection('yields', peopleOptions(people), [client])
    for (const name of Object.keys(people)) assert.equal((await logIn('yields', name)).status, 200)
    const { client_id } = client
    const fields = { email: 'signs-up@s.example', password: 'Other-pass-1' }
    const signed_up = await server.post('/dbconnections/signup', { client_id, connection: 'yields', ...fields })
    assert.equal(signed_up.status, 200, signed_up.text)
    const created = await server.createUser('yields', { email: 'created@s.example', password: 'Other-pass-1' })
    const changed = await server.createUser('yields', { email: 'fourth@s.example', password: 'Other-pass-1' })
    await server.must('PATCH', `users/${encodeURIComponent(changed)}`, { email: 'changed@s.example' })
    for (const name of ['signs-up', 'created', 'changed']) {
      assert.equal((await logIn('yields', `${name}@s.example`)).status, 403, name)
      assert.equal((await logIn('yields', `${name}@s.example`, 'Other-pass-1')).status, 200, name)
    }
    assert.deepEqual(await lastDetail(id, '51'), { username_is_address_of: created })
    assert.deepEqual(await lastDetail(id, '52'), { username_is_address_of: changed })
  })

  test('of two users with one username the second collides', async () => {
    const people = {
      'a@t.example': person('60', 'a@t.example', 'team@corp'),
      'b@t.example': person('61', 'b@t.example', 'team@corp'),
    }
    await server.createConnection('team', peopleOptions(people), [client])
    assert.equal((await logIn('team', 'a@t.example')).status, 200)
    assert.equal((await logIn('team', 'b@t.example')).status, 500)
    const [event] = await server.logs('user_name:"b@t.example" AND type:f')
    assert.equal(outcomeOf(event), 'collision')
  })

  test('is refused at sign-up and by the API, except the own address, and so is a phone number', async () => {
    await server.createConnection('local', { requires_username: true, validation: { username: { min: 1, max: 64 } } }, [
      client,
    ])
    const { client_id } = client
    const signUp = (username: string, email: string): Promise<Answer> =>
      server.post('/dbconnections/signup', { client_id, connection: 'local', email, username, password })
    for (const username of ['x@y.example', '@home', 'me@', '+4930123456']) {
      const refused = await signUp(username, 'eve@u.example')
      assert.equal(refused.status, 400, username)
      assert.match(refused.text, /'username' must not be an e-mail address/)
    }
    assert.equal((await signUp('Eve@u.example', 'eve@u.example')).status, 200)
    assert.equal((await logIn('local', 'eve@u.example')).status, 200)
    const fay = await server.createUser('local', { email: 'fay@u.example', username: 'fay', password })
    const path = `users/${encodeURIComponent(fay)}`
    assert.equal((await server.api('PATCH', path, { username: 'eve@u.example' })).status, 400)
    assert.equal((await server.api('PATCH', path, { username: 'fay@u.example' })).status, 200)
    assert.equal((await logIn('local', 'fay@u.example')).status, 200)
  })
})
