import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createUser } from '../../src/login/create-user.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { startPageServer, ticketIn, type PageServer } from './page-server.ts'

const good = 'Corr3ct horse battery'
let server: PageServer
let local: Connection
let moving: Connection

before(async () => {
  server = await startPageServer()
  local = await server.connection('local')
  moving = await server.connection('import', { id_namespace: 'old' })
  await createUser(server, {
    tenant: server.tenant,
    connection: local,
    fields: { email: 'ana@example.com', password: 'Old-passw0rd', verify_email: false },
    caller: server.caller,
  })
})
beforeEach(() => {
  server.time.ahead_ms += 1000
})
after(() => server.close())

const confirm = (ticket: string, password: string, password_repeat = password, headers = {}) =>
  server.post('/u/reset-password', { ticket, password, password_repeat }, headers)

async function opensWith(email: string, password: string): Promise<boolean> {
  const row = await server.db
    .selectFrom('credentials')
    .innerJoin('users', 'users.user_id', 'credentials.user_id')
    .select(['format', 'hash'])
    .where('email_lower', '=', email)
    .executeTakeFirst()
  return row !== undefined && (await server.passwords.verify(row, password))
}

test('the mailed link opens one page with one form that shows the address and the policy, as often as it is opened', async () => {
  const link = await server.mailedReset(local, 'ana@example.com')
  assert.match(link, /^\/u\/reset-verify\?ticket=[A-Za-z0-9]{32}#$/)
  const tickets = await server.db.selectFrom('tickets').selectAll().execute()
  const other = link.replace('reset-verify', 'reset-password')
  for (const path of [link, link, other, other]) {
    const { status, html } = await server.get(path)
    assert.equal(status, 200)
    assert.equal(html.match(/<form/g)?.length, 1)
    assert.equal(html.match(/<h1/g)?.length, 1)
    assert.match(html, /value="ana@example\.com"[^>]*readonly/)
    assert.match(html, /At least 8 characters in length/)
    assert.match(html, /Contain at least 3 of the following 4 types/)
    assert.doesNotMatch(html, /class="(met|unmet)"/)
  }
  assert.deepEqual(await server.db.selectFrom('tickets').selectAll().execute(), tickets, 'opening changed nothing')
})

test('the form sets the password, once', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const done = await confirm(ticket, good)
  assert.equal(done.status, 200)
  assert.match(done.html, /Your password was changed/)
  assert.match(done.html, /log in now/)
  assert.ok(await opensWith('ana@example.com', good))
  const again = await confirm(ticket, 'An0ther password')
  assert.equal(again.status, 400)
  assert.match(again.html, /This link no longer works/)
  assert.equal((await server.get(`/u/reset-verify?ticket=${ticket}`)).status, 400)
  assert.ok(await opensWith('ana@example.com', good))
})

test('a link that did its work ends the others that were mailed before', async () => {
  const older = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  server.time.ahead_ms += 1000
  const newer = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  assert.notEqual(older, newer)
  assert.equal((await server.get(`/u/reset-verify?ticket=${older}`)).status, 200)
  assert.equal((await confirm(newer, good)).status, 200)
  assert.equal((await server.get(`/u/reset-verify?ticket=${older}`)).status, 400)
  assert.equal((await confirm(older, 'An0ther password')).status, 400)
  assert.ok(await opensWith('ana@example.com', good))
})

test('a weak password is answered with each rule met or not met, and nothing typed comes back', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const { status, html } = await confirm(ticket, 'weakweakweak')
  assert.equal(status, 400)
  assert.match(html, /class="met"><span class="unseen">met: <\/span>At least 8 characters/)
  assert.match(html, /class="unmet"><span class="unseen">not met: <\/span>Contain at least 3/)
  assert.match(html, /class="met"><span class="unseen">met: <\/span>lower case/)
  assert.match(html, /aria-invalid="true"/)
  assert.match(html, /role="alert"/)
  assert.doesNotMatch(html, /weakweak/)
  assert.equal(ticketIn(html), ticket)
  assert.equal((await confirm(ticket, good)).status, 200, 'the link is still good')
})

test('two passwords that differ, and none at all, are told on the form', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const differ = await confirm(ticket, good, `${good} `)
  assert.equal(differ.status, 400)
  assert.match(differ.html, /two passwords are not the same/)
  assert.doesNotMatch(differ.html, /Corr3ct/)
  const none = await confirm(ticket, '')
  assert.equal(none.status, 400)
  assert.match(none.html, /Please type a password/)
})

test('a password of 1,024 bytes is taken byte for byte, one of 1,025 is refused clearly', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const long = await confirm(ticket, `Aa1 ${'x'.repeat(1021)}`)
  assert.equal(long.status, 400)
  assert.match(long.html, /too long: at most 1024 bytes/)
  const longest = ` é1A${'🚢'.repeat(254)}abc`
  assert.equal(Buffer.byteLength(longest), 1024)
  assert.equal((await confirm(ticket, longest)).status, 200)
  assert.ok(await opensWith('ana@example.com', longest))
})

test('an expired, an unknown and a missing ticket are answered alike', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  server.time.ahead_ms += 5 * 86_400_000
  const answers = await Promise.all([
    server.get(`/u/reset-verify?ticket=${ticket}`),
    server.get(`/u/reset-verify?ticket=${'x'.repeat(32)}`),
    server.get('/u/reset-verify'),
    confirm(ticket, good),
  ])
  for (const { status, html } of answers) {
    assert.equal(status, 400)
    assert.match(html, /This link no longer works/)
    assert.doesNotMatch(html, /<form|ana@example/)
  }
})

test('a form from another site is refused and leaves the link good', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const strangers: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' },
  ]
  for (const headers of strangers) {
    const { status } = await confirm(ticket, good, good, headers)
    assert.ok(status === 403 || status === 415, String(status))
  }
  const old = await fetch(`${server.origin}/u/reset-password`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ ticket, password: good, password_repeat: good }),
  })
  assert.equal(old.status, 403)
  assert.equal((await confirm(ticket, good)).status, 200)
})

test('somebody who has not moved is created whole with the chosen password', async () => {
  server.legacy_server.people.set('old@example.com', { id: '7', email: 'old@example.com' })
  const ticket = ticketIn(await server.mailedReset(moving, 'old@example.com'))
  assert.equal((await confirm(ticket, good)).status, 200)
  assert.ok(await opensWith('old@example.com', good))
})

test('a legacy store that gives another answer by now ends the link’s work, and nobody is created', async () => {
  server.legacy_server.people.set('changed@example.com', { id: '8', email: 'changed@example.com' })
  const ticket = ticketIn(await server.mailedReset(moving, 'changed@example.com'))
  server.legacy_server.people.set('changed@example.com', { id: '9', email: 'changed@example.com' })
  const { status, html } = await confirm(ticket, good)
  assert.equal(status, 400)
  assert.match(html, /This link no longer fits/)
  assert.doesNotMatch(html, /<form/)
  assert.equal(await opensWith('changed@example.com', good), false)
})

test('of ten forms sent at once with one link, one changes the password', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => confirm(ticket, `${good} ${index}`)))
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal(answers.filter((answer) => answer.status === 400).length, 9)
})

test('a ticket that leads somewhere redirects there with the result, and the page lets the browser follow', async () => {
  const ticket = ticketIn(await server.mailedReset(local, 'ana@example.com'))
  const result_url = 'https://shop.example/done?from=mail#top'
  await server.db
    .updateTable('tickets')
    .set({ data: JSON.stringify({ result_url }) })
    .where('used_at', 'is', null)
    .execute()
  const form = await server.get(`/u/reset-verify?ticket=${ticket}`)
  assert.match(form.headers.get('content-security-policy') ?? '', /form-action 'self' https:\/\/shop\.example;/)
  const { status, headers } = await confirm(ticket, good)
  assert.equal(status, 303)
  const leads_to = new URL(headers.get('location') ?? '')
  assert.equal(leads_to.origin + leads_to.pathname + leads_to.hash, 'https://shop.example/done#top')
  assert.equal(leads_to.searchParams.get('from'), 'mail')
  assert.equal(leads_to.searchParams.get('success'), 'true')
  assert.match(leads_to.searchParams.get('message') ?? '', /new password/)
})

test('while the legacy store is off the form says so, the link stays good, and nothing is changed', async () => {
  server.legacy_server.people.set('late@example.com', { id: '11', email: 'late@example.com' })
  const ticket = ticketIn(await server.mailedReset(moving, 'late@example.com'))
  server.legacy_server.switchOff()
  const { status, headers, html } = await confirm(ticket, good)
  assert.equal(status, 503)
  assert.ok(Number(headers.get('retry-after')) > 0)
  assert.match(html, /Your password was not changed/)
  assert.match(html, /your link is still valid/)
  assert.equal(ticketIn(html), ticket)
  assert.equal(html.match(/<form/g)?.length, 1)
  assert.equal((await server.get(`/u/reset-verify?ticket=${ticket}`)).status, 200)
  assert.equal(await opensWith('late@example.com', good), false)
})
