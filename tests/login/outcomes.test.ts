import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { failures_per_identifier } from '../../src/login/brute-force-protection.ts'
import { member, objects, outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { person, people, rows } from './outcome-rows.ts'
import { peopleOptions } from './people-scripts.ts'

describe('the outcome of a login', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '15000' } })
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', peopleOptions(people), [client])
  })
  after(async () => await server.close())

  const newestEvent = async (name: string): Promise<JsonObject> => {
    const events = await server.logs(`user_name:"${name}@legacy.example" AND type:(s OR f OR fp OR fu OR limit_wc)`)
    return events[0] ?? {}
  }
  const failuresOf = async (name: string): Promise<number> => {
    const found = await server.internals.db
      .selectFrom('brute_force_counters')
      .select(['failures', 'description'])
      .where('subject', 'like', 'identifier:%')
      .execute()
    return found.find((row) => row.description.includes(`"${name}@legacy.example"`))?.failures ?? 0
  }
  const recordOf = async (name: string): Promise<JsonObject | undefined> => {
    const answer = await server.must('GET', `migrations/${connection_id}/records?q=${name}@legacy.example`)
    return objects(answer, 'records')[0]
  }

  test('a user whom the legacy store accepts is moved, and logs in here from then on', async () => {
    const first = await server.login(client, 'legacy', 'Ada@Legacy.example', 'right', { scope: 'openid email' })
    assert.equal(first.status, 200, first.text)
    const [moved] = await server.logs('type:s')
    assert.equal(outcomeOf(moved), 'moved')
    const again = await server.login(client, 'legacy', 'ada@legacy.example', 'right')
    assert.equal(again.status, 200, again.text)
    const event = await newestEvent('ada')
    assert.equal(event['type'], 's')
    assert.equal(outcomeOf(event), 'success')
    const record = await recordOf('ada')
    assert.equal(record?.['state'], 'migrated')
    assert.equal(record?.['user_id'], 'auth0|ada')
    const wrong = await server.login(client, 'legacy', 'ada@legacy.example', 'a-wrong-secret-91')
    assert.equal(wrong.status, 403)
    assert.deepEqual(wrong.json, { error: 'invalid_grant', error_description: 'Wrong email or password.' })
  })

  for (const row of rows) {
    test(`${row.outcome}: ${row.name} gets ${row.status} ${row.error}`, async () => {
      const answer = await server.login(client, 'legacy', `${row.name}@legacy.example`, row.password ?? 'right')
      assert.equal(answer.status, row.status, answer.text)
      assert.equal(member(answer.json, 'error'), row.error)
      const description = String(member(answer.json, 'error_description'))
      if (typeof row.description === 'string') assert.equal(description, row.description)
      else assert.match(description, row.description)
      assert.equal(answer.headers.has('retry-after'), row.retry_after === true)
      const event = await newestEvent(row.name)
      assert.equal(event['type'], row.type)
      assert.equal(outcomeOf(event), row.outcome)
      const record = await recordOf(row.name)
      assert.equal(record?.['state'], row.state)
      if (row.state !== undefined) assert.equal(record?.['last_outcome'], row.outcome)
      assert.equal(await failuresOf(row.name), row.counted ? 1 : 0)
      // No failed login moves a user.
      const users = await server.must('GET', `users-by-email?email=${row.name}@legacy.example`)
      assert.deepEqual(users, [])
    })
  }

  test('the log event of a return that is no profile says what was returned', async () => {
    const returned = { number: 'a number', text: 'a string', list: 'a list of 1', mixed_list: 'a list with a string' }
    for (const [name, what] of Object.entries(returned)) {
      const must = 'The script must return a profile (an object), or null where there is no user; it returned'
      assert.equal((await newestEvent(name))['description'], `${must} ${what}.`)
    }
  })

  test('the log event of a refused profile names the field, the answer does not', async () => {
    const event = await newestEvent('badmail')
    assert.match(String(event['description']), /email is not an e-mail address/)
    assert.match(String((await newestEvent('noid'))['description']), /user_id is missing/)
  })

  test('a user blocked here gets that answer only with the right password', async () => {
    await server.must('PATCH', 'users/auth0%7Cada', { blocked: true })
    const right = await server.login(client, 'legacy', 'ada@legacy.example', 'right')
    assert.equal(right.status, 403)
    assert.deepEqual(right.json, { error: 'unauthorized', error_description: 'user is blocked' })
    const wrong = await server.login(client, 'legacy', 'ada@legacy.example', 'wrong')
    assert.equal(member(wrong.json, 'error'), 'invalid_grant')
    await server.must('PATCH', 'users/auth0%7Cada', { blocked: false })
  })

  test('a deleted user leaves a tombstone that is answered like a wrong password, until it is lifted', async () => {
    const { status } = await server.login(client, 'legacy', 'bob@legacy.example', 'right', {}, '10.1.1.1')
    assert.equal(status, 200)
    assert.equal((await server.api('DELETE', 'users/auth0%7Cbob')).status, 204)
    const refused = await server.login(client, 'legacy', 'bob@legacy.example', 'right', {}, '10.1.1.1')
    assert.equal(refused.status, 403)
    assert.deepEqual(refused.json, { error: 'invalid_grant', error_description: 'Wrong email or password.' })
    const event = await newestEvent('bob')
    assert.equal(event['type'], 'fu')
    assert.equal(outcomeOf(event), 'tombstoned')
    const record = await recordOf('bob')
    assert.equal(record?.['state'], 'deleted')
    const lifted = await server.api(
      'DELETE',
      `migrations/${connection_id}/records/${String(record?.['record_id'])}/tombstone`,
    )
    assert.equal(lifted.status, 204, lifted.text)
    const back = await server.login(client, 'legacy', 'bob@legacy.example', 'right', {}, '10.1.1.1')
    assert.equal(back.status, 200, back.text)
    assert.equal((await recordOf('bob'))?.['state'], 'migrated')
  })

  test('ten failures in a row lock the identifier for the address, and for no other address', async () => {
    await server.createConnection('locks', peopleOptions({ 'lou@legacy.example': person('lou') }), [client])
    for (let attempt = 1; attempt <= failures_per_identifier; attempt += 1) {
      const answer = await server.login(client, 'locks', 'lou@legacy.example', `guess ${attempt}`, {}, '10.9.9.9')
      assert.equal(answer.status, 403, `attempt ${attempt}: ${answer.text}`)
    }
    const locked = await server.login(client, 'locks', 'Lou@legacy.example ', 'right', {}, '10.9.9.9')
    assert.equal(locked.status, 429)
    assert.equal(member(locked.json, 'error'), 'too_many_attempts')
    const events = await server.logs('type:limit_wc')
    assert.equal(outcomeOf(events[0]), 'locked')
    const elsewhere = await server.login(client, 'locks', 'lou@legacy.example', 'right', {}, '10.9.9.8')
    assert.equal(elsewhere.status, 200, elsewhere.text)
    const blocks = await server.must('GET', 'user-blocks?identifier=lou@legacy.example')
    assert.equal(objects(blocks, 'blocked_for').length, 1)
    assert.equal((await server.api('DELETE', 'user-blocks?identifier=lou@legacy.example')).status, 204)
    const free = await server.login(client, 'locks', 'lou@legacy.example', 'right', {}, '10.9.9.9')
    assert.equal(free.status, 200, free.text)
  })

  test('a success resets the counter: nine failures, a success, nine failures, a success', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 1; attempt < failures_per_identifier; attempt += 1) {
        const answer = await server.login(client, 'legacy', 'ada@legacy.example', `guess ${attempt}`, {}, '10.7.7.7')
        assert.equal(answer.status, 403)
      }
      const right = await server.login(client, 'legacy', 'ada@legacy.example', 'right', {}, '10.7.7.7')
      assert.equal(right.status, 200, right.text)
    }
  })

  test('outages in a row open the circuit: the next login is answered at once', async () => {
    const only = {
      'refused@legacy.example': person('refused', { answer: 'refused' }),
      'zoe@legacy.example': person('zoe'),
    }
    const id = await server.createConnection('outage', peopleOptions(only), [client])
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const answer = await server.login(client, 'outage', 'refused@legacy.example', 'right')
      assert.equal(answer.status, 503)
    }
    const answer = await server.login(client, 'outage', 'zoe@legacy.example', 'right')
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.has('retry-after'), true)
    assert.equal(outcomeOf(await newestEvent('zoe')), 'circuit_open')
    const health = member(await server.must('GET', `migrations/${id}`), 'health')
    assert.equal(member(health, 'circuit'), 'open')
    assert.equal(member(health, 'status'), 'failing')
  })

  test('a log event never holds a password or a configuration value', async () => {
    const everything = JSON.stringify(await server.logs()) + server.lines.join('')
    assert.equal(everything.includes('a-wrong-secret-91'), false)
    assert.equal(everything.includes('wrong password'), true)
    assert.equal(everything.includes(client.client_secret), false)
  })
})
