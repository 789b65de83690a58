// Who has read the client_id of a sign-in test, in its address or in log events, uses it for something else.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ada } from '../oauth/ada.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { bearer, member } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const email = 'stranger@x.example'
const password = 'Chosen-Pass-1'

let server: TestServer
let connection_id: string
let client_id: string
let url: string

before(async () => {
  server = await startTestServer({ env: { WHERRY_ADMIN_URL: await freeAdminUrl('http://localhost') } })
  // No application may use it.
  connection_id = await server.createConnection('tried', {}, [])
  await server.createUser('tried', ada)
  const begun = await server.must('POST', `connections/${connection_id}/sign-in-tests`)
  client_id = begun.client_id
  url = begun.url
})
after(() => server?.close())

const usersNow = async (): Promise<string[]> =>
  (await server.must('GET', 'users')).map((user: { email: string }) => user.email)

describe('the client of a sign-in test', () => {
  test('signs up no user and changes no password, by no endpoint [guard: sign-in-test-is-a-login]', async () => {
    for (const [path, body] of [
      ['/dbconnections/signup', { client_id, email, password, connection: 'tried' }],
      ['/dbconnections/change_password', { client_id, email: ada.email, connection: 'tried' }],
    ] as const) {
      const answer = await server.post(path, body)
      assert.equal(answer.status, 400, `${path}: ${answer.text}`)
      assert.match(answer.text, /does not exist or is not enabled for this client/)
    }
    const login = { client_id, credential_type: 'http://auth0.com/oauth/grant-type/password-realm', realm: 'tried' }
    const embedded = await server.post('/co/authenticate', { ...login, username: ada.email, password: ada.password })
    assert.equal(member(embedded.json, 'error'), 'unauthorized_client', embedded.text)
    await server.settle()
    assert.deepEqual(await usersNow(), [ada.email])
    assert.deepEqual(await server.outbox(ada.email), [])
  })

  test('signs up no user and changes no password on the pages [guard: sign-in-test-pages]', async () => {
    const browser = createBrowser(server)
    const page = await browser.open(`${url}&screen_hint=signup`)
    assert.doesNotMatch(page.text, /\/u\/(signup|reset-password)/)
    const { state = '' } = formOf(page).fields
    const signed_up = await browser.submit({ action: '/u/signup', fields: { state } }, { email, password })
    assert.equal(signed_up.status, 400, signed_up.text)
    const reset = { action: '/u/reset-password/request', fields: { state } }
    assert.notEqual((await browser.submit(reset, { username: ada.email })).status, 200)
    await server.settle()
    assert.deepEqual(await usersNow(), [ada.email])
    assert.deepEqual(await server.outbox(ada.email), [])
  })

  test('is not in log events, which are found by it [guard: sign-in-test-masked]', async () => {
    const returned = await createBrowser(server).logIn(url, ada.email, ada.password)
    const { code } = answerOf(returned)
    await server.must('POST', `connections/${connection_id}/sign-in-tests/complete`, { client_id, code })
    await server.post('/oauth/token', { grant_type: 'authorization_code', client_id, code: code ?? '' })
    await server.settle()
    const all = await server.send('/api/v2/logs?per_page=100', { headers: bearer(await server.managementToken()) })
    assert.match(all.text, /sign_in_test\.[\w-]{20}"/)
    assert.ok(!all.text.includes(client_id.slice(0, 60)), all.text)
    const found = await server.logs(`client_id:"${client_id}"`)
    assert.deepEqual(
      found.map(({ type, client_name }) => [type, client_name]).filter(([type]) => type === 's'),
      [['s', 'Try Connection']],
    )
    const counted = await server.internals.db.selectFrom('login_counts').select('client_id').execute()
    assert.ok(counted.length > 0 && !JSON.stringify(counted).includes(client_id))
  })
})
