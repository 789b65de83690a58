// The previews of pages and mails, which the admin origin shows in a frame, and what an owner's reading of the outbox leaves behind.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { objects, type Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let admins: AdminApi

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
})
after(() => server?.close())

const post = (frame: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  admins.send('/preview', {
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams({ frame: String(frame) }),
  })
const policyOf = ({ headers }: Answer): string => String(headers.get('content-security-policy'))
const countOf = async (operation: string): Promise<number> =>
  (await server.logs(`details.operation:${operation}`)).length

test('a page is previewed with the look and the texts of the request, of which nothing is stored', async () => {
  const { frame } = await server.must('POST', 'branding/preview', {
    page: 'login',
    language: 'de',
    branding: { logo_url: 'https://pictures.example/logo.png', colors: { primary: '#123456' } },
    texts: { prompt: 'login', texts: { login: { login_title: 'Im <b>Hafen</b>' } } },
  })
  const shown = await post(frame)
  assert.equal(shown.status, 200)
  assert.match(shown.text, /<html lang="de">/)
  assert.match(shown.text, /Im &lt;b&gt;Hafen&lt;\/b&gt;/)
  assert.match(shown.text, /#123456/)
  assert.doesNotMatch(shown.text, /<script/)
  assert.match(policyOf(shown), /img-src 'self' https:\/\/pictures\.example; .*frame-ancestors 'self'; .*; sandbox$/)
  assert.doesNotMatch(policyOf(shown), /unsafe|script-src/)
  assert.deepEqual(await server.must('GET', 'branding'), {})
  assert.deepEqual(await server.must('GET', 'prompts/login/custom-text/de'), {})
  assert.equal(await countOf('previewPage'), 0)
  for (const page of ['login-failed', 'signup', 'forgot', 'reset', 'verification', 'consent', 'logout'])
    assert.equal(
      (await post((await server.must('POST', 'branding/preview', { page, language: 'en' })).frame)).status,
      200,
    )
  const texts = { prompt: 'login', texts: { login: { login_title: '{nobody}' } } }
  assert.equal((await server.refused('POST', 'branding/preview', { page: 'login', language: 'en', texts }))[0], 400)
})

test('a page is previewed in the colour scheme that is asked for, under a policy that permits its styles', async () => {
  const colors = { primary: '#123456', page_background: '#dfe8f0' }
  const shown = async (color_scheme?: string): Promise<Answer> => {
    const wanted = color_scheme === undefined ? {} : { color_scheme }
    const body = { page: 'login', language: 'en', branding: { colors }, ...wanted }
    return await post((await server.must('POST', 'branding/preview', body)).frame)
  }
  assert.match((await shown()).text, /@media \(prefers-color-scheme/)
  for (const scheme of ['light', 'dark']) {
    const page = await shown(scheme)
    assert.doesNotMatch(page.text, /prefers-color-scheme|light dark/)
    assert.match(page.text, new RegExp(`<meta name="color-scheme" content="${scheme}">`))
    const styles = [...page.text.matchAll(/<style>([^<]*)<\/style>/g)].map(([, text = '']) => text)
    assert.equal(styles.length, 2)
    for (const style of styles) {
      assert.match(style, scheme === 'dark' ? /@media all/ : /@media not all/)
      assert.ok(policyOf(page).includes(createHash('sha256').update(style).digest('base64')))
    }
  }
})

test('the texts of a prompt are listed with their values', async () => {
  const { texts } = await server.must('GET', 'prompts/login/default-text/en')
  const lead = objects(texts).find(({ key }) => key === 'login_lead')
  assert.deepEqual(lead, {
    screen: 'login',
    key: 'login_lead',
    text: 'Log in to continue to {client}.',
    values: ['client'],
  })
})

test('a mail is previewed with the sample user, and a mistake is refused with its line', async () => {
  const template: JsonObject = {
    subject: 'Hello {{ user.email }}',
    body: '<head></head><p>{{ user.name }}</p>\n<script>alert(1)</script>',
    resultUrl: 'https://a.example/{{ user.name | slugify }}',
  }
  const { frame, ...mail } = await server.must('POST', 'email-templates/reset_email/preview', template)
  assert.deepEqual(mail, {
    subject: 'Hello user@example.com',
    html: '<head></head><p>Sample User</p>\n<script>alert(1)</script>',
    text: '',
    result_url: 'https://a.example/sample-user',
  })
  const shown = await post(frame)
  assert.match(shown.text, /^<head><base target="_blank"><\/head>/)
  assert.match(policyOf(shown), /^default-src 'none'; style-src 'unsafe-inline'; .*; sandbox$/)
  const german = await server.must('POST', 'email-templates/verify_email/preview', { language: 'de' })
  assert.match(german.text, /Adresse/)
  const refused = await server.refused('POST', 'email-templates/reset_email/preview', { body: 'a\n{% if %}' })
  assert.equal(refused[0], 400)
  assert.match(refused[2], /line:2/)
  assert.equal(await countOf('previewEmailTemplate'), 0)
  const { templates } = await server.must('GET', 'email-templates')
  assert.deepEqual(
    objects(templates)
      .filter(({ is_sent }) => is_sent)
      .map(({ template: name, is_stored, enabled }) => [name, is_stored, enabled]),
    [
      ['verify_email', false, true],
      ['reset_email', false, true],
    ],
  )
})

test('the admin origin shows in a frame only what this server rendered a moment ago, and only to its own pages [guard: previews]', async () => {
  const { frame } = await server.must('POST', 'email-templates/reset_email/preview', { body: '<p>mine</p>' })
  assert.equal((await post(frame, { 'sec-fetch-site': 'same-site' })).status, 403)
  assert.equal((await post(frame, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await post(alteredEnd(frame))).status, 400)
  assert.match((await post(frame)).text, /<p>mine/)
  assert.equal((await post('<p>theirs</p>')).status, 400)
  server.advance(601_000)
  assert.equal((await post(frame)).status, 400)
})

test('a list of the outbox for the dashboard has no link, and what an admin reads with its links is logged [guard: outbox-reads]', async () => {
  await admins.setUp('owner@example.com')
  const token = await admins.accessToken('owner@example.com')
  await server.createConnection('users', {}, [])
  await server.createUser('users', { email: 'ann@example.com', password: 'Compiler no. 1' })
  await server.settle()
  const list = await admins.api(token, 'GET', 'outbox?include_content=false&take=5')
  assert.equal(list.status, 200)
  assert.match(list.text, /"to":"ann@example.com"/)
  assert.doesNotMatch(list.text, /"(text|html)"|ticket=/)
  const [message] = objects((list.json as JsonObject)['messages'])
  const path = `outbox/${String(message?.['id'])}`
  assert.doesNotMatch((await admins.api(token, 'GET', `${path}?include_content=false`)).text, /ticket=/)
  assert.deepEqual([await countOf('listOutbox'), await countOf('getOutboxMessage')], [0, 0])
  assert.match((await admins.api(token, 'GET', path)).text, /ticket=/)
  assert.equal((await admins.api(token, 'GET', 'outbox')).status, 200)
  assert.deepEqual([await countOf('listOutbox'), await countOf('getOutboxMessage')], [1, 1])
  // A program's reading is its own business: its scope was granted by name.
  await server.must('GET', path)
  assert.equal(await countOf('getOutboxMessage'), 1)
})
