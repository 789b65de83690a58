// What meets while a migration is being finished: logins, changes of the connection, a rollback and the jobs of the steps.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { holdTransaction } from '../support/held-transaction.ts'
import type { TestClient } from '../support/requests.ts'
import { sandboxPids } from '../support/sandbox-pids.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { finishOfConnection } from './finish-kit.ts'

const password = 'Right-one-1'
let database: PostgresServer
let server: TestServer
let client: TestClient
let url: string

before(async () => {
  database = await startPostgres()
  url = (await database.createStore('finish_races')).url
  server = await startTestServer({ env: { DATABASE_URL: url } })
  client = await server.createClient()
})
after(async () => {
  await server?.close()
  await database?.stop()
})

/** A connection to a legacy store with one user, whose login takes a moment. */
async function legacyConnection(name: string) {
  const email = `ada@${name}.example`
  const ada: Scripted = { password, profile: { user_id: `${name}-ada`, email } }
  const options = peopleOptions({ [email]: ada })
  const scripts = options['customScripts'] as Record<string, string>
  const slow = {
    ...options,
    customScripts: { ...scripts, login: String(scripts['login']).replace('), 30)', '), 600)') },
  }
  const connection_id = await server.createConnection(name, slow, [client])
  const finish = finishOfConnection(server, connection_id, name)
  return { connection_id, email, options: slow as JsonObject, finish }
}

test('[guard: finish-in-transaction] a deploy that waits for the start of the finish is refused', async () => {
  const { connection_id, options, finish } = await legacyConnection('deployed')
  const held = await holdTransaction(url, 'lock table jobs in share mode')
  const started = finish.start('no_op')
  await held.blocks('insert into "jobs"')
  const deployed = server.refused('PATCH', `connections/${connection_id}`, {
    options: { ...options, configuration: { PEOPLE: '{}' } },
  })
  await held.blocks('update "connections"')
  await held.release()
  assert.equal((await started).status, 202)
  assert.deepEqual((await deployed).slice(0, 2), [409, 'finish_in_progress'])
})

test('a login that began before the no-ops ends with one user, who has moved', async () => {
  const { email, finish } = await legacyConnection('slow')
  const before_login = sandboxPids().length
  const login = server.login(client, 'slow', email, password)
  await waitUntil(() => sandboxPids().length > before_login)
  const { state } = await finish.run('no_op')
  assert.equal(state, 'done')
  assert.equal((await login).status, 200)
  assert.equal((await server.login(client, 'slow', email, password)).status, 200)
  assert.equal((await finish.record(email)).state, 'migrated')
  assert.equal((await server.must('GET', `users-by-email?email=${email}`)).length, 1)
})

test('[guard: own-step] a rollback that meets the end of the watch leaves no finish, and the job of an earlier watch ends no later one', async () => {
  const { connection_id, finish } = await legacyConnection('watched')
  const { db, tenant_id } = server.internals
  await finish.run('no_op')
  const first = (await finish.start('watch', { duration_s: 60 })).json.job_id as string
  await server.settle()
  const held = await holdTransaction(url, 'lock table log_events in share mode')
  server.advance(60_000)
  await held.blocks('insert into "log_events"')
  const rolled_back = finish.rollBack()
  await held.blocks('delete from "finishes"')
  await held.release()
  assert.equal((await rolled_back).status, 200)
  assert.equal((await finish.status()).step, null)
  const { options } = await server.must('GET', `connections/${connection_id}`)
  assert.match(options.customScripts.login, /no such person/)

  await finish.run('no_op')
  await finish.start('watch', { duration_s: 600 })
  // As if the process had ended before it canceled the job of the first watch.
  const again = { state: 'pending', cancel_requested_at: null, finished_at: null, run_at: 0 } as const
  await db.updateTable('jobs').set(again).where('tenant_id', '=', tenant_id).where('job_id', '=', first).execute()
  await waitUntil(async () => (await server.must('GET', `jobs/${first}`)).status === 'failed')
  assert.equal((await finish.status()).state, 'running')
})
