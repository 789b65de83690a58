// A change of the user while the right password is being verified decides the login.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { serviceOptions, startLegacyService } from '../support/legacy-service.ts'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
let server: TestServer
let client: TestClient
let nth = 0
let user_id: string
let email: string
let duringVerification: (() => Promise<unknown>) | undefined
let duringHash: (() => Promise<unknown>) | undefined

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
  const { passwords } = server.internals
  const verify = passwords.verify.bind(passwords)
  passwords.verify = async (phc, typed, tenant_id) => {
    const right = await verify(phc, typed, tenant_id)
    await duringVerification?.()
    return right
  }
  const hash = passwords.hash.bind(passwords)
  passwords.hash = async (typed, tenant_id) => {
    const hashed = await hash(typed, tenant_id)
    await duringHash?.()
    return hashed
  }
})
after(() => server.close())

beforeEach(async () => {
  duringVerification = undefined
  duringHash = undefined
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

describe('a connection that is deleted while it is used', () => {
  // Its users are deleted afterwards, by a job.
  const deleteConnection = async (name: string): Promise<void> => {
    const { db } = server.internals
    await db.deleteFrom('connection_realms').where('realm', '=', name).execute()
    await db.deleteFrom('connections').where('name', '=', name).execute()
  }
  const usersOf = async (connection_id: string): Promise<number> => {
    const { db } = server.internals
    return (await db.selectFrom('users').select('user_id').where('connection_id', '=', connection_id).execute()).length
  }
  const deleted = 'The connection was deleted meanwhile.'
  let connection_id: string

  test('[guard: connection-at-login-completion] refuses a login of a user of this store', async () => {
    connection_id = await server.createConnection('brief', {}, [client])
    const user = { email: 'brief@local.example', password }
    await server.createUser('brief', user)
    duringVerification = () => deleteConnection('brief')
    const refused = await server.login(client, 'brief', user.email, password, { scope: 'openid offline_access' })
    assert.deepEqual([refused.status, member(refused.json, 'error_description')], [400, deleted])
  })

  test('[guard: connection-of-a-cached-user] refuses a login in legacy mode, and caches no user', async () => {
    const service = await startLegacyService(async (legacy_email) => {
      await deleteConnection('brief')
      return { user_id: 'ada', email: legacy_email }
    })
    const options = { ...serviceOptions(service), import_mode: false }
    connection_id = await server.createConnection('brief', options, [client])
    const refused = await server.login(client, 'brief', 'ada@legacy.example', password)
    service.close()
    assert.deepEqual([refused.status, member(refused.json, 'error_description')], [400, deleted])
    assert.equal(await usersOf(connection_id), 0)
  })

  test('[guard: connection-of-a-local-user] refuses a sign-up and a new user of the Management API', async () => {
    duringHash = () => deleteConnection('brief')
    const user = { connection: 'brief', email: 'new@local.example', password: 'Chosen-here-1' }
    connection_id = await server.createConnection('brief', {}, [client])
    const signup = await server.post('/dbconnections/signup', { ...client, ...user })
    assert.deepEqual([signup.status, member(signup.json, 'description')], [400, deleted])
    assert.equal(await usersOf(connection_id), 0)
    duringHash = undefined
    connection_id = await server.createConnection('brief', {}, [client])
    duringHash = () => deleteConnection('brief')
    assert.equal((await server.api('POST', 'users', user)).status, 400)
    assert.equal(await usersOf(connection_id), 0)
  })
})
