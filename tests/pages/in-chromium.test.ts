import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { policyRules } from '../../src/login/password-policy.ts'
import { themeOf } from '../../src/pages/theme.ts'
import { axeViolations, launchChromium, showPage } from '../support/chromium.ts'
import { waitUntil } from '../support/wait-until.ts'
import { acme } from './hosted-page.ts'
import { samplePages } from './sample-pages.ts'

const theme = themeOf({ primary: '#ffcc00', page_background: '#6a5acd' })
const support = { email: 'help@acme.example', url: 'https://acme.example/help' }
const pages = samplePages({ ...acme, theme, support })
let browser: Browser
let tab: Tab
const errors: string[] = []

before(async () => {
  browser = await launchChromium()
  tab = await browser.newPage()
  tab.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
  tab.on('pageerror', (error) => void errors.push(String(error)))
})
after(() => browser.close())

// One page of each kind of content; the long tier has every page in every language.
const kinds = ['login-failed', 'login-blocked', 'signup-weak', 'forgot-sent', 'reset', 'consent', 'logout', 'continue']

test('axe finds nothing on one page of each kind, in light, and in dark on the two with most colours', async () => {
  for (const name of kinds) {
    await showPage(tab, pages[name]!)
    assert.deepEqual(await axeViolations(tab), [], name)
  }
  await tab.emulateMedia({ colorScheme: 'dark' })
  for (const name of ['login-failed', 'signup-weak']) {
    await showPage(tab, pages[name]!)
    assert.deepEqual(await axeViolations(tab), [], `${name}, dark`)
  }
  await tab.emulateMedia({ colorScheme: 'light' })
})

test('no page scrolls sideways on a narrow phone', async () => {
  await tab.setViewportSize({ width: 320, height: 640 })
  for (const [name, page] of Object.entries(samplePages({ ...acme, language: 'de', support }))) {
    if (name === 'form-post') continue
    await showPage(tab, page)
    const width = await tab.evaluate<number>('document.documentElement.scrollWidth')
    assert.ok(width <= 320, `${name}: ${width} px`)
  }
  await tab.setViewportSize({ width: 1280, height: 800 })
})

test('the policy permits the style and the script of every page, and the browser reports nothing else', async () => {
  assert.deepEqual(errors, [])
  await showPage(tab, pages['login']!)
  assert.equal(
    await tab.evaluate(`getComputedStyle(document.querySelector('button[type=submit]')).backgroundColor`),
    'rgb(255, 204, 0)',
  )
})

test('focus is on the field that is wrong, and Tab goes on to the button that shows the password', async () => {
  await showPage(tab, pages['login-failed']!)
  // A browser follows the attribute autofocus with the first frame that it draws, which may come after `load`.
  await waitUntil(() => tab.evaluate<boolean>(`document.activeElement.id === 'password'`))
  await tab.keyboard.press('Tab')
  assert.equal(await tab.evaluate('document.activeElement.textContent'), 'Show password')
})

test('the button shows the password and hides it again, also before the form is sent', async () => {
  await showPage(tab, pages['login']!)
  await tab.fill('#username', 'ann@example.com')
  await tab.fill('#password', ' p äß ')
  await tab.click('text=Show password')
  assert.equal(await tab.getAttribute('#password', 'type'), 'text')
  assert.equal(await tab.evaluate('document.activeElement.id'), 'password')
  const sent = tab.waitForRequest((request) => request.method() === 'POST')
  await tab.keyboard.press('Enter')
  const fields = new URLSearchParams((await sent).postData() ?? '')
  assert.equal(fields.get('password'), ' p äß ', 'byte for byte')
  assert.equal(await tab.getAttribute('#password', 'type'), 'password')
})

test('the rules are marked while a password is typed, as the server would', async () => {
  await showPage(tab, pages['signup']!)
  const passwords = [
    'a',
    'Aa1',
    'weakweakweak',
    'Corr3ct horse',
    'ÄÖÜäöü12',
    '١٢٣٤abcD',
    '🚢🚢🚢🚢🚢🚢🚢🚢',
    'x'.repeat(300),
  ]
  for (const password of passwords) {
    await tab.fill('#password', password)
    const marked = await tab.evaluate<Record<string, boolean>>(
      `Object.fromEntries([...document.querySelectorAll('#rules li')].map((li) => [li.dataset.rule, li.className === 'met']))`,
    )
    const rules = policyRules({ passwordPolicy: 'good' }, password)
    const wanted = rules.flatMap((rule) => [rule, ...(rule.items ?? [])]).map(({ code, verified }) => [code, verified])
    assert.deepEqual(marked, Object.fromEntries(wanted), password)
    const is_met = rules.every(({ verified }) => verified)
    assert.equal((await tab.textContent('#rules-met')) !== '', is_met, password)
  }
})

test('a form post answers the application by itself, and by its button without script', async () => {
  const posted = tab.waitForRequest((request) => request.method() === 'POST')
  await showPage(tab, pages['form-post']!, 'commit')
  assert.equal((await posted).url(), 'https://shop.example/callback')
  assert.equal((await posted).postData(), 'state=sealed')
  const plain = await browser.newContext({ javaScriptEnabled: false })
  const still = await plain.newPage()
  await showPage(still, pages['form-post']!)
  const sent = still.waitForRequest((request) => request.method() === 'POST')
  await still.click('button')
  assert.equal((await sent).postData(), 'state=sealed')
  await plain.close()
})

test('a web message reaches the window of its origin that opened the page, and no other', async () => {
  const listen = (wait_ms: number): string => `new Promise((resolve) => {
    addEventListener('message', ({ data, origin }) => resolve({ data, origin }))
    setTimeout(() => resolve(undefined), ${wait_ms})
    const frame = document.createElement('iframe')
    frame.src = 'https://login.acme.example/authorize'
    document.body.append(frame)
  })`
  const answer = pages['web-message']!
  const received = async (origin: string, wait_ms: number): Promise<unknown> => {
    await tab.unroute('**/*')
    await tab.route('**/*', (route) =>
      route.request().url().startsWith(origin)
        ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>application</title>' })
        : route.fulfill({ headers: answer.headers, body: answer.html }),
    )
    await tab.goto(`${origin}/`)
    return await tab.evaluate(listen(wait_ms))
  }
  assert.deepEqual(await received('https://shop.example', 15_000), {
    data: { type: 'authorization_response', response: { state: 'sealed' } },
    origin: 'https://login.acme.example',
  })
  assert.equal(await received('https://evil.example', 500), undefined)
})
