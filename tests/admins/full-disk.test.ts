// A store that can be read and not written, as on a full disk: admins who are signed in see their pages, and doctor says what is wrong.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { storeProblemOf } from '../../src/store/store-problem.ts'
import { StoreUnavailable } from '../../src/store/store-unavailable.ts'
import { newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { runCommandHere } from '../support/command-here.ts'
import type { Answer } from '../support/requests.ts'
import { waitUntil } from '../support/wait-until.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const email = 'owner@example.com'
const minute_ms = 60_000

let server: TestServer
let admins: AdminApi
let browser: ReturnType<AdminApi['browser']>

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
  await admins.setUp(email)
  browser = admins.browser()
  const { code_verifier: _, ...challenge } = newVerifier()
  const { status } = await browser.logIn(admins.authorizeAddress({ ...challenge, state: 's' }), email, admin_password)
  assert.equal(status, 303)
})
after(async () => await server?.close())

/** Lets the store be read only, or written again. SQLite fails as it does on a file system that is read-only. */
const permitWrites = async (are_permitted: boolean): Promise<void> =>
  void (await sql.raw(`pragma query_only = ${are_permitted ? 0 : 1}`).execute(server.internals.db))

test('a session gives access tokens while it cannot be extended, is logged, and ends when it would have ended', async () => {
  const expiry = async (): Promise<number> => {
    const { expires_at } = await server.internals.db
      .selectFrom('sessions')
      .select('expires_at')
      .where('session_id', '=', String(browser.jar.get('wherry_admin')).split('.')[0] ?? '')
      .executeTakeFirstOrThrow()
    return expires_at
  }
  server.advance(minute_ms)
  assert.equal((await browser.visit('/session')).status, 200)
  const extended = await expiry()
  await permitWrites(false)
  server.advance(minute_ms)
  const { status, text, json } = await browser.visit('/session')
  assert.equal(status, 200, text)
  assert.equal((await admins.api(String(json.access_token), 'GET', 'users')).status, 200)
  assert.equal(await expiry(), extended)
  const logged = server.lines.filter((line) => line.includes('the session of an admin was not extended'))
  assert.equal(logged.length, 1)
  assert.match(String(logged[0]), /"level":40/)
  await permitWrites(true)
  server.advance(minute_ms)
  assert.equal((await browser.visit('/session')).status, 200)
  assert.ok((await expiry()) >= extended + 2 * minute_ms)
  await permitWrites(false)
  server.advance((await expiry()) - server.internals.clock.now())
  const { status: after_the_end } = await browser.visit('/session')
  await permitWrites(true)
  assert.equal(after_the_end, 401)
})

test('each answer to an admin says why the store cannot be written and since when; reads are answered, changes refused with the reason', async () => {
  await waitUntil(async () => (await admins.send('/health/ready')).status === 200)
  const token = await admins.accessToken(email)
  const problemOf = ({ headers }: Answer): (string | null)[] =>
    ['wherry-store-problem', 'wherry-store-problem-since'].map((name) => headers.get(name))
  assert.deepEqual(problemOf(await admins.api(token, 'GET', 'clients')), [null, null])
  assert.deepEqual(problemOf(await server.api('GET', 'clients')), [null, null])
  await permitWrites(false)
  const since = server.internals.clock.now()
  // The first write that fails says so already.
  const failed = await admins.api(token, 'POST', 'clients', { name: 'unsaved' })
  assert.deepEqual([failed.status, problemOf(failed)[0]], [503, 'read_only'])
  const refused = await admins.api(token, 'POST', 'clients', { name: 'unsaved' })
  assert.deepEqual([refused.status, refused.json.errorCode], [503, 'temporarily_unavailable'], refused.text)
  assert.match(String(refused.json.message), /cannot write to its own store right now, so that it refuses changes/)
  const read = await admins.api(token, 'GET', 'clients')
  assert.equal(read.status, 200)
  const [kind, at] = problemOf(read)
  assert.equal(kind, 'read_only')
  assert.ok(Math.abs(Date.parse(String(at)) - since) < minute_ms)
  assert.deepEqual(problemOf(refused), [kind, at])
  // Strangers, and the origin of the tenants, learn nothing of it.
  assert.deepEqual(problemOf(await admins.api('none', 'GET', 'clients')), [null, null])
  assert.deepEqual(problemOf(await server.api('GET', 'clients')), [null, null])
  await permitWrites(true)
  await waitUntil(async () => problemOf(await admins.api(token, 'GET', 'clients'))[0] === null)
  assert.equal((await admins.api(token, 'POST', 'clients', { name: 'saved' })).status, 201)
})

test('the reason of a failed write is told by the code of the store', () => {
  const database = new DatabaseSync(':memory:')
  database.exec('create table t (c); pragma max_page_count = 2')
  let error: unknown
  try {
    database.exec(`insert into t values ('${'x'.repeat(100_000)}')`)
  } catch (thrown) {
    error = thrown
  }
  assert.equal(storeProblemOf(new StoreUnavailable(error)), 'disk_full')
  const coded = (code: string): Error => Object.assign(new Error('failed'), { code })
  assert.equal(storeProblemOf(new StoreUnavailable(coded('53100'))), 'disk_full')
  assert.equal(storeProblemOf(coded('ENOSPC')), 'disk_full')
  assert.equal(storeProblemOf(coded('25006')), 'read_only')
  assert.equal(storeProblemOf(coded('ECONNREFUSED')), 'unavailable')
  assert.equal(storeProblemOf(undefined), 'unavailable')
})

test('doctor names the error of the file system', async () => {
  await permitWrites(false)
  const { status, stdout } = await runCommandHere(['doctor'], { env: server.env })
  await permitWrites(true)
  assert.equal(status, 1)
  assert.match(stdout, /FAILURE store {5}The store cannot be written: attempt to write a readonly database\.\n/)
})
