import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../src/base/clock.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

let now = Date.now()
const clock: Clock = { now: () => now }
let server: TestServer
let client: TestClient
let id: string

const people = ['ada', 'bea', 'cy'].map((name) => ({ user_id: name, email: `${name}@legacy.example` }))

before(async () => {
  server = await startTestServer({ clock })
  client = await server.createClient()
  const scripts = legacyScripts(people) as { login: string }
  const login = scripts.login.replace(
    'const found',
    `console.log('asked for', email)
      if (email === 'down@legacy.example') {
        const error = new Error('connect ECONNREFUSED'); error.code = 'ECONNREFUSED'
        return callback(error)
      }
      const found`,
  )
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { ...scripts, login } }
  id = await server.createConnection('legacy', options, [client])
})

after(() => server.close())

const login = (name: string, password: string) => server.login(client, 'legacy', `${name}@legacy.example`, password)

describe('the log', () => {
  it('records who changed what through this API, without secrets', async () => {
    const options = {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: { login: 'function sourceText() {}' },
      configuration: { KEY: 'configuration-secret' },
    }
    await server.must('POST', 'connections', { name: 'secretive', strategy: 'auth0', options })
    await server.must('POST', 'clients', { name: 'c', client_secret: 'client-secret-0123456789' })
    await server.createConnection('local', {}, [])
    await server.must('POST', 'users', { connection: 'local', email: 'u@example.com', password: 'Password-Text-1' })
    const { logs } = await server.must('GET', 'logs?q=type:sapi&include_totals=true&per_page=100')
    const text = JSON.stringify(logs)
    assert.doesNotMatch(text, /configuration-secret|client-secret-0|Password-Text-1|sourceText/)
    const event = logs.find((one: JsonObject) => one['description'] === 'Create a user')
    assert.equal(event.details.request.method, 'post')
    assert.equal(event.details.request.path, '/api/v2/users')
    assert.deepEqual(event.details.request.body, { connection: 'local', email: 'u@example.com', password: '*****' })
    assert.equal(event.details.response.statusCode, 201)
    assert.equal(event.client_id, server.first_run.management_client_id)
    assert.equal(event.client_name, 'Management API client')
    assert.equal(event.ip, '127.0.0.1')
    const made = logs.find((one: { details: JsonObject }) => JSON.stringify(one.details).includes('"secretive"'))
    assert.equal(made.details.request.body.options.configuration.KEY, '*****')
  })

  it('masks each member that is named like a secret, wherever it stands [guard: secrets-in-events]', async () => {
    const secret = `whsec_${'c2VjcmV0'.repeat(5)}`
    await server.must('PATCH', 'tenants/settings', {
      text_message_webhook: { url: 'https://texts.example.com/send', secret },
    })
    await server.must('PATCH', 'tenants/settings', { text_message_webhook: null })
    const user = {
      connection: 'local',
      email: 'hashed@example.com',
      password: 'Password-Text-2',
      app_metadata: { old: { password_hash: 'hash-in-metadata', api_key: ['key-in-metadata'] } },
    }
    await server.must('POST', 'users', user)
    const options = { passwordPolicy: 'fair', password_history: { enable: true, size: 3 } }
    await server.must('POST', 'connections', { name: 'policies', strategy: 'auth0', options })
    const logs = await server.must('GET', 'logs?q=type:sapi&per_page=100')
    const text = JSON.stringify(logs)
    for (const each of [secret, 'Password-Text-2', 'hash-in-metadata', 'key-in-metadata'])
      assert.ok(!text.includes(each), each)
    const bodies = logs.map((event: { details: { request: { body: unknown } } }) => event.details.request.body)
    const webhook = { url: 'https://texts.example.com/send', secret: '*****' }
    assert.ok(bodies.some((body: JsonObject) => isDeepStrictEqual(body, { text_message_webhook: webhook })))
    assert.ok(bodies.some((body: JsonObject) => isDeepStrictEqual(body['options'], options)))
  })

  it('holds no event for refused requests and reads', async () => {
    const count = async () => (await server.must('GET', 'logs?q=type:sapi&include_totals=true')).total
    const before_it = await count()
    await server.api('POST', 'users', { connection: 'nowhere', email: 'u@example.com', password: 'x' })
    await server.must('GET', 'users')
    assert.equal(await count(), before_it)
  })

  it('is searched by field, date and detail, or by prefix of names', async () => {
    assert.equal((await login('ada', 'right one')).status, 200)
    const find = async (query: string) => await server.must('GET', `logs?${query}`)
    assert.equal((await find('q=details.migration.outcome:moved')).length, 1)
    assert.equal((await find(`search=${encodeURIComponent('type:s AND connection:"legacy"')}`)).length, 1)
    assert.equal((await find(`q=${encodeURIComponent('date:[2001-01-01 TO 2002-01-01]')}`)).length, 0)
    assert.ok((await find('search=LEGA')).length > 0)
    assert.equal((await find('q=type:s&search=connection:nowhere')).length, 0)
    assert.equal((await server.refused('GET', 'logs?q=%28'))[1], 'invalid_query_string')
  })

  it('is read from a checkpoint, oldest first, also beyond the end later', async () => {
    const { total } = await server.must('GET', 'logs?include_totals=true')
    const seen: string[] = []
    let path = 'logs?from=&take=4'
    for (;;) {
      const answer = await server.api('GET', path)
      const events = answer.json as { log_id: string }[]
      seen.push(...events.map((event) => event.log_id))
      const next = /<[^>]*\/api\/v2\/([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
      assert.ok(next)
      path = next
      if (events.length === 0) break
    }
    assert.equal(seen.length, total)
    assert.deepEqual(seen, seen.toSorted())
    await server.must('PATCH', 'tenants/settings', { friendly_name: 'Later' })
    assert.equal((await server.must('GET', path)).length, 1)
  })

  it('answers one event, or 404', async () => {
    const [event] = await server.must('GET', 'logs?per_page=1')
    assert.deepEqual(await server.must('GET', `logs/${event.log_id}`), event)
    assert.equal((await server.refused('GET', 'logs/900'))[1], 'inexistent_log')
    assert.deepEqual(Object.keys((await server.must('GET', 'logs?per_page=1&fields=type'))[0]), ['type'])
  })
})

describe('the script log', () => {
  it('is listed newest first right after a login, in pages, and filtered by script and level', async () => {
    for (const name of ['one', 'two', 'three']) await login(name, 'x')
    await server.settle()
    const first = await server.must('GET', `connections/${id}/script-logs?level=log&take=2`)
    assert.equal(first.script_logs.length, 2)
    assert.match(first.script_logs[0].text, /asked for three@legacy\.example/)
    const second = await server.must('GET', `connections/${id}/script-logs?level=log&take=2&from=${first.next}`)
    assert.match(second.script_logs[0].text, /asked for one@legacy\.example/)
    assert.deepEqual((await server.must('GET', `connections/${id}/script-logs?script=get_user`)).script_logs, [])
  })
})

describe('the migration of a connection', () => {
  it('is summarised by state and day, with the health of its legacy store', async () => {
    now += 1000
    assert.equal((await login('bea', 'wrong')).status, 403)
    const good = await server.must('GET', `migrations/${id}`)
    assert.deepEqual([good.mode, good.users, good.states.migrated, good.states.seen], ['import', 1, 1, 1])
    assert.equal(good.records, 2)
    assert.equal(good.days.at(-1).migrated, 1)
    assert.equal(good.health.status, 'ok')
    assert.equal(good.health.outcomes.moved, 1)
    assert.deepEqual(await server.must('GET', `connections/${id}/status`), { status: 'ok' })

    assert.equal((await login('down', 'x')).status, 503)
    const degraded = (await server.must('GET', `migrations/${id}`)).health
    assert.deepEqual([degraded.status, degraded.last_failure], ['degraded', 'legacy_unreachable'])
    for (let index = 0; index < 4; index += 1) await login('down', 'x')
    const failing = (await server.must('GET', `migrations/${id}`)).health
    assert.deepEqual([failing.status, failing.circuit], ['failing', 'open'])
    const [status, code, message] = await server.refused('GET', `connections/${id}/status`)
    assert.deepEqual([status, code], [404, 'connection_unusable'])
    assert.match(message, /not connected to any node/)
    // A user who has moved logs in without the legacy store.
    assert.equal((await login('ada', 'right one')).status, 200)
    const still_failing = (await server.must('GET', `migrations/${id}`)).health
    assert.deepEqual([still_failing.status, still_failing.outcomes.success], ['failing', 1])
    now += 16 * 60_000
    const later = (await server.must('GET', `migrations/${id}`)).health
    assert.deepEqual([later.status, later.outcomes], ['idle', {}])
    assert.equal((await server.refused('GET', 'migrations/con_none'))[1], 'inexistent_connection')
  })

  it('lists its records by state, outcome, identifier or legacy id, in pages', async () => {
    const list = async (query: string) => await server.must('GET', `migrations/${id}/records?${query}`)
    assert.equal((await list('state=migrated')).records[0].email, 'ada@legacy.example')
    assert.equal((await list('outcome=wrong_password')).records.length, 1)
    assert.equal((await list('q=ADA@leg')).records.length, 1)
    assert.equal((await list('q=ada')).records.length, 1)
    assert.equal((await list('q=%25')).records.length, 0)
    assert.equal((await server.refused('GET', `migrations/${id}/records?state=gone`))[0], 400)
    const first = await list('take=1')
    const rest = await list(`take=100&from=${first.next}`)
    const ids = [...first.records, ...rest.records].map((record) => record.record_id)
    assert.equal(new Set(ids).size, 2)
    assert.ok(!('next' in rest))
    const newest_first = [...first.records, ...rest.records].map((record) => record.identifiers)
    assert.deepEqual(newest_first, [['bea@legacy.example'], ['ada@legacy.example']])
    assert.equal((await server.refused('GET', `migrations/${id}/records?from=mrc_none`))[0], 400)
  })

  it('shows the history of a record, and lifts its tombstone once', async () => {
    const [record] = (await server.must('GET', `migrations/${id}/records?q=ada`)).records
    const at = `migrations/${id}/records/${record.record_id}`
    assert.equal((await server.refused('DELETE', `${at}/tombstone`))[1], 'inexistent_tombstone')
    await server.must('DELETE', 'users/auth0%7Cada')
    const deleted = await server.must('GET', at)
    assert.deepEqual([deleted.state, deleted.identifiers], ['deleted', ['ada@legacy.example']])
    assert.deepEqual(
      deleted.history.map((event: { to_state: string }) => event.to_state),
      ['migrated', 'deleted'],
    )
    assert.equal((await login('ada', 'right one')).status, 403)
    await server.must('DELETE', `${at}/tombstone`)
    assert.equal((await login('ada', 'right one')).status, 200)
    assert.equal((await server.must('GET', at)).state, 'migrated')
    assert.equal((await server.refused('GET', `migrations/${id}/records/mrc_none`))[1], 'inexistent_migration_record')
  })
})

describe('statistics', () => {
  const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
  const compact = (at: number): string => dayOf(at).replaceAll('-', '')

  it('count the users who logged in during the last 30 days', async () => {
    assert.equal(await server.must('GET', 'stats/active-users'), 1)
    const before_it = now
    now += 31 * 86_400_000
    assert.equal(await server.must('GET', 'stats/active-users'), 0)
    now = before_it
  })

  it('count logins and sign-ups of each day, up to today', async () => {
    await server.createConnection('signups', {}, [client])
    const form = { connection: 'signups', email: 'new@example.com', password: 'Compiler no. 1' }
    assert.equal((await server.post('/dbconnections/signup', { ...form, client_id: client.client_id })).status, 200)
    const days = await server.must('GET', 'stats/daily')
    assert.equal(days.length, 30)
    const { total } = await server.must('GET', 'logs?q=type:s&include_totals=true')
    const counted = days.reduce((sum: number, day: { logins: number }) => sum + day.logins, 0)
    assert.ok(total > 0)
    assert.equal(counted, total)
    assert.equal(days.at(-1).date, `${dayOf(now)}T00:00:00.000Z`)
    assert.equal(days.at(-1).signups, 1)
    assert.ok(days.at(-1).created_at <= days.at(-1).updated_at)
    const range = await server.must('GET', `stats/daily?from=${compact(now - 86_400_000)}&to=${compact(now)}`)
    assert.deepEqual(range, days.slice(-2))
  })

  it('refuse what is no range of days', async () => {
    for (const query of ['from=20260230', 'from=2026-1-1', 'to=20240101&from=20240102', 'from=20200101&to=20240101']) {
      assert.equal((await server.refused('GET', `stats/daily?${query}`))[1], 'invalid_query_string', query)
    }
  })
})

describe('the outbox', () => {
  it('is read as plain text, newest first, in pages and one by one', async () => {
    for (const name of ['m1', 'm2', 'm3']) {
      await server.must('POST', 'users', {
        connection: 'local',
        email: `${name}@example.com`,
        password: 'Compiler no. 1',
      })
    }
    await server.settle()
    const all = await server.must('GET', 'outbox')
    assert.ok(all.length >= 3)
    assert.match(all[0].text, /u\/email-verification\?ticket=/)
    const first = await server.must('GET', 'outbox?take=2')
    const rest = await server.must('GET', `outbox?take=100&from=${first.next}`)
    assert.equal(first.messages.length + rest.messages.length, all.length)
    assert.deepEqual(await server.must('GET', `outbox/${all[0].id}`), all[0])
    assert.equal((await server.refused('GET', 'outbox/msg_none'))[1], 'inexistent_message')
  })
})
