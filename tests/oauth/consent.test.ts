// What third-party clients may have: the user allows it, once.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { answerOf, createBrowser, formOf, type Visit } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>

before(async () => {
  server = await startTestServer()
  const scopes = [{ value: 'read:orders', description: 'Read your orders' }, { value: 'write:orders' }]
  await server.createResourceServer('orders', { scopes })
})

beforeEach(async () => {
  app = await createBrowserClient(server, { is_first_party: false })
  browser = createBrowser(server)
})

after(() => server.close())

/** The consent page, which follows a login. */
async function openConsent(parameters: Record<string, string> = {}): Promise<Visit> {
  const answer = await browser.logIn(app.authorize(parameters), ada.email, ada.password)
  assert.equal(answer.status, 303)
  assert.match(answer.location ?? '', /^\/u\/consent\?state=/)
  return await browser.visit(answer.location ?? '')
}

const decide = (page: Visit, decision: string): Promise<Visit> => browser.submit(formOf(page), { decision })
const silently = async (parameters: Record<string, string> = {}) =>
  answerOf(await browser.visit(app.authorize({ prompt: 'none', ...parameters })))

describe('a third-party client', () => {
  it('gets a code after the user has agreed to its scopes, and later without a question', async () => {
    const parameters = { audience: 'orders', scope: 'openid read:orders', state: 's' }
    const page = await openConsent(parameters)
    assert.match(page.text, /Read your orders/)
    assert.equal((await silently(parameters)).error, 'consent_required')
    const answer = await decide(page, 'accept')
    assert.equal(answer.status, 303)
    const { code, state } = answerOf(answer)
    assert.equal(state, 's')
    assert.equal((await app.exchange(code)).json.scope, 'openid read:orders')
    assert.ok((await silently(parameters)).code)
    assert.equal((await silently({ ...parameters, scope: 'openid write:orders' })).error, 'consent_required')
    assert.equal((await silently()).error, 'consent_required', 'the consent is for the audience')
    assert.ok(answerOf(await browser.visit(app.authorize(parameters))).code)
  })

  it('gets access_denied where the user denies, and nothing is recorded', async () => {
    const answer = await decide(await openConsent(), 'deny')
    assert.equal(answerOf(answer).error, 'access_denied')
    assert.equal((await silently()).error, 'consent_required')
  })

  it('is asked for again with prompt=consent, and where its redirect URI proves nothing', async () => {
    await decide(await openConsent(), 'accept')
    const again = await browser.open(app.authorize({ prompt: 'consent' }))
    assert.ok(answerOf(await decide(again, 'accept')).code)
    const redirect_uri = 'com.example.app:/cb'
    app = await createBrowserClient(server, { is_first_party: false, callbacks: [redirect_uri] })
    await decide(await openConsent({ redirect_uri }), 'accept')
    assert.equal((await silently({ redirect_uri })).error, 'consent_required')
  })

  it('gets no token without a consent by a scope of which nothing is left [guard: consent-row]', async () => {
    const parameters = { audience: 'orders', scope: 'unknown', response_type: 'token', nonce: 'n' }
    await openConsent(parameters)
    assert.equal((await silently(parameters)).error, 'consent_required')
  })

  it('gets the consent of the user who saw the page only [guard: consent-user]', async () => {
    const page = await openConsent()
    const bob = { email: 'bob@example.com', password: 'engine no. 2' }
    await server.createUser(app.connection, bob)
    await browser.logIn(app.authorize({ prompt: 'login' }), bob.email, bob.password)
    const answer = await decide(page, 'accept')
    assert.match(answer.location ?? '', /^\/u\/consent\?state=/)
    const shown = await browser.visit(answer.location ?? '')
    assert.match(shown.text, /bob@example\.com/)
    assert.equal((await silently()).error, 'consent_required')
    assert.ok(answerOf(await decide(shown, 'accept')).code)
  })

  it('gets no consent by a form of another site, from another browser, or without a login [guard: consent-form]', async () => {
    const page = await openConsent()
    const { action, fields } = formOf(page)
    const body = new URLSearchParams({ ...fields, decision: 'accept' })
    assert.equal((await browser.visit(action, { body, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
    const other = createBrowser(server)
    assert.equal((await other.visit(page.location ?? action, { body })).status, 400)
    await other.logIn(app.authorize(), ada.email, ada.password)
    assert.equal((await other.submit(formOf(page), { decision: 'accept' })).status, 400)
    await browser.visit('/v2/logout')
    const after_logout = await browser.submit(formOf(page), { decision: 'accept' })
    assert.match(after_logout.location ?? '', /^\/u\/login\?state=/)
    assert.equal(
      (
        await server.internals.db
          .selectFrom('consents')
          .selectAll()
          .where('client_id', '=', app.client.client_id)
          .execute()
      ).length,
      0,
    )
  })

  it('loses the consent with the client', async () => {
    await decide(await openConsent(), 'accept')
    await server.api('DELETE', `clients/${app.client.client_id}`)
    const left = await server.internals.db
      .selectFrom('consents')
      .selectAll()
      .where('client_id', '=', app.client.client_id)
      .execute()
    assert.deepEqual(left, [])
  })
})
