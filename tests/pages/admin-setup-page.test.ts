import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { admin_password as good, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import type { Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const chosen = 'Attacker-chose-12'
let server: TestServer
let api: AdminApi
let tenant_id: string
let other_tenant_id: string

before(async () => {
  server = await startTestServer()
  api = createAdminApi(server)
  tenant_id = server.internals.tenant_id
  other_tenant_id = (await server.must('POST', 'tenants', { name: 'other', domain: 'other.example' })).id
})
after(() => server.close())

const open = (ticket: string): Promise<Answer> => api.send(`/u/admin-setup?ticket=${ticket}`)
const send = (ticket: string, email: string, password: string, password_repeat = password): Promise<Answer> =>
  api.sendForm({ ticket, email, password, password_repeat })
/** Sends the form that demands the existing password. */
const sendExisting = (ticket: string, email: string, password: string, from?: string): Promise<Answer> =>
  api.sendForm({ ticket, email, password, existing: '1' }, from === undefined ? {} : { 'x-forwarded-for': from })

/** The admins with their roles: `address role tenant`. */
async function admins(): Promise<string[]> {
  const rows = await server.internals.db
    .selectFrom('tenant_admins')
    .innerJoin('users', 'users.user_id', 'tenant_admins.user_id')
    .select(['users.email', 'tenant_admins.role', 'tenant_admins.tenant_id'])
    .execute()
  return rows.map((row) => `${row.email} ${row.role} ${row.tenant_id}`).toSorted()
}

/** Asserts that the admin is signed in, and sent to the dashboard. */
function assertSignedIn({ status, text, headers }: Answer): void {
  assert.deepEqual([status, headers.get('location')], [303, '/'], text)
  assert.match(headers.get('set-cookie') ?? '', /^wherry_admin=ses_[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=/)
}

test('the link creates one admin, once, who is signed in', async () => {
  const ticket = await api.newTicket()
  const form = await open(ticket)
  assert.equal(form.status, 200)
  assert.equal(form.text.match(/<form/g)?.length, 1)
  assert.match(form.text, /At least 12 characters/)
  assert.deepEqual(await admins(), [], 'opening the link creates no admin')

  const done = await send(ticket, ' Root@Example.com ', good)
  assertSignedIn(done)
  const [cookie = ''] = (done.headers.get('set-cookie') ?? '').split(';')
  const session = await api.send('/session', { headers: { cookie, 'wherry-dashboard': '1' } })
  assert.equal(session.json.user.email, 'root@example.com')
  assert.deepEqual(await admins(), [`root@example.com owner ${tenant_id}`])
  assert.equal((await api.logIn('ROOT@example.com', good)).status, 200)

  for (const used of [await open(ticket), await send(ticket, 'eve@example.com', good)]) {
    assert.equal(used.status, 400)
    assert.match(used.text, /This link was used already/)
    assert.doesNotMatch(used.text, /<form/)
  }
  assert.equal((await admins()).length, 1)
})

test('of eight concurrent uses of one link, one creates an admin', async () => {
  const before = await admins()
  const ticket = await api.newTicket()
  const answers = await server.hashingAsInProduction(() =>
    Promise.all(Array.from({ length: 8 }, (_, index) => send(ticket, `racer${index}@example.com`, good))),
  )
  assert.equal(answers.filter((answer) => answer.status === 303).length, 1)
  assert.equal((await admins()).length, before.length + 1)
})

test('a wrong input is reported, the form keeps the address but no password, and the link stays valid', async () => {
  const ticket = await api.newTicket()
  const tries: { sent: [string, string, string?]; reported: RegExp }[] = [
    {
      sent: ['ana@example.com', 'short1!'],
      reported: /class="unmet"[^>]*><span class="unseen">not met: <\/span>At least 12/,
    },
    { sent: ['ana@example.com', 'ana@example.com'], reported: /not met: <\/span>Not your e-mail address/ },
    { sent: ['ana@example.com', 'aaaaaaaaaaaaaaa'], reported: /not met: <\/span>At least 5 different/ },
    { sent: ['ana@example.com', good, `${good}!`], reported: /two passwords are not the same/ },
    { sent: ['ana@example.com', 'x1y2z'.repeat(300)], reported: /too long: at most 1024 bytes/ },
    { sent: ['ana at example', good], reported: /This is not an e-mail address/ },
    { sent: ['', good], reported: /This is not an e-mail address/ },
  ]
  for (const { sent, reported } of tries) {
    const { status, text } = await send(ticket, ...sent)
    assert.equal(status, 400)
    assert.match(text, reported)
    assert.ok(text.includes(`value="${sent[0]}"`))
    assert.match(text, /role="alert"/)
    assert.doesNotMatch(text, /type="password"[^>]*value=/)
    if (sent[1] !== sent[0]) assert.ok(!text.includes(sent[1]), 'the page does not hold the password')
  }
  assertSignedIn(await send(ticket, 'ana@example.com', good))
})

test('a new link sets a new password of an admin of its tenant only, and the refresh tokens end', async () => {
  const email = 'twice@example.com'
  await send(await api.newTicket(), email, good)
  const { refresh_token } = (await api.logIn(email, good, { scope: 'openid offline_access' })).json
  assert.equal(typeof refresh_token, 'string')
  assertSignedIn(await send(await api.newTicket(), email, `${good} again`))
  assert.equal((await admins()).filter((admin) => admin.startsWith(email)).length, 1)
  assert.equal((await api.logIn(email, good)).status, 403)
  assert.equal((await api.logIn(email, `${good} again`)).status, 200)
  assert.equal((await api.requestToken({ grant_type: 'refresh_token', refresh_token })).status, 403)
})

test('a link of one tenant sets no password of an admin of another tenant: it demands the existing one', async () => {
  const email = 'both@example.com'
  await send(await api.newTicket(other_tenant_id), email, good)
  const ticket = await api.newTicket()

  const demanded = await send(ticket, email, chosen)
  assert.equal(demanded.status, 200)
  assert.match(demanded.text, /enter the admin(?:&#39;|')s existing password/)
  assert.match(demanded.text, /autocomplete="current-password"/)
  const wrong = await sendExisting(ticket, email, chosen)
  assert.equal(wrong.status, 403)
  assert.match(wrong.text, /not the password of this admin/)
  assert.equal((await api.logIn(email, chosen)).status, 403)
  assert.deepEqual(
    (await admins()).filter((admin) => admin.startsWith(email)),
    [`${email} owner ${other_tenant_id}`],
  )

  const added = await sendExisting(ticket, email, good)
  assertSignedIn(added)
  assert.equal((await admins()).filter((admin) => admin.startsWith(email)).length, 2)
  assert.equal((await api.logIn(email, good)).status, 200)
  assert.match((await sendExisting(ticket, email, good)).text, /was used already/)

  // An admin of two tenants: no link of either sets the password.
  for (const id of [tenant_id, other_tenant_id]) {
    assert.match((await send(await api.newTicket(id), email, chosen)).text, /existing password/)
  }
  assert.equal((await api.logIn(email, good)).status, 200)
})

test('brute-force protection limits guesses of the existing password', async () => {
  const email = 'guessed@example.com'
  await send(await api.newTicket(other_tenant_id), email, good)
  const ticket = await api.newTicket()
  const from = '198.51.100.7'
  for (let guess = 0; guess < 10; guess += 1) {
    assert.equal((await sendExisting(ticket, email, `guess number ${guess}`, from)).status, 403)
  }
  const locked = await sendExisting(ticket, email, good, from)
  assert.equal(locked.status, 429)
  assert.match(locked.text, /Too many wrong passwords/)
  assertSignedIn(await sendExisting(ticket, email, good, '198.51.100.8'))
})

test('the form that demands the existing password creates no admin and sets no password', async () => {
  const ticket = await api.newTicket()
  assert.equal((await sendExisting(ticket, 'unknown@example.com', good)).status, 403)
  assert.equal((await sendExisting(ticket, 'unknown@example.com', '')).status, 400)
  assert.ok(!(await admins()).some((admin) => admin.startsWith('unknown@example.com')))
})

test('of concurrent links of two tenants with one new address, one creates the admin', async () => {
  const email = 'raced@example.com'
  const tickets = [await api.newTicket(), await api.newTicket(other_tenant_id)]
  const answers = await server.hashingAsInProduction(() =>
    Promise.all(tickets.map((ticket, index) => send(ticket, email, `${good} ${index}`))),
  )
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 303],
  )
  assert.equal(answers.filter(({ text }) => /existing password/.test(text)).length, 1)
  assert.equal((await admins()).filter((admin) => admin.startsWith(email)).length, 1)
})

test('a form from another site, or from the host of a tenant, sets up no admin', async () => {
  const ticket = await api.newTicket()
  const body = new URLSearchParams({ ticket, email: 'eve@example.com', password: good, password_repeat: good })
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: server.origin },
  ] as Record<string, string>[]) {
    assert.equal((await api.send('/u/admin-setup', { headers, body })).status, 403)
  }
  assert.equal((await open(ticket)).status, 200)
})

test('a link at the host of a tenant redirects to the admin origin', async () => {
  const ticket = await api.newTicket()
  const answer = await server.send(`/u/admin-setup?ticket=${ticket}`)
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('location'), `${server.admin_url}/u/admin-setup?ticket=${ticket}`)
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
  const odd = await server.send(`/u/admin-setup?ticket=${encodeURIComponent('@evil.example/\r\nx: y')}`)
  assert.equal(odd.headers.get('location'), `${server.admin_url}/u/admin-setup?ticket=%40evil.example%2F%0D%0Ax%3A%20y`)
  const form = new URLSearchParams({ ticket, email: 'eve@example.com', password: good, password_repeat: good })
  assert.equal((await server.post('/u/admin-setup', form)).status, 404)
})

test('pages of the admin origin hold no text of a tenant as markup and load nothing of it', async () => {
  const evil = '"><script>alert(1)</script>'
  const settings = { friendly_name: `Acme ${evil}`, picture_url: 'https://cdn.example/logo.png' }
  await server.must('PATCH', 'tenants/settings', settings)
  const ticket = await api.newTicket()
  await send(await api.newTicket(other_tenant_id), 'markup@example.com', good)
  const pages = [
    await open(ticket),
    await send(ticket, evil, good),
    await send(ticket, 'markup@example.com', good),
    await open('unknown'),
    await api.send('/nowhere', { headers: { accept: 'text/html' } }),
  ]
  for (const { text, headers } of pages) {
    assert.match(text, /^<!doctype html>\n<html lang="en">/)
    assert.doesNotMatch(text, /<script|cdn\.example/)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src 'sha256-[^ ]+'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    )
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('set-cookie'), null)
    assert.equal(text.match(/ autofocus/g)?.length ?? 0, /<form/.test(text) ? 1 : 0)
    for (const [, id] of text.matchAll(/<input id="([^"]+)"/g)) assert.ok(text.includes(`<label for="${id}"`), id)
  }
})

test('the store holds neither ticket nor password, the log of the tenant has the new admin, and the process log nothing of it', async () => {
  const ticket = await api.newTicket()
  await send(ticket, 'logged@example.com', good)
  const { db } = server.internals
  const rows = JSON.stringify([
    await db.selectFrom('tickets').selectAll().execute(),
    await db.selectFrom('log_events').selectAll().execute(),
    await db.selectFrom('users').selectAll().execute(),
    await db.selectFrom('credentials').selectAll().execute(),
  ])
  assert.ok(!rows.includes(ticket))
  assert.ok(!rows.includes(good))
  const [event] = await server.logs('user_name:logged@example.com')
  assert.equal(event?.['description'], 'An admin was set up with a set-up link')
  const written = server.lines.join('')
  assert.ok(!written.includes(ticket) && !written.includes('logged@example.com'))
})

// The last test: it moves the clock beyond the expiry of the tokens.
test('a link expires after 24 hours; expired and unknown links are answered with different pages', async () => {
  const ticket = await api.newTicket()
  server.advance(86_400_000 - 5000)
  assert.equal((await open(ticket)).status, 200)
  server.advance(5000)
  const expired = await send(ticket, 'late@example.com', good)
  assert.equal(expired.status, 400)
  assert.match(expired.text, /This link has expired/)
  assert.match((await open('nonsense')).text, /This link does not work/)
  assert.match((await api.send('/u/admin-setup')).text, /This link does not work/)
  assert.ok(!(await admins()).some((admin) => admin.startsWith('late@example.com')))
})
