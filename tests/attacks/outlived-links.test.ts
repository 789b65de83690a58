// Links and codes for a new password that are older than the password: who changes it to keep another person out has ended them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { createBrowser, formOf, type Visit } from '../support/browser.ts'
import { runCommandHere } from '../support/command-here.ts'
import { ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
const changed = 'Changed-one-2'
const attackers = 'Attackers-one-3'
const attributes = Object.fromEntries(['email', 'phone_number'].map((kind) => [kind, { identifier: { active: true } }]))
const person = (id: string, profile: object = {}): Record<string, Scripted> => ({
  [`${id}@people.example`]: { password, profile: { user_id: id, email: `${id}@people.example`, ...profile } },
})
let server: TestServer
let admins: AdminApi
let client: TestClient
let duringHash: (() => Promise<unknown>) | undefined

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
  client = await server.createClient()
  await server.createConnection('local', { attributes }, [client])
  const number = '+4917199901'
  const people: Record<string, Scripted> = {
    ...person('moves'),
    ...person('resets', { phone_number: `${number}01` }),
    [`${number}01`]: {
      password,
      profile: { user_id: 'resets', email: 'resets@people.example', phone_number: `${number}01` },
    },
  }
  await server.createConnection('people', peopleOptions(people, { attributes }), [client])
  const { passwords } = server.internals
  const hash = passwords.hash.bind(passwords)
  passwords.hash = async (typed, tenant_id) => {
    const hashed = await hash(typed, tenant_id)
    const work = duringHash
    duringHash = undefined
    await work?.()
    return hashed
  }
})
after(() => server?.close())

let nth = 0
/** A user with an address and a number. */
async function newUser(): Promise<{ user_id: string; email: string; phone_number: string }> {
  nth += 1
  const of_user = { email: `person-${nth}@local.example`, phone_number: `+4917100000${10 + nth}` }
  const proven = { email_verified: true, phone_verified: true }
  return { user_id: await server.createUser('local', { ...of_user, ...proven, password }), ...of_user }
}

const change = (user_id: string): Promise<unknown> =>
  server.must('PATCH', `users/${encodeURIComponent(user_id)}`, { password: changed })
const createdLink = async (body: object): Promise<string> =>
  ticketIn((await server.must('POST', 'tickets/password-change', body)).ticket)

/** Asks for a new password as a stranger does, and returns the message that is sent to `to`. */
async function requested(connection: string, asked: { email: string } | { phone_number: string }): Promise<string> {
  const answer = await server.post('/dbconnections/change_password', { ...client, connection, ...asked })
  assert.equal(answer.status, 200)
  await server.settle()
  const [message] = await server.outbox(Object.values(asked)[0])
  return String(message?.['text'])
}
const codeIn = (text: string): string => /^\d{6}/.exec(text)?.[0] ?? ''
const enter = (connection: string, username: string, code: string): Promise<Visit> =>
  createBrowser(server).submit({ action: '/u/reset-code', fields: { connection } }, { username, code })

async function exchanged(connection: string, phone_number: string): Promise<string> {
  const entered = await enter(connection, phone_number, codeIn(await requested(connection, { phone_number })))
  assert.equal(entered.status, 303, entered.text)
  return ticketIn(entered.location)
}

const opened = (ticket: string): Promise<Answer> => server.send(`/u/reset-verify?ticket=${ticket}`)
const used = (ticket: string, typed = attackers): Promise<Answer> =>
  server.post('/u/reset-password', new URLSearchParams({ ticket, password: typed, password_repeat: typed }))
const login = async (realm: string, name: string, typed: string): Promise<number> =>
  (await server.login(client, realm, name, typed)).status

/** Requires that a link says that it has ended, and sets no password. */
async function assertEnded(ticket: string, name: string): Promise<void> {
  const page = await opened(ticket)
  assert.equal(page.status, 400, name)
  assert.match(page.text, /A link for a new password also ends when the password is changed/)
  assert.equal((await used(ticket)).status, 400, name)
}

for (const way of ['the Management API', 'another link', 'a code'] as const) {
  test(`a password that is changed by ${way} ends every open link [guard: password-ends-links]`, async () => {
    const { user_id, email, phone_number } = await newUser()
    const links = {
      created: await createdLink({ user_id }),
      mailed: ticketIn(await requested('local', { email })),
      exchanged: await exchanged('local', phone_number),
    }
    for (const ticket of Object.values(links)) assert.equal((await opened(ticket)).status, 200)
    if (way === 'the Management API') await change(user_id)
    else {
      const other = way === 'a code' ? await exchanged('local', phone_number) : await createdLink({ user_id })
      assert.equal((await used(other, changed)).status, 200)
    }
    for (const [name, ticket] of Object.entries(links)) await assertEnded(ticket, name)
    assert.deepEqual([await login('local', email, attackers), await login('local', email, changed)], [403, 200])
    const later = await createdLink({ user_id })
    assert.equal((await used(later, 'Later-one-4')).status, 200, 'a link of after the change is open')
  })
}

test('a password that is changed ends a code that was sent, and the links of no other user [guard: password-ends-codes]', async () => {
  const [one, other] = [await newUser(), await newUser()]
  const code = codeIn(await requested('local', { phone_number: one.phone_number }))
  const of_other = await createdLink({ user_id: other.user_id })
  const code_of_other = codeIn(await requested('local', { phone_number: other.phone_number }))
  await change(one.user_id)
  assert.equal((await enter('local', one.phone_number, code)).status, 400)
  assert.equal((await opened(of_other)).status, 200)
  assert.equal((await enter('local', other.phone_number, code_of_other)).status, 303)
})

test('a link whose form was sent before the change, and is written after it, sets no password [guard: password-ends-links]', async () => {
  const { user_id, email } = await newUser()
  const ticket = await createdLink({ user_id })
  duringHash = () => change(user_id)
  assert.equal((await used(ticket)).status, 400)
  assert.deepEqual([await login('local', email, attackers), await login('local', email, changed)], [403, 200])
})

test('a link of before the move stays valid after a login, and ends with the change of the password [guard: password-ends-links-of-before-the-move]', async () => {
  const email = 'moves@people.example'
  const ticket = ticketIn(await requested('people', { email }))
  assert.equal(await login('people', email, password), 200)
  assert.equal((await opened(ticket)).status, 200, 'a move is no change of the password')
  await change('auth0|moves')
  await assertEnded(ticket, 'mailed')
  assert.equal(await login('people', email, attackers), 403)
})

test('a reset that moves a legacy user ends the links and codes that the user had [guard: moving-reset-ends-links]', async () => {
  const [email, phone_number] = ['resets@people.example', '+491719990101']
  const links = {
    mailed: ticketIn(await requested('people', { email })),
    exchanged: await exchanged('people', phone_number),
  }
  const code = codeIn(await requested('people', { phone_number }))
  const newest = ticketIn(await requested('people', { email }))
  assert.notEqual(newest, links.mailed)
  assert.equal((await used(newest, changed)).status, 200)
  for (const [name, ticket] of Object.entries(links)) await assertEnded(ticket, name)
  assert.equal((await enter('people', phone_number, code)).status, 400)
  assert.deepEqual([await login('people', email, attackers), await login('people', email, changed)], [403, 200])
})

test('in legacy mode a changed password ends the open links, of a user who is cached and of one who is not [guard: legacy-password-ends-links]', async () => {
  const profile = `{ user_id: email.split('@')[0], email }`
  const customScripts = {
    login: `function login(email, password, callback) { callback(null, ${profile}) }`,
    get_user: `function getByEmail(email, callback) { callback(null, ${profile}) }`,
    change_password: `function changePassword(email, password, callback) { console.log('changes ' + email); callback(null, true) }`,
  }
  const options = { enabledDatabaseCustomization: true, import_mode: false, customScripts }
  const connection_id = await server.createConnection('legacy', options, [client])
  const [cached, not_cached] = ['cached@legacy.example', 'not-cached@legacy.example']
  assert.equal(await login('legacy', cached, password), 200)

  const of_cached = await createdLink({ connection_id, email: cached })
  await change('auth0|cached')
  await assertEnded(of_cached, 'cached')

  const links = [
    await createdLink({ connection_id, email: not_cached }),
    await createdLink({ connection_id, email: not_cached }),
  ] as const
  assert.equal((await used(links[0], changed)).status, 200)
  await assertEnded(links[1], 'not cached')
})

test("the operator's link for a new password ends with the change that its admin makes [guard: password-ends-admin-links]", async () => {
  const email = 'owner@example.com'
  await admins.setUp(email)
  const { stdout } = await runCommandHere(['admin-link', '--user', email], { env: server.env })
  const ticket = ticketIn(stdout)
  const browser = admins.browser()
  const { code_verifier: _, ...challenge } = newVerifier()
  const sign_in = formOf(await browser.open(admins.authorizeAddress({ ...challenge, state: 's' })))
  await browser.submit(sign_in, { username: email, password: admin_password })
  const kept = 'another horse, another battery'
  const body = { current_password: admin_password, password: kept }
  assert.equal((await browser.visit('/session/password', { method: 'POST', body })).status, 204)

  const page = await admins.send(`/u/admin-setup?ticket=${ticket}`)
  assert.equal(page.status, 400)
  assert.match(page.text, /A link for a new password also ends when the password is changed/)
  const chosen = 'the attacker has the old link now'
  assert.equal((await admins.sendForm({ ticket, password: chosen, password_repeat: chosen })).status, 400)
  assert.deepEqual([(await admins.logIn(email, chosen)).status, (await admins.logIn(email, kept)).status], [403, 200])
})
