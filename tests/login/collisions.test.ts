import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const scripted = (user_id: string | number, email: string, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id, email },
  ...more,
})

describe('a profile that collides with existing users', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    const people = {
      'ada@legacy.example': scripted('7', 'ada@legacy.example'),
      'ada-old-name': scripted('7', 'ada@legacy.example'),
      'other-password': scripted('7', 'ada@legacy.example', { password: 'legacy only' }),
      'thief@legacy.example': scripted('8', 'ada@legacy.example'),
      'namesake@legacy.example': {
        password: 'right',
        profile: { user_id: '9', email: 'namesake@legacy.example', username: 'ada@legacy.example' },
      },
      'bob@legacy.example': {
        password: 'right',
        profile: { user_id: '10', email: 'bob@legacy.example', username: 'Bob' },
      },
      'bobby@legacy.example': {
        password: 'right',
        profile: { user_id: '11', email: 'bobby@legacy.example', username: 'bob' },
      },
    }
    connection_id = await server.createConnection('first', peopleOptions(people), [client])
    assert.equal((await server.login(client, 'first', 'ada@legacy.example', 'right')).status, 200)
  })
  after(async () => await server.close())

  const outcome = async (name: string): Promise<unknown> => {
    const [event] = await server.logs(`user_name:"${name}" AND type:(s OR f OR fp OR fu)`)
    return outcomeOf(event)
  }

  test('a new id with a free address is moved', async () => {
    assert.equal(member(await server.must('GET', 'users/auth0%7C7'), 'email'), 'ada@legacy.example')
  })

  test('the id of a user of this connection: only the password here counts', async () => {
    const right = await server.login(client, 'first', 'ada-old-name', 'right')
    assert.equal(right.status, 200, right.text)
    const legacy_only = await server.login(client, 'first', 'other-password', 'legacy only')
    assert.equal(legacy_only.status, 403, legacy_only.text)
    assert.equal(member(legacy_only.json, 'error'), 'invalid_grant')
  })

  test('a new id with the address of another user of this connection is a collision', async () => {
    const refused = await server.login(client, 'first', 'thief@legacy.example', 'right')
    assert.equal(refused.status, 500)
    assert.equal(await outcome('thief@legacy.example'), 'collision')
    assert.equal((await server.api('GET', 'users/auth0%7C8')).status, 404)
  })

  test('a new id with the username of another user of this connection is a collision', async () => {
    assert.equal((await server.login(client, 'first', 'bob@legacy.example', 'right')).status, 200)
    const refused = await server.login(client, 'first', 'bobby@legacy.example', 'right')
    assert.equal(refused.status, 500)
    assert.equal(await outcome('bobby@legacy.example'), 'collision')
  })

  test("a username that equals another user's address does not log in as that user", async () => {
    const moved = await server.login(client, 'first', 'namesake@legacy.example', 'right')
    assert.equal(moved.status, 200, moved.text)
    const ada = await server.login(client, 'first', 'ada@legacy.example', 'right', { scope: 'openid email' })
    const claims = JSON.parse(
      Buffer.from(String(member(ada.json, 'id_token')).split('.')[1] ?? '', 'base64url').toString(),
    ) as { sub: string }
    assert.equal(claims.sub, 'auth0|7')
  })

  test('the id of a user of another connection is a collision that names id_namespace', async () => {
    const people = { 'seven@second.example': scripted(7, 'seven@second.example') }
    const id = await server.createConnection('second', peopleOptions(people), [client])
    const refused = await server.login(client, 'second', 'seven@second.example', 'right')
    assert.equal(refused.status, 500)
    const [event] = await server.logs('user_name:"seven@second.example" AND type:f')
    assert.match(String(event?.['description']), /id_namespace/)
    await server.must('PATCH', `connections/${id}`, { options: peopleOptions(people, { id_namespace: 'second' }) })
    const moved = await server.login(client, 'second', 'seven@second.example', 'right')
    assert.equal(moved.status, 200, moved.text)
    const user = await server.must('GET', 'users/auth0%7Csecond%7C7')
    assert.equal(member(user, 'email'), 'seven@second.example')
    const identities = member(user, 'identities')
    assert.equal(Array.isArray(identities) && member(identities[0], 'user_id'), 'second|7')
    assert.equal((await server.records(id))[0]?.['state'], 'migrated')
  })

  test('ids as numbers, with the auth0 prefix and with unusual characters are accepted or refused', async () => {
    const people = {
      'number@ids.example': scripted(12_345, 'number@ids.example'),
      'prefixed@ids.example': scripted('auth0|abc', 'prefixed@ids.example'),
      'twice@ids.example': scripted('auth0|auth0|abd', 'twice@ids.example'),
      'space@ids.example': scripted('a b', 'space@ids.example'),
      'control@ids.example': scripted('a\u0000b', 'control@ids.example'),
      'empty@ids.example': scripted('', 'empty@ids.example'),
      'long@ids.example': scripted('x'.repeat(256), 'long@ids.example'),
      'fits@ids.example': scripted('y'.repeat(255), 'fits@ids.example'),
      'object@ids.example': { password: 'right', profile: { user_id: { $oid: 'abc' }, email: 'object@ids.example' } },
      'alias@ids.example': {
        password: 'right',
        profile: { id: 'by-id', email: 'alias@ids.example', metadata: { a: 1 } },
      },
    }
    await server.createConnection('ids', peopleOptions(people), [client])
    const user_ids: Record<string, string | undefined> = {
      number: 'auth0|12345',
      prefixed: 'auth0|abc',
      twice: 'auth0|auth0|abd',
      space: undefined,
      control: undefined,
      empty: undefined,
      long: undefined,
      fits: `auth0|${'y'.repeat(255)}`,
      object: undefined,
      alias: 'auth0|by-id',
    }
    for (const [name, user_id] of Object.entries(user_ids)) {
      const answer = await server.login(client, 'ids', `${name}@ids.example`, 'right')
      assert.equal(answer.status, user_id === undefined ? 500 : 200, `${name}: ${answer.text}`)
      if (user_id !== undefined)
        assert.equal((await server.api('GET', `users/${encodeURIComponent(user_id)}`)).status, 200, name)
    }
    assert.deepEqual(member(await server.must('GET', 'users/auth0%7Cby-id'), 'app_metadata'), { a: 1 })
  })

  test('a raw row is moved without its secrets, and the log event lists the dropped fields', async () => {
    const row = {
      id: 'raw',
      email: 'raw@row.example',
      password_hash: '$2a$10$abc',
      Salt: 'x',
      plan: 'gold',
      nested: { a: [1] },
      created_at: '2001-01-01',
    }
    await server.createConnection('rows', peopleOptions({ 'raw@row.example': { password: 'right', profile: row } }), [
      client,
    ])
    assert.equal((await server.login(client, 'rows', 'raw@row.example', 'right')).status, 200)
    const user = await server.must('GET', 'users/auth0%7Craw')
    assert.equal(JSON.stringify(user).includes('$2a$'), false)
    assert.equal(member(user, 'plan'), 'gold')
    assert.deepEqual(member(user, 'nested'), { a: [1] })
    assert.notEqual(member(user, 'created_at'), '2001-01-01')
    const [event] = await server.logs('user_name:"raw@row.example" AND type:s')
    assert.deepEqual(member(member(event?.['details'], 'migration'), 'dropped_fields'), [
      'password_hash',
      'Salt',
      'created_at',
    ])
  })

  test('the summary counts the outcomes', async () => {
    const summary = await server.must('GET', `migrations/${connection_id}`)
    assert.equal(member(summary, 'users'), 3)
    assert.equal(member(member(summary, 'states'), 'migrated'), 3)
    assert.equal(member(member(summary, 'states'), 'refused'), 2)
  })
})
