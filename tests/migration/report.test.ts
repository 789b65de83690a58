// The closing report: its numbers add up to the person, and it is one page or one table.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { legacyScripts } from '../management/legacy-scripts.ts'
import { loadDirectory } from '../support/load-directory.ts'
import { objects, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

let server: TestServer
let client: TestClient
let id: string

const day_ms = 86_400_000
const people = Array.from({ length: 6 }, (_, nth) => ({ user_id: `${nth}`, email: `p${nth}@legacy.example` }))
const scripts = legacyScripts(people)
const report = async (): Promise<Json> => await server.must('GET', `migrations/${id}/report`)
const sum = (counts: object): number => Object.values(counts).reduce((total: number, count) => total + Number(count), 0)
const logIn = (nth: number, password = 'right one') =>
  server.login(client, 'legacy', `p${nth}@legacy.example`, password)

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }
  id = await server.createConnection('legacy', options, [client])
})
after(async () => await server.close())

describe('the report', () => {
  it('of a migration that has not begun has zeros', async () => {
    const { people: counted, moved_through, days, first_record_at } = await report()
    assert.deepEqual([counted.total, sum(counted.states), moved_through, first_record_at], [0, 0, {}, undefined])
    assert.equal(days.length, 1)
  })

  it('adds up to the person: by state, by way, by day, and who remains', async () => {
    await logIn(0)
    await logIn(1)
    assert.equal((await logIn(2, 'wrong')).status, 403)
    await server.must('POST', 'tickets/password-change', { connection_id: id, email: 'p3@legacy.example' })
    await server.createUser('legacy', { email: 'new@here.example', password: 'A-new-one-1' })
    await server.must('PATCH', `connections/${id}`, {
      options: {
        ...(await server.must('GET', `connections/${id}`)).options,
        customScripts: { ...scripts, login: `${String(scripts['login'])}\n// changed` },
      },
    })
    await logIn(4)
    server.advance(day_ms)
    await logIn(5)
    await server.api('POST', `migrations/${id}/people/unlock`, { user_id: 'auth0|5' })
    await server.must('DELETE', 'users/auth0%7C1')
    const [refused_one] = (await server.records(id)).filter(({ state }) => state === 'seen')
    await server.must('PUT', `migrations/${id}/records/${String(refused_one?.['record_id'])}/decision`, {
      kind: 'exclude',
    })
    const found = await report()
    const records = objects((await server.must('GET', `migrations/${id}/records?take=100`)).records)
    assert.equal(found.people.total, records.length)
    assert.equal(sum(found.people.states), records.length)
    for (const [state, count] of Object.entries(found.people.states)) {
      assert.equal(records.filter((record) => record['state'] === state).length, count, state)
    }
    assert.equal(found.people.listed + found.people.discovered, records.length)
    assert.deepEqual(found.decisions, { exclude: 1 })
    assert.equal(sum(found.moved_through), found.people.states.migrated)
    const { unseen, seen, reset_pending, refused } = found.people.states
    assert.equal(found.remaining.total, unseen + seen + reset_pending + refused)
    assert.equal(sum(found.remaining.by_last_activity), found.remaining.total)
    assert.equal(sum(Object.fromEntries(objects(found.refused).map((each, at) => [at, each['people']]))), refused)
    const days = objects(found.days)
    assert.equal(
      days.reduce((total, day) => total + Number(day['moved']), 0),
      found.people.states.migrated,
    )
    assert.equal(days.at(-1)?.['moved_total'], found.people.states.migrated)
    assert.ok(days.some((day) => objects(day['versions']).some(({ script }) => script === 'login')))
    assert.equal(sum(found.users.arrived_through), found.users.total)
    const { users } = await server.must('GET', 'users?include_totals=true&q=identities.connection:legacy')
    assert.equal(users.length, found.users.total)
    assert.deepEqual([found.people.states.deleted, found.people.states.migrated], [1, 3])
  })

  it('of the last count is that of this moment in a small migration, and a file never has kept counts', async () => {
    let kept: Json = {}
    // On a busy machine the count may take longer than the answer waits.
    await waitUntil(async () => {
      kept = await server.must('GET', `migrations/${id}/report?counts=kept`)
      return kept.report !== undefined
    })
    const fresh = await report()
    assert.ok(Date.parse(kept.report.created_at) <= Date.parse(fresh.created_at))
    assert.deepEqual({ ...kept.report, created_at: fresh.created_at }, fresh)
    assert.deepEqual([kept.is_counting, kept.error], [false, undefined])
    for (const format of ['html', 'csv']) {
      assert.equal((await server.api('GET', `migrations/${id}/report?counts=kept&format=${format}`)).status, 400)
    }
    assert.equal((await server.api('GET', `migrations/${id}/report?counts=old`)).status, 400)
  })

  it('lists who remains by the last activity, the latest first, also in the table', async () => {
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }
    const by_activity = await server.createConnection('by-activity', options, [])
    const ago = (days: number) => new Date(Date.now() - days * day_ms).toISOString()
    const lines = [ago(800), '', ago(200), ago(60), ago(1)].map((at, nth) => `a${nth},a${nth}@legacy.example,${at}`)
    await loadDirectory(server, by_activity, `id,email,last_activity_at\n${lines.join('\n')}\n`)
    const path = `migrations/${by_activity}/report`
    const latest_first = ['30_days', '90_days', 'year', 'older', 'unknown']
    assert.deepEqual(Object.keys((await server.must('GET', path)).remaining.by_last_activity), latest_first)
    const headers = { authorization: `Bearer ${await server.managementToken()}` }
    const { text } = await server.send(`/api/v2/${path}?format=csv`, { headers })
    const rows = text.split('\r\n').filter((line) => line.startsWith('remaining_by_last_activity,'))
    assert.deepEqual(
      rows.map((line) => line.split(',')[1]),
      latest_first,
    )
  })

  it('is a page without script that needs nothing else, and a table without formulas', async () => {
    const token = await server.managementToken()
    const get = (format: string) =>
      server.send(`/api/v2/migrations/${id}/report?format=${format}`, { headers: { authorization: `Bearer ${token}` } })
    const page = await get('html')
    assert.match(String(page.headers.get('content-type')), /^text\/html/)
    assert.match(String(page.headers.get('content-disposition')), /^attachment; filename="migration-report-.*\.html"$/)
    assert.doesNotMatch(page.text, /<script|\b(?:src|href)=|url\(|@import/i)
    assert.match(page.text, /prefers-color-scheme: dark/)
    assert.match(page.text, /<polyline class="curve"/)
    const table = await get('csv')
    assert.match(String(table.headers.get('content-type')), /^text\/csv/)
    const { people: counted } = await report()
    const lines = table.text.split('\r\n')
    assert.equal(lines[0], 'section,name,detail,value')
    assert.ok(lines.includes(`people,total,,${counted.total}`))
    assert.ok(lines.includes(`state,migrated,,${counted.states.migrated}`))
    assert.equal((await get('xml')).status, 400)
  })
})
