// Actions of the trigger post-migration: they run for each user who moves, at least once, and delay no login.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions } from '../login/people-scripts.ts'
import { objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const code = `exports.onExecutePostMigration = async (event) => {
  global.calls = (global.calls || 0) + 1
  console.log(JSON.stringify([event.user.email, event.connection.name, event.migration.legacy_id, event.migration.through, event.secrets.KEY]))
  if (event.user.email.startsWith('fails') && global.calls < 3) throw new Error('the CRM does not answer')
}`

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const person = (name: string) => ({ password: 'right', profile: { user_id: name, email: `${name}@legacy.example` } })
  const people = Object.fromEntries(['ada', 'before', 'fails'].map((name) => [`${name}@legacy.example`, person(name)]))
  await server.createConnection('legacy', peopleOptions(people), [client])
})
after(() => server.close())

const jobs = async (): Promise<JsonObject[]> =>
  (await server.internals.db.selectFrom('jobs').selectAll().where('kind', '=', 'post_migration').execute()).map(
    ({ state }) => ({ state }),
  )
const logged = async (): Promise<string[]> =>
  objects(await server.must('GET', 'script-logs?take=100'), 'script_logs').map(({ text }) => String(text))
const logIn = async (name: string): Promise<void> => {
  const answer = await server.login(client, 'legacy', `${name}@legacy.example`, 'right')
  assert.equal(answer.status, 200, answer.text)
}

test('an action of post-migration runs for a user who moves, with what moved, and again after an error', async () => {
  await logIn('before')
  assert.deepEqual(await jobs(), [])
  const { id } = await server.must('POST', 'actions/actions', {
    name: 'tell the CRM',
    supported_triggers: [{ id: 'post-migration', version: 'v1' }],
    code,
    secrets: [{ name: 'KEY', value: 'k' }],
    deploy: true,
  })
  await server.must('PATCH', 'actions/triggers/post-migration/bindings', {
    bindings: [{ ref: { type: 'action_id', value: id } }],
  })
  await logIn('ada')
  await waitUntil(async () => (await jobs()).some(({ state }) => state === 'completed'))
  // A login of a user who has moved is no migration.
  await logIn('ada')
  assert.equal((await jobs()).length, 1)
  const lines = await logged()
  assert.ok(lines.includes('["ada@legacy.example","legacy","ada","login","k"]'), lines.join('\n'))

  await logIn('fails')
  await waitUntil(async () => (await jobs()).filter(({ state }) => state === 'completed').length === 2)
  const failed = /^rule_error in \d+ ms: The action "tell the CRM", line 4: Error: the CRM does not answer$/
  assert.equal((await logged()).filter((line) => failed.test(line)).length, 1)
  assert.equal((await logged()).filter((line) => line.startsWith('["fails@')).length, 2)
})
