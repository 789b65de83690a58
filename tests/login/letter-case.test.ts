// A legacy store that distinguishes letter case, with two accounts whose addresses are equal here.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../src/base/json.ts'
import { member, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const login = `function login(name, password, callback) {
  console.log('login called')
  const people = JSON.parse(configuration.PEOPLE)
  const key = configuration.FOLDS === 'yes' ? Object.keys(people).find((each) => each.toLowerCase() === name.toLowerCase()) : name
  const person = people[key]
  if (configuration.AWAY === 'yes') return callback(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }))
  if (!person) return callback(new WrongUsernameOrPasswordError(null, 'unknown'))
  if (person.password !== password) return callback(new WrongUsernameOrPasswordError(person.id, 'wrong'))
  callback(null, { user_id: person.id, email: key })
}`

const people = {
  'Ada@case.example': { id: '1', password: 'first one' },
  'ada@case.example': { id: '2', password: 'second one' },
  'Bob@case.example': { id: '3', password: 'only one' },
}

const options = (more: Record<string, string> = {}): JsonObject => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user: 'function getUser(name, callback) { callback(null) }' },
  configuration: { PEOPLE: JSON.stringify(people), FOLDS: 'no', AWAY: 'no', ...more },
})

describe('letter case', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
  })
  after(async () => await server.close())

  const logIn = (realm: string, name: string, password: string): Promise<Answer> =>
    server.login(client, realm, name, password)
  /** How often the script was called, once it was as often as expected; a call too many would be in the same batch of lines or the next. */
  const calls = async (id: string, expected: number): Promise<number> => {
    const count = async (): Promise<number> =>
      JSON.stringify(await server.must('GET', `connections/${id}/script-logs`)).split('login called').length - 1
    await waitUntil(async () => (await count()) >= expected)
    await sleep(400)
    return await count()
  }

  test('of two accounts that differ in it, the second is recorded as a collision [guard: other-spelling]', async () => {
    const id = await server.createConnection('cases', options(), [client])
    assert.equal((await logIn('cases', 'Ada@case.example', 'first one')).status, 200)
    const second = await logIn('cases', 'ada@case.example', 'second one')
    assert.equal(second.status, 500, second.text)
    const [event] = await server.logs('user_name:"ada@case.example" AND type:f AND connection:"cases"')
    assert.equal(outcomeOf(event), 'collision')
    const records = (await server.records(id)).map(({ legacy_id, state, last_outcome }) => [
      legacy_id,
      state,
      last_outcome,
    ])
    assert.deepEqual(
      records.toSorted(([one], [other]) => String(one).localeCompare(String(other))),
      [
        ['1', 'migrated', 'moved'],
        ['2', 'refused', 'collision'],
      ],
    )
    assert.equal((await logIn('cases', 'ada@case.example', 'neither')).status, 403)
    assert.equal((await logIn('cases', 'ada@case.example', 'first one')).status, 200, 'the user here, in any letters')
  })

  test('a wrong password in other letters reaches a store that ignores letter case once', async () => {
    const id = await server.createConnection('folds', options({ FOLDS: 'yes' }), [client])
    assert.equal((await logIn('folds', 'bob@case.example', 'only one')).status, 200)
    for (const name of ['bob@case.example', 'Bob@case.example']) {
      assert.equal((await logIn('folds', name, 'wrong')).status, 403, 'typed at the move, and returned')
    }
    assert.equal(await calls(id, 1), 1)
    for (let time = 0; time < 3; time += 1) {
      const wrong = await logIn('folds', 'BOB@case.example', 'wrong')
      assert.equal(wrong.status, 403, wrong.text)
      assert.equal((await logIn('folds', 'BOB@case.example', 'only one')).status, 200)
    }
    assert.equal(await calls(id, 2), 2)
  })

  test('while the legacy store is away, a wrong password in other letters is a wrong password', async () => {
    const id = await server.createConnection('away', { ...options(), id_namespace: 'away' }, [client])
    assert.equal((await logIn('away', 'Bob@case.example', 'only one')).status, 200)
    await server.must('PATCH', `connections/${id}`, { options: { ...options({ AWAY: 'yes' }), id_namespace: 'away' } })
    const wrong = await logIn('away', 'bob@case.example', 'wrong')
    assert.equal(member(wrong.json, 'error'), 'invalid_grant', wrong.text)
  })
})
