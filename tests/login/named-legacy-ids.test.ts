// A login script that names a legacy id with a wrong password: WrongUsernameOrPasswordError(id).
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

// Finds a user by any of several identifiers. For an unknown one it names what configuration.UNKNOWN says.
const login = `function login(name, password, callback) {
  const person = JSON.parse(configuration.PEOPLE).find((each) => each.names.includes(name.toLowerCase()))
  if (!person) {
    const named = { name, nothing: null, id: 'id-of-' + name.replace(/\\W/g, ''), constant: 'staff-1' }[configuration.UNKNOWN]
    return callback(new WrongUsernameOrPasswordError(named, 'wrong'))
  }
  if (person.password !== password) return callback(new WrongUsernameOrPasswordError(person.id, 'wrong'))
  callback(null, { user_id: person.id, email: person.names[0] })
}`
const get_user = `function getUser(name, callback) {
  const person = JSON.parse(configuration.PEOPLE).find((each) => each.names.includes(name.toLowerCase()))
  callback(null, person ? { user_id: person.id, email: person.names[0] } : null)
}`

type Person = { id: string; names: string[]; password: string }

const options = (people: Person[], unknown: 'name' | 'nothing' | 'id' | 'constant', more: JsonObject = {}) => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user },
  configuration: { PEOPLE: JSON.stringify(people), UNKNOWN: unknown },
  ...more,
})

const ada = (password = 'legacy'): Person => ({
  id: '7',
  names: ['ada@shop.example', 'c-100', 'ada.new@shop.example', 'ada'],
  password,
})
const bob: Person = { id: '8', names: ['bob@shop.example', 'c-200'], password: 'legacy' }

describe('a user who has moved types an identifier that is unknown here', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  let next_address = 1

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    const namespaced = options([ada(), bob], 'nothing', { id_namespace: 'shop' })
    connection_id = await server.createConnection('shop', namespaced, [client])
    assert.equal((await logIn('ada@shop.example', 'legacy')).status, 200)
    await server.must('PATCH', 'users/auth0%7Cshop%7C7', { password: 'Chosen-here-1', connection: 'shop' })
  })
  after(async () => await server.close())

  // Each from an address of its own, unless the test counts.
  const logIn = (name: string, password: string, from = `203.0.113.${(next_address += 1)}`, realm = 'shop') =>
    server.login(client, realm, name, password, { scope: 'openid' }, from)
  const subject = ({ json }: Answer): unknown =>
    (
      JSON.parse(
        Buffer.from(String(member(json, 'id_token')).split('.')[1] ?? '', 'base64url').toString(),
      ) as JsonObject
    )['sub']

  test('the password here decides, by a customer number and by an address changed there [guard: named-id-local-password]', async () => {
    for (const name of ['c-100', 'C-100', 'ada.new@shop.example']) {
      const right = await logIn(name, 'Chosen-here-1')
      assert.equal(right.status, 200, `${name}: ${right.text}`)
      assert.equal(subject(right), 'auth0|shop|7')
      assert.equal((await logIn(name, 'legacy')).status, 403, 'the old password')
      assert.equal((await logIn(name, 'neither')).status, 403)
    }
    const [event] = await server.logs('user_name:"ada.new@shop.example" AND type:s')
    assert.equal(member(member(event?.['details'], 'migration'), 'alias'), true)
    const [failure] = await server.logs('user_name:"ada.new@shop.example" AND type:fp')
    assert.deepEqual([failure?.['user_id'], outcomeOf(failure)], ['auth0|shop|7', 'wrong_password'])
  })

  test('failures under all identifiers of one user count together [guard: named-id-reserved]', async () => {
    const statuses: number[] = []
    for (let guess = 0; guess < 12; guess += 1) {
      const name = ['c-100', 'ada', 'ada.new@shop.example'][guess % 3] ?? ''
      statuses.push((await logIn(name, `guess ${guess}`, '198.51.100.7')).status)
    }
    assert.deepEqual(statuses, [...Array<number>(10).fill(403), 429, 429])
    assert.equal((await logIn('c-100', 'Chosen-here-1', '198.51.100.7')).status, 429)
    assert.equal((await logIn('c-100', 'Chosen-here-1', '198.51.100.8')).status, 200)
  })

  test('concurrent guesses under several identifiers are ten at most [guard: named-id-reserved]', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, guess) =>
        logIn(['c-100', 'ada', 'ada.new@shop.example'][guess % 3] ?? '', `guess ${guess}`, '198.51.100.9'),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 403).length, 10)
  })

  test('known and unknown users cost one hash each [guard: named-id-equal-hashes]', async () => {
    const { passwords } = server.internals
    const { hash, verify, verifyDummy } = passwords
    const done: string[] = []
    Object.assign(passwords, {
      hash: (...args: Parameters<typeof hash>) => (done.push('hash'), hash(...args)),
      verify: (...args: Parameters<typeof verify>) => (done.push('verify'), verify(...args)),
      verifyDummy: (...args: Parameters<typeof verifyDummy>) => (done.push('dummy'), verifyDummy(...args)),
    })
    try {
      const hashes = async (name: string, password: string): Promise<string[]> => {
        done.length = 0
        await logIn(name, password)
        return [...done]
      }
      assert.deepEqual(await hashes('c-100', 'wrong'), ['verify'], 'moved, named')
      assert.deepEqual(await hashes('c-200', 'wrong'), ['dummy'], 'not moved, named')
      assert.deepEqual(await hashes('c-300', 'wrong'), ['dummy'], 'unknown')
      assert.deepEqual(await hashes('ada@shop.example', 'wrong'), ['verify'], 'moved, found here')
      assert.deepEqual(await hashes('c-100', 'legacy'), ['verify'], 'moved, and the old password is right there')
      assert.deepEqual(await hashes('c-200', 'legacy'), ['hash'], 'moves')
    } finally {
      Object.assign(passwords, { hash, verify, verifyDummy })
    }
  })

  test('a block in the legacy store of a user who has moved changes nothing', async () => {
    const before = options([ada(), bob], 'nothing', { id_namespace: 'shop' })
    const blocking = login.replace('email: person.names[0] })', 'email: person.names[0], blocked: true })')
    await server.must('PATCH', `connections/${connection_id}`, {
      options: { ...before, customScripts: { login: blocking, get_user } },
    })
    assert.equal((await logIn('c-100', 'legacy')).status, 403)
    const [event] = await server.logs('user_name:"c-100" AND type:fp')
    assert.equal(outcomeOf(event), 'wrong_password')
    await server.must('PATCH', `connections/${connection_id}`, { options: before })
  })

  test('an id of another connection names no user of this one', async () => {
    const other = options([ada('other')], 'nothing', { id_namespace: 'shop' })
    const id = await server.createConnection('other', other, [client])
    const answer = await logIn('c-100', 'Chosen-here-1', '203.0.113.250', 'other')
    assert.equal(answer.status, 403, answer.text)
    assert.deepEqual(
      (await server.records(id)).map(({ state, user_id }) => [state, user_id]),
      [['seen', undefined]],
    )
  })

  test('before the move events name the id that the user will have', async () => {
    const id = await server.createConnection('later', options([bob], 'nothing', { id_namespace: 'later' }), [client])
    await logIn('c-200', 'wrong', '203.0.113.251', 'later')
    const [event] = await server.logs('user_name:"c-200" AND type:fp AND connection:"later"')
    assert.equal(event?.['user_id'], 'auth0|later|8')
    assert.equal((await server.records(id))[0]?.['legacy_id'], 'later|8')
    assert.equal(connection_id === id, false)
  })
})

describe('a wrong password in the ledger', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
  })
  after(async () => await server.close())

  const logIn = (realm: string, name: string, from: string) => server.login(client, realm, name, 'wrong', {}, from)
  // Each attempt from an address of its own, so that none is locked.
  const addresses = Array.from({ length: 40 }, (_, at) => `198.51.100.${at}`)

  for (const unknown of ['name', 'nothing'] as const) {
    test(`makes no record for an invented address when the script names ${unknown} [guard: typed-name-is-no-id]`, async () => {
      const id = await server.createConnection(`names-${unknown}`, options([bob], unknown), [client])
      for (const from of addresses) {
        const name = `invented-${from}@shop.example`
        assert.equal((await logIn(`names-${unknown}`, name, from)).status, 403)
        assert.equal((await logIn(`names-${unknown}`, name.split('@')[0] ?? '', from)).status, 403)
      }
      assert.deepEqual(await server.records(id), [])
    })
  }

  test('makes one record for an id, whatever was typed, and keeps one identifier', async () => {
    const id = await server.createConnection('staff', options([bob], 'constant', { id_namespace: 's' }), [client])
    for (const from of addresses) await logIn('staff', `visitor-${from}`, from)
    const records = await server.records(id)
    assert.deepEqual(
      records.map(({ legacy_id, state }) => [legacy_id, state]),
      [['s|staff-1', 'seen']],
    )
    const record = await server.must('GET', `migrations/${id}/records/${String(records[0]?.['record_id'])}`)
    assert.deepEqual(member(record, 'identifiers'), ['visitor-198.51.100.0'])
  })

  test('makes at most 100 records a day for one address [guard: records-per-address]', async () => {
    const id = await server.createConnection('many', options([bob], 'id'), [client])
    await server.must('PATCH', `connections/${id}`, {
      options: options([bob], 'id', { brute_force_protection: false }),
    })
    const seen = async (): Promise<unknown> =>
      member(member(await server.must('GET', `migrations/${id}`), 'states'), 'seen')
    const attempts = async (prefix: string, from: string, count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) await logIn('many', `${prefix}${at}`, from)
    }
    await attempts('a', '203.0.113.1', 110)
    assert.equal(await seen(), 100)
    await attempts('b', '203.0.113.2', 5)
    assert.equal(await seen(), 105)
    server.advance(25 * 60 * 60 * 1000)
    await attempts('c', '203.0.113.1', 5)
    assert.equal(await seen(), 110)
  })
})
