import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Connection } from '../../src/connections/connection.ts'
import { createUser } from '../../src/login/create-user.ts'
import { startPageServer, ticketIn, type PageServer } from './page-server.ts'

let server: PageServer
let local: Connection

before(async () => {
  server = await startPageServer()
  local = await server.connection('local')
})
after(() => server.close())

async function newcomer(email: string): Promise<string> {
  server.time.ahead_ms += 1000
  const fields = { email, password: 'Corr3ct horse', verify_email: true }
  await createUser(server, { tenant: server.tenant, connection: local, fields, caller: server.caller })
  return await server.mailedLink()
}

async function isVerified(email: string): Promise<boolean> {
  const row = await server.db
    .selectFrom('users')
    .select('email_verified')
    .where('email_lower', '=', email)
    .executeTakeFirstOrThrow()
  return row.email_verified === 1
}

test('opening the link verifies nothing, as mail scanners open links; its button does, once', async () => {
  const link = await newcomer('bea@example.com')
  assert.match(link, /^\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#$/)
  for (let opened = 0; opened < 2; opened += 1) {
    const { status, html } = await server.get(link)
    assert.equal(status, 200)
    assert.match(html, /bea@example\.com/)
    assert.equal(html.match(/<form/g)?.length, 1)
    assert.equal(html.match(/<button/g)?.length, 1)
  }
  assert.equal(await isVerified('bea@example.com'), false)
  const ticket = ticketIn(link)
  const done = await server.post('/u/email-verification', { ticket })
  assert.equal(done.status, 200)
  assert.match(done.html, /Your e-mail address is confirmed/)
  assert.equal(await isVerified('bea@example.com'), true)
  const again = await server.post('/u/email-verification', { ticket })
  assert.equal(again.status, 400)
  assert.match(again.html, /This link no longer works/)
})

test('an expired link verifies nothing', async () => {
  const ticket = ticketIn(await newcomer('cara@example.com'))
  server.time.ahead_ms += 5 * 86_400_000
  assert.equal((await server.get(`/u/email-verification?ticket=${ticket}`)).status, 400)
  assert.equal((await server.post('/u/email-verification', { ticket })).status, 400)
  assert.equal(await isVerified('cara@example.com'), false)
})

test('a link mailed to an address that the user no longer has verifies nothing', async () => {
  const ticket = ticketIn(await newcomer('dora@example.com'))
  await server.db
    .updateTable('users')
    .set({ email: 'new@example.com', email_lower: 'new@example.com' })
    .where('email_lower', '=', 'dora@example.com')
    .execute()
  const { status } = await server.post('/u/email-verification', { ticket })
  assert.equal(status, 400)
  assert.equal(await isVerified('new@example.com'), false)
})

test('a reset ticket opens no verification page, and the other way round', async () => {
  const verification = ticketIn(await newcomer('elsa@example.com'))
  const reset = ticketIn(await server.mailedReset(local, 'elsa@example.com'))
  assert.equal((await server.get(`/u/email-verification?ticket=${reset}`)).status, 400)
  assert.equal((await server.get(`/u/reset-verify?ticket=${verification}`)).status, 400)
  assert.equal((await server.get(`/u/admin-setup?ticket=${reset}`)).status, 400)
})

test('a form from another site verifies nothing', async () => {
  const ticket = ticketIn(await newcomer('fay@example.com'))
  const { status } = await server.post('/u/email-verification', { ticket }, { 'sec-fetch-site': 'cross-site' })
  assert.equal(status, 403)
  assert.equal(await isVerified('fay@example.com'), false)
})

test('a ticket that leads somewhere redirects there with success', async () => {
  const ticket = ticketIn(await newcomer('gina@example.com'))
  const data = JSON.stringify({ result_url: 'https://shop.example/verified' })
  await server.db.updateTable('tickets').set({ data }).where('email', '=', 'gina@example.com').execute()
  const { status, headers } = await server.post('/u/email-verification', { ticket })
  assert.equal(status, 303)
  const { origin, searchParams } = new URL(headers.get('location') ?? '')
  assert.equal(origin, 'https://shop.example')
  assert.equal(searchParams.get('success'), 'true')
  assert.equal(searchParams.get('code'), 'success')
})
