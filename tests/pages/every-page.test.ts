import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ticketIn, type Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { mailedLink, mailedReset, postForm } from './page-requests.ts'

const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
let server: TestServer
const links: Record<string, string> = {}

before(async () => {
  // Without an admin origin, `/u/admin-setup` is a page of the tenant that says so.
  server = await startTestServer({ env: { WHERRY_ADMIN_URL: 'off' } })
  const { db, tenant_id } = server.internals
  // Some of these values are refused by the Management API: pages must be safe for whatever the store holds.
  const settings = {
    friendly_name: `Acme ${evil}`,
    picture_url: 'https://cdn.example/logo.png?a=1&b="2;script-src *',
    support_email: `help${evil}@example.com`,
    support_url: 'javascript:alert(1)',
  }
  await db
    .updateTable('tenants')
    .set({ settings: JSON.stringify(settings) })
    .where('tenant_id', '=', tenant_id)
    .execute()
  const client = await server.createClient()
  await server.createConnection('local', {}, [client])
  const email = "o'brien+x@example.com"
  await server.createUser('local', { email, password: 'Corr3ct horse', verify_email: true })
  links['verification'] = await mailedLink(server, email)
  server.advance(1000)
  links['reset'] = await mailedReset(server, client, 'local', email)
})
after(() => server.close())

async function everyPage(): Promise<Record<string, Answer>> {
  const ticket = ticketIn(links['reset'] ?? '')
  return {
    home: await server.send('/'),
    reset: await server.send(links['reset'] ?? ''),
    'weak password': await postForm(server, '/u/reset-password', {
      ticket,
      password: evil,
      password_repeat: `${evil}x`,
    }),
    'used link': await server.send('/u/reset-verify?ticket=used'),
    verification: await server.send(links['verification'] ?? ''),
    'admin set-up': await server.send('/u/admin-setup?ticket=x'),
    'cross-site form': await postForm(server, '/u/reset-password', { ticket }, { 'sec-fetch-site': 'cross-site' }),
    'not found': await server.send(`/nowhere/${encodeURIComponent(evil)}`, { headers: { accept: 'text/html' } }),
    'repeated ticket': await server.send('/u/reset-verify?ticket=a&ticket=b'),
    NUL: await server.send('/u/reset-verify?ticket=a%00b'),
  }
}

test('no page holds foreign text as markup; each is complete, with labels, descriptions and one focus', async () => {
  for (const [name, { text }] of Object.entries(await everyPage())) {
    assert.match(text, /^<!doctype html>\n<html lang="en">/, name)
    const markup = text.replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    assert.doesNotMatch(markup, /<script|<img src=x|="javascript:/i, name)
    assert.doesNotMatch(markup.replaceAll(/"[^"]*"/g, '""'), /<[a-z][^>]*\s(on\w+|style)=/i, name)
    assert.equal(text.match(/<h1/g)?.length, 1, name)
    assert.match(text, /<title>[^<]+<\/title>/, name)
    assert.match(text, /<meta name="viewport"/, name)
    for (const [, id] of text.matchAll(/<input id="([^"]+)"/g))
      assert.ok(text.includes(`<label for="${id}"`), `${name} ${id}`)
    for (const [, ids] of text.matchAll(/aria-describedby="([^"]+)"/g)) {
      for (const id of (ids ?? '').split(' ')) assert.ok(text.includes(` id="${id}"`), `${name}: ${id} has no element`)
    }
    assert.equal(text.match(/ autofocus/g)?.length ?? 0, /<form/.test(text) ? 1 : 0, name)
  }
})

test('every page permits its own script and style only, and forbids frames, caches and referrers', async () => {
  for (const [name, { headers }] of Object.entries(await everyPage())) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; (script-src 'sha256-[^ ]+'; )?style-src 'sha256-[^ ]+'; img-src 'self' https:\/\/cdn\.example; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      name,
    )
    assert.equal(headers.get('cache-control'), 'no-store', name)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', name)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
    assert.equal(headers.get('x-frame-options'), 'DENY', name)
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8', name)
    assert.equal(headers.get('set-cookie'), null, name)
  }
})

test('pages load nothing from other hosts but the tenant’s picture', async () => {
  for (const [name, { text }] of Object.entries(await everyPage())) {
    for (const [, address] of text.matchAll(/<(?:img|link|iframe|source|object)[^>]*(?:src|href)="([^"]+)"/g)) {
      assert.match(address ?? '', /^(\/favicon\.ico|https:\/\/cdn\.example\/.*)$/, name)
    }
  }
})

test('no ticket, address or password reaches the process log', async () => {
  await everyPage()
  const ticket = ticketIn(links['reset'] ?? '')
  await postForm(server, '/u/reset-password', { ticket, password: 'Sup3r secret', password_repeat: 'Sup3r secret' })
  const written = server.lines.join('\n')
  for (const secret of [ticket, "o'brien", 'Sup3r']) assert.ok(!written.includes(secret))
})

test('robots.txt disallows everything, and the icon is an image', async () => {
  assert.equal((await server.send('/robots.txt')).text, 'User-agent: *\nDisallow: /\n')
  assert.equal((await server.send('/favicon.ico')).headers.get('content-type'), 'image/svg+xml')
})

test('the page for an unknown host loads nothing', async () => {
  const { status, text, headers } = await server.send('/u/reset-verify', { headers: { host: 'elsewhere.example' } })
  assert.equal(status, 404)
  assert.match(text, /Unknown host name/)
  assert.match(headers.get('content-security-policy') ?? '', /style-src 'sha256-[A-Za-z0-9+/=]+'/)
  assert.doesNotMatch(text, /<link|<img|Acme/)
})

test('an unknown path is answered with a page to a browser, else with JSON', async () => {
  const page = await server.send('/u/nowhere', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  assert.equal(page.status, 404)
  assert.match(page.text, /There is nothing here/)
  for (const accept of ['application/json', '*/*']) {
    const answer = await server.send('/u/nowhere', { headers: { accept } })
    assert.equal(answer.status, 404)
    assert.deepEqual(answer.json, {
      error: 'not_found',
      error_description: 'There is nothing at this address.',
    })
  }
})

test('bodies that are not a form, too large, malformed or with repeated fields are answered with a page and a 4xx', async () => {
  const post = async (body: string, type = 'application/x-www-form-urlencoded'): Promise<number> => {
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' }
    const { status, text } = await server.post('/u/reset-password', body, headers)
    assert.match(text, /<h1>/)
    return status
  }
  assert.equal(await post('{"ticket":"x"}', 'application/json'), 415)
  assert.equal(await post('ticket', 'application/xml'), 415)
  assert.equal(await post('{broken', 'application/json'), 400)
  assert.equal(await post(`ticket=${'x'.repeat(2_000_000)}`), 413)
  assert.equal(await post('ticket=a&ticket=b'), 400)
  assert.equal(await post('ticket=a%00b'), 400)
  assert.equal(await post('ticket=%E0%A4%A'), 400)
  assert.equal(await post('__proto__=x&constructor=y'), 400)
  assert.equal(await post(''), 400)
})

test('an internal error is answered with a page without details and 500, and the log names the route', async () => {
  const broken = await startTestServer()
  await broken.send('/')
  await broken.internals.db.schema.dropTable('tickets').execute()
  const { status, text } = await broken.send('/u/reset-verify?ticket=abcdefSECRET')
  assert.equal(status, 500)
  assert.match(text, /Something went wrong/)
  assert.doesNotMatch(text, /tickets|sqlite|SELECT/i)
  const logged = broken.lines.filter((line) => line.includes('a request failed'))
  assert.equal(logged.length, 1)
  assert.match(logged[0] ?? '', /"route":"\/u\/reset-verify"/)
  assert.doesNotMatch(logged[0] ?? '', /SECRET/)
  await broken.close()
})
