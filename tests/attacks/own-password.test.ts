// The change of an admin's own password: who has the session alone, as of a stolen tab, changes nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { formOf } from '../support/browser.ts'
import type { Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const next_password = 'another horse, another battery'
let server: TestServer
let admins: AdminApi

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
})
after(() => server?.close())

type Browser = ReturnType<AdminApi['browser']>

const signInPage = async (browser: Browser): Promise<ReturnType<typeof formOf>> => {
  const { code_verifier: _, ...challenge } = newVerifier()
  return formOf(await browser.open(admins.authorizeAddress({ ...challenge, state: 's' })))
}

/** A browser in which an admin is signed in. */
async function signedIn(username: string, password = admin_password): Promise<Browser> {
  const browser = admins.browser()
  const { status, text } = await browser.submit(await signInPage(browser), { username, password })
  assert.equal(status, 303, text)
  return browser
}

async function newAdmin(email: string): Promise<Browser> {
  await admins.setUp(email)
  return await signedIn(email)
}

const change = (browser: Browser, current_password: unknown, password: unknown = next_password): Promise<Answer> =>
  browser.visit('/session/password', { method: 'POST', body: { current_password, password } })

test('a session alone sets no password: a wrong current one is refused, counts, and locks as at the sign-in', async () => {
  const email = 'stolen@example.com'
  const browser = await newAdmin(email)
  for (let guess = 0; guess < 10; guess += 1) {
    const { status, json } = await change(browser, `guess ${guess}`)
    assert.deepEqual([status, json.error], [403, 'invalid_grant'])
  }
  const locked = await change(browser, admin_password)
  assert.deepEqual([locked.status, locked.json.error], [429, 'too_many_attempts'])
  const at_sign_in = admins.browser()
  const typed = { username: email, password: admin_password }
  assert.equal((await at_sign_in.submit(await signInPage(at_sign_in), typed)).status, 429)
  assert.equal((await browser.visit('/session')).status, 200)
  server.advance(25 * 3_600_000)
  assert.equal((await admins.logIn(email)).status, 200)
  assert.equal((await admins.logIn(email, next_password)).status, 403)
})

test('only a script of the own pages, with a session, changes a password, and it needs both texts', async () => {
  const email = 'pages@example.com'
  const browser = await newAdmin(email)
  const body = { current_password: admin_password, password: next_password }
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
  const refused: [Record<string, string>, number][] = [
    [own, 401],
    [{ ...own, cookie, 'sec-fetch-site': 'same-site' }, 403],
    [{ ...own, cookie, 'sec-fetch-site': 'cross-site' }, 403],
    [{ ...own, cookie, 'sec-fetch-dest': 'document' }, 403],
    [{ cookie, origin: server.origin, 'wherry-dashboard': '1' }, 403],
  ]
  for (const [headers, status] of refused)
    assert.equal((await admins.send('/session/password', { headers, body })).status, status, JSON.stringify(headers))
  const form = await browser.visit('/session/password', { body: new URLSearchParams(body) })
  assert.equal(form.status, 415)
  for (const [current, password] of [
    [admin_password, null],
    [null, next_password],
    [{ $ne: '' }, next_password],
    ['', next_password],
  ])
    assert.equal((await change(browser, current, password)).status, 400)
  for (const weak of ['short', 'aaaaaaaaaaaaaaaa', `${email} and more`]) {
    const { status, json } = await change(browser, admin_password, weak)
    assert.deepEqual([status, json.error], [400, 'invalid_password'], weak)
  }
  assert.equal((await admins.logIn(email)).status, 200)
})

test('a new password ends the other sessions and their tokens, keeps this browser signed in, and is logged', async () => {
  const email = 'changes@example.com'
  const [one, other] = [await newAdmin(email), await signedIn(email)]
  const tokenOf = async (browser: Browser): Promise<string> =>
    String((await browser.visit('/session')).json.access_token)
  const program = (await admins.logIn(email, admin_password, { scope: 'openid offline_access' })).json
  const before_all = [await tokenOf(one), await tokenOf(other), String(program.access_token)]
  const secret = one.jar.get('wherry_admin')
  const done = await change(one, admin_password)
  assert.deepEqual([done.status, done.headers.get('cache-control')], [204, 'no-store'])
  assert.notEqual(one.jar.get('wherry_admin'), secret)
  for (const token of before_all) assert.equal((await admins.api(token, 'GET', 'users')).status, 401)
  assert.equal((await admins.api(await tokenOf(one), 'GET', 'users')).status, 200)
  assert.equal((await other.visit('/session')).status, 401)
  const { refresh_token } = program
  assert.equal((await admins.requestToken({ grant_type: 'refresh_token', refresh_token })).status, 403)
  assert.equal((await admins.logIn(email)).status, 403)
  assert.equal((await admins.logIn(email, next_password)).status, 200)
  await server.settle()
  const events = await server.internals.db
    .selectFrom('log_events')
    .select(['type', 'details'])
    .where('user_name', '=', email)
    .where('type', '=', 'scp')
    .execute()
  assert.equal(events.length, 1)
})

test('the password of another admin, who has the address by now, changes none [guard: own-password-of-own-user]', async () => {
  const [mine, other] = ['mine@example.com', 'others@example.com']
  const browser = await newAdmin(mine)
  await admins.setUp(other)
  const others_password = 'the other admin has this password'
  const other_browser = await signedIn(other)
  assert.equal((await change(other_browser, admin_password, others_password)).status, 204)
  // The address of the session is another admin's by the time that the password is verified.
  const { db } = server.internals
  const { user_id } = await db.selectFrom('users').select('user_id').where('email', '=', mine).executeTakeFirstOrThrow()
  const setAddress = (email: string) =>
    db.updateTable('users').set({ email, email_lower: email }).where('user_id', '=', user_id).execute()
  await setAddress(other)
  const { status, json } = await change(browser, others_password)
  assert.deepEqual([status, json.error], [403, 'invalid_grant'])
  await setAddress(mine)
  assert.equal((await admins.logIn(mine)).status, 200)
  assert.equal((await admins.logIn(other, others_password)).status, 200)
})

test('of two changes at once, one counts', async () => {
  const email = 'twice@example.com'
  const [one, other] = [await newAdmin(email), await signedIn(email)]
  const passwords = [`${next_password} of one`, `${next_password} of the other`]
  const answers = await Promise.all([
    change(one, admin_password, passwords[0]),
    change(other, admin_password, passwords[1]),
  ])
  const won = answers.findIndex(({ status }) => status === 204)
  assert.equal(answers.filter(({ status }) => status === 204).length, 1)
  assert.ok([401, 403].includes(answers[1 - won]?.status ?? 0))
  assert.equal((await admins.logIn(email, passwords[won])).status, 200)
  assert.equal((await admins.logIn(email, passwords[1 - won])).status, 403)
})
