// How the calls of a script end is counted for the version that ran, and is a line of the script log.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { member, objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'

const get_user = 'function getByEmail(email, callback) { callback(null) }'
const good = `function login(email, password, callback) {
  if (password === 'Secret-4711') return callback(null, { user_id: email, email })
  callback(new WrongUsernameOrPasswordError(email))
}`
const bad = `function login(email, password, callback) {
  setTimeout(() => callback(new Error('no column ' + password)), 60)
}`
const optionsOf = (login: string): JsonObject => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user },
})

const store = await testedStore('SQLite')

describe(`the calls of scripts on ${store.name}`, () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer({ env: await store.env() })
    client = await server.createClient()
  })
  after(async () => await server.close())

  const connect = (name: string, login = good) => server.createConnection(name, optionsOf(login), [client])
  const save = (id: string, login: string) => server.must('PATCH', `connections/${id}`, { options: optionsOf(login) })
  const callsOf = async (id: string, script = 'login') =>
    objects((await server.must('GET', `connections/${id}/scripts/${script}/versions`))['versions']).map(
      ({ version, calls }) => ({ version, total: member(calls, 'total'), last_24_h: member(calls, 'last_24_h') }),
    )
  const linesOf = async (id: string, query = '') =>
    objects((await server.must('GET', `connections/${id}/script-logs?take=100${query}`))['script_logs'])

  test('are counted for the version that ran, by outcome and duration', async () => {
    const id = await connect('counted')
    for (const name of ['ada', 'bob']) await server.login(client, 'counted', `${name}@shop.example`, 'Secret-4711')
    for (const name of ['cleo', 'dora']) await server.login(client, 'counted', `${name}@shop.example`, 'Wrong-4711')
    await server.must('PATCH', `connections/${id}`, { display_name: 'another version of the connection' })
    await server.login(client, 'counted', 'eve@shop.example', 'Wrong-4711')
    await save(id, bad)
    await server.login(client, 'counted', 'fay@shop.example', 'Secret-4711')
    const [second, first] = await callsOf(id)
    assert.deepEqual([second?.version, first?.version], [3, 1])
    const partsOf = (stats: JsonValue | undefined) =>
      ['calls', 'errors', 'outcomes', 'p50_ms', 'p95_ms'].map((name) => member(stats, name))
    const [, , , slow, slower] = partsOf(second?.total)
    assert.deepEqual(partsOf(second?.total).slice(0, 3), [1, 1, { script_error: 1 }])
    const [{ duration_ms } = {}] = await linesOf(id, '&level=error')
    const ordered = [50, slow, slower, duration_ms].map(Number)
    assert.deepEqual(
      ordered,
      ordered.toSorted((a, b) => a - b),
      'with one call, no share of the calls took longer',
    )
    assert.deepEqual(partsOf(first?.total).slice(0, 3), [5, 0, { found: 2, wrong_password: 3 }])
    assert.deepEqual(first?.last_24_h, first?.total)
    const [of_get_user] = await callsOf(id, 'get_user')
    assert.deepEqual(of_get_user?.total, { calls: 0, errors: 0, outcomes: {}, p50_ms: null, p95_ms: null })
  })

  test('are lines of the script log, with the call id of the log event and without what was typed', async () => {
    const id = await connect('logged')
    await server.login(client, 'logged', 'ada@shop.example', 'Secret-4711')
    await save(id, bad)
    await server.login(client, 'logged', 'bob@shop.example', 'Secret-4711')
    const [failed, found] = await linesOf(id)
    const parts = ({ script, level, outcome, version, text }: JsonObject = {}) => [
      script,
      level,
      outcome,
      version,
      String(text).replace(/\d+ ms/, 'N ms'),
    ]
    assert.deepEqual(parts(found), ['login', 'info', 'found', 1, 'found in N ms'])
    assert.deepEqual(parts(failed), ['login', 'error', 'script_error', 2, 'script_error in N ms: no column [password]'])
    assert.equal(typeof failed?.['duration_ms'], 'number')
    await server.settle()
    const search = encodeURIComponent(`details.migration.call_id:"${String(failed?.['call_id'])}"`)
    const [event, another] = await server.must('GET', `logs?q=${search}`)
    assert.deepEqual([event.type, event.user_name, another], ['f', 'bob@shop.example', undefined])
    assert.deepEqual(await linesOf(id, '&level=error'), [failed])
    assert.ok(!JSON.stringify([failed, found]).includes('shop.example'))
  })

  test('have a bounded number of lines a minute, which one line sums up, and are all counted [guard: call-lines-bounded]', async () => {
    const id = await connect('flooded')
    // Not at the end of a minute.
    server.advance(60_000 - (server.internals.clock.now() % 60_000))
    for (let nth = 0; nth < 70; nth += 1)
      await server.login(client, 'flooded', `user${nth}@shop.example`, 'Wrong-4711', {}, `203.0.113.${nth}`)
    await save(id, bad)
    await server.login(client, 'flooded', 'ada@shop.example', 'Secret-4711')
    assert.equal((await linesOf(id, '&level=info')).length, 60)
    assert.equal((await linesOf(id, '&level=error')).length, 1)
    server.advance(60_000)
    await save(id, good)
    await server.login(client, 'flooded', 'ada@shop.example', 'Wrong-4711')
    const [last, summary] = await linesOf(id, '&level=info')
    assert.deepEqual(
      [last?.['outcome'], summary?.['text']],
      ['wrong_password', '10 more calls within a minute: wrong_password 10'],
    )
    const calls = await callsOf(id)
    assert.deepEqual(
      calls.map(({ total }) => member(total, 'calls')),
      [1, 1, 70],
    )
  })

  test('are counted by the hour, so that the last day is known', async () => {
    const id = await connect('daily')
    await server.login(client, 'daily', 'ada@shop.example', 'Wrong-4711')
    await callsOf(id)
    server.advance(25 * 3_600_000)
    await server.login(client, 'daily', 'bob@shop.example', 'Wrong-4711')
    const [calls] = await callsOf(id)
    assert.deepEqual([member(calls?.total, 'calls'), member(calls?.last_24_h, 'calls')], [2, 1])
  })

  test('are deleted with their connection', async () => {
    const id = await connect('deleted')
    await server.login(client, 'deleted', 'ada@shop.example', 'Wrong-4711')
    await callsOf(id)
    const { db } = server.internals
    const left = () => db.selectFrom('script_calls').selectAll().where('connection_id', '=', id).execute()
    assert.equal((await left()).length, 1)
    await server.must('DELETE', `connections/${id}`)
    for (let waited = 0; waited < 100 && (await left()).length > 0; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 100))
    assert.deepEqual(await left(), [])
  })
})
