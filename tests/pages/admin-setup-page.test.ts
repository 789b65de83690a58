import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeAdminSetupTicket } from '../../src/tenants/admin-setup.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { postForm } from './page-requests.ts'

const good = 'correct horse battery staple'
let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const newTicket = (): Promise<string> =>
  makeAdminSetupTicket(server.internals.db, server.internals.clock, server.internals.tenant_id)
const send = (ticket: string, email: string, password: string, password_repeat = password) =>
  postForm(server, '/u/admin-setup', { ticket, email, password, password_repeat })
const admins = () => server.internals.db.selectFrom('admins').selectAll().orderBy('email_lower').execute()

test('the link creates one admin, once, and the page says what to do next', async () => {
  const ticket = await newTicket()
  const form = await server.send(`/u/admin-setup?ticket=${ticket}`)
  assert.equal(form.status, 200)
  assert.equal(form.text.match(/<form/g)?.length, 1)
  assert.match(form.text, /At least 12 characters/)
  assert.deepEqual(await admins(), [], 'opening the link creates no admin')

  const done = await send(ticket, ' Root@Example.com ', good)
  assert.equal(done.status, 200)
  assert.match(done.text, /root@example\.com<\/strong> is now an admin/)
  assert.match(done.text, /has no dashboard/)
  assert.match(done.text, /first-run\.json/)
  assert.ok(done.text.includes(`curl ${server.origin}/oauth/token`))
  assert.ok(done.text.includes(`&quot;audience&quot;`) || done.text.includes(`"audience": "${server.origin}/api/v2/"`))
  const [admin] = await admins()
  assert.equal(admin?.email_lower, 'root@example.com')
  assert.ok(await server.internals.passwords.verify({ format: 'argon2id', hash: admin?.password_hash ?? '' }, good))

  for (const used of [
    await server.send(`/u/admin-setup?ticket=${ticket}`),
    await send(ticket, 'eve@example.com', good),
  ]) {
    assert.equal(used.status, 400)
    assert.match(used.text, /This set-up link was used already/)
    assert.doesNotMatch(used.text, /<form/)
  }
  assert.equal((await admins()).length, 1)
})

test('of eight concurrent uses of one link, one creates an admin', async () => {
  const before = await admins()
  const ticket = await newTicket()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => send(ticket, `racer${index}@example.com`, good)),
  )
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal((await admins()).length, before.length + 1)
})

test('a wrong input is reported, the form keeps the address but no password, and the link stays valid', async () => {
  const ticket = await newTicket()
  const tries: { sent: [string, string, string?]; reported: RegExp }[] = [
    {
      sent: ['ana@example.com', 'short1!'],
      reported: /class="unmet"><span class="unseen">not met: <\/span>At least 12/,
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
  assert.equal((await send(ticket, 'ana@example.com', good)).status, 200)
})

test('a link expires after 24 hours; expired and unknown links are answered with different pages', async () => {
  const ticket = await newTicket()
  server.advance(86_400_000 - 5000)
  assert.equal((await server.send(`/u/admin-setup?ticket=${ticket}`)).status, 200)
  server.advance(5000)
  const expired = await send(ticket, 'late@example.com', good)
  assert.equal(expired.status, 400)
  assert.match(expired.text, /This set-up link has expired/)
  assert.match((await server.send('/u/admin-setup?ticket=nonsense')).text, /This set-up link does not work/)
  assert.match((await server.send('/u/admin-setup')).text, /This set-up link does not work/)
  assert.ok(!(await admins()).some((admin) => admin.email_lower === 'late@example.com'))
})

test('a new link changes the password of an existing admin', async () => {
  const email = 'twice@example.com'
  await send(await newTicket(), email, good)
  await send(await newTicket(), email, `${good} again`)
  const rows = (await admins()).filter((admin) => admin.email_lower === email)
  assert.equal(rows.length, 1)
  assert.ok(
    await server.internals.passwords.verify(
      { format: 'argon2id', hash: rows[0]?.password_hash ?? '' },
      `${good} again`,
    ),
  )
})

test('a set-up link of another tenant is refused', async () => {
  const ticket = await makeAdminSetupTicket(server.internals.db, server.internals.clock, 'ten_other')
  assert.equal((await server.send(`/u/admin-setup?ticket=${ticket}`)).status, 400)
  assert.equal((await send(ticket, 'eve@example.com', good)).status, 400)
})

test('the store holds neither ticket nor password, and the log has the new admin', async () => {
  const ticket = await newTicket()
  await send(ticket, 'logged@example.com', good)
  const rows = JSON.stringify([
    await server.internals.db.selectFrom('tickets').selectAll().execute(),
    await server.internals.db.selectFrom('log_events').selectAll().execute(),
    await server.internals.db.selectFrom('admins').selectAll().execute(),
  ])
  assert.ok(!rows.includes(ticket))
  assert.ok(!rows.includes(good))
  assert.match(rows, /An admin was set up with a set-up link/)
})
