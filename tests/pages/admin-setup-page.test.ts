import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeAdminSetupTicket } from '../../src/tenants/admin-setup.ts'
import { startPageServer, type PageServer } from './page-server.ts'

const good = 'a long quiet river'
let server: PageServer

before(async () => {
  server = await startPageServer()
})
after(() => server.close())

const newTicket = (): Promise<string> => makeAdminSetupTicket(server.db, server.clock, server.tenant.tenant_id)
const send = (ticket: string, email: string, password: string, password_repeat = password) =>
  server.post('/u/admin-setup', { ticket, email, password, password_repeat })
const admins = () => server.db.selectFrom('admins').selectAll().orderBy('email_lower').execute()

test('the link makes one admin, once, and says what to do next and what there is not', async () => {
  const ticket = await newTicket()
  const form = await server.get(`/u/admin-setup?ticket=${ticket}`)
  assert.equal(form.status, 200)
  assert.equal(form.html.match(/<form/g)?.length, 1)
  assert.match(form.html, /At least 12 characters/)
  assert.deepEqual(await admins(), [], 'opening the link makes nobody')

  const done = await send(ticket, ' Root@Example.com ', good)
  assert.equal(done.status, 200)
  assert.match(done.html, /root@example\.com<\/strong> is now an admin/)
  assert.match(done.html, /has no dashboard/)
  assert.match(done.html, /first-run\.json/)
  assert.ok(done.html.includes(`curl ${server.origin}/oauth/token`))
  assert.ok(done.html.includes(`&quot;audience&quot;`) || done.html.includes(`"audience": "${server.origin}/api/v2/"`))
  const [admin] = await admins()
  assert.equal(admin?.email_lower, 'root@example.com')
  assert.ok(await server.passwords.verify({ format: 'argon2id', hash: admin?.password_hash ?? '' }, good))

  for (const used of [
    await server.get(`/u/admin-setup?ticket=${ticket}`),
    await send(ticket, 'eve@example.com', good),
  ]) {
    assert.equal(used.status, 400)
    assert.match(used.html, /This set-up link was used already/)
    assert.doesNotMatch(used.html, /<form/)
  }
  assert.equal((await admins()).length, 1)
})

test('of eight that use one link at once, one becomes an admin', async () => {
  const before = await admins()
  const ticket = await newTicket()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => send(ticket, `racer${index}@example.com`, good)),
  )
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal((await admins()).length, before.length + 1)
})

test('what was typed wrongly is told, the address is kept, the password is not, and the link stays good', async () => {
  const ticket = await newTicket()
  const tries: { sent: [string, string, string?]; told: RegExp }[] = [
    { sent: ['ana@example.com', 'short1!'], told: /class="unmet"><span class="unseen">not met: <\/span>At least 12/ },
    { sent: ['ana@example.com', 'ana@example.com'], told: /not met: <\/span>Not your e-mail address/ },
    { sent: ['ana@example.com', 'aaaaaaaaaaaaaaa'], told: /not met: <\/span>At least 5 different/ },
    { sent: ['ana@example.com', good, `${good}!`], told: /two passwords are not the same/ },
    { sent: ['ana@example.com', 'x1y2z'.repeat(300)], told: /too long: at most 1024 bytes/ },
    { sent: ['ana at example', good], told: /This is not an e-mail address/ },
    { sent: ['', good], told: /This is not an e-mail address/ },
  ]
  for (const { sent, told } of tries) {
    const { status, html } = await send(ticket, ...sent)
    assert.equal(status, 400)
    assert.match(html, told)
    assert.ok(html.includes(`value="${sent[0]}"`))
    assert.match(html, /role="alert"/)
    assert.doesNotMatch(html, /type="password"[^>]*value=/)
    if (sent[1] !== sent[0]) assert.ok(!html.includes(sent[1]), 'the password does not come back')
  }
  assert.equal((await send(ticket, 'ana@example.com', good)).status, 200)
})

test('a link ends after 24 hours and says so; an unknown one says that', async () => {
  const ticket = await newTicket()
  server.time.ahead_ms += 86_400_000 - 5000
  assert.equal((await server.get(`/u/admin-setup?ticket=${ticket}`)).status, 200)
  server.time.ahead_ms += 5000
  const expired = await send(ticket, 'late@example.com', good)
  assert.equal(expired.status, 400)
  assert.match(expired.html, /This set-up link has expired/)
  assert.match((await server.get('/u/admin-setup?ticket=nonsense')).html, /This set-up link does not work/)
  assert.match((await server.get('/u/admin-setup')).html, /This set-up link does not work/)
  assert.ok(!(await admins()).some((admin) => admin.email_lower === 'late@example.com'))
})

test('an admin who is known already gets the new password by a new link', async () => {
  const email = 'twice@example.com'
  await send(await newTicket(), email, good)
  await send(await newTicket(), email, `${good} again`)
  const rows = (await admins()).filter((admin) => admin.email_lower === email)
  assert.equal(rows.length, 1)
  assert.ok(await server.passwords.verify({ format: 'argon2id', hash: rows[0]?.password_hash ?? '' }, `${good} again`))
})

test('a set-up link of another tenant opens nothing here', async () => {
  const ticket = await makeAdminSetupTicket(server.db, server.clock, 'ten_other')
  assert.equal((await server.get(`/u/admin-setup?ticket=${ticket}`)).status, 400)
  assert.equal((await send(ticket, 'eve@example.com', good)).status, 400)
})

test('the store keeps no secret of a set-up link, and the log tells of the admin', async () => {
  const ticket = await newTicket()
  await send(ticket, 'logged@example.com', good)
  const rows = JSON.stringify([
    await server.db.selectFrom('tickets').selectAll().execute(),
    await server.db.selectFrom('log_events').selectAll().execute(),
    await server.db.selectFrom('admins').selectAll().execute(),
  ])
  assert.ok(!rows.includes(ticket))
  assert.ok(!rows.includes(good))
  assert.match(rows, /An admin was set up with a set-up link/)
})
