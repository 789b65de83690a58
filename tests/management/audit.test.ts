// What the log event of a change says: who, what, and the members before and after, without secrets.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { changedMembers } from '../../src/management/changed-members.ts'
import { createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let admins: AdminApi

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
  await admins.setUp('owner@example.com')
})
after(() => server?.close())

/** The details of the last log event of an operation. */
async function detailsOf(operation: string): Promise<JsonObject> {
  const [event] = await server.logs(`details.operation:${operation}`)
  const details = member(event, 'details')
  assert.ok(details, operation)
  return details as JsonObject
}

test('a change of a client or an admin names the operation, the caller, and the members before and after', async () => {
  const client_id = (await server.must('POST', 'clients', { name: 'first', callbacks: ['https://a.test'] })).client_id
  assert.equal((await detailsOf('createClient'))['created_id'], client_id)
  await server.must('PATCH', `clients/${client_id}`, {
    name: 'second',
    description: 'new',
    callbacks: ['https://a.test'],
  })
  const by_client = await detailsOf('updateClient')
  assert.equal(by_client['resource'], 'clients')
  assert.equal(by_client['resource_name'], 'first')
  assert.deepEqual(by_client['changes'], { name: { before: 'first', after: 'second' }, description: { after: 'new' } })

  const token = await admins.accessToken('owner@example.com')
  assert.equal((await admins.api(token, 'PATCH', `clients/${client_id}`, { name: 'third' })).status, 200)
  const [event] = await server.logs('details.operation:updateClient AND user_name:"owner@example.com"')
  assert.deepEqual(member(member(event, 'details'), 'changes'), { name: { before: 'second', after: 'third' } })
  const auth = member(member(member(event, 'details'), 'request'), 'auth')
  assert.equal(member(member(auth, 'credentials'), 'role'), 'owner')
  assert.equal(member(member(auth, 'credentials'), 'scopes'), undefined)

  assert.equal((await admins.api(token, 'DELETE', `clients/${client_id}`)).status, 204)
  const deleted = (await detailsOf('deleteClient'))['changes']
  assert.deepEqual(member(deleted, 'name'), { before: 'third' })
})

test('of secrets and scripts only the names are kept [guard: audit-without-secrets]', async () => {
  const secret = 'Very-secret-9f3a'
  const source = `function login(email, password, callback) { /* ${secret} */ callback(null) }`
  const client_id = (await server.must('POST', 'clients', { name: 'of secrets' })).client_id
  const token = await admins.accessToken('owner@example.com')
  const client_secret = secret.repeat(4)
  assert.equal((await admins.api(token, 'PATCH', `clients/${client_id}`, { client_secret })).status, 200)
  assert.deepEqual((await detailsOf('updateClient'))['changes'], { client_secret: { before: '*****', after: '*****' } })

  const connection_id = await server.createConnection('legacy', { enabledDatabaseCustomization: true })
  const options = {
    enabledDatabaseCustomization: true,
    customScripts: { login: source },
    configuration: { DB_PASSWORD: secret },
    disable_signup: true,
  }
  await server.must('PATCH', `connections/${connection_id}`, { options })
  const changes = (await detailsOf('updateConnection'))['changes']
  assert.deepEqual(member(changes, 'options.disable_signup'), { after: true })
  await server.must('PATCH', `connections/${connection_id}/configuration`, {
    configuration: { DB_PASSWORD: `${secret}2` },
  })
  assert.match(JSON.stringify((await detailsOf('updateConfiguration'))['changes']), /DB_PASSWORD/)
  await server.must('PATCH', `connections/${connection_id}/scripts`, { scripts: { login: { source: `${source} ` } } })
  const scripts = member((await detailsOf('updateScripts'))['changes'], 'scripts')
  assert.deepEqual(
    objects(scripts, 'after').map(({ source: shown, version }) => [shown, typeof version]),
    [['*****', 'number']],
  )
  const rule = await server.must('POST', 'rules', { name: 'audited', script: source, enabled: false })
  await server.must('PATCH', `rules/${rule.id}`, { script: `${source} // ${secret}`, name: 'audited again' })
  assert.deepEqual((await detailsOf('updateRule'))['changes'], {
    name: { before: 'audited', after: 'audited again' },
    script: { before: '*****', after: '*****' },
  })
  await server.createConnection('with-passwords')
  const user_id = await server.createUser('with-passwords', { email: 'ada@example.com', password: secret })
  await server.must('PATCH', `users/${user_id}`, { password: `${secret}-2` })

  await server.settle()
  const rows = await server.internals.db.selectFrom('log_events').select(['description', 'details']).execute()
  assert.ok(!JSON.stringify(rows).includes(secret))
})

test('nothing of a deleted user is kept', async () => {
  await server.createConnection('people')
  const user_id = await server.createUser('people', {
    email: 'gone@example.com',
    password: 'Right-one-1',
    name: 'Gone Person',
  })
  await server.must('PATCH', `users/${user_id}`, { nickname: 'goner' })
  assert.deepEqual(member(member((await detailsOf('updateUser'))['changes'], 'nickname'), 'after'), 'goner')
  await server.must('DELETE', `users/${user_id}`)
  const deleted = await detailsOf('deleteUser')
  assert.equal(deleted['changes'], undefined)
  assert.equal(deleted['resource_name'], undefined)
})

test('an event of a connection names it, also when it is deleted', async () => {
  const connection_id = await server.createConnection('named', {})
  await server.must('PATCH', `connections/${connection_id}/settings`, { display_name: 'Named' })
  await server.must('DELETE', `connections/${connection_id}`)
  const named = async (operation: string): Promise<unknown[]> => {
    const [event] = await server.logs(`details.operation:${operation} AND connection_id:${connection_id}`)
    return [member(event, 'connection'), member(member(event, 'details'), 'resource_name')]
  }
  assert.deepEqual(await named('createConnection'), ['named', 'named'])
  assert.equal((await named('updateConnectionSettings'))[0], 'named')
  assert.deepEqual(await named('deleteConnection'), [null, 'named'])
})

test('a change is bounded: of a long one the names are kept', () => {
  const before = Object.fromEntries(Array.from({ length: 300 }, (_, nth) => [`member_${nth}`, 'x'.repeat(50)]))
  const { omitted, members } = changedMembers(before, {})
  assert.equal(omitted, 'too long')
  assert.equal(Array.isArray(members) && members.length, 100)
  assert.deepEqual(changedMembers({ a: { b: [1], c: { d: 1 } }, updated_at: 1 }, { a: { b: [1, 2] }, updated_at: 2 }), {
    'a.b': { before: [1], after: [1, 2] },
    'a.c': { before: { d: 1 } },
  })
})
