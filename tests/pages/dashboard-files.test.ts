import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { dashboard_folder, ensureDashboard } from '../../tools/dashboard/ensure-dashboard.ts'
import { createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { send } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Chunk = { file: string; css?: string[]; imports?: string[]; isEntry?: boolean }

const as_browser = { accept: 'text/html,application/xhtml+xml' }
let server: TestServer
let admins: AdminApi

before(async () => {
  await ensureDashboard()
  server = await startTestServer()
  admins = createAdminApi(server)
})
after(() => server.close())

const nonceOf = (policy: string): string => /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''

test('the addresses of the dashboard are answered with its page, whose policy permits no inline script, no inline style and no frame [guard: dashboard-policy]', async () => {
  const first = await admins.send('/t/ten_x/users/auth0%7C1?q=a', { headers: as_browser })
  assert.equal(first.status, 200)
  const policy = String(first.headers.get('content-security-policy'))
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]{20,}'; /)
  assert.match(policy, /; frame-ancestors 'none'; base-uri 'none'$/)
  assert.doesNotMatch(policy, /unsafe/)
  assert.equal(first.headers.get('cross-origin-opener-policy'), 'same-origin')
  assert.equal(first.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(first.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(first.headers.get('cache-control'), 'no-store')
  assert.doesNotMatch(first.text, /<script(?![^>]* src=)|<style|__WHERRY_NONCE__/)
  assert.ok(first.text.includes(`nonce="${nonceOf(policy)}"`))
  const second = await admins.send('/', { headers: as_browser })
  assert.notEqual(nonceOf(String(second.headers.get('content-security-policy'))), nonceOf(policy))
})

test('its files are cached for good and sent compressed to those who take gzip, and no path leads to other files [guard: dashboard-files]', async () => {
  const { text } = await admins.send('/', { headers: as_browser })
  const [, path = ''] = /src="(\/assets\/[^"]+)"/.exec(text) ?? []
  const plain = await admins.send(path)
  assert.equal(plain.status, 200)
  assert.equal(plain.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.equal(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(plain.headers.get('content-encoding'), null)
  const compressed = await admins.send(path, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(compressed.headers.get('content-encoding'), 'gzip')
  for (const unknown of [
    '/assets/none.js',
    '/assets/..%2Findex.html',
    '/assets/..%2F..%2F..%2Ftemplates%2Fpages%2Fpage.js',
  ])
    assert.equal((await admins.send(unknown)).status, 404, unknown)
})

test('other paths keep their own answers: of the API, of OAuth, and to programs', async () => {
  const api = await admins.send('/t/ten_x/api/v2/nothing', { headers: as_browser })
  assert.equal(api.status, 401)
  assert.match(String(api.headers.get('content-type')), /json/)
  const nowhere = await admins.send('/oauth/nothing', { headers: as_browser })
  assert.deepEqual([nowhere.status, nowhere.headers.get('content-type')], [404, 'text/html; charset=utf-8'])
  assert.doesNotMatch(nowhere.text, /assets/)
  const program = await admins.send('/t/ten_x/users', { headers: { accept: '*/*' } })
  assert.deepEqual([program.status, program.json.error], [404, 'not_found'])
})

test('the origin of a tenant serves none of it', async () => {
  const { text } = await admins.send('/', { headers: as_browser })
  const [, path = ''] = /src="(\/assets\/[^"]+)"/.exec(text) ?? []
  for (const url of [path, '/t/ten_x/users', '/signed-in'])
    assert.equal((await send(`http://127.0.0.1:${server.port}${url}`, { headers: as_browser })).status, 404, url)
})

test('the first load of the dashboard is smaller than 250 kB', () => {
  const manifest = JSON.parse(readFileSync(join(dashboard_folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = new Set<string>()
  const visit = (name: string): void => {
    const chunk = manifest[name]
    if (!chunk || files.has(chunk.file)) return
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    for (const imported of chunk.imports ?? []) visit(imported)
  }
  // What is loaded before a page of a tenant is: the entry, and the frame of those pages.
  const names = Object.keys(manifest)
  visit('index.html')
  visit(names.find((name) => name.endsWith('shell/tenant-layout.tsx')) ?? '')
  const sizes = [...files].map((file) => readFileSync(join(dashboard_folder, `${file}.gz`)))
  assert.ok(files.size > 3)
  assert.ok(sizes.every((content) => gunzipSync(content).length > 0))
  const total = sizes.reduce((sum, content) => sum + content.length, 0)
  assert.ok(total < 250_000, `${total} bytes`)
})

test('the texts of all pages in a language are one file, which those of the frame do not wait for', () => {
  const manifest = JSON.parse(readFileSync(join(dashboard_folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = Object.values(manifest).map(({ file }) => file)
  for (const language of ['en', 'de']) {
    assert.equal(files.filter((file) => file.startsWith(`assets/texts-${language}-`)).length, 1, language)
    for (const part of ['ui', 'shell', 'navigation']) {
      const { file, imports = [] } = manifest[`src/messages/${language}/${part}.ts`] ?? {}
      assert.ok(file)
      assert.deepEqual(
        imports.filter((name) => name.startsWith('_texts-')),
        [],
        `${language}/${part}`,
      )
    }
  }
})
