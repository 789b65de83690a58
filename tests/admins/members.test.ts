// The admins of a tenant as its owners see them: roles, removal, invitations, and the last owner.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { admin_password } from '../support/admin-api.ts'
import { objects, ticketIn, type Answer } from '../support/requests.ts'
import { runCommand } from '../support/server-process.ts'
import { startWithAdmin, type Started } from '../attacks/server-with-admin.ts'

const owner = 'owner@example.com'
let started: Started
let token: string

before(async () => {
  started = await startWithAdmin(true)
  token = await started.admins.accessToken(owner)
})
after(() => started?.server.close())

const call = (method: string, path: string, body?: unknown, as = token): Promise<Answer> =>
  started.admins.api(as, method, path, body)

/** The id of an admin. */
async function idOf(email: string): Promise<string> {
  const { user_id } = await started.db
    .selectFrom('users')
    .select('user_id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  return user_id
}

const pathOf = async (email: string): Promise<string> => `tenant-admins/${encodeURIComponent(await idOf(email))}`

/** The admins: `address role`. */
const listed = async (): Promise<string[]> =>
  objects((await call('GET', 'tenant-admins')).json, 'admins').map(
    ({ email, role }) => `${String(email)} ${String(role)}`,
  )

/** Runs a command of the operator for the system tenant, in the server. */
const commandOf = (...args: string[]) =>
  runCommand([...args, '--tenant', '$system'], { env: { WHERRY_DATA_DIR: started.server.data_dir } })

/** Invites, and returns the ticket of the link, which an owner of the default tenant gets where there is no mail server. */
async function invited(email: string, role: string): Promise<string> {
  const { status, text, json } = await call('POST', 'tenant-admin-invitations', { email, role })
  assert.equal(status, 201, text)
  return ticketIn(json.link)
}

test('an owner lists admins, changes a role for the next request, signs out and removes', async () => {
  const { admins } = started
  const email = 'member@example.com'
  await admins.setUp(email)
  const theirs = await admins.accessToken(email)
  const { json } = await call('GET', await pathOf(email))
  assert.deepEqual(Object.keys(json).toSorted(), [
    'blocked',
    'created_at',
    'email',
    'has_other_tenants',
    'last_login',
    'name',
    'role',
    'user_id',
  ])
  assert.deepEqual(await listed(), [`${email} owner`, `${owner} owner`])
  const changed = await call('PATCH', await pathOf(email), { role: 'viewer' })
  assert.deepEqual([changed.status, changed.json.role], [200, 'viewer'])
  assert.equal((await call('GET', 'tenant-admins', undefined, theirs)).status, 403)
  assert.equal((await call('GET', 'clients', undefined, theirs)).status, 200)
  assert.equal((await call('DELETE', `${await pathOf(email)}/sessions`)).status, 204)
  assert.equal((await call('GET', 'clients', undefined, theirs)).status, 401)
  const again = await admins.accessToken(email)
  assert.equal((await call('DELETE', await pathOf(email))).status, 204)
  assert.equal((await call('GET', 'clients', undefined, again)).status, 404)
  for (const [method, body] of [['GET'], ['PATCH', { role: 'owner' }], ['DELETE']] as [string, unknown?][]) {
    assert.equal((await call(method, await pathOf(email), body)).json.errorCode, 'inexistent_admin')
  }
})

test('the last owner is demoted, removed, blocked and deleted in no way [guard: last-owner]', async () => {
  const { admins, db } = started
  const path = await pathOf(owner)
  const user_id = await idOf(owner)
  // Others who could not sign in, or have another role, do not count.
  await admins.setUp('blocked@example.com')
  await admins.setUp('editor@example.com')
  await call('PATCH', await pathOf('editor@example.com'), { role: 'editor' })
  await db.updateTable('users').set({ blocked: 1 }).where('email', '=', 'blocked@example.com').execute()
  for (const [method, body] of [['PATCH', { role: 'editor' }], ['DELETE']] as [string, unknown?][]) {
    const { status, json } = await call(method, path, body)
    assert.deepEqual([status, json.errorCode], [409, 'last_owner'], method)
    assert.match(json.message, /last owner of the tenant default .* admin-link/)
  }
  for (const command of [
    ['users', 'block'],
    ['users', 'delete', '--yes'],
  ]) {
    const { status, stderr } = await commandOf(...command, '--user', owner)
    assert.notEqual(status, 0)
    assert.match(stderr, /last owner of the tenant default/)
  }
  assert.equal((await call('PATCH', path, { role: 'owner' })).status, 200)
  await call('PATCH', await pathOf('editor@example.com'), { role: 'owner' })
  assert.equal((await commandOf('users', 'block', '--user', owner)).status, 0)
  assert.equal((await call('GET', 'clients')).status, 401)
  await db.updateTable('users').set({ blocked: 0 }).where('user_id', '=', user_id).execute()
  token = await admins.accessToken(owner)
  await call('DELETE', await pathOf('editor@example.com'))
})

test('a deleted admin has no role any more', async () => {
  const { admins, db } = started
  const email = 'deleted@example.com'
  await admins.setUp(email)
  const user_id = await idOf(email)
  assert.equal((await commandOf('users', 'delete', '--yes', '--user', email)).status, 0)
  assert.deepEqual(await db.selectFrom('tenant_admins').selectAll().where('user_id', '=', user_id).execute(), [])
})

test('an invited person chooses a password, once, and has the role', async () => {
  const { admins, server } = started
  const email = 'new@example.com'
  const ticket = await invited(email, 'support')
  const [open] = objects((await call('GET', 'tenant-admin-invitations')).json, 'invitations')
  assert.partialDeepStrictEqual(open, { email, role: 'support', invited_by: await idOf(owner) })
  const page = await admins.send(`/u/admin-setup?ticket=${ticket}`)
  assert.match(page.text, /with the role <strong>support<\/strong>/)
  assert.match(page.text, /name="email"[^>]*value="new@example.com"[^>]*readonly/)
  const form = { ticket, email: 'another@example.com', password: admin_password, password_repeat: admin_password }
  assert.equal((await admins.sendForm(form)).status, 303)
  assert.ok((await listed()).includes(`${email} support`), 'the address in the form is ignored')
  assert.match((await admins.sendForm(form)).text, /was used already/)
  assert.deepEqual((await call('GET', 'tenant-admin-invitations')).json.invitations, [])
  const theirs = await admins.accessToken(email)
  assert.equal((await call('GET', 'users', undefined, theirs)).status, 200)
  assert.equal((await call('PATCH', `users/${encodeURIComponent('auth0|x')}`, { blocked: true }, theirs)).status, 403)
  const [event] = await server.logs('description:"An admin accepted an invitation"')
  assert.equal(event?.['user_name'], email)
})

test('without a mail server an invitation is refused, and its link is shown once to an owner of the default tenant [guard: invitation-without-mail-server]', async () => {
  const { admins, server, db } = started
  const { id } = await server.must('POST', 'tenants', { name: 'acme', domain: 'acme.example' })
  await admins.setUp('owner@acme.example', id)
  const theirs = await admins.accessToken('owner@acme.example')
  const body = { email: 'ceo@bigco.example', role: 'owner' }
  const refused = await admins.api(theirs, 'POST', 'tenant-admin-invitations', body, id)
  assert.deepEqual([refused.status, refused.json.errorCode], [409, 'no_mail_server'])
  assert.match(refused.json.message, /The operator of the server can .*: wherry admin-link --tenant acme$/)
  const tickets = db.selectFrom('tickets').selectAll().where('kind', '=', 'admin_invitation')
  assert.deepEqual(await tickets.where('tenant_id', '=', id).execute(), [])

  const ticket = await invited('handed-over@example.com', 'viewer')
  const listed = await call('GET', 'tenant-admin-invitations')
  assert.match(listed.text, /handed-over@example\.com/)
  const logged = await call('GET', 'logs?q=type:sapi')
  assert.match(logged.text, /Invite an admin/)
  for (const { text } of [listed, logged]) assert.ok(!text.includes(ticket))
  assert.ok(!server.lines.some((line) => line.includes(ticket)))
  assert.deepEqual(await db.selectFrom('outbox').selectAll().execute(), [])
  const [open] = objects(listed.json, 'invitations')
  assert.equal((await call('DELETE', `tenant-admin-invitations/${String(open?.['id'])}`)).status, 204)
})

test('an admin who exists accepts with the existing password; no invitation sets one [guard: invitation-sets-no-existing-password]', async () => {
  const { admins, server } = started
  const other_id = (await server.must('POST', 'tenants', { name: 'other', domain: 'other.example' })).id
  const removed = 'removed@example.com'
  await admins.setUp(removed)
  await call('DELETE', await pathOf(removed))
  const elsewhere = 'elsewhere@example.com'
  await admins.setUp(elsewhere, other_id)
  for (const email of [removed, elsewhere]) {
    const ticket = await invited(email, 'editor')
    assert.match((await admins.send(`/u/admin-setup?ticket=${ticket}`)).text, /existing password/)
    const chosen = 'Attacker-chose-12'
    const set = await admins.sendForm({ ticket, email, password: chosen, password_repeat: chosen })
    assert.match(set.text, /existing password/)
    assert.equal((await admins.sendForm({ ticket, password: chosen, existing: '1' })).status, 403)
    assert.equal((await admins.logIn(email, chosen)).status, 403)
    assert.equal((await admins.sendForm({ ticket, password: admin_password, existing: '1' })).status, 303)
    assert.ok((await listed()).includes(`${email} editor`))
  }
})

test('an invitation ends when it is withdrawn or sent again, when its owner loses the role, and after 7 days', async () => {
  const { admins, server } = started
  const email = 'late@example.com'
  const accept = (ticket: string) =>
    admins.sendForm({ ticket, password: admin_password, password_repeat: admin_password })
  const [first, second] = [await invited(email, 'viewer'), await invited(email, 'viewer')]
  assert.match((await accept(first)).text, /does not work/)
  const open = objects((await call('GET', 'tenant-admin-invitations')).json, 'invitations')
  assert.equal(open.length, 1)
  assert.equal((await call('DELETE', `tenant-admin-invitations/${String(open[0]?.['id'])}`)).status, 204)
  assert.equal((await call('DELETE', `tenant-admin-invitations/${String(open[0]?.['id'])}`)).status, 404)
  assert.match((await accept(second)).text, /does not work/)

  await admins.setUp('leaving@example.com')
  const leaving = await admins.accessToken('leaving@example.com')
  const body = { email: 'accomplice@example.com', role: 'owner' }
  const { json } = await call('POST', 'tenant-admin-invitations', body, leaving)
  await call('PATCH', await pathOf('leaving@example.com'), { role: 'viewer' })
  assert.match((await accept(ticketIn(json.link))).text, /does not work/)

  const third = await invited(email, 'viewer')
  server.advance(7 * 86_400_000 + 1000)
  assert.match((await accept(third)).text, /has expired/)
  token = await admins.accessToken(owner)
})

test('an invitation of an owner whom the operator has blocked gives no role [guard: invitation-of-active-owner]', async () => {
  const { admins, db } = started
  const taken_over = 'taken-over@example.com'
  await admins.setUp(taken_over)
  const body = { email: 'intruder@example.com', role: 'owner' }
  const { json } = await call('POST', 'tenant-admin-invitations', body, await admins.accessToken(taken_over))
  assert.equal((await commandOf('users', 'block', '--user', taken_over)).status, 0)
  const form = { ticket: ticketIn(json.link), password: admin_password, password_repeat: admin_password }
  const refused = await admins.sendForm(form)
  assert.deepEqual([refused.status, /does not work/.test(refused.text)], [400, true])
  assert.deepEqual(await db.selectFrom('users').select('user_id').where('email', '=', body.email).execute(), [])
})

test('invitations are bounded per address, and refused for an admin and for what is no address', async () => {
  const invite = (email: string) => call('POST', 'tenant-admin-invitations', { email, role: 'viewer' })
  assert.equal((await invite(owner.toUpperCase())).json.errorCode, 'admin_exists')
  assert.equal((await invite('no address')).status, 400)
  assert.equal((await call('POST', 'tenant-admin-invitations', { email: 'a@b.example', role: 'operator' })).status, 400)
  for (let nth = 0; nth < 10; nth += 1) assert.equal((await invite('often@example.com')).status, 201)
  assert.equal((await invite('often@example.com')).status, 429)
})
