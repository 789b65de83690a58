import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { mailedLink, mailedReset, postForm } from './page-requests.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
})
after(() => server.close())

/** Creates a user and answers the path of the verification link that was mailed. */
async function mailedVerification(email: string): Promise<string> {
  server.advance(1000)
  await server.createUser('local', { email, password: 'Corr3ct horse', verify_email: true })
  return await mailedLink(server, email)
}

async function isVerified(email: string): Promise<boolean> {
  const [user] = await server.must('GET', `users-by-email?email=${email}`)
  return user.email_verified
}

test('the button of the page verifies the address, once; opening the link, as mail scanners do, does not', async () => {
  const link = await mailedVerification('bea@example.com')
  assert.match(link, /^\/u\/email-verification\?ticket=[A-Za-z0-9]{32}#$/)
  for (let opened = 0; opened < 2; opened += 1) {
    const { status, text } = await server.send(link)
    assert.equal(status, 200)
    assert.match(text, /bea@example\.com/)
    assert.equal(text.match(/<form/g)?.length, 1)
    assert.equal(text.match(/<button/g)?.length, 1)
  }
  assert.equal(await isVerified('bea@example.com'), false)
  const ticket = ticketIn(link)
  const done = await postForm(server, '/u/email-verification', { ticket })
  assert.equal(done.status, 200)
  assert.match(done.text, /Your e-mail address is confirmed/)
  assert.equal(await isVerified('bea@example.com'), true)
})

test('a used link says that the address is confirmed while it is, and changes nothing', async () => {
  const link = await mailedVerification('bo@example.com')
  const ticket = ticketIn(link)
  await postForm(server, '/u/email-verification', { ticket })
  const before = await server.internals.db.selectFrom('users').selectAll().execute()
  for (const again of [await server.send(link), await postForm(server, '/u/email-verification', { ticket })]) {
    assert.equal(again.status, 200)
    assert.match(again.text, /Your e-mail address is confirmed/)
    assert.doesNotMatch(again.text, /<form/)
  }
  assert.deepEqual(await server.internals.db.selectFrom('users').selectAll().execute(), before)
  const [user] = await server.must('GET', 'users-by-email?email=bo@example.com')
  for (const change of [{ email: 'bo2@example.com', email_verified: true }, { email: 'bo@example.com' }]) {
    await server.must('PATCH', `users/${user.user_id}`, change)
    assert.equal((await server.send(link)).status, 400, JSON.stringify(change))
  }
  await server.must('PATCH', `users/${user.user_id}`, { email_verified: true })
  assert.equal((await server.send(link)).status, 200)
  server.advance(5 * 86_400_000)
  assert.equal((await server.send(link)).status, 400, 'expired')
})

test('an expired link verifies nothing', async () => {
  const ticket = ticketIn(await mailedVerification('cara@example.com'))
  server.advance(5 * 86_400_000)
  assert.equal((await server.send(`/u/email-verification?ticket=${ticket}`)).status, 400)
  assert.equal((await postForm(server, '/u/email-verification', { ticket })).status, 400)
  assert.equal(await isVerified('cara@example.com'), false)
})

test('a link mailed to an address that the user no longer has verifies nothing', async () => {
  const ticket = ticketIn(await mailedVerification('dora@example.com'))
  await server.internals.db
    .updateTable('users')
    .set({ email: 'new@example.com', email_lower: 'new@example.com' })
    .where('email_lower', '=', 'dora@example.com')
    .execute()
  const { status } = await postForm(server, '/u/email-verification', { ticket })
  assert.equal(status, 400)
  assert.equal(await isVerified('new@example.com'), false)
})

test('tickets are valid for pages of their own kind only', async () => {
  const verification = ticketIn(await mailedVerification('elsa@example.com'))
  const reset = ticketIn(await mailedReset(server, client, 'local', 'elsa@example.com'))
  assert.equal((await server.send(`/u/email-verification?ticket=${reset}`)).status, 400)
  assert.equal((await server.send(`/u/reset-verify?ticket=${verification}`)).status, 400)
})

test('a form from another site verifies nothing', async () => {
  const ticket = ticketIn(await mailedVerification('fay@example.com'))
  const { status } = await postForm(server, '/u/email-verification', { ticket }, { 'sec-fetch-site': 'cross-site' })
  assert.equal(status, 403)
  assert.equal(await isVerified('fay@example.com'), false)
})

test('a ticket with a result_url redirects to it with success', async () => {
  const ticket = ticketIn(await mailedVerification('gina@example.com'))
  const data = JSON.stringify({ result_url: 'https://shop.example/verified' })
  await server.internals.db.updateTable('tickets').set({ data }).where('email', '=', 'gina@example.com').execute()
  const { status, headers } = await postForm(server, '/u/email-verification', { ticket })
  assert.equal(status, 303)
  const { origin, searchParams } = new URL(headers.get('location') ?? '')
  assert.equal(origin, 'https://shop.example')
  assert.equal(searchParams.get('success'), 'true')
  assert.equal(searchParams.get('code'), 'success')
})
