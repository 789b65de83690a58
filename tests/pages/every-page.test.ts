import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import type { Connection } from '../../src/connections/connection.ts'
import { createUser } from '../../src/login/create-user.ts'
import { makeAdminSetupTicket } from '../../src/tenants/admin-setup.ts'
import { startPageServer, ticketIn, type Got, type PageServer } from './page-server.ts'

const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
let server: PageServer
let local: Connection
const links: Record<string, string> = {}

before(async () => {
  server = await startPageServer({
    friendly_name: `Acme ${evil}`,
    picture_url: 'https://cdn.example/logo.png?a=1&b="2;script-src *',
    support_email: `help${evil}@example.com`,
    support_url: 'javascript:alert(1)',
  })
  local = await server.connection('local')
  const fields = { email: "o'brien+x@example.com", password: 'Corr3ct horse', verify_email: true }
  await createUser(server, { tenant: server.tenant, connection: local, fields, caller: server.caller })
  links['verification'] = await server.mailedLink()
  server.time.ahead_ms += 1000
  links['reset'] = await server.mailedReset(local, fields.email)
  links['admin set-up'] = `/u/admin-setup?ticket=${await makeAdminSetupTicket(server.db, server.clock, 'ten_a')}`
})
after(() => server.close())

async function everyPage(): Promise<Record<string, Got>> {
  const ticket = ticketIn(links['reset'] ?? '')
  const admin = ticketIn(links['admin set-up'] ?? '')
  return {
    home: await server.get('/'),
    reset: await server.get(links['reset'] ?? ''),
    'weak password': await server.post('/u/reset-password', { ticket, password: evil, password_repeat: `${evil}x` }),
    'used link': await server.get('/u/reset-verify?ticket=used'),
    verification: await server.get(links['verification'] ?? ''),
    'admin set-up': await server.get(links['admin set-up'] ?? ''),
    'wrong address': await server.post('/u/admin-setup', {
      ticket: admin,
      email: evil,
      password: 'a long quiet river',
      password_repeat: 'a long quiet river',
    }),
    'other site': await server.post('/u/admin-setup', { ticket: admin }, { 'sec-fetch-site': 'cross-site' }),
    'not found': await server.get(`/nowhere/${encodeURIComponent(evil)}`, { accept: 'text/html' }),
    'twice the same': await server.get('/u/reset-verify?ticket=a&ticket=b'),
    NUL: await server.get('/u/reset-verify?ticket=a%00b'),
  }
}

test('no page holds script, or text of others as markup', async () => {
  for (const [name, { html }] of Object.entries(await everyPage())) {
    assert.match(html, /^<!doctype html>\n<html lang="en">/, name)
    assert.doesNotMatch(html, /<script|<img src=x|="javascript:/i, name)
    assert.doesNotMatch(html.replaceAll(/"[^"]*"/g, '""'), /<[a-z][^>]*\s(on\w+|style)=/i, name)
    assert.equal(html.match(/<h1/g)?.length, 1, name)
    assert.match(html, /<title>[^<]+<\/title>/, name)
    assert.match(html, /<meta name="viewport"/, name)
    for (const [, id] of html.matchAll(/<input id="([^"]+)"/g))
      assert.ok(html.includes(`<label for="${id}"`), `${name} ${id}`)
    for (const [, ids] of html.matchAll(/aria-describedby="([^"]+)"/g)) {
      for (const id of (ids ?? '').split(' '))
        assert.ok(html.includes(` id="${id}"`), `${name}: ${id} is described nowhere`)
    }
    assert.equal(html.match(/ autofocus/g)?.length ?? 0, /<form/.test(html) ? 1 : 0, name)
  }
})

test('every page forbids script, frames, caches and referrers', async () => {
  for (const [name, { headers }] of Object.entries(await everyPage())) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; style-src 'self'; img-src 'self' https:\/\/cdn\.example; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
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

test('pages load nothing from elsewhere but the tenant’s picture', async () => {
  for (const [name, { html }] of Object.entries(await everyPage())) {
    for (const [, address] of html.matchAll(/<(?:img|link|iframe|source|object)[^>]*(?:src|href)="([^"]+)"/g)) {
      assert.match(address ?? '', /^(\/u\/assets\/[A-Za-z0-9]{20}\.(css|svg)|https:\/\/cdn\.example\/.*)$/, name)
    }
  }
})

test('no ticket, address or password reaches the process log', async () => {
  await everyPage()
  const ticket = ticketIn(links['reset'] ?? '')
  await server.post('/u/reset-password', { ticket, password: 'Sup3r secret', password_repeat: 'Sup3r secret' })
  const written = server.lines.join('\n')
  for (const secret of [ticket, ticketIn(links['admin set-up'] ?? ''), "o'brien", 'Sup3r'])
    assert.ok(!written.includes(secret))
})

test('the stylesheet is kept for ever under a name of its content; robots are sent away', async () => {
  const address = /href="(\/u\/assets\/[^"]+\.css)"/.exec((await server.get('/')).html)?.[1] ?? ''
  const sheet = await server.get(address)
  assert.equal(sheet.status, 200)
  assert.equal(sheet.headers.get('content-type'), 'text/css; charset=utf-8')
  assert.equal(sheet.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.match(sheet.html, /prefers-color-scheme: dark/)
  assert.doesNotMatch(sheet.html, /@import|url\(/)
  assert.equal((await server.get('/robots.txt')).html, 'User-agent: *\nDisallow: /\n')
  assert.equal((await server.get('/favicon.ico')).headers.get('content-type'), 'image/svg+xml')
})

test('a host that is no tenant’s gets a page that needs nothing else', async () => {
  const { port } = new URL(server.origin)
  const { status, html, policy } = await new Promise<{ status: number; html: string; policy: string }>((resolve) => {
    request(
      { host: '127.0.0.1', port, path: '/u/reset-verify', headers: { host: 'elsewhere.example' } },
      (response) => {
        let html = ''
        response.on('data', (chunk: Buffer) => (html += chunk.toString()))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            html,
            policy: String(response.headers['content-security-policy']),
          }),
        )
      },
    ).end()
  })
  assert.equal(status, 404)
  assert.match(html, /Unknown host name/)
  assert.match(policy, /style-src 'sha256-[A-Za-z0-9+/=]+'/)
  assert.doesNotMatch(html, /<link|<img|Acme/)
})

test('where there is nothing a browser gets a page and a program gets JSON', async () => {
  const page = await server.get('/u/nowhere', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
  assert.equal(page.status, 404)
  assert.match(page.html, /There is nothing here/)
  for (const accept of ['application/json', '*/*']) {
    const json = await server.get('/u/nowhere', { accept })
    assert.equal(json.status, 404)
    assert.deepEqual(JSON.parse(json.html), {
      error: 'not_found',
      error_description: 'There is nothing at this address.',
    })
  }
})

test('bodies that are no form, too large, broken or doubled get a page with a 4xx', async () => {
  const post = async (body: string, type = 'application/x-www-form-urlencoded'): Promise<number> => {
    const response = await fetch(`${server.origin}/u/reset-password`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, 'sec-fetch-site': 'same-origin' },
    })
    assert.match(await response.text(), /<h1>/)
    return response.status
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

test('a failure inside is a 500 page that tells no detail, and the log names the route', async () => {
  const broken = await startPageServer()
  await broken.get('/')
  await broken.db.schema.dropTable('tickets').execute()
  const { status, html } = await broken.get('/u/reset-verify?ticket=abcdefSECRET')
  assert.equal(status, 500)
  assert.match(html, /Something went wrong/)
  assert.doesNotMatch(html, /tickets|sqlite|SELECT/i)
  const logged = broken.lines.filter((line) => line.includes('a page failed'))
  assert.equal(logged.length, 1)
  assert.match(logged[0] ?? '', /"route":"\/u\/reset-verify"/)
  assert.doesNotMatch(logged[0] ?? '', /SECRET/)
  await broken.close()
})
