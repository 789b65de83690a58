// Logouts by OpenID Connect RP-Initiated Logout.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { answerOf, createBrowser, formOf, type Visit } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
let id_token: string
const post_logout_redirect_uri = 'https://app.test/'

before(async () => {
  server = await startTestServer()
})

beforeEach(async () => {
  app = await createBrowserClient(server)
  browser = createBrowser(server)
  const answer = await browser.logIn(app.authorize(), ada.email, ada.password)
  id_token = (await app.exchange(answerOf(answer).code)).json.id_token
})

after(() => server.close())

const logOut = (parameters: Record<string, string>): Promise<Visit> =>
  browser.visit(`/oidc/logout?${new URLSearchParams(parameters)}`)

const isSignedIn = async (): Promise<boolean> =>
  answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).code !== undefined

describe('with the ID token as a hint', () => {
  it('the session ends, and the browser returns with the state', async () => {
    const state = 'x'.repeat(128)
    const answer = await logOut({ id_token_hint: id_token, post_logout_redirect_uri, state })
    assert.deepEqual([answer.status, answer.location], [302, `${post_logout_redirect_uri}?state=${state}`])
    assert.equal(await isSignedIn(), false)
  })

  it('and without a state or a URL to return to', async () => {
    assert.equal(
      (await logOut({ id_token_hint: id_token, post_logout_redirect_uri })).location,
      post_logout_redirect_uri,
    )
    const page = await logOut({ id_token_hint: id_token })
    assert.deepEqual([page.status, page.location], [200, null])
  })

  it('by a form too', async () => {
    const { location } = await browser.visit('/oidc/logout', { body: new URLSearchParams({ id_token_hint: id_token }) })
    assert.equal((await browser.visit(location ?? '')).status, 200)
    assert.equal(await isSignedIn(), false)
  })

  for (const uri of [
    'https://evil.test/',
    `${post_logout_redirect_uri}?x=1`,
    'https://app.test',
    'javascript:alert(1)',
  ]) {
    it(`nothing happens where the URL to return to is ${uri}`, async () => {
      const answer = await logOut({ id_token_hint: id_token, post_logout_redirect_uri: uri })
      assert.deepEqual([answer.status, answer.location], [400, null])
      assert.equal(await isSignedIn(), true)
    })
  }
})

describe('a hint that proves nothing', () => {
  it('is refused where it is changed, unsigned, signed with another key, or of another client', async () => {
    const other = await createBrowserClient(server)
    const [header = '', claims = ''] = id_token.split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const foreign = sign('sha256', Buffer.from(`${header}.${claims}`), privateKey).toString('base64url')
    for (const hint of [`${id_token}x`, unsigned, `${header}.${claims}.`, `${header}.${claims}.${foreign}`, 'x']) {
      assert.equal((await logOut({ id_token_hint: hint, post_logout_redirect_uri })).status, 400)
    }
    assert.equal((await logOut({ id_token_hint: id_token, client_id: other.client.client_id })).status, 400)
    assert.equal(await isSignedIn(), true)
  })
})

describe('without a hint', () => {
  it('the user is asked, and the session ends only where the user agrees [guard: logout-asks]', async () => {
    const parameters = { client_id: app.client.client_id, post_logout_redirect_uri, state: 's' }
    const page = await logOut(parameters)
    assert.deepEqual([page.status, page.location], [200, null])
    assert.ok(page.text.includes(ada.email))
    assert.equal(await isSignedIn(), true)
    const stayed = await browser.submit(formOf(page), { decision: 'deny' })
    assert.deepEqual([stayed.status, stayed.location], [200, null])
    assert.match(stayed.text, /You are still logged in/)
    await server.must('PATCH', `clients/${app.client.client_id}`, { initiate_login_uri: 'https://app.test/login' })
    const back = await browser.submit(formOf(page), { decision: 'deny' })
    assert.match(back.location ?? '', /^https:\/\/app\.test\/login\?iss=/)
    assert.equal(await isSignedIn(), true)
    const { action, fields } = formOf(page)
    const body = new URLSearchParams({ ...fields, decision: 'accept' })
    assert.equal((await browser.visit(action, { body, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
    const forged = await createBrowser(server).visit('/u/login', { body })
    assert.equal(forged.status, 400)
    const answer = await browser.submit(formOf(page), { decision: 'accept' })
    assert.deepEqual([answer.status, answer.location], [303, `${post_logout_redirect_uri}?state=s`])
    assert.equal(await isSignedIn(), false)
  })

  it('nor with any parameter but a state, it leads to a page', async () => {
    for (const parameters of [{}, { state: 's' }]) {
      const page = await logOut(parameters)
      assert.deepEqual([page.status, page.location], [200, null])
      assert.equal(await isSignedIn(), true)
      const done = await browser.submit(formOf(page), { decision: 'accept' })
      assert.deepEqual([done.status, done.location], [200, null])
      assert.equal(await isSignedIn(), false)
      await browser.logIn(app.authorize(), ada.email, ada.password)
    }
  })

  it('conformant answers lead nowhere', async () => {
    await server.must('PATCH', `clients/${app.client.client_id}`, { oidc_conformant_answers: true })
    const page = await logOut({ client_id: app.client.client_id, post_logout_redirect_uri })
    const answer = await browser.submit(formOf(page), { decision: 'accept' })
    assert.deepEqual([answer.status, answer.location], [200, null])
    assert.equal(await isSignedIn(), false)
  })

  it('the sid of the session as logout_hint is enough', async () => {
    const { sid } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
    const answer = await logOut({ client_id: app.client.client_id, logout_hint: sid, post_logout_redirect_uri })
    assert.equal(answer.location, post_logout_redirect_uri)
    assert.equal(await isSignedIn(), false)
  })

  it('a tenant may turn the question off', async () => {
    await server.must('PATCH', 'tenants/settings', { sessions: { oidc_logout_prompt_enabled: false } })
    await logOut({})
    assert.equal(await isSignedIn(), false)
    await server.must('PATCH', 'tenants/settings', { sessions: { oidc_logout_prompt_enabled: true } })
  })
})

it('discovery names the endpoint where the tenant wants that', async () => {
  const discover = async () => (await server.send('/.well-known/openid-configuration')).json.end_session_endpoint
  assert.equal(await discover(), undefined)
  await server.must('PATCH', 'tenants/settings', { oidc_logout: { rp_logout_end_session_endpoint_discovery: true } })
  assert.equal(await discover(), `${server.issuer}oidc/logout`)
})
