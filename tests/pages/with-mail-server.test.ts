import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startMailServer, type MailServer } from '../mail/mail-server.ts'
import { send, ticketIn, type TestClient } from '../support/requests.ts'
import { admin_password, createAdminApi } from '../support/admin-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { postForm } from './page-requests.ts'

let mail: MailServer
let server: TestServer
let client: TestClient
const secrets: string[] = []

before(async () => {
  mail = await startMailServer()
  server = await startTestServer({ env: { WHERRY_SMTP_URL: mail.url, WHERRY_MAIL_FROM: 'Acme <no-reply@acme.test>' } })
  client = await server.createClient()
  await server.createConnection('users', {}, [client])
})
after(async () => {
  await server.close()
  await mail.close()
})

/** The link in the newest mail to an address, once it has arrived. */
async function linkMailedTo(address: string, count: number): Promise<string> {
  const arrived = () => mail.received.filter(({ to }) => to.includes(address))
  await waitUntil(() => arrived().length >= count)
  const link = /http:\/\/\S+#/.exec(arrived().at(-1)?.read.text ?? '')?.[0]
  assert.ok(link !== undefined && link.startsWith(server.issuer), 'the mail holds a link to this server')
  secrets.push(ticketIn(link))
  return link
}

test('from sign-up to a verified address and a new password, with real mail', async () => {
  const email = 'ana@example.com'
  const signed_up = await server.post('/dbconnections/signup', {
    client_id: client.client_id,
    connection: 'users',
    email,
    password: 'First-passw0rd',
  })
  assert.equal(signed_up.status, 200, signed_up.text)

  const verification = await linkMailedTo(email, 1)
  assert.equal((await send(verification)).status, 200)
  const verified = await postForm(server, '/u/email-verification', { ticket: ticketIn(verification) })
  assert.equal(verified.status, 200)
  assert.match(verified.text, /Your e-mail address is confirmed/)

  const asked = await server.post('/dbconnections/change_password', {
    client_id: client.client_id,
    connection: 'users',
    email,
  })
  assert.equal(asked.status, 200, asked.text)
  const reset = await linkMailedTo(email, 2)
  assert.equal(mail.received.at(-1)?.read.subject, `Reset your password for ${new URL(server.issuer).host}`)
  assert.match((await send(reset)).text, /Choose a new password/)
  const password = 'Sec0nd passwörd 🚢'
  const done = await postForm(server, '/u/reset-password', {
    ticket: ticketIn(reset),
    password,
    password_repeat: password,
  })
  assert.equal(done.status, 200, done.text)

  assert.equal((await server.login(client, 'users', email, 'First-passw0rd')).status, 403)
  const login = await server.login(client, 'users', email, password, { scope: 'openid email' })
  assert.equal(login.status, 200, login.text)
})

test('the set-up link of the first start creates the admin, and opens the dashboard', async () => {
  const { admin_setup_url = '' } = server.first_run
  secrets.push(ticketIn(admin_setup_url))
  assert.match((await send(admin_setup_url)).text, /Set up an admin/)
  const password = admin_password
  const done = await createAdminApi(server).sendForm({
    ticket: ticketIn(admin_setup_url),
    email: 'root@example.com',
    password,
    password_repeat: password,
  })
  assert.deepEqual([done.status, done.headers.get('location')], [303, '/'])
  assert.match((await send(admin_setup_url)).text, /This link was used already/)
})

test('an unknown path is answered with a page to a browser, else with JSON', async () => {
  const page = await send(`${server.issuer}nowhere`, { headers: { accept: 'text/html' } })
  assert.equal(page.status, 404)
  assert.match(page.text, /There is nothing here/)
  const answer = await send(`${server.issuer}nowhere`)
  assert.equal(answer.status, 404)
  assert.equal(answer.json.error, 'not_found')
})

test('no link and no address of a mail is in the process log', () => {
  const log = server.lines.join('')
  assert.match(log, /"route":"\/u\/reset-password"/)
  assert.equal(secrets.length, 3)
  for (const secret of [...secrets, 'ticket=', 'ana@example.com', 'root@example.com']) {
    assert.ok(!log.includes(secret), `the log holds ${secret}`)
  }
})
