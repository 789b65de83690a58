// A tenant's own login page: /login, /usernamepassword/login and /login/callback.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { answerOf, createBrowser, formOf, type PageForm, type Visit } from '../../support/browser.ts'
import type { Answer } from '../../support/requests.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { callback, createBrowserClient } from '../browser-client.ts'
import { authenticate, authenticateOnPage, configOf } from './embedded-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>

before(async () => {
  server = await startTestServer()
})

beforeEach(async () => {
  app = await createBrowserClient(server, { custom_login_page: '@@config@@' })
  browser = createBrowser(server)
})

after(() => server.close())

/** Opens the page of a request, and answers the state that its forms send. */
const openState = async (parameters: Record<string, string> = {}): Promise<string> => {
  const page = await browser.open(app.authorize(parameters))
  assert.equal(page.status, 200, page.text)
  return String(configOf(page).internalOptions['state'])
}

/** The form that the answer to the right password holds. */
const callbackForm = async (state: string): Promise<PageForm> => {
  const answer = await authenticateOnPage(browser, state)
  assert.equal(answer.status, 200, answer.text)
  return formOf(answer)
}

const loginsCount = async (): Promise<number> =>
  (await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)).logins_count ?? 0

describe("a tenant's own login page", () => {
  it('is served with what its scripts need, and the password of its form leads to the application', async () => {
    const redirect = await browser.visit(app.authorize({ state: 's', nonce: 'n', login_hint: 'ädä', ui_locales: 'de' }))
    const { pathname, searchParams } = new URL(redirect.location ?? '', server.issuer)
    assert.equal(pathname, '/login')
    assert.equal(searchParams.get('client'), app.client.client_id)
    assert.equal(searchParams.get('redirect_uri'), callback)
    const page = await browser.visit(redirect.location ?? '')
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(page.headers.get('x-frame-options'), 'DENY')
    assert.equal(page.headers.get('cache-control'), 'no-store')
    const { internalOptions, ...config } = configOf(page)
    assert.equal(config['clientID'], app.client.client_id)
    assert.equal(config['auth0Domain'], server.host)
    assert.equal(config['callbackURL'], callback)
    assert.deepEqual(config['authorizationServer'], { url: server.issuer.slice(0, -1), issuer: server.issuer })
    const { state, ...options } = internalOptions
    const sent = { nonce: 'n', login_hint: 'ädä', ui_locales: 'de', scope: 'openid profile email' }
    assert.deepEqual(options, { ...sent, response_type: 'code', protocol: 'oauth2' })
    assert.ok(state !== 's' && searchParams.get('state') === state)
    const answer = await authenticateOnPage(browser, state, { nonce: 'x', redirect_uri: 'https://evil.test/' })
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    const form = formOf(answer)
    assert.equal(form.action, `${server.issuer}login/callback`)
    assert.equal(form.fields['wa'], 'wsignin1.0')
    const done = await browser.submit(form)
    assert.equal(done.status, 303)
    const { code, state: returned } = answerOf(done)
    assert.equal(returned, 's')
    assert.equal((await app.exchange(code)).status, 200)
    assert.ok(answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).code)
  })

  it("is that of the client, else the global client's, unless the client wants none", async () => {
    const clients = await server.must('GET', 'clients?is_global=true')
    const global = `clients/${clients[0].client_id}`
    const opened = async (fields: Record<string, unknown>): Promise<string> => {
      await server.must('PATCH', `clients/${app.client.client_id}`, fields)
      const { text } = await browser.open(app.authorize())
      return text.includes('name="password"') ? 'hosted' : text
    }
    await server.must('PATCH', global, { custom_login_page: 'global page' })
    assert.equal(await opened({ custom_login_page: 'own page' }), 'own page')
    assert.equal(await opened({ custom_login_page: ' ' }), 'global page')
    assert.equal(await opened({ custom_login_page_on: false, custom_login_page: 'own page' }), 'hosted')
    await server.must('PATCH', global, { custom_login_page: '' })
    assert.equal(await opened({ custom_login_page_on: true, custom_login_page: '' }), 'hosted')
  })

  it('takes the place of the hosted one, which it leads back to where it was removed', async () => {
    const state = await openState()
    const hosted = await browser.visit(`/u/login?state=${state}`)
    assert.match(hosted.location ?? '', /^\/login\?state=/)
    await server.must('PATCH', `clients/${app.client.client_id}`, { custom_login_page: '' })
    assert.equal((await browser.visit(hosted.location ?? '')).location, `/u/login?state=${state}`)
    assert.match((await browser.open(`/login?state=${state}`)).text, /name="password"/)
  })

  it('is skipped by a user who is signed in, and a reload after the answer leads on', async () => {
    const state = await openState()
    await browser.submit(await callbackForm(state))
    assert.ok(answerOf(await browser.visit(`/login?state=${state}`)).code)
    assert.ok(answerOf(await browser.visit(app.authorize())).code)
  })

  it('shows the sign-up too, and logs in to the connection that it chooses, else to each of the client', async () => {
    const other = `other-${app.client.client_id}`
    await server.createConnection(other, {}, [app.client])
    await server.createUser(other, { email: 'other@example.com', password: ada.password })
    const state = await openState({ screen_hint: 'signup' })
    const typed = { username: 'other@example.com' }
    assert.equal((await authenticateOnPage(browser, state, { ...typed, connection: app.connection })).status, 401)
    for (const chosen of [{ connection: other }, {}]) {
      const form = formOf(
        await authenticateOnPage(browser, await openState({ prompt: 'login' }), { ...typed, ...chosen }),
      )
      assert.equal((JSON.parse(form.fields['wctx'] ?? '') as Record<string, unknown>)['connection'], other)
      assert.ok(answerOf(await browser.submit(form)).code)
    }
    const named = await openState({ connection: app.connection, prompt: 'login' })
    const { status, json } = await authenticateOnPage(browser, named, { ...typed, connection: other })
    assert.deepEqual([status, json.description], [400, `Unknown realm ${other}.`])
  })
})

describe('/usernamepassword/login', () => {
  const refused = async (answer: Promise<Answer>): Promise<[number, string, string]> => {
    const { status, json } = await answer
    assert.deepEqual([json.name, json.statusCode], ['ValidationError', status])
    return [status, json.code, json.description]
  }

  it("answers Auth0's errors", async () => {
    const state = await openState()
    const wrong = await refused(authenticateOnPage(browser, state, { password: 'wrong' }))
    assert.deepEqual(wrong, [401, 'invalid_user_password', 'Wrong email or password.'])
    const missing = await refused(authenticateOnPage(browser, state, { password: '' }))
    assert.deepEqual(missing, [400, 'invalid_request', 'Missing required parameter: password'])
    await server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, { blocked: true })
    assert.deepEqual((await refused(authenticateOnPage(browser, state))).slice(0, 2), [403, 'blocked_user'])
  })

  it('refuses a request of another origin, browser or page [guard: page-login-origin]', async () => {
    const state = await openState()
    for (const headers of [{ 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }]) {
      assert.equal((await refused(authenticateOnPage(browser, state, {}, headers)))[0], 403)
    }
    const body = new URLSearchParams({ state, username: ada.email, password: ada.password })
    assert.equal((await browser.visit('/usernamepassword/login', { body })).status, 415)
    assert.equal((await refused(authenticateOnPage(browser, 'forged')))[1], 'session_missing')
    const victim = createBrowser(server)
    await victim.visit(app.authorize())
    assert.equal((await refused(authenticateOnPage(victim, state)))[1], 'session_missing')
    assert.equal((await refused(authenticateOnPage(createBrowser(server), state)))[1], 'session_missing')
    assert.equal(await loginsCount(), 0)
  })

  it('answers two clicks with one login', async () => {
    const client = { custom_login_page: '@@config@@' }
    app = await server.hashingAsInProduction(() => createBrowserClient(server, client), 20)
    const state = await openState()
    const both = await Promise.all([authenticateOnPage(browser, state), authenticateOnPage(browser, state)])
    const answers: Visit[] = []
    for (const answer of both) answers.push(await browser.submit(formOf(answer)))
    for (const answer of answers) assert.ok(answerOf(answer).code)
    assert.equal(await loginsCount(), 1)
  })
})

describe('/login/callback', () => {
  it('leads only where the sealed request says [guard: callback-target]', async () => {
    const form = await callbackForm(await openState())
    const context = JSON.parse(form.fields['wctx'] ?? '') as object
    const wctx = JSON.stringify({ ...context, redirect_uri: 'https://evil.test/', client_id: 'x' })
    const { location } = await browser.submit({ ...form, fields: { ...form.fields, wctx } })
    assert.ok(location?.startsWith(`${callback}?code=`), location ?? '')
    const other = await callbackForm(await openState({ prompt: 'login' }))
    for (const forged of ['', '{', '[]', '{"state":1}', '{"state":"https://evil.test/"}']) {
      const answer = await browser.submit({ ...other, fields: { ...other.fields, wctx: forged } })
      assert.deepEqual([answer.status, answer.location], [400, null], forged)
    }
  })

  it('refuses a form of another origin and of another browser [guard: callback-form]', async () => {
    const form = await callbackForm(await openState())
    const body = new URLSearchParams(form.fields)
    const foreign = await browser.visit(form.action, { body, headers: { 'sec-fetch-site': 'cross-site' } })
    assert.deepEqual([foreign.status, foreign.location], [403, null])
    const victim = createBrowser(server)
    await victim.visit(app.authorize())
    assert.deepEqual([(await victim.submit(form)).status, victim.jar.get('auth0')], [400, undefined])
    assert.ok(answerOf(await browser.submit(form)).code)
  })

  it('asks again for the password where the ticket is not of this page', async () => {
    const state = await openState()
    const form = await callbackForm(state)
    await server.must('PATCH', `clients/${app.client.client_id}`, { cross_origin_authentication: true })
    const foreign = await authenticate(browser, app.client, { realm: app.connection })
    for (const wresult of ['x', '', foreign.json.login_ticket]) {
      const { location } = await browser.submit({ ...form, fields: { ...form.fields, wresult } })
      assert.equal(location, `/u/login?state=${state}`)
    }
    server.advance(121_000)
    assert.equal((await browser.submit(form)).location, `/u/login?state=${state}`)
  })
})

describe('what Lock asks for on the page', () => {
  it('is answered: no captcha is needed, and no other login is offered', async () => {
    for (const path of ['usernamepassword', 'dbconnections/signup', 'dbconnections/change_password']) {
      const { status, json } = await server.post(`/${path}/challenge`, { state: 's' })
      assert.deepEqual([status, json], [200, { required: false }])
    }
    const { json, headers } = await server.send('/user/ssodata')
    assert.deepEqual(json, { sso: false })
    assert.equal(headers.get('access-control-allow-origin'), null)
  })
})
