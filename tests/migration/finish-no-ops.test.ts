// The no-op scripts of a finish ask no legacy store: what is shown of the store has none of their calls.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { peopleOptions } from '../login/people-scripts.ts'
import type { Json, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { finishOfConnection, loadDirectory } from './finish-kit.ts'

let server: TestServer
let client: TestClient
let connection_id: string

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  connection_id = await server.createConnection('shop', peopleOptions({}), [client])
})
after(() => server?.close())

const logIn = async (name: string): Promise<number> =>
  (await server.login(client, 'shop', `${name}@shop.example`, 'Right-one-1')).status

test('the calls of no-ops are no calls of the legacy store', async () => {
  const asked = async () => {
    const { health } = await server.must('GET', `migrations/${connection_id}`)
    const { legacy_calls } = await server.must('GET', `migrations/${connection_id}/logins`)
    const { days } = await server.must('GET', `migrations/${connection_id}/report`)
    const report_calls = days.reduce((sum: number, day: Json) => sum + day.calls, 0)
    const { recent_calls, last_success_at } = health
    return { day: legacy_calls.calls, recent: recent_calls.calls, last_success_at, report: report_calls }
  }
  const callsOfNewest = async (): Promise<number> => {
    const { versions } = await server.must('GET', `connections/${connection_id}/scripts/login/versions`)
    return versions[0].calls.total.calls
  }
  const finish = finishOfConnection(server, connection_id, 'shop')
  assert.equal(await logIn('stranger'), 403)
  await waitUntil(async () => (await asked()).day > 0)
  const before_it = await asked()
  await finish.run('no_op')
  assert.equal(await logIn('stranger'), 403)
  assert.equal(await callsOfNewest(), 1, 'the no-op ran')
  assert.deepEqual(await asked(), before_it)
  assert.equal((await finish.rollBack()).status, 200)
  assert.equal(await logIn('stranger'), 403)
  assert.equal(await callsOfNewest(), 1)
  const after_it = await asked()
  assert.deepEqual([after_it.day, after_it.report], [before_it.day + 1, before_it.report + 1])
  assert.ok(after_it.last_success_at > before_it.last_success_at, 'the legacy store is asked again')
})

test('what a rollback loses has the singular of one', async () => {
  const finish = finishOfConnection(server, connection_id, 'shop')
  await loadDirectory(server, connection_id, [{ id: 'late', email: 'late@shop.example' }])
  await finish.run('no_op')
  assert.equal(await logIn('late'), 403)
  const { rollback } = await server.must('GET', `migrations/${connection_id}/finish`)
  assert.match(rollback.loses.join(' '), /The numbers of 1 latecomer and of the watch are forgotten\./)
})
