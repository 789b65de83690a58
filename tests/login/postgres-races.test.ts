// Races on PostgreSQL, each with its interleaving forced: a transaction of the test is open while those of the server meet.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestText } from '../../src/base/digest.ts'
import { holdTransaction } from '../support/held-transaction.ts'
import { member, outcomeOf, ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const password = 'Right-one-1'
let database: PostgresServer
let server: TestServer
let client: TestClient
let url: string

before(async () => {
  database = await startPostgres()
  url = (await database.createStore('login_races')).url
  server = await startTestServer({ env: { DATABASE_URL: url } })
  client = await server.createClient()
})
after(async () => {
  await server?.close()
  await database?.stop()
})

const userPath = (user_id: string): string => `users/${encodeURIComponent(user_id)}`

/** A connection to a legacy store with one user, `ada`, who has an address and a username. */
async function legacyConnection(name: string): Promise<{ connection_id: string; email: string; user_id: string }> {
  const email = `ada@${name}.example`
  const ada: Scripted = { password, profile: { user_id: `${name}-ada`, email, username: `${name}-ada` } }
  const connection_id = await server.createConnection(name, peopleOptions({ [email]: ada, [`${name}-ada`]: ada }), [
    client,
  ])
  return { connection_id, email, user_id: `auth0|${name}-ada` }
}

const login = (realm: string, name: string, typed = password): Promise<Answer> =>
  server.login(client, realm, name, typed, { scope: 'openid offline_access' })

test('[guard: password-at-login-completion] a login with the old password that waits for the change of the password is refused', async () => {
  await server.createConnection('local', {}, [client])
  const email = 'ada@local.example'
  const user_id = await server.createUser('local', { email, password })
  const held = await holdTransaction(url, 'lock table token_families in share mode')
  const change = server.must('PATCH', userPath(user_id), { password: 'Another-one-2' })
  await held.blocks('update "token_families"')
  const old = login('local', email)
  await held.blocks('update "users"')
  await held.release()
  await change
  const { status, json } = await old
  assert.equal(status, 403, JSON.stringify(json))
  assert.equal((await login('local', email, 'Another-one-2')).status, 200)
})

test('[guard: password-ends-links] a link that waits for the change of the password sets no other one', async () => {
  const email = 'link@local.example'
  const user_id = await server.createUser('local', { email, password })
  const ticket = ticketIn((await server.must('POST', 'tickets/password-change', { user_id })).ticket)
  const held = await holdTransaction(url, 'lock table token_families in share mode')
  const change = server.must('PATCH', userPath(user_id), { password: 'Another-one-2' })
  await held.blocks('update "token_families"')
  const chosen = 'Chosen-by-link-3'
  const form = new URLSearchParams({ ticket, password: chosen, password_repeat: chosen })
  const old = server.post('/u/reset-password', form)
  await held.blocks('update "users"')
  await held.release()
  await change
  assert.equal((await old).status, 400)
  assert.equal((await login('local', email, chosen)).status, 403)
  assert.equal((await login('local', email, 'Another-one-2')).status, 200)
})

test('[guard: serializable-transactions] a wrong password noted beside a move leaves the record moved, and its deletion final', async () => {
  const { connection_id, email, user_id } = await legacyConnection('moving')
  // The record knows both identifiers, so that a login with the other one is another look-up of the same user.
  await server.post('/dbconnections/signup', { ...client, connection: 'moving', email, password: 'Chosen-here-1' })
  const held = await holdTransaction(url, 'lock table migration_events in share mode')
  const moving = login('moving', email)
  await held.blocks('insert into "migration_events"')
  const wrong = login('moving', 'moving-ada', 'wrong')
  await held.blocks('update "migration_records"')
  await held.release()
  assert.equal((await moving).status, 200)
  assert.equal((await wrong).status, 403)
  const [record] = await server.records(connection_id)
  assert.deepEqual([record?.['state'], record?.['user_id']], ['migrated', user_id])
  const { states } = await server.must('GET', `migrations/${connection_id}`)
  assert.deepEqual([states.migrated, states.seen], [1, 0])
  await server.must('DELETE', userPath(user_id))
  assert.equal((await login('moving', email)).status, 403)
  const [event] = await server.logs('type:f*')
  assert.equal(outcomeOf(event), 'tombstoned')
})

test('[guard: serializable-transactions] [guard: connection-of-a-moved-user] a move that has read its connection is undone when the connection is deleted', async () => {
  const { connection_id, email, user_id } = await legacyConnection('deleted')
  const held = await holdTransaction(url, 'lock table credentials in share mode')
  const moving = login('deleted', email)
  await held.blocks('insert into "credentials"')
  await server.must('DELETE', `connections/${connection_id}`)
  const { db } = server.internals
  await waitUntil(async () => {
    const jobs = await db.selectFrom('jobs').select('state').where('kind', '=', 'delete_connection_data').execute()
    return jobs.some(({ state }) => state === 'completed')
  })
  await held.release()
  const { status, json } = await moving
  assert.deepEqual([status, member(json, 'error_description')], [400, 'The connection was deleted meanwhile.'])
  assert.equal((await server.api('GET', userPath(user_id))).status, 404)
})

test('[guard: identifier-after-change] of two changes that each remove the last other identifier of a user, one is refused', async () => {
  const { email, user_id } = await legacyConnection('nameless')
  assert.equal((await login('nameless', email)).status, 200)
  const held = await holdTransaction(url, 'lock table user_identifiers in share mode')
  const changes = [
    server.api('PATCH', userPath(user_id), { email: null }),
    server.api('PATCH', userPath(user_id), { username: null }),
  ]
  await held.blocks('delete from "user_identifiers"')
  await held.blocks('update "users"')
  await held.release()
  const statuses = (await Promise.all(changes)).map(({ status }) => status)
  assert.deepEqual(
    statuses.toSorted((one, other) => one - other),
    [200, 400],
  )
})

test('one phone number that two users take at once, in two spellings, is one user, and its code is used once [guard: reset-code-once]', async () => {
  const attributes = { phone_number: { identifier: { active: true } } }
  await server.createConnection('numbers', { attributes }, [client])
  const held = await holdTransaction(url, 'lock table user_identifiers in share mode')
  const sign_ups = ['+49 (0)171 2223344', '+49-171-2223344'].map((phone_number) =>
    server.post('/dbconnections/signup', { ...client, connection: 'numbers', password, phone_number }),
  )
  await held.blocks('insert into "user_identifiers"', 2)
  await held.release()
  const statuses = (await Promise.all(sign_ups)).map(({ status }) => status)
  assert.deepEqual(new Set(statuses), new Set([200, 400]))
  const number = '+491712223344'
  const [user] = await server.must('GET', `users?q=${encodeURIComponent(`phone_number:"${number}"`)}`)
  await server.must('PATCH', userPath(user.user_id), { phone_verified: true })
  await server.post('/dbconnections/change_password', { ...client, connection: 'numbers', phone_number: number })
  const [text] = await server.outbox(number)
  const code = /^\d{6}/.exec(String(text?.['text']))?.[0]
  assert.ok(code, 'the outbox has the text message')
  const enter = () =>
    server.send('/u/reset-code', {
      body: new URLSearchParams({ connection: 'numbers', username: number, code }),
      headers: { 'sec-fetch-site': 'same-origin' },
    })
  const trying = await holdTransaction(url, 'lock table reset_codes in share mode')
  const redeeming = await holdTransaction(url, 'lock table tickets in share mode')
  const uses = [enter(), enter()]
  // Both take a try of the code at once, before one of them deletes it.
  await trying.blocks('update "reset_codes"', 2)
  await trying.release()
  await redeeming.blocks('insert into "tickets"')
  // The other one waits to delete the code too, where the machine is not too slow for it.
  await Promise.race([redeeming.blocks('delete from "reset_codes"').catch(() => undefined), sleep(3000)])
  await redeeming.release()
  assert.deepEqual(new Set((await Promise.all(uses)).map(({ status }) => status)), new Set([303, 400]))
})

const script_sources = {
  login: 'function login(identifier, password, callback) { callback(null) }',
  get_user: "function getUser(identifier, callback) { callback(null, { user_id: '7', email: identifier }) }",
  create: 'function create(user, callback) { callback(null) }',
  verify: 'function verify(email, callback) { callback(null, true) }',
  change_password: 'function changePassword(email, password, callback) { setTimeout(() => callback(null, true), 500) }',
  delete: 'function remove(id, callback) { callback(null) }',
}

/** A link for a new password of a user of a new connection in legacy mode: the id of the connection, and what confirms the link. */
async function legacyReset(name: string, sources: Partial<typeof script_sources> = {}) {
  const optionsOf = (changed: typeof sources) => ({
    enabledDatabaseCustomization: true,
    import_mode: false,
    customScripts: { ...script_sources, ...changed },
  })
  const connection_id = await server.createConnection(name, optionsOf(sources), [client])
  const email = `ada@${name}.example`
  await server.post('/dbconnections/change_password', { client_id: client.client_id, connection: name, email })
  await server.settle()
  const ticket = ticketIn(String((await server.outbox(email))[0]?.['text']))
  return {
    ticket,
    confirm: (chosen: string): Promise<Answer> => {
      const form = new URLSearchParams({ ticket, password: chosen, password_repeat: chosen })
      return server.post('/u/reset-password', form, { origin: server.origin })
    },
    change: (changed: typeof sources) =>
      server.must('PATCH', `connections/${connection_id}`, { options: optionsOf(changed) }),
    async changes() {
      const path = `connections/${connection_id}/scripts/change_password/versions`
      return member(member((await server.must('GET', path)).versions[0], 'calls'), 'total')
    },
  }
}

test('[guard: link-claimed] of two confirmations of one link at once, one runs change_password', async () => {
  const reset = await legacyReset('confirmed')
  const held = await holdTransaction(url, 'lock table tickets in share mode')
  const answers = ['Chosen-one-1', 'Chosen-two-2'].map((chosen) => reset.confirm(chosen))
  await held.blocks('update "tickets"', 2)
  await held.release()
  const [done, other] = (await Promise.all(answers)).toSorted((one, two) => one.status - two.status)
  assert.deepEqual([done?.status, other?.status], [200, 409])
  assert.match(String(other?.text), /the link is open in another window/)
  assert.equal(member(await reset.changes(), 'calls'), 1)
  assert.equal((await reset.confirm('Chosen-one-3')).status, 400)
})

test('[guard: link-free-again] a link is free again where the script fails, and five minutes after the server was killed in it', async () => {
  const down =
    "function changePassword(email, password, callback) { callback(Object.assign(new Error('down'), { code: 'ECONNREFUSED' })) }"
  const reset = await legacyReset('outage', { change_password: down })
  for (let turn = 0; turn < 2; turn += 1) assert.equal((await reset.confirm('Chosen-one-1')).status, 503)
  const { db, clock } = server.internals
  await db
    .updateTable('tickets')
    .set({ claimed_until: clock.now() + 300_000 })
    .where('ticket_digest', '=', digestText(reset.ticket))
    .execute()
  await reset.change({})
  assert.equal((await reset.confirm('Chosen-one-1')).status, 409)
  server.advance(300_000)
  assert.equal((await reset.confirm('Chosen-one-1')).status, 200)
})

const signUp = (connection: string, email: string): Promise<Answer> =>
  server.post('/dbconnections/signup', { ...client, connection, email, password: 'Chosen-here-1' })

test('[guard: decision-during-a-login] [guard: serializable-transactions] a decision that is made while its user moves is applied', async () => {
  const { connection_id, email, user_id } = await legacyConnection('decided')
  await signUp('decided', email)
  const [record] = await server.records(connection_id)
  const held = await holdTransaction(url, 'lock table credentials in share mode')
  const moving = login('decided', email)
  await held.blocks('insert into "credentials"')
  const path = `migrations/${connection_id}/records/${String(record?.['record_id'])}/decision`
  await server.must('PUT', path, { kind: 'exclude', message: 'Not here.' })
  await held.release()
  const { status, json } = await moving
  assert.deepEqual([status, member(json, 'error_description')], [403, 'Not here.'])
  assert.equal((await server.api('GET', userPath(user_id))).status, 404)
  await server.must('DELETE', path)
  assert.equal((await login('decided', email)).status, 200)
})

test('[guard: one-keeper] of two decisions at once that keep one address, one is made; no sign-up takes it meanwhile [guard: reserved-at-sign-up]', async () => {
  const shared = 'shared@keepers.example'
  const people = Object.fromEntries(
    ['one', 'two'].map((id) => [`${id}@keepers.example`, { password, profile: { user_id: `k-${id}`, email: shared } }]),
  )
  const connection_id = await server.createConnection('keepers', peopleOptions(people), [client])
  await signUp('keepers', 'one@keepers.example')
  await signUp('keepers', 'two@keepers.example')
  const paths = (await server.records(connection_id)).map(
    ({ record_id }) => `migrations/${connection_id}/records/${String(record_id)}/decision`,
  )
  const signing_up = await holdTransaction(url, 'lock table user_identifiers in share mode')
  const renamed = signUp('keepers', 'free@keepers.example')
  await signing_up.blocks('insert into "user_identifiers"')
  await server.must('PUT', String(paths[0]), { kind: 'rename', email: 'free@keepers.example' })
  await signing_up.release()
  assert.equal(member((await renamed).json, 'code'), 'invalid_signup')
  const held = await holdTransaction(url, 'lock table reserved_identifiers in share mode')
  const answers = paths.map((path) => server.api('PUT', path, { kind: 'keep' }))
  await held.blocks('delete from "reserved_identifiers"', 2)
  await held.release()
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  assert.deepEqual(new Set(statuses), new Set([200, 409]))
})
