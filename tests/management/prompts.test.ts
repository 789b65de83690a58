// Texts of a tenant's own on the hosted pages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { createBrowser, formOf } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
})
after(() => server.close())

const path = (prompt: string, language = 'en'): string => `prompts/${prompt}/custom-text/${language}`
const loginPage = async (ui_locales = 'en'): Promise<string> =>
  (await createBrowser(server).open(app.authorize({ ui_locales }))).text

test('a text is shown at once in its language, and the default one again when it is left out', async () => {
  assert.deepEqual(await server.must('GET', path('login')), {})
  const texts = { login: { login_title: 'Welcome to <b>Acme</b>', login_lead: 'Your account for {client}' } }
  assert.deepEqual(await server.must('PUT', path('login'), texts), texts)
  assert.deepEqual(await server.must('GET', path('login')), texts)
  const page = await loginPage()
  assert.match(page, /<h1>Welcome to &lt;b&gt;Acme&lt;\/b&gt;<\/h1>/)
  assert.match(page, /Your account for <strong>test client<\/strong>/)
  assert.match(await loginPage('de'), /<h1>Anmelden<\/h1>/)
  await server.must('PUT', path('login'), { login: { login_title: 'Hello' } })
  const second = await loginPage()
  assert.match(second, /<h1>Hello<\/h1>/)
  assert.match(second, /Log in to continue to/)
  await server.must('PUT', path('login'), {})
  assert.deepEqual(await server.must('GET', path('login')), {})
  assert.match(await loginPage(), /<h1>Log in<\/h1>/)
})

test('messages of failures are texts too', async () => {
  await server.must('PUT', path('common'), { common: { wrong_credentials_email: 'Not found in our books.' } })
  const browser = createBrowser(server)
  const form = formOf(await browser.open(app.authorize()))
  const answer = await browser.submit(form, { username: ada.email, password: 'wrong' })
  assert.match(answer.text, /Not found in our books\./)
  await server.must('PUT', path('common'), {})
})

test('a text for no page, with an unknown value, too long or with control characters is refused', async () => {
  const refused: [string, object, RegExp][] = [
    [path('login'), { login: { title: 'x' } }, /has no text title\. docs\/reference\/page-texts\.md/],
    [path('login'), { signup: { login_title: 'x' } }, /screen signup of the prompt login/],
    [path('signup'), { login: { login_title: 'x' } }, /prompt signup/],
    [path('mfa'), { mfa: { title: 'x' } }, /prompt mfa/],
    [path('login', 'pt-BR'), { login: { login_title: 'x' } }, /only in en, es, de, fr, ja/],
    [path('login'), { login: { login_title: 'Hello {client}' } }, /login_title has no value \{client\}/],
    [path('login'), { login: { login_title: 'x'.repeat(501) } }, /login_title/],
    [path('login'), { login: { login_title: 'a\nb' } }, /login_title/],
    [path('login'), { login: { login_title: '' } }, /login_title/],
    [path('constructor'), { constructor: { toString: 'x' } }, /prompt constructor/],
  ]
  for (const [where, body, message] of refused) {
    const [status, code, text] = await server.refused('PUT', where, body)
    assert.deepEqual([status, code], [400, 'invalid_body'], JSON.stringify(body))
    assert.match(text, message)
  }
  assert.deepEqual(await server.must('GET', path('login')), {})
})

test('empty texts leave nothing in the store [guard: empty-texts]', async () => {
  const stored = async () => {
    const { db } = server.internals
    const rows = await db.selectFrom('tenants').select('settings').execute()
    return JSON.stringify(rows.map(({ settings }) => (JSON.parse(settings) as JsonObject)['custom_texts'] ?? {}))
  }
  for (const language of ['aa', 'bb-x1', 'en']) {
    await server.must('PUT', path('login', language), {})
    await server.must('PUT', path('invented', language), { screen: {} })
  }
  assert.doesNotMatch(await stored(), /aa|bb|en|invented/)
})

test('identifier_first makes every log-in page ask for the identifier first', async () => {
  const unset = { universal_login_experience: 'new', identifier_first: false, webauthn_platform_first_factor: false }
  assert.deepEqual(await server.must('GET', 'prompts'), unset)
  const set = { ...unset, identifier_first: true }
  assert.deepEqual(await server.must('PATCH', 'prompts', { identifier_first: true }), set)
  assert.deepEqual(await server.must('PATCH', 'prompts', { universal_login_experience: 'new' }), set)
  const browser = createBrowser(server)
  const first = await browser.open(app.authorize())
  assert.doesNotMatch(first.text, /id="password"/)
  const second = await browser.submit(formOf(first), { username: ada.email })
  assert.match(second.text, /id="password"/)
  assert.ok(!('prompts' in (await server.must('GET', 'tenants/settings'))))
  assert.deepEqual(await server.must('PATCH', 'prompts', { identifier_first: false }), unset)
  for (const change of [
    { universal_login_experience: 'classic' },
    { webauthn_platform_first_factor: true },
    { x: 1 },
  ]) {
    assert.equal((await server.refused('PATCH', 'prompts', change))[0], 400)
  }
})

test('of a prompt or a language without pages nothing is set, and setting nothing is accepted', async () => {
  for (const where of [path('mfa'), path('login', 'pt-BR'), path('constructor')]) {
    assert.deepEqual(await server.must('GET', where), {})
    assert.deepEqual(await server.must('PUT', where, {}), {})
  }
})

test('the texts are no tenant setting, and a change of the settings keeps them', async () => {
  const texts = { logout: { logout_title: 'Leaving?' } }
  await server.must('PUT', path('logout', 'fr'), texts)
  const settings = await server.must('PATCH', 'tenants/settings', { friendly_name: 'Acme' })
  assert.ok(!('custom_texts' in settings))
  assert.ok(!('custom_texts' in (await server.must('GET', 'tenants/settings'))))
  assert.deepEqual(await server.must('GET', path('logout', 'fr')), texts)
})
