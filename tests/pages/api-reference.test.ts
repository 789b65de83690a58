import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { routes } from '../../src/contract/routes.ts'
import { namedSchemas } from '../../src/contract/named-schemas.ts'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

const page = async (path: string) => await server.send(`/api/v2/reference${path}`)
const tags = [...new Set(Object.values(routes).map(({ tag }) => tag))]

test('the reference has every operation with its scopes, and links lead to anchors that exist', async () => {
  const index = await page('')
  assert.equal(index.status, 200)
  const pages = new Map<string, { text: string; ids: Set<string> }>()
  for (const tag of tags) {
    const { status, text } = await page(`/${tag}`)
    assert.equal(status, 200, tag)
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
    for (const [, id = ''] of text.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), `${tag} #${id}`)
    pages.set(tag, { text, ids })
  }
  for (const [name, { tag, url, scopes }] of Object.entries(routes)) {
    assert.ok(index.text.includes(`href="/api/v2/reference/${tag}#${name}"`), name)
    const of_tag = pages.get(tag)
    assert.ok(of_tag, tag)
    assert.ok(of_tag.ids.has(name), name)
    assert.ok(index.text.includes(`<code>${url.replaceAll(/:([a-z_]+)/g, '{$1}')}</code>`), url)
    for (const scope of scopes) assert.ok(of_tag.text.includes(`<code>${scope}</code>`), scope)
  }
  const users = pages.get('users')?.text ?? ''
  assert.ok([...namedSchemas.values()].includes('User') && users.includes('id="object-User"'))
  assert.match(users, /<code>email_verified<\/code>/)
})

test('the search finds operations with all its words, and shows what was typed as text', async () => {
  const found = (await page('?q=delete%20user%20block')).text
  assert.match(found, /#liftBlocksOfUser"/)
  assert.doesNotMatch(found, /#createUser"/)
  const none = (await page(`?q=${encodeURIComponent('"><script>alert(1)</script>')}`)).text
  assert.match(none, /No operation has all of these words/)
  assert.doesNotMatch(none, /<script/)
  assert.equal((await page(`?q=${'x'.repeat(5000)}`)).status, 200)
  assert.equal((await page('/nothing')).status, 404)
})

test('the pages run no script, load nothing, and link from the home page', async () => {
  for (const path of ['', '/connections', '?q=users']) {
    const { headers, text } = await page(path)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src 'sha256-[^ ]+' 'sha256-[^ ]+'; img-src 'self'; form-action 'self'; /,
    )
    assert.doesNotMatch(text, /<script|\son\w+=|style="/)
    assert.equal(text.match(/<h1/g)?.length, 1)
  }
  assert.match((await server.send('/')).text, /href="\/api\/v2\/reference"/)
})

test('the pages are readable wide and narrow, in light and in dark, without what axe finds', async () => {
  const browser = await launchChromium()
  try {
    for (const view of [
      { width: 1100, colorScheme: 'light' },
      { width: 360, colorScheme: 'dark' },
    ] as const) {
      const { width, colorScheme } = view
      const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
      for (const path of ['', '/users']) {
        await tab.goto(`http://${server.host}/api/v2/reference${path}`)
        assert.deepEqual(await axeViolations(tab), [], `${path} ${width}`)
        const fits = await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')
        assert.ok(fits, `${path} of ${width} scrolls sideways`)
      }
      await tab.close()
    }
  } finally {
    await browser.close()
  }
})
