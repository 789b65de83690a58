// Saving scripts, single values and egress entries apart from the other options.
import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { refuseUnlisted } from '../../src/sandbox/egress-policy.ts'
import { member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'

const login = (note: string): string => `function login(email, password, callback) { callback(null) /* ${note} */ }`
const get_user = 'function getByEmail(email, callback) { callback(null) }'

const store = await testedStore('SQLite')

describe(`what is saved apart from the options on ${store.name}`, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ env: await store.env() })
  })
  after(async () => await server.close())

  const path = (id: string, rest: string): string => `connections/${id}/${rest}`
  const scriptOf = (answer: JsonObject, name: string): JsonObject => {
    const found = objects(answer['scripts']).find(({ script }) => script === name)
    assert.ok(found)
    return found
  }
  const save = (id: string, scripts: JsonObject): Promise<JsonObject> =>
    server.must('PATCH', path(id, 'scripts'), { scripts })
  const newConnection = (name: string, options: JsonObject = {}): Promise<string> =>
    server.createConnection(name, {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: { login: login('first'), get_user },
      ...options,
    })

  test('a save of one script changes that one only, and says which events run it', async () => {
    const id = await newConnection('one', { disable_signup: true, configuration: { KEY: 'secret' } })
    const saved = await save(id, { login: { source: login('second'), replaces: 1 } })
    assert.deepEqual(
      [
        scriptOf(saved, 'login')['version'],
        scriptOf(saved, 'get_user')['version'],
        scriptOf(saved, 'create')['version'],
      ],
      [2, 1, null],
    )
    assert.deepEqual(scriptOf(saved, 'login')['runs_for'], ['login'])
    assert.deepEqual(scriptOf(saved, 'create')['runs_for'], [])
    assert.equal(member(member(scriptOf(saved, 'login'), 'last_24_h'), 'calls'), 0)
    const { options } = await server.must('GET', `connections/${id}`)
    assert.equal(member(options, 'disable_signup'), true)
    assert.deepEqual(Object.keys(member(options, 'configuration') as JsonObject), ['KEY'])
    assert.deepEqual(member(options, 'customScripts'), { login: login('second'), get_user })
    const removed = await save(id, { login: { source: null, replaces: 2 } })
    assert.deepEqual([scriptOf(removed, 'login')['source'], scriptOf(removed, 'login')['version']], [null, null])
  })

  test('a save over a version that was not read is refused whole [guard: script-saves-see-each-other]', async () => {
    const id = await newConnection('raced-saves')
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((note) =>
        server.api('PATCH', path(id, 'scripts'), {
          scripts: { login: { source: login(note), replaces: 1 }, create: { source: get_user, replaces: null } },
        }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((left, right) => left - right),
      [200, 409, 409],
    )
    const lost = answers.find(({ status }) => status === 409)
    assert.equal(lost?.json.errorCode, 'script_changed')
    assert.match(String(lost.json.message), /^The script login is of version 2, saved at .* by /)
    const { scripts } = await server.must('GET', path(id, 'scripts'))
    assert.equal(scriptOf({ scripts }, 'create')['version'], 2)
  })

  test('a syntax error refuses the save with its line', async () => {
    const id = await newConnection('syntax', { customScripts: {} })
    const [status, code, message] = await server.refused('PATCH', path(id, 'scripts'), {
      scripts: { login: { source: 'function login(email) {\n  return (\n}' } },
    })
    assert.deepEqual([status, code], [400, 'invalid_body'])
    assert.match(String(message), /line 3/)
  })

  test('single values are set and removed, never read back, and each says who set it [guard: configuration-unlogged]', async () => {
    const id = await newConnection('values', {
      customScripts: {},
      configuration: { HOST: 'db', PASSWORD: 'first-4711' },
    })
    const before = await server.must('GET', path(id, 'configuration'))
    const set = await server.must('PATCH', path(id, 'configuration'), {
      configuration: { PASSWORD: 'second-4712', NEW: 'third-4713', HOST: null },
    })
    assert.deepEqual(
      objects(set['values']).map(({ name }) => name),
      ['NEW', 'PASSWORD'],
    )
    const { client_id } = server.credentials
    for (const value of [...objects(before['values']), ...objects(set['values'])])
      assert.deepEqual(member(value, 'set_by'), { through: 'api', client_id })
    assert.ok(!JSON.stringify(set).includes('471'))
    const events = await server.internals.db.selectFrom('log_events').select('details').execute()
    assert.ok(events.some(({ details }) => String(details).includes('/configuration')))
    assert.ok(!events.some(({ details }) => /471[123]/.test(String(details))))
  })

  test('a destination is tested as a script would reach it, and a refusal names the entry that allows it', async () => {
    const id = await newConnection('egress', { customScripts: {} })
    const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => listener.once('listening', resolve))
      const destination = `127.0.0.1:${(listener.address() as AddressInfo).port}`
      const probe = (): Promise<JsonObject> => server.must('POST', path(id, 'egress/test'), { destination })
      const refused = await probe()
      assert.equal(refused['is_reachable'], false)
      assert.deepEqual(member(member(refused, 'error'), 'entries'), [destination])
      const set = await server.must('PUT', path(id, 'egress'), { mode: 'allow_list', allow: [destination] })
      assert.deepEqual([set['mode'], set['allow'], set['refused']], ['allow_list', [destination], []])
      const reached = await probe()
      assert.deepEqual([reached['is_reachable'], reached['from_address']], [true, '127.0.0.1'])
    } finally {
      listener.close()
    }
    const refusal = refuseUnlisted({ mode: 'allow_list', allow: [], private_networks: false }, 'db.example.com', 5432)
    assert.ok(refusal !== undefined)
    const { db, tenant_id } = server.internals
    const line = { tenant_id, connection_id: id, script: 'login', call_id: 'call_1', at: Date.now(), text: refusal }
    for (const [line_id, level] of [
      ['1', 'warn'],
      ['2', 'warn'],
      ['3', 'error'],
    ] as const) {
      const ended = { outcome: null, version: null, duration_ms: null }
      await db
        .insertInto('script_logs')
        .values({ ...line, ...ended, line_id, level })
        .execute()
    }
    const { refused: offered } = await server.must('GET', path(id, 'egress'))
    assert.deepEqual(
      objects(offered).map(({ entries, script }) => [entries, script]),
      [[['db.example.com:5432'], 'login']],
    )
    const { json } = await server.api('POST', path(id, 'egress/test'), { destination: '127.0.0.1:99999' })
    assert.equal(json.errorCode, 'invalid_body')
  })
})
