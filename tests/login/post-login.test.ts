// Post-login steps: they run after the password is verified and the user has moved, and before the login completes.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { PostLoginAnswer, PostLoginStep } from '../../src/rules/post-login.ts'
import { member, outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const login = `function login(email, password, callback) {
  if (password !== 'right') return callback(new WrongUsernameOrPasswordError(email))
  callback(null, { user_id: email.split('@')[0], email, email_verified: true })
}`
const get_user = 'function getUser(email, callback) { callback(null) }'
const options: JsonObject = {
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user },
}

describe('a post-login step', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  let answers: (() => PostLoginAnswer)[] = []
  const calls: string[] = []
  const step =
    (nth: number): PostLoginStep =>
    async ({ user }) => {
      calls.push(`${nth} ${user.user_id}`)
      return answers[nth]?.() ?? { kind: 'allow' }
    }

  before(async () => {
    server = await startTestServer({ post_login_steps: [step(0), step(1)] })
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', options, [client])
  })
  after(() => server.close())
  beforeEach(() => {
    answers = []
    calls.length = 0
  })

  const logIn = (name: string, password = 'right') => server.login(client, 'legacy', `${name}@legacy.example`, password)
  const eventsOf = async (name: string): Promise<JsonObject[]> =>
    (await server.logs(`user_name:"${name}@legacy.example"`)).filter((event) => event['type'] !== 'sepft')
  const failuresOf = async (name: string): Promise<number[]> => {
    const { db } = server.internals
    const rows = await db.selectFrom('brute_force_counters').select(['failures', 'description']).execute()
    return rows.filter((row) => row.description.includes(`"${name}@`)).map((row) => row.failures)
  }

  test('that denies leaves the user moved, writes a failure event with its text, and gives the attempt back', async () => {
    answers = [() => ({ kind: 'deny', message: 'Come back on Monday.' })]
    const answer = await logIn('ada')
    assert.equal(answer.status, 403, answer.text)
    assert.deepEqual(answer.json, { error: 'unauthorized', error_description: 'Come back on Monday.' })
    const [event, ...more] = await eventsOf('ada')
    assert.equal(more.length, 0)
    assert.equal(event?.['type'], 'f')
    assert.equal(event?.['description'], 'Come back on Monday.')
    assert.equal(event?.['user_id'], 'auth0|ada')
    assert.equal(outcomeOf(event), 'denied_by_rule')
    const user = await server.must('GET', 'users/auth0%7Cada')
    assert.equal(member(user, 'logins_count'), 0)
    const [record] = await server.records(connection_id)
    assert.equal(record?.['state'], 'migrated')
    assert.deepEqual(await failuresOf('ada'), [])

    answers = []
    const allowed = await logIn('ada')
    assert.equal(allowed.status, 200, allowed.text)
    assert.equal(outcomeOf((await eventsOf('ada'))[0]), 'success')
  })

  test('runs only after a right password, in order, and not after a step that denies', async () => {
    assert.equal((await logIn('bob', 'wrong')).status, 403)
    assert.deepEqual(calls, [])
    assert.equal((await logIn('bob')).status, 200)
    assert.deepEqual(calls, ['0 auth0|bob', '1 auth0|bob'])
    calls.length = 0
    answers = [() => ({ kind: 'deny', message: 'no' })]
    assert.equal((await logIn('bob')).status, 403)
    assert.deepEqual(calls, ['0 auth0|bob'])
  })

  test('that throws ends the login with a clear error, and no token is issued', async () => {
    answers = [
      () => {
        throw new Error('the rule is broken')
      },
    ]
    const answer = await logIn('carl')
    assert.equal(answer.status, 500)
    assert.deepEqual(answer.json, { error: 'server_error', error_description: 'We could not complete your login.' })
    const [event] = await eventsOf('carl')
    assert.equal(outcomeOf(event), 'rule_error')
    assert.deepEqual(await failuresOf('carl'), [])
  })

  test('that redirects cannot be used by a grant without a browser', async () => {
    answers = [() => ({ kind: 'redirect', url: 'https://shop.example/terms' })]
    const answer = await logIn('dana')
    assert.equal(answer.status, 500)
    const [event] = await eventsOf('dana')
    assert.equal(outcomeOf(event), 'rule_error')
    assert.match(String(event?.['description']), /redirects, which this grant cannot do/)
  })
})
