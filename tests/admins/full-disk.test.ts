// A store that can be read and not written, as on a full disk: admins who are signed in see their pages, and doctor says what is wrong.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { runCommandHere } from '../support/command-here.ts'
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

test('doctor names the error of the file system', async () => {
  await permitWrites(false)
  const { status, stdout } = await runCommandHere(['doctor'], { env: server.env })
  await permitWrites(true)
  assert.equal(status, 1)
  assert.match(stdout, /FAILURE store {5}The store cannot be written: attempt to write a readonly database\.\n/)
})
