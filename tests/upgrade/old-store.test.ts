import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, objects, textMember, type JsonObject } from '../tour/json.ts'
import { openTenantApi } from '../tour/tenant-api.ts'
import { loginRequest, type PasswordLogin } from '../tour/tour-recorder.ts'
import { send, type HttpAnswer } from '../tour/http-request.ts'
import { inTier } from '../support/tier.ts'
import { admin_host, startOnOldStore, type OldServer } from './old-server.ts'
import type { Engine } from './old-store.ts'
import { locked_ip } from './populate-store.ts'
import { readAnswers } from './read-answers.ts'

const new_password = 'Other-horse-8'

const engine = inTier<Engine>('sqlite', 'postgres')

describe(`a store made by the commit before, on ${engine}`, () => {
  let old: OldServer
  before(async () => {
    old = await startOnOldStore(engine)
  })
  after(async () => await old.stop())

  const here = (realm: string, more: Partial<PasswordLogin> = {}): Partial<PasswordLogin> => ({
    realm,
    password: old.store.passwords.here,
    ...more,
  })
  const recordsOf = (identifier: string): Promise<JsonObject[]> =>
    old.api.ledger(old.store.connection_ids.legacy, identifier)
  const refresh = (refresh_token: string, client = old.store.clients.rotating) =>
    old.token({ grant_type: 'refresh_token', ...client, refresh_token })

  test('holds what its server answered last: users, clients, connections, ledger, mail, keys', async () => {
    const { answers, connection_ids } = old.store
    const now = await readAnswers(old.api, connection_ids.legacy)
    for (const name of ['users', 'ledger', 'script_logs', 'kids'] as const) {
      assert.equal(now[name].length, answers[name].length, name)
      assert.partialDeepStrictEqual(now[name], answers[name], name)
    }
    // The secret of a client that has scopes which are granted by name is shown to owners only.
    const withoutSecret = ({ client_secret, signing_keys: _, ...client }: JsonObject): JsonObject =>
      client['name'] === 'Management API client' ? client : { ...client, ...(client_secret ? { client_secret } : {}) }
    assert.equal(now.clients.length, answers.clients.length)
    assert.partialDeepStrictEqual(now.clients.map(withoutSecret), answers.clients.map(withoutSecret))
    assert.partialDeepStrictEqual(now.migration, answers.migration)
    // Opened from their seals: mail and what the scripts read. A seal differs each time, and mail was moved in time.
    const letters = (messages: JsonObject[]) => messages.map(({ to, subject, text }) => ({ to, subject, text }))
    assert.deepEqual(letters(now.outbox), letters(answers.outbox))
    const shown = (connections: JsonObject[]) =>
      connections.map(({ options, ...rest }) => {
        const { configuration, ...others } = options as JsonObject
        return { ...rest, options: others, configured: Object.keys((configuration ?? {}) as JsonObject) }
      })
    assert.partialDeepStrictEqual(shown(now.connections), shown(answers.connections))
  })

  test('says how each user came, by the ledger or the credential', async () => {
    const { users } = await readAnswers(old.api, old.store.connection_ids.legacy)
    const through = (email: string) => users.find((user) => user['email'] === email)?.['arrived_through']
    assert.deepEqual([through('omar@legacy.example'), through('sam@users.example')], ['login', 'signup'])
    assert.ok(users.every((user) => user['arrived_through'] !== undefined && user['arrived_at'] !== undefined))
  })

  test('every user logs in with the old password', async () => {
    const logins: [string, Partial<PasswordLogin>][] = [
      ['ada@legacy.example', {}],
      ['omar@legacy.example', {}],
      ['@omar', {}],
      ['pia@legacy.example', {}],
      ['pia@shop', {}],
      ['ada@legacy.example', { realm: 'cached' }],
      ['sam@users.example', here('users')],
      ['nina@users.example', here('named')],
      ['NINA', here('named')],
      ['otto@users.example', here('named')],
      ['@otto', here('named')],
    ]
    for (const [username, more] of logins) {
      const answer = await old.login(username, more)
      assert.equal(answer.status, 200, `${username}: ${answer.text}`)
    }
    const wrong = await old.login('sam@users.example', here('users', { password: 'a wrong password' }))
    assert.equal(wrong.status, 403)
  })

  test('the second tenant has its client, its user and its Management API', async () => {
    const { management, clients, passwords } = old.store
    const second = await openTenantApi(old.server.port, management.second)
    const users = objects(await second.must('GET', 'users'))
    assert.deepEqual(
      users.map((user) => user['user_id']),
      ['auth0|sam'],
    )
    const login = { client: clients.second, realm: 'users', username: 'sam@users.example', password: passwords.here }
    const request = { ...loginRequest(login), host: management.second.host }
    const answer = await send(old.server.port, request)
    assert.equal(answer.status, 200, answer.text)
  })

  test('a user who has not moved moves at the first login, by the sealed configuration', async () => {
    const answer = await old.login('bob@legacy.example')
    assert.equal(answer.status, 200, answer.text)
    const [record] = await recordsOf('bob@legacy.example')
    assert.partialDeepStrictEqual(record, { state: 'migrated', user_id: 'auth0|old|bob', last_outcome: 'moved' })
  })

  test('a user whom a wrong password made known moves with the right one', async () => {
    assert.equal((await old.login('seen@legacy.example')).status, 200)
    const [record] = await recordsOf('seen@legacy.example')
    assert.deepEqual(
      objects(record, 'history').map((event) => event['to_state']),
      ['seen', 'migrated'],
    )
  })

  test('a blocked user stays blocked', async () => {
    const answer = await old.login('emil@legacy.example')
    assert.equal(answer.status, 403)
    assert.equal(member(answer.json, 'error_description'), 'user is blocked')
  })

  test('a deleted user stays deleted', async () => {
    const answer = await old.login('cleo@legacy.example')
    assert.equal(answer.status, 403, answer.text)
    assert.equal(member(answer.json, 'error'), 'invalid_grant')
    const [record] = await recordsOf('cleo@legacy.example')
    assert.equal(record?.['state'], 'deleted')
  })

  test('a locked identifier stays locked for its address, until it is unlocked', async () => {
    const login = (ip: string) => old.login('finn@legacy.example', { ip })
    assert.equal((await login(locked_ip)).status, 429)
    assert.equal((await login('192.0.2.10')).status, 200)
    const blocks = await old.api.must('GET', 'user-blocks?identifier=finn@legacy.example')
    assert.deepEqual(
      objects(blocks, 'blocked_for').map(({ ip }) => ip),
      [locked_ip],
    )
    await old.api.must('DELETE', 'user-blocks?identifier=finn@legacy.example')
    assert.equal((await login(locked_ip)).status, 200)
  })

  test('failed attempts counted before count on', async () => {
    const login = (password: string) => old.login('sam@users.example', here('users', { password, ip: locked_ip }))
    for (let attempt = 4; attempt <= 10; attempt += 1) {
      assert.equal((await login('a wrong password')).status, 403, `attempt ${attempt}`)
    }
    assert.equal((await login(old.store.passwords.here)).status, 429)
  })

  test('a refresh token without rotation is good again and again', async () => {
    const { refresh_tokens, clients } = old.store
    for (let use = 1; use <= 2; use += 1) {
      const answer = await refresh(refresh_tokens.non_rotating, clients.non_rotating)
      assert.equal(answer.status, 200, answer.text)
    }
  })

  test('a rotating refresh token rotates on, and the one used before ends the family', async () => {
    const { current, used } = old.store.refresh_tokens
    const next = await refresh(current)
    assert.equal(next.status, 200, next.text)
    assert.equal((await refresh(used)).status, 403)
    assert.equal((await refresh(textMember(next.json, 'refresh_token'))).status, 403)
  })

  test('an open verification link verifies the address', async () => {
    const answer = await old.form('/u/email-verification', { ticket: old.store.tickets.verification })
    assert.equal(answer.status, 200, answer.text)
    const user = await old.api.must('GET', 'users/auth0%7Cold%7Comar')
    assert.equal(member(user, 'email_verified'), true)
  })

  test('an open password link changes the password of a moved user, once', async () => {
    const form = {
      ticket: old.store.tickets.password_of_moved,
      password: new_password,
      password_repeat: new_password,
    }
    assert.equal((await old.form('/u/reset-password', form)).status, 200)
    assert.equal((await old.login('ada@legacy.example', { password: new_password })).status, 200)
    assert.equal((await old.login('ada@legacy.example')).status, 403)
    assert.equal((await old.form('/u/reset-password', form)).status, 400)
  })

  test('an open password link moves a user who has not moved', async () => {
    const ticket = old.store.tickets.password_of_unmoved
    assert.equal((await recordsOf('dora@legacy.example'))[0]?.['state'], 'reset_pending')
    const form = { ticket, password: new_password, password_repeat: new_password }
    const answer = await old.form('/u/reset-password', form)
    assert.equal(answer.status, 200, answer.text)
    assert.equal((await old.login('dora@legacy.example', { password: new_password })).status, 200)
    const [record] = await recordsOf('dora@legacy.example')
    assert.partialDeepStrictEqual(record, { state: 'migrated', migrated_through: 'reset_confirm' })
  })

  const adminToken = ({ email: username, password }: { email: string; password: string }) =>
    send(old.server.port, {
      path: '/oauth/token',
      host: admin_host,
      json: {
        grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
        client_id: 'wherry-dashboard',
        realm: 'admins',
        audience: `http://${admin_host}/api/v2/`,
        username,
        password,
      },
    })
  const byTenant = (name: string) => old.store.admins.filter(({ tenant }) => tenant === name)
  const setUp = (ticket: string, form: Record<string, string>): Promise<HttpAnswer> =>
    send(old.server.port, {
      path: '/u/admin-setup',
      host: admin_host,
      form: { ticket, ...form },
      headers: { 'sec-fetch-site': 'same-origin' },
    })

  test('an admin logs in with the old password at the admin origin, for the old tenant only', async () => {
    const [first] = byTenant('default')
    const [second, chief] = byTenant('second')
    assert.ok(first && second && chief)
    const tenants = objects(await old.api.must('GET', 'tenants'), 'tenants')
    const idOf = (name: string) => String(tenants.find((tenant) => tenant['name'] === name)?.['id'])
    for (const admin of [first, chief]) {
      const login = await adminToken(admin)
      assert.equal(login.status, 200, login.text)
      const headers = { authorization: `Bearer ${textMember(login.json, 'access_token')}` }
      for (const name of ['default', 'second']) {
        const path = `/t/${idOf(name)}/api/v2/users`
        const { status } = await send(old.server.port, { path, host: admin_host, headers })
        assert.equal(status, name === admin.tenant ? 200 : 404, `${admin.email} at ${name}`)
      }
    }
  })

  test('an admin whose address is that of an earlier admin of another tenant is not merged, and the log says so', async () => {
    const [second] = byTenant('second')
    assert.ok(second)
    assert.equal((await adminToken(second)).status, 403)
    const api = await openTenantApi(old.server.port, old.store.management.second)
    const events = objects(await api.must('GET', 'logs?q=type:fapi'))
    assert.partialDeepStrictEqual(events, [{ user_name: second.email }])
    assert.match(String(events[0]?.['description']), /Create a new set-up link/)
  })

  test('an open set-up link works at the admin origin, to which the host of its tenant redirects', async () => {
    const { open_admin, used_admin } = old.store.tickets
    const redirect = await send(old.server.port, { path: `/u/admin-setup?ticket=${open_admin}` })
    assert.equal(redirect.status, 303)
    assert.equal(redirect.headers['location'], `http://${admin_host}/u/admin-setup?ticket=${open_admin}`)
    const admin = { email: 'late@example.com', password: new_password.repeat(2) }
    const form = { ...admin, password_repeat: admin.password }
    assert.match((await setUp(used_admin, form)).text, /was used already/)
    const done = await setUp(open_admin, form)
    assert.equal(done.status, 303, done.text)
    assert.equal((await adminToken(admin)).status, 200)
    assert.match((await setUp(open_admin, form)).text, /was used already/)
  })

  // The embedded store belongs to the server while it runs, so this test stops it and is the last one.
  test('the old table of admins is empty, and the sources of scripts are sealed', async () => {
    await old.server.stop()
    assert.deepEqual(await old.rows('select * from admins'), [])
    const connections = await old.rows('select options, scripts_sealed from connections')
    const scripted = connections.filter(({ scripts_sealed }) => scripts_sealed !== '{}')
    assert.ok(scripted.length >= 2)
    for (const row of connections) assert.doesNotMatch(JSON.stringify(row), /callback|customScripts/)
  })
})
