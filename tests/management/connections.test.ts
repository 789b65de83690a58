import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})

after(() => server.close())

const scripts = legacyScripts([{ user_id: 1, email: 'ada@legacy.example' }])
/** Options in import mode of a legacy store with one user, `<id>@legacy.example`. */
const storeOf = (id: string): JsonObject => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: legacyScripts([{ user_id: id, email: `${id}@legacy.example` }]),
})
const custom = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }

let made = 0
async function make(options: JsonObject = {}, more: JsonObject = {}) {
  made += 1
  return await server.must('POST', 'connections', {
    name: `c${made}`,
    strategy: 'auth0',
    options,
    enabled_clients: [client.client_id],
    ...more,
  })
}

describe('creating a connection', () => {
  it('accepts egress.allow without a mode, as the egress refusal advises', async () => {
    const { options } = await make({ ...custom, egress: { allow: ['127.0.0.1:5432'] } })
    assert.deepEqual((options as JsonObject)['egress'], { allow: ['127.0.0.1:5432'] })
  })

  it('fills in the defaults of a database connection, and nothing else', async () => {
    const { id, options, ...rest } = await make()
    assert.match(id, /^con_[A-Za-z0-9]{16}$/)
    assert.deepEqual(options, {
      mfa: { active: true, return_enroll_settings: true },
      passwordPolicy: 'good',
      strategy_version: 2,
      authentication_methods: { password: { enabled: true }, passkey: { enabled: false } },
      passkey_options: { challenge_ui: 'both', progressive_enrollment_enabled: true, local_enrollment_enabled: true },
      brute_force_protection: true,
    })
    assert.deepEqual(rest, {
      name: `c${made}`,
      strategy: 'auth0',
      is_domain_connection: false,
      authentication: { active: true },
      connected_accounts: { active: false },
      enabled_clients: [client.client_id],
      realms: [`c${made}`],
    })
  })

  it('is refused for a name that is taken, and for an invalid name', async () => {
    await make({}, { name: 'taken' })
    assert.deepEqual(await server.refused('POST', 'connections', { name: 'taken', strategy: 'auth0' }), [
      409,
      'connection_conflict',
      'A connection with the same name already exists',
    ])
    for (const name of ['a b', '-a', 'a_b', 'ä', '', 'x'.repeat(129)]) {
      assert.equal((await server.refused('POST', 'connections', { name, strategy: 'auth0' }))[0], 400, name)
    }
    assert.equal((await server.refused('POST', 'connections', { name: 'saml', strategy: 'samlp' }))[0], 400)
  })

  it('is refused for a realm that another connection answers to', async () => {
    await make({}, { name: 'first', realms: ['first', 'shared-realm'] })
    const refused = await server.refused('POST', 'connections', {
      name: 'second',
      strategy: 'auth0',
      realms: ['second', 'shared-realm'],
    })
    assert.equal(refused[0], 409)
    assert.match(refused[2], /There is already another connection with some realms/)
    assert.deepEqual(await server.must('GET', 'connections?name=second'), [])
  })

  it('is refused for clients that do not exist, and writes nothing', async () => {
    const body = { name: 'no-such-client', strategy: 'auth0', enabled_clients: [client.client_id, 'nobody'] }
    assert.match((await server.refused('POST', 'connections', body))[2], /These clients do not exist: nobody/)
    assert.deepEqual(await server.must('GET', 'connections?name=no-such-client'), [])
  })
})

describe('the configuration of a connection', () => {
  it('is read back sealed, values of bareConfiguration included', async () => {
    const { options } = await make({ ...custom, configuration: { A: 'one' }, bareConfiguration: { B: 'two' } })
    assert.deepEqual(Object.keys(options.configuration), ['A', 'B'])
    assert.match(options.configuration.A, /^2\.0\$/)
    assert.ok(!('bareConfiguration' in options))
    assert.doesNotMatch(JSON.stringify(options.configuration), /one|two/)
  })

  it('keeps a sealed value that is sent back, replaces it by a new one, and deletes values that are null or missing', async () => {
    const { id, options } = await make({ ...custom, configuration: { A: 'one', B: 'two', C: 'three', D: 'four' } })
    const { A, B } = options.configuration
    const changed = await server.must('PATCH', `connections/${id}`, {
      options: { ...custom, configuration: { A, B: 'other', C: null } },
    })
    assert.deepEqual(Object.keys(changed.options.configuration), ['A', 'B'])
    assert.equal(changed.options.configuration.A, A)
    assert.notEqual(changed.options.configuration.B, B)
  })

  it('has values of up to 8,192 characters, which are written back sealed', async () => {
    const longest = '€'.repeat(8192)
    const { id, options } = await make({ ...custom, configuration: { LONG: longest } })
    const kept = { options: { ...custom, configuration: options.configuration } }
    const { options: after } = await server.must('PATCH', `connections/${id}`, kept)
    assert.equal(after.configuration.LONG, options.configuration.LONG)
    const longer = { options: { ...custom, configuration: { LONG: `${longest}€` } } }
    const [status, , message] = await server.refused('PATCH', `connections/${id}`, longer)
    assert.equal(status, 400)
    assert.match(message, /8193 characters; 8192 are allowed/)
    assert.match(message, /options\.configuration\.LONG/)
  })

  it('refuses a sealed value of another connection', async () => {
    const one = await make({ ...custom, configuration: { A: 'one' } })
    const other = await make(custom)
    const [status, , message] = await server.refused('PATCH', `connections/${other.id}`, {
      options: { ...custom, configuration: one.options.configuration },
    })
    assert.equal(status, 400)
    assert.match(message, /options\.configuration\.A/)
  })

  it('is plain text in the scripts, with a new value from the next login on', async () => {
    const login = `function login(email, password, callback) {
      if (password !== configuration.PASSWORD) return callback(new WrongUsernameOrPasswordError(email))
      return callback(null, { user_id: email, email })
    }`
    const options = { ...custom, customScripts: { ...scripts, login } }
    const { id, name } = await make({ ...options, configuration: { PASSWORD: 'before' } })
    assert.equal((await server.login(client, name, 'one@example.com', 'before')).status, 200)
    await server.must('PATCH', `connections/${id}`, { options: { ...options, configuration: { PASSWORD: 'after' } } })
    assert.equal((await server.login(client, name, 'two@example.com', 'before')).status, 403)
    assert.equal((await server.login(client, name, 'two@example.com', 'after')).status, 200)
  })
})

describe('changing a connection', () => {
  it('replaces the options and keeps the rest', async () => {
    const { id } = await make({ disable_signup: true }, { display_name: 'Users', metadata: { a: '1', b: '2' } })
    const changed = await server.must('PATCH', `connections/${id}`, {
      options: { passwordPolicy: 'low' },
      metadata: { a: null, c: '3' },
    })
    assert.deepEqual(changed.options, { passwordPolicy: 'low' })
    assert.deepEqual([changed.display_name, changed.metadata], ['Users', { b: '2', c: '3' }])
  })

  it('runs changed scripts at the next login', async () => {
    const { id, name } = await make(custom)
    const answer = (text: string) => ({
      ...scripts,
      login: `function (e, p, callback) { callback(new UnauthorizedError('${text}')) }`,
    })
    const login = async () => (await server.login(client, name, 'x@example.com', 'p')).text
    await server.must('PATCH', `connections/${id}`, { options: { ...custom, customScripts: answer('the first') } })
    assert.match(await login(), /the first/)
    await server.must('PATCH', `connections/${id}`, { options: { ...custom, customScripts: answer('the second') } })
    assert.match(await login(), /the second/)
  })

  it('freezes enabledDatabaseCustomization once users exist', async () => {
    const { id, name } = await make()
    await server.must('PATCH', `connections/${id}`, { options: custom })
    await server.must('PATCH', `connections/${id}`, { options: {} })
    await server.must('POST', 'users', { connection: name, email: 'a@example.com', password: 'Compiler no. 1' })
    assert.deepEqual(await server.refused('PATCH', `connections/${id}`, { options: custom }), [
      400,
      'invalid_body',
      'This database contains users. You cannot change "options.enabledDatabaseCustomization" setting.',
    ])
  })

  it('refuses to turn import mode off while moved users exist, unless force is set', async () => {
    const { id, name } = await make(custom)
    assert.equal((await server.login(client, name, 'ada@legacy.example', 'right one')).status, 200)
    const off = { options: { ...custom, import_mode: false } }
    for (const options of [off, { options: { enabledDatabaseCustomization: true } }]) {
      assert.deepEqual((await server.refused('PATCH', `connections/${id}`, options)).slice(0, 2), [
        409,
        'import_mode_in_use',
      ])
    }
    assert.equal((await server.must('GET', `connections/${id}`)).options.import_mode, true)
    assert.equal((await server.must('PATCH', `connections/${id}?force=true`, off)).options.import_mode, false)
  })

  it('does not turn the script context off again', async () => {
    const { id } = await make({ ...custom, enable_script_context: true })
    assert.equal(
      (await server.refused('PATCH', `connections/${id}`, { options: { enable_script_context: false } }))[0],
      400,
    )
    const kept = await server.must('PATCH', `connections/${id}`, { options: custom })
    assert.equal(kept.options.enable_script_context, true)
  })

  it('does not change id_namespace once a user has moved', async () => {
    const { id, name } = await make(storeOf('bea'))
    const other = { options: { ...storeOf('bea'), id_namespace: 'other' } }
    await server.must('PATCH', `connections/${id}`, other)
    assert.equal((await server.login(client, name, 'bea@legacy.example', 'right one')).status, 200)
    assert.equal((await server.must('GET', 'users/auth0%7Cother%7Cbea')).email, 'bea@legacy.example')
    assert.match((await server.refused('PATCH', `connections/${id}`, { options: storeOf('bea') }))[2], /id_namespace/)
  })

  it('replaces its realms', async () => {
    const { id, name } = await make({}, { realms: ['old-realm'] })
    await server.must('POST', 'users', { connection: name, email: 'r@example.com', password: 'Compiler no. 1' })
    assert.equal((await server.login(client, 'old-realm', 'r@example.com', 'Compiler no. 1')).status, 200)
    await server.must('PATCH', `connections/${id}`, { realms: ['new-realm'] })
    assert.equal((await server.login(client, 'new-realm', 'r@example.com', 'Compiler no. 1')).status, 200)
    assert.equal((await server.login(client, 'old-realm', 'r@example.com', 'Compiler no. 1')).status, 400)
  })

  it('loses none of many concurrent changes', async () => {
    const { id } = await make()
    const changes = Array.from({ length: 8 }, (_, index) =>
      server.must('PATCH', `connections/${id}`, { metadata: { [`m${index}`]: 'x' } }),
    )
    await Promise.all(changes)
    assert.equal(Object.keys((await server.must('GET', `connections/${id}`)).metadata).length, 8)
  })

  it('is refused for a connection that does not exist', async () => {
    assert.deepEqual(await server.refused('PATCH', 'connections/con_0000000000000000', {}), [
      404,
      'inexistent_connection',
      'The connection does not exist',
    ])
  })
})

describe('changing single options', () => {
  const settingsOf = async (id: string, body: JsonObject) =>
    await server.must('PATCH', `connections/${id}/settings`, body)

  it('leaves the other options, the scripts and the configuration as they are', async () => {
    const made_now = await make({ ...custom, configuration: { KEY: 'secret' }, disable_signup: true })
    await settingsOf(made_now.id, { options: { passwordPolicy: 'excellent' } })
    const { options, display_name } = await settingsOf(made_now.id, {
      display_name: 'Shop',
      options: { latency_floor_ms: 50, disable_signup: null },
    })
    const { disable_signup: _removed, ...kept } = made_now.options as JsonObject
    assert.deepEqual(options, { ...kept, passwordPolicy: 'excellent', latency_floor_ms: 50 })
    assert.equal(display_name, 'Shop')
  })

  it('is refused as a change of all options is', async () => {
    const { id } = await make(custom)
    const refusedFor = async (options: JsonObject) =>
      (await server.refused('PATCH', `connections/${id}/settings`, { options }))[0]
    assert.equal(await refusedFor({ customScripts: {} }), 400)
    assert.equal(await refusedFor({ latency_floor_ms: 10_001 }), 400)
    assert.equal(
      await refusedFor({ requires_username: true, attributes: { email: { identifier: { active: true } } } }),
      400,
    )
    assert.equal((await server.refused('PATCH', 'connections/con_unknown/settings', { options: {} }))[0], 404)
  })
})
