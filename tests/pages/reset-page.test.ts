import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { serviceOptions, startLegacyService, type LegacyService } from '../support/legacy-service.ts'
import { ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { mailedReset, postForm } from './page-requests.ts'

const good = 'Corr3ct horse battery'
const people = new Map<string, JsonObject>()
let server: TestServer
let client: TestClient
let legacy: LegacyService

before(async () => {
  legacy = await startLegacyService((email, password) => (password === null ? (people.get(email) ?? null) : null))
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '5000' } })
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
  await server.createConnection('legacy', { ...serviceOptions(legacy), id_namespace: 'old' }, [client])
  await server.createUser('local', { email: 'ana@example.com', password: 'Old-passw0rd', verify_email: false })
})
// Requests for one address are limited per hour.
beforeEach(() => server.advance(3_600_000))
after(async () => {
  await server.close()
  legacy.close()
})

const resetOf = (connection: string, email: string): Promise<string> => mailedReset(server, client, connection, email)

const confirm = (ticket: string, password: string, password_repeat = password, headers = {}) =>
  postForm(server, '/u/reset-password', { ticket, password, password_repeat }, headers)

const logsIn = async (connection: string, email: string, password: string): Promise<boolean> =>
  (await server.login(client, connection, email, password)).status === 200

test('the mailed link opens a page with one form that shows the address and the password policy, any number of times', async () => {
  const link = await resetOf('local', 'ana@example.com')
  assert.match(link, /^\/u\/reset-verify\?ticket=[A-Za-z0-9]{32}#$/)
  const tickets = await server.internals.db.selectFrom('tickets').selectAll().execute()
  const other = link.replace('reset-verify', 'reset-password')
  for (const path of [link, link, other, other]) {
    const { status, text } = await server.send(path)
    assert.equal(status, 200)
    assert.equal(text.match(/<form/g)?.length, 1)
    assert.equal(text.match(/<h1/g)?.length, 1)
    assert.match(text, /value="ana@example\.com"[^>]*readonly/)
    assert.match(text, /At least 8 characters in length/)
    assert.match(text, /Contain at least 3 of the following 4 types/)
    assert.doesNotMatch(text, /class="(met|unmet)"/)
  }
  assert.deepEqual(
    await server.internals.db.selectFrom('tickets').selectAll().execute(),
    tickets,
    'opening changed nothing',
  )
})

test('the form sets the password, once', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const done = await confirm(ticket, good)
  assert.equal(done.status, 200)
  assert.match(done.text, /Your password was changed/)
  assert.match(done.text, /log in now/)
  assert.ok(await logsIn('local', 'ana@example.com', good))
  const again = await confirm(ticket, 'An0ther password')
  assert.equal(again.status, 400)
  assert.match(again.text, /This link no longer works/)
  assert.equal((await server.send(`/u/reset-verify?ticket=${ticket}`)).status, 400)
  assert.ok(await logsIn('local', 'ana@example.com', good))
})

test('a used link invalidates the links mailed before it', async () => {
  const older = ticketIn(await resetOf('local', 'ana@example.com'))
  server.advance(1000)
  const newer = ticketIn(await resetOf('local', 'ana@example.com'))
  assert.notEqual(older, newer)
  assert.equal((await server.send(`/u/reset-verify?ticket=${older}`)).status, 200)
  assert.equal((await confirm(newer, good)).status, 200)
  assert.equal((await server.send(`/u/reset-verify?ticket=${older}`)).status, 400)
  assert.equal((await confirm(older, 'An0ther password')).status, 400)
  assert.ok(await logsIn('local', 'ana@example.com', good))
})

test('a weak password is answered with the rules that it meets and breaks, and is not repeated in the page', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const { status, text } = await confirm(ticket, 'weakweakweak')
  assert.equal(status, 400)
  assert.match(text, /class="met"[^>]*><span class="unseen">met: <\/span>At least 8 characters/)
  assert.match(text, /class="unmet"[^>]*><span class="unseen">not met: <\/span>Contain at least 3/)
  assert.match(text, /class="met"[^>]*><span class="unseen">met: <\/span>lower case/)
  assert.match(text, /aria-invalid="true"/)
  const [, notice = ''] = /role="alert">\n<p><a href="#password">([^<]*)/.exec(text) ?? []
  assert.match(notice, /^This password is too weak/)
  assert.doesNotMatch(text, /weakweak/)
  assert.equal(ticketIn(text), ticket)
  assert.equal((await confirm(ticket, good)).status, 200, 'the link is still valid')
})

test('passwords that differ or are missing are reported on the form', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const differ = await confirm(ticket, good, `${good} `)
  assert.equal(differ.status, 400)
  assert.match(differ.text, /two passwords are not the same/)
  assert.doesNotMatch(differ.text, /Corr3ct/)
  const none = await confirm(ticket, '')
  assert.equal(none.status, 400)
  assert.match(none.text, /Please type a password/)
})

test('a password of 1,024 bytes is accepted unchanged, one of 1,025 is refused with the reason', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const long = await confirm(ticket, `Aa1 ${'x'.repeat(1021)}`)
  assert.equal(long.status, 400)
  assert.match(long.text, /too long: at most 1024 bytes/)
  const longest = ` é1A${'🚢'.repeat(254)}abc`
  assert.equal(Buffer.byteLength(longest), 1024)
  assert.equal((await confirm(ticket, longest)).status, 200)
  assert.ok(await logsIn('local', 'ana@example.com', longest))
})

test('an expired, an unknown and a missing ticket are answered alike', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  server.advance(5 * 86_400_000)
  const answers = await Promise.all([
    server.send(`/u/reset-verify?ticket=${ticket}`),
    server.send(`/u/reset-verify?ticket=${'x'.repeat(32)}`),
    server.send('/u/reset-verify'),
    confirm(ticket, good),
  ])
  for (const { status, text } of answers) {
    assert.equal(status, 400)
    assert.match(text, /This link no longer works/)
    assert.doesNotMatch(text, /<form|ana@example/)
  }
})

test('a form from another site is refused and leaves the link valid', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' },
  ]
  for (const headers of foreign) {
    const { status } = await confirm(ticket, good, good, headers)
    assert.ok(status === 403 || status === 415, String(status))
  }
  const fields = new URLSearchParams({ ticket, password: good, password_repeat: good })
  const old = await server.post('/u/reset-password', fields, { origin: 'https://evil.example' })
  assert.equal(old.status, 403)
  assert.equal((await confirm(ticket, good)).status, 200)
})

test('a legacy user who has not moved is created with the chosen password', async () => {
  people.set('old@example.com', { user_id: '7', email: 'old@example.com' })
  const ticket = ticketIn(await resetOf('legacy', 'old@example.com'))
  assert.equal((await confirm(ticket, good)).status, 200)
  assert.ok(await logsIn('legacy', 'old@example.com', good))
})

test('where the legacy store now answers another user, the link is refused and no user is created', async () => {
  people.set('changed@example.com', { user_id: '8', email: 'changed@example.com' })
  const ticket = ticketIn(await resetOf('legacy', 'changed@example.com'))
  people.set('changed@example.com', { user_id: '9', email: 'changed@example.com' })
  const { status, text } = await confirm(ticket, good)
  assert.equal(status, 400)
  assert.match(text, /This link no longer fits/)
  assert.doesNotMatch(text, /<form/)
  assert.equal(await logsIn('legacy', 'changed@example.com', good), false)
})

test('of ten concurrent forms with one link, one changes the password', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const answers = await server.hashingAsInProduction(() =>
    Promise.all(Array.from({ length: 10 }, (_, index) => confirm(ticket, `${good} ${index}`))),
  )
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal(answers.filter((answer) => answer.status === 400).length, 9)
})

test('a ticket with a result_url redirects to it with the result, and the page’s policy allows the redirect', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  const result_url = 'https://shop.example/done?from=mail#top'
  await server.internals.db
    .updateTable('tickets')
    .set({ data: JSON.stringify({ result_url }) })
    .where('used_at', 'is', null)
    .execute()
  const form = await server.send(`/u/reset-verify?ticket=${ticket}`)
  assert.match(form.headers.get('content-security-policy') ?? '', /form-action 'self' https:\/\/shop\.example;/)
  const { status, headers } = await confirm(ticket, good)
  assert.equal(status, 303)
  const target = new URL(headers.get('location') ?? '')
  assert.equal(target.origin + target.pathname + target.hash, 'https://shop.example/done#top')
  assert.equal(target.searchParams.get('from'), 'mail')
  assert.equal(target.searchParams.get('success'), 'true')
  assert.match(target.searchParams.get('message') ?? '', /new password/)
})

test('a result_url of an app scheme is a link on the page: the app may not be on this device', async () => {
  const ticket = ticketIn(await resetOf('local', 'ana@example.com'))
  await server.internals.db
    .updateTable('tickets')
    .set({ data: JSON.stringify({ result_url: 'com.example.app:/done' }) })
    .where('used_at', 'is', null)
    .execute()
  const { status, headers, text } = await confirm(ticket, good)
  assert.equal(status, 200)
  assert.equal(headers.get('location'), null)
  assert.match(text, /Your password was changed/)
  assert.match(text, /<a href="com\.example\.app:\/done\?success=true&amp;message=[^"]+">Continue<\/a>/)
})

test('the page after a reset leads to where a login to the client begins, else to the address that the tenant names', async () => {
  const done = async (): Promise<string> =>
    (await confirm(ticketIn(await resetOf('local', 'ana@example.com')), good)).text
  assert.doesNotMatch(await done(), /<a /)
  await server.must('PATCH', 'tenants/settings', { default_redirection_uri: 'https://acme.example/start' })
  server.advance(3_600_000)
  assert.match(await done(), /<a href="https:\/\/acme\.example\/start">Continue to [^<]+<\/a>/)
  await server.must('PATCH', `clients/${client.client_id}`, { initiate_login_uri: 'https://shop.example/login' })
  server.advance(3_600_000)
  const text = await done()
  assert.match(text, /<a href="https:\/\/shop\.example\/login\?iss=[^"]+">Continue to [^<]+<\/a>/)
  await server.must('PATCH', 'tenants/settings', { default_redirection_uri: '' })
})

test('while the legacy store is down the form says so, the link stays valid, and nothing changes', async () => {
  people.set('late@example.com', { user_id: '11', email: 'late@example.com' })
  const ticket = ticketIn(await resetOf('legacy', 'late@example.com'))
  legacy.close()
  const { status, headers, text } = await confirm(ticket, good)
  assert.equal(status, 503)
  assert.ok(Number(headers.get('retry-after')) > 0)
  assert.match(text, /Your password was not changed/)
  assert.match(text, /your link is still valid/)
  assert.equal(ticketIn(text), ticket)
  assert.equal(text.match(/<form/g)?.length, 1)
  assert.equal((await server.send(`/u/reset-verify?ticket=${ticket}`)).status, 200)
  assert.equal(await logsIn('legacy', 'late@example.com', good), false)
})
