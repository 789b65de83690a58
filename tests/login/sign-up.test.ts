import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const person = (id: string, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example`, email_verified: true },
  ...more,
})
const people: Record<string, Scripted> = {
  'ada@legacy.example': person('ada'),
  'down@legacy.example': person('down', { answer: 'get_user_error' }),
}
const no_ops = {
  login: 'function login(a, b, callback) { callback(null, null) }',
  get_user: 'function getUser(a, callback) { callback(null, null) }',
}

describe('sign-up', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', peopleOptions(people), [client])
    await server.createConnection('plain', {}, [client])
  })
  after(async () => await server.close())

  const signUp = (email: string, more: Record<string, unknown> = {}): Promise<Answer> =>
    server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection: 'legacy',
      email,
      password: 'Chosen-here-1',
      ...more,
    })

  test('creates a new user, and mails a link to verify the address', async () => {
    const made = await signUp(' New@Example.com ', { user_metadata: { plan: 'gold' } })
    assert.equal(made.status, 200, made.text)
    assert.match(String(member(made.json, '_id')), /^[0-9a-f]{24}$/)
    assert.equal(member(made.json, 'email'), 'new@example.com')
    assert.equal(member(made.json, 'email_verified'), false)
    assert.equal((await server.login(client, 'legacy', 'new@example.com', 'Chosen-here-1')).status, 200)
    const [mail] = await server.outbox('new@example.com')
    assert.match(String(mail?.['text']), /\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#/)
    assert.deepEqual(await server.records(connection_id), [])
  })

  test('an address of the legacy store is taken, also before its user has moved', async () => {
    const refused = await signUp('Ada@legacy.example')
    assert.equal(refused.status, 400)
    assert.equal(member(refused.json, 'code'), 'invalid_signup')
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
    const again = await signUp('ada@legacy.example')
    assert.deepEqual(again.json, refused.json)
  })

  test('while the legacy store does not answer, no user is created, and the answer is 503', async () => {
    const refused = await signUp('down@legacy.example')
    assert.equal(refused.status, 503, refused.text)
    assert.match(refused.text, /try again/)
    assert.deepEqual(await server.must('GET', 'users-by-email?email=down@legacy.example'), [])
  })

  test('a legacy user who was seen is still taken after the scripts became no-ops', async () => {
    const known = { 'late@legacy.example': person('late') }
    const id = await server.createConnection('finished', peopleOptions(known), [client])
    const seen = await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'finished',
      email: 'late@legacy.example',
    })
    assert.equal(seen.status, 200)
    await server.outbox()
    await server.must('PATCH', `connections/${id}`, { options: peopleOptions(known, { customScripts: no_ops }) })
    const refused = await signUp('late@legacy.example', { connection: 'finished' })
    assert.equal(member(refused.json, 'code'), 'invalid_signup')
    const unknown = await signUp('unknown@legacy.example', { connection: 'finished' })
    assert.equal(unknown.status, 200, unknown.text)
  })

  test('a wrong password for an unknown address does not prevent its sign-up', async () => {
    const naive = `function login(name, password, callback) { callback(new WrongUsernameOrPasswordError(name)) }`
    await server.createConnection('naive', peopleOptions({}, { customScripts: { ...no_ops, login: naive } }), [client])
    assert.equal((await server.login(client, 'naive', 'victim@example.com', 'guess')).status, 403)
    const made = await signUp('victim@example.com', { connection: 'naive' })
    assert.equal(made.status, 200, made.text)
  })

  test('after a deletion the address can sign up again; the tombstone does not apply to the new user', async () => {
    const gone = { 'gone@legacy.example': person('gone') }
    const id = await server.createConnection('deleted', peopleOptions(gone), [client])
    assert.equal((await server.login(client, 'deleted', 'gone@legacy.example', 'right')).status, 200)
    await server.must('DELETE', 'users/auth0%7Cgone')
    const made = await signUp('gone@legacy.example', { connection: 'deleted' })
    assert.equal(made.status, 200, made.text)
    assert.equal((await server.login(client, 'deleted', 'gone@legacy.example', 'right')).status, 403)
    assert.equal((await server.login(client, 'deleted', 'gone@legacy.example', 'Chosen-here-1')).status, 200)
    const [record] = await server.records(id)
    assert.equal(record?.['state'], 'deleted')
  })

  test('a weak password is refused with the broken rules', async () => {
    const refused = await signUp('weak@example.com', { password: 'abc' })
    assert.equal(refused.status, 400)
    assert.equal(member(refused.json, 'code'), 'invalid_password')
    assert.equal(member(refused.json, 'name'), 'PasswordStrengthError')
    const rules = objects(member(refused.json, 'description'), 'rules')
    assert.equal(rules.length > 0, true)
  })

  test('a sign-up for a disabled or unknown connection, or with an invalid address, is refused', async () => {
    await server.createConnection('closed', { disable_signup: true }, [client])
    assert.equal((await signUp('x@example.com', { connection: 'closed' })).status, 400)
    assert.equal((await signUp('x@example.com', { connection: 'unknown' })).status >= 400, true)
    for (const email of [
      'no address',
      'a@',
      '@b.c',
      'a b@c.d',
      `${'a'.repeat(65)}@b.c`,
      `a@${'b'.repeat(260)}.c`,
      '',
    ]) {
      const refused = await signUp(email)
      assert.equal(refused.status, 400, `${email}: ${refused.text}`)
    }
  })

  test('30 concurrent sign-ups of one address create one user', async () => {
    const answers = await server.hashingAsInProduction(() =>
      Promise.all(Array.from({ length: 30 }, () => signUp('race@example.com', { connection: 'plain' }))),
    )
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    assert.equal(answers.filter((answer) => answer.status === 400).length, 29)
  })
})
