// What an owner, an editor or a client of a tenant can make of the invitations of admins, where the operator has a mail server.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startMailServer, type MailServer, type ReceivedMail } from '../mail/mail-server.ts'
import { admin_password } from '../support/admin-api.ts'
import { runCommandHere } from '../support/command-here.ts'
import { bearer, objects, ticketIn, type Answer } from '../support/requests.ts'
import { waitUntil } from '../support/wait-until.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

const owner = 'owner@example.com'
let of_operator: MailServer
let of_editor: MailServer
let started: Started
let token: string

before(async () => {
  of_operator = await startMailServer()
  of_editor = await startMailServer()
  started = await startWithAdmin(true, {
    WHERRY_SMTP_URL: of_operator.url,
    WHERRY_EGRESS_ALLOW: `127.0.0.1:${of_editor.port}`,
  })
  token = await started.admins.accessToken(owner)
})
after(async () => {
  await started?.server.close()
  await of_operator?.close()
  await of_editor?.close()
})

const call = (method: string, path: string, body?: unknown, as = token, tenant_id?: string): Promise<Answer> =>
  started.admins.api(as, method, path, body, tenant_id)

const invite = (email: string, role = 'viewer', as = token, tenant_id?: string): Promise<Answer> =>
  call('POST', 'tenant-admin-invitations', { email, role }, as, tenant_id)

const receivedBy = ({ received }: MailServer, email: string): ReceivedMail | undefined =>
  received.find(({ to }) => to.includes(email))

/** The mail that the operator's mail server received for an address. */
async function mailTo(email: string): Promise<ReceivedMail> {
  await waitUntil(() => receivedBy(of_operator, email) !== undefined)
  const mail = receivedBy(of_operator, email)
  assert.ok(mail)
  return mail
}

const userOf = async (email: string) =>
  await started.db
    .selectFrom('users')
    .select(['user_id', 'tenant_id'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()

const pathOf = async (email: string): Promise<string> =>
  `tenant-admins/${encodeURIComponent((await userOf(email)).user_id)}`

/** Creates a tenant with an owner, and returns its id and a token of the owner. */
async function tenantWithOwner(name: string, email: string): Promise<{ id: string; as: string }> {
  const { id } = await started.server.must('POST', 'tenants', { name, domain: `${name}.example` })
  await started.admins.setUp(email, String(id))
  return { id: String(id), as: await started.admins.accessToken(email) }
}

test("an editor's mail service of the tenant gets no invitation: the operator's mail server sends it [guard: invitation-from-the-operator]", async () => {
  const { admins, setRole } = started
  await admins.setUp('editor@example.com')
  await setRole('editor@example.com', 'editor')
  const credentials = { smtp_host: '127.0.0.1', smtp_port: of_editor.port, smtp_user: 'editor', smtp_pass: 'x' }
  const body = { name: 'smtp', default_from_address: 'mail@acme.test', credentials }
  const set = await call('POST', 'emails/provider', body, await admins.accessToken('editor@example.com'))
  assert.equal(set.status, 201, set.text)

  const email = 'second-owner@example.com'
  const created = await invite(email, 'owner')
  assert.equal(created.status, 201, created.text)
  assert.equal(created.json.link, undefined, 'only the mail has the link')
  const { read } = await mailTo(email)
  assert.equal(receivedBy(of_editor, email), undefined)
  const form = { ticket: ticketIn(read.text), password: admin_password, password_repeat: admin_password }
  assert.equal((await admins.sendForm(form)).status, 303)
  assert.equal((await call('DELETE', await pathOf(email))).status, 204)
  assert.equal((await call('DELETE', 'emails/provider')).status, 204)
})

test("no client and no admin of the tenant reads an invitation's link: it is neither in the outbox nor in the log [guard: invitation-from-the-operator]", async () => {
  const { db, server } = started
  const client = await call('POST', 'clients', { name: 'reader', grant_types: ['client_credentials'] })
  const { client_id, client_secret } = client.json
  const { audience } = server.credentials
  const grant = { client_id, audience, scope: ['read:outbox', 'read:logs'] }
  assert.equal((await call('POST', 'client-grants', grant)).status, 201)
  const request = { grant_type: 'client_credentials', client_id, client_secret, audience }
  const headers = bearer((await server.post('/oauth/token', request)).json.access_token)

  const email = 'not-the-client@example.com'
  assert.equal((await invite(email, 'owner')).status, 201)
  const ticket = ticketIn((await mailTo(email)).read.text)
  for (const { message_id } of await db.selectFrom('outbox').select('message_id').execute()) {
    assert.equal((await server.send(`/api/v2/outbox/${message_id}`, { headers })).status, 404)
    assert.equal((await call('GET', `outbox/${message_id}`)).status, 404)
  }
  const logged = await server.send('/api/v2/logs', { headers })
  assert.match(logged.text, /Invite an admin/)
  const outbox = await server.send('/api/v2/outbox', { headers })
  assert.equal(outbox.status, 200)
  const list = await call('GET', 'tenant-admin-invitations')
  assert.match(list.text, /not-the-client/)
  for (const { text } of [logged, outbox, list, await call('GET', 'outbox')]) assert.ok(!text.includes(ticket))
  assert.doesNotMatch(server.lines.join('\n'), new RegExp(ticket))
  const refused = await server.send('/api/v2/tenant-admin-invitations', { headers, body: { email, role: 'owner' } })
  assert.equal(refused.status, 403)
})

test('an owner ends the sessions of no member who has another tenant, and sees nothing of the sign-ins there [guard: members-of-other-tenants]', async () => {
  const { admins } = started
  const email = 'both@example.com'
  const other = await tenantWithOwner('mine', 'owner@mine.example')
  await admins.setUp(email)
  assert.equal((await call('GET', await pathOf(email))).json.has_other_tenants, false)
  assert.equal(typeof (await call('GET', await pathOf(email))).json.last_login, 'string')
  assert.equal((await invite(email, 'support', other.as, other.id)).status, 201)
  const ticket = ticketIn((await mailTo(email)).read.text)
  assert.equal((await admins.sendForm({ ticket, password: admin_password, existing: '1' })).status, 303)

  const theirs = await admins.accessToken(email)
  for (const tenant_id of [other.id, undefined]) {
    const as = tenant_id === undefined ? token : other.as
    const shown = await call('GET', await pathOf(email), undefined, as, tenant_id)
    assert.deepEqual([shown.json.has_other_tenants, shown.json.last_login], [true, undefined])
    const [listed] = objects((await call('GET', 'tenant-admins', undefined, as, tenant_id)).json, 'admins').filter(
      (each) => each['email'] === email,
    )
    assert.deepEqual(listed, shown.json)
    const ended = await call('DELETE', `${await pathOf(email)}/sessions`, undefined, as, tenant_id)
    assert.deepEqual([ended.status, ended.json.errorCode], [409, 'admin_of_other_tenants'])
    assert.match(ended.json.message, /Sign out everywhere/)
  }
  assert.equal((await call('GET', 'users', undefined, theirs)).status, 200)
  assert.equal((await call('DELETE', `${await pathOf(email)}/sessions`, undefined, theirs)).status, 204, 'the own ones')
  assert.equal((await call('GET', 'users', undefined, theirs)).status, 401)
  await call('DELETE', await pathOf(email), undefined, other.as, other.id)
  assert.equal((await call('DELETE', `${await pathOf(email)}/sessions`)).status, 204)
  assert.equal(typeof (await call('GET', await pathOf(email))).json.last_login, 'string')
})

test("the person who holds an address gets the admin user that another person created, by the operator's link [guard: password-link-ends-itself]", async () => {
  const { admins, server } = started
  const email = 'ceo@bigco.example'
  // By a set-up link that names no address.
  const evil = await tenantWithOwner('evil', email)
  const bigco = String((await server.must('POST', 'tenants', { name: 'bigco', domain: 'bigco.example' })).id)
  const command = (...args: string[]) => runCommandHere(['admin-link', ...args], { env: server.env })
  const nobody = await command('--user', 'nobody@example.com')
  assert.match(nobody.stderr, /no admin.*nobody@example.com/i)
  assert.notEqual((await command('--user', email, '--tenant', 'bigco')).status, 0)
  const earlier = ticketIn((await command('--user', email)).stdout)
  const { status, stdout } = await command('--user', ` ${email.toUpperCase()}`)
  assert.equal(status, 0)
  const ticket = ticketIn(stdout)
  assert.match((await admins.send(`/u/admin-setup?ticket=${earlier}`)).text, /does not work/)

  const page = await admins.send(`/u/admin-setup?ticket=${ticket}`)
  assert.match(page.text, /new password for <strong>ceo@bigco\.example<\/strong>/)
  const chosen = 'a password of the real person'
  const form = { ticket, email: owner, password: chosen, password_repeat: chosen }
  assert.match((await admins.sendForm({ ...form, password_repeat: 'another one' })).text, /not the same/)
  assert.match((await admins.sendForm({ ...form, password: 'short', password_repeat: 'short' })).text, /12 char/)
  assert.equal((await admins.sendForm({ ...form, existing: '1' })).status, 303)
  assert.equal((await call('GET', 'users', undefined, evil.as, evil.id)).status, 401, 'sessions of before end')
  assert.equal((await admins.logIn(email, admin_password)).status, 403)
  assert.equal((await admins.logIn(email, chosen)).status, 200)
  assert.equal((await admins.logIn(owner, admin_password)).status, 200, 'the address in the form is ignored')
  assert.match((await admins.sendForm(form)).text, /was used already/)
  const [event] = await started.db
    .selectFrom('log_events')
    .selectAll()
    .where('tenant_id', '=', (await userOf(email)).tenant_id)
    .where('description', '=', "An admin chose a new password with the operator's link")
    .execute()
  assert.equal(event?.user_name, email)

  const added = await admins.sendForm({ ticket: await admins.newTicket(bigco), email, password: chosen, existing: '1' })
  assert.equal(added.status, 303)
})

test('the name of a tenant in an invitation is short, one line, and no address [guard: invitation-name]', async () => {
  const { id, as } = await tenantWithOwner('named', 'owner@named.example')
  const subjectWith = async (friendly_name: string, email: string): Promise<string> => {
    const set = await call('PATCH', 'tenants/settings', { friendly_name }, as, id)
    assert.equal(set.status, 200, set.text)
    assert.equal((await invite(email, 'viewer', as, id)).status, 201)
    const { read } = await mailTo(email)
    const ticket = ticketIn(read.text)
    const page = await started.admins.send(`/u/admin-setup?ticket=${ticket}`)
    assert.equal(page.status, 200)
    for (const text of [read.text, read.html, page.text]) assert.doesNotMatch(text ?? '', /evil|claim/i)
    return read.subject ?? ''
  }
  let nth = 0
  for (const name of [
    'Claim your refund at https://evil.example/x now',
    'Claim at evil.example/x',
    'Claim at evil。example/x',
    'Claim at evil.example:8080',
    'Claim at EVIL.example?x',
    'Claim: www.evil.example',
    'Claim: mailto:me',
    'Claim: write to me@evil.example',
    'Claim at https\u200b:/\u200b/evil.example',
  ]) {
    nth += 1
    assert.equal(await subjectWith(name, `n${nth}@example.com`), 'You are invited to be an admin of named', name)
  }
  const long = `Acme\n${'x'.repeat(150)}`
  const subject = await subjectWith(long, 'long@example.com')
  assert.equal(subject, `You are invited to be an admin of Acme ${'x'.repeat(54)}…`)
  assert.equal(
    await subjectWith('Dr. Acme & Co', 'plain@example.com'),
    'You are invited to be an admin of Dr. Acme & Co',
  )
})

test('a tenant mails no more than 100 invitations a day, also where each is withdrawn [guard: invitations-per-tenant]', async () => {
  const { id, as } = await tenantWithOwner('flood', 'owner@flood.example')
  for (let nth = 1; nth <= 100; nth += 1) {
    const { status, text, json } = await invite(`victim${nth}@example.com`, 'viewer', as, id)
    assert.equal(status, 201, text)
    await call('DELETE', `tenant-admin-invitations/${String(json.id)}`, undefined, as, id)
  }
  const refused = await invite('victim101@example.com', 'viewer', as, id)
  assert.deepEqual([refused.status, refused.json.errorCode], [429, 'too_many_requests'])
  assert.match(refused.json.message, /100 invitations in a day/)
  assert.equal((await invite('unaffected@example.com')).status, 201, 'another tenant')
  started.server.advance(86_400_000)
  const later = await started.admins.accessToken('owner@flood.example')
  assert.equal((await invite('victim101@example.com', 'viewer', later, id)).status, 201)
})
