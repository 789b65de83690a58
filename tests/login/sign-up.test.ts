import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, objects, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const person = (id: string, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example`, email_verified: true },
  ...more,
})
const people: Record<string, Scripted> = {
  'ada@legacy.example': person('ada'),
  'fire@legacy.example': person('fire', { answer: 'get_user_error' }),
}
const no_ops = {
  login: 'function login(a, b, callback) { callback(null, null) }',
  get_user: 'function getUser(a, callback) { callback(null, null) }',
}

describe('sign-up', () => {
  let house: TestHouse
  let client: TestClient
  let connection_id: string
  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    connection_id = await house.createConnection('legacy', peopleOptions(people), [client])
    await house.createConnection('plain', {}, [client])
  })
  after(async () => await house.close())

  const signUp = (email: string, more: Record<string, unknown> = {}): Promise<Answer> =>
    house.post('dbconnections/signup', {
      client_id: client.client_id,
      connection: 'legacy',
      email,
      password: 'Chosen-here-1',
      ...more,
    })

  test('somebody new becomes a user here, with a mail to prove the address', async () => {
    const made = await signUp(' New@Example.com ', { user_metadata: { plan: 'gold' } })
    assert.equal(made.status, 200, made.text)
    assert.match(String(member(made.json, '_id')), /^[0-9a-f]{24}$/)
    assert.equal(member(made.json, 'email'), 'new@example.com')
    assert.equal(member(made.json, 'email_verified'), false)
    assert.equal((await house.login(client, 'legacy', 'new@example.com', 'Chosen-here-1')).status, 200)
    const mail = (await house.outbox()).find((each) => each['to'] === 'new@example.com')
    assert.match(String(mail?.['text']), /\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#/)
    assert.deepEqual(await house.records(connection_id), [])
  })

  test('an address of the legacy store exists already, though nobody has moved', async () => {
    const refused = await signUp('Ada@legacy.example')
    assert.equal(refused.status, 400)
    assert.equal(member(refused.json, 'code'), 'invalid_signup')
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
    const again = await signUp('ada@legacy.example')
    assert.deepEqual(again.json, refused.json)
  })

  test('when the legacy store cannot tell, nobody is signed up, and the answer says so', async () => {
    const refused = await signUp('fire@legacy.example')
    assert.equal(refused.status, 503, refused.text)
    assert.match(refused.text, /try again/)
    assert.deepEqual(await house.must('GET', 'users-by-email?email=fire@legacy.example'), [])
  })

  test('a known legacy user still exists after the scripts became no-ops', async () => {
    const known = { 'late@legacy.example': person('late') }
    const id = await house.createConnection('finished', peopleOptions(known), [client])
    const seen = await house.post('dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'finished',
      email: 'late@legacy.example',
    })
    assert.equal(seen.status, 200)
    await house.outbox()
    await house.must('PATCH', `connections/${id}`, { options: peopleOptions(known, { customScripts: no_ops }) })
    const refused = await signUp('late@legacy.example', { connection: 'finished' })
    assert.equal(member(refused.json, 'code'), 'invalid_signup')
    const stranger = await signUp('stranger@legacy.example', { connection: 'finished' })
    assert.equal(stranger.status, 200, stranger.text)
  })

  test('a password typed for a stranger does not keep the stranger from signing up', async () => {
    const naive = `function login(name, password, callback) { callback(new WrongUsernameOrPasswordError(name)) }`
    await house.createConnection('naive', peopleOptions({}, { customScripts: { ...no_ops, login: naive } }), [client])
    assert.equal((await house.login(client, 'naive', 'victim@example.com', 'guess')).status, 403)
    const made = await signUp('victim@example.com', { connection: 'naive' })
    assert.equal(made.status, 200, made.text)
  })

  test('after a deletion the address makes a new person, whom the tombstone does not touch', async () => {
    const gone = { 'gone@legacy.example': person('gone') }
    const id = await house.createConnection('deleted', peopleOptions(gone), [client])
    assert.equal((await house.login(client, 'deleted', 'gone@legacy.example', 'right')).status, 200)
    await house.must('DELETE', 'users/auth0%7Cgone')
    const made = await signUp('gone@legacy.example', { connection: 'deleted' })
    assert.equal(made.status, 200, made.text)
    assert.equal((await house.login(client, 'deleted', 'gone@legacy.example', 'right')).status, 403)
    assert.equal((await house.login(client, 'deleted', 'gone@legacy.example', 'Chosen-here-1')).status, 200)
    const [record] = await house.records(id)
    assert.equal(record?.['state'], 'deleted')
  })

  test('a weak password is refused with the rules', async () => {
    const refused = await signUp('weak@example.com', { password: 'abc' })
    assert.equal(refused.status, 400)
    assert.equal(member(refused.json, 'code'), 'invalid_password')
    assert.equal(member(refused.json, 'name'), 'PasswordStrengthError')
    const rules = objects(member(refused.json, 'description'), 'rules')
    assert.equal(rules.length > 0, true)
  })

  test('a sign-up that is switched off, for an unknown connection or with a bad address is refused', async () => {
    await house.createConnection('closed', { disable_signup: true }, [client])
    assert.equal((await signUp('x@example.com', { connection: 'closed' })).status, 400)
    assert.equal((await signUp('x@example.com', { connection: 'unheard-of' })).status >= 400, true)
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

  test('30 sign-ups of one address at once make one user', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => signUp('race@example.com', { connection: 'plain' })),
    )
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    assert.equal(answers.filter((answer) => answer.status === 400).length, 29)
  })
})
