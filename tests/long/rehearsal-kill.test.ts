// A rehearsal whose server is killed while it runs goes on behind the last user whose outcome is stored, and counts each user once.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { postgresTarget, sqliteTarget } from '../kills/kill-targets.ts'
import { bearer } from '../support/requests.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'

const users = 1500
const rate = 100
const killed_at = [300, 700, 1100]

// One of three is blocked, one unknown, one could move.
const get_user = `function getUser(name, callback) {
  const nth = Number((/^u(\\d+)@/.exec(name) || [])[1])
  if (nth % 3 === 1) return callback(null)
  callback(null, { user_id: 'u' + nth, email: name, blocked: nth % 3 === 0 })
}`
const login = `function login(name, password, callback) { callback(null) }`

for (const [engine, start] of [
  ['SQLite', sqliteTarget],
  ['PostgreSQL', postgresTarget],
] as const) {
  test(`killed three times on ${engine}, a rehearsal counts each user once`, async () => {
    const target = await start()
    try {
      const api = createTenantApi(addressOf(target.server.firstRun()))
      const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
      const connection_id = await api.createConnection('legacy', options)
      const path = `migrations/${connection_id}`
      const lines = Array.from({ length: users }, (_, nth) => `u${nth},u${nth}@legacy.example`)
      const form = new FormData()
      form.append('format', 'csv')
      form.append('file', new Blob([['id,email', ...lines].join('\n')]))
      const upload = new Request('http://wherry.test', { method: 'POST', body: form })
      const headers = {
        ...bearer(await api.managementToken()),
        'content-type': upload.headers.get('content-type') ?? '',
      }
      const body = Buffer.from(await upload.arrayBuffer())
      const loaded = await api.send(`/api/v2/${path}/directory`, { method: 'POST', headers, body })
      assert.equal(loaded.status, 202, loaded.text)
      const loadState = async () => (await api.must('GET', `${path}/directory/${loaded.json.load_id}`)).state
      for (const deadline = Date.now() + 60_000; (await loadState()) !== 'applied' && Date.now() < deadline;)
        await sleep(100)
      const { id } = await api.must('POST', `${path}/rehearsals`, { calls_per_second: rate })
      const read = () => api.must('GET', `${path}/rehearsals/${id}`)
      const untilRehearsed = async (count: number): Promise<void> => {
        for (const deadline = Date.now() + 240_000; Date.now() < deadline; await sleep(100)) {
          const { status, rehearsed } = await read()
          assert.ok(['pending', 'processing', 'completed'].includes(status), status)
          if (status === 'completed' || rehearsed >= count) return
        }
        throw new Error(`${count} users were not rehearsed`)
      }
      for (const [round, count] of killed_at.entries()) {
        await untilRehearsed(count)
        assert.equal((await read()).status, 'processing')
        await target.kill(round)
        await target.restart(round)
        const { rehearsed } = await read()
        assert.ok(rehearsed >= count && rehearsed < users, `${rehearsed} users after the kill at ${count}`)
      }
      await untilRehearsed(users + 1)
      const report = await read()
      assert.deepEqual([report.status, report.users, report.rehearsed], ['completed', users, users])
      const third = users / 3
      assert.deepEqual(report.outcomes, { blocked: third, unknown_user: third, moved: third })
      assert.deepEqual([report.calls, report.changes, report.hash_forms], [users, {}, { none: users }])
      const { states } = await api.must('GET', path)
      assert.deepEqual([states.unseen, states.seen, states.refused], [users, 0, 0])
      const rows = await target.inspect((query) =>
        query('select rehearsed_outcome as outcome, count(*) as total from directory_rows group by rehearsed_outcome'),
      )
      assert.deepEqual(
        Object.fromEntries(rows.map(({ outcome, total }) => [String(outcome), Number(total)])),
        report.outcomes,
      )
    } finally {
      await target.close()
    }
  })
}
