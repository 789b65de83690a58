// A change of the user while the right password is being verified decides the login.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
let server: TestServer
let client: TestClient
let nth = 0
let user_id: string
let email: string
let duringVerification: (() => Promise<unknown>) | undefined

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
  const { passwords } = server.internals
  const verify = passwords.verify.bind(passwords)
  passwords.verify = async (phc, typed) => {
    const right = await verify(phc, typed)
    await duringVerification?.()
    return right
  }
})
after(() => server.close())

beforeEach(async () => {
  duringVerification = undefined
  email = `person-${nth++}@local.example`
  user_id = await server.createUser('local', { email, password })
})

const login = async (typed = password) =>
  await server.login(client, 'local', email, typed, { scope: 'openid offline_access' })
const change = async (body: object) => await server.must('PATCH', `users/${encodeURIComponent(user_id)}`, body)
const leftovers = async () => {
  await server.settle()
  const { db } = server.internals
  const families = await db.selectFrom('token_families').selectAll().where('user_id', '=', user_id).execute()
  const counters = await db.selectFrom('brute_force_counters').selectAll().where('failures', '>', 0).execute()
  return { families: families.length, counters: counters.length }
}

test('a user who is blocked during the login gets no tokens', async () => {
  duringVerification = () => change({ blocked: true })
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
})

test('a password that is replaced during the login is refused', async () => {
  duringVerification = () => change({ password: 'Another-one-2' })
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
  duringVerification = undefined
  assert.equal((await login('Another-one-2')).status, 200)
})

test('a user who is deleted during the login is refused', async () => {
  duringVerification = () => server.must('DELETE', `users/${encodeURIComponent(user_id)}`)
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
})

test('a login during another change of the user succeeds and is counted once', async () => {
  duringVerification = () => change({ name: 'Ada' })
  assert.equal((await login()).status, 200)
  const shown = await server.must('GET', `users/${encodeURIComponent(user_id)}`)
  assert.equal(member(shown, 'logins_count'), 1)
  assert.equal(member(shown, 'name'), 'Ada')
  assert.deepEqual(await leftovers(), { families: 1, counters: 0 })
})

test('a credential from before credentials had ids is accepted, unless the password is replaced during the login', async () => {
  const { db } = server.internals
  await db.updateTable('credentials').set({ credential_id: '' }).where('user_id', '=', user_id).execute()
  assert.equal((await login()).status, 200)
  duringVerification = () => change({ password })
  assert.equal((await login()).status, 403, 'the same password again is another credential')
  duringVerification = undefined
  assert.equal((await login()).status, 200)
})
