// The pages of branding: the look and the texts of the hosted pages, each with a preview of the page itself.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitUntil } from '../../support/wait-until.ts'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'

const markup = '<img src=x onerror="alert(1)">'
// Of the browser, where the functions that are passed to `evaluate` run.
declare function getComputedStyle(element: unknown): { backgroundColor: string }

// Chromium reports each answer that refuses something.
const isUnexpected = (error: string): boolean => !/status of (400|403)/.test(error)

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard.close())

const preview = () => dashboard.page.frameLocator('iframe[title="Preview"]')

test('the sign-in page shows a colour before it is saved, which sends the changed members only', async () => {
  const { page, goto, server, errors } = dashboard
  await server.must('PATCH', 'branding', { favicon_url: 'https://pictures.example/icon.png' })
  await goto('branding')
  const button = preview().getByRole('button', { name: 'Log in', includeHidden: true })
  await button.waitFor()
  const colour = () => button.evaluate((element) => getComputedStyle(element).backgroundColor).catch(() => '')
  await page.getByLabel('Colour of buttons and links').fill('#7a1f3d')
  await page.keyboard.press('Tab')
  await waitUntil(async () => (await colour()) === 'rgb(122, 31, 61)')
  assert.equal((await server.must('GET', 'branding')).colors, undefined)
  await page.getByLabel('URL of the logo').fill('javascript:alert(1)')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Type a URL that begins with https://').waitFor()
  await page.getByLabel('URL of the logo').fill('')
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  assert.deepEqual(await server.must('GET', 'branding'), {
    favicon_url: 'https://pictures.example/icon.png',
    colors: { primary: '#7a1f3d' },
  })
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('page and language of the preview are in the address, and the switch chooses its colour scheme, whatever that of the system', async () => {
  const { page, goto, server, errors } = dashboard
  await server.must('PATCH', 'branding', { colors: { page_background: '#dfe8f0' } })
  const heading = preview().getByRole('heading', { name: 'Registrieren', includeHidden: true })
  const colours = async (): Promise<string[]> => {
    await heading.waitFor()
    const colourOf = (selector: string) =>
      preview()
        .locator(selector)
        .evaluate((element) => getComputedStyle(element).backgroundColor)
    return [await colourOf('.card'), await colourOf('html')]
  }
  // While another frame takes the place of the one that is read, there is none.
  const hasCard = async (colour: string | undefined) => (await colours().catch(() => []))[0] === colour
  const light = ['rgb(255, 255, 255)', 'rgb(223, 232, 240)']
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await goto('branding?page=signup&language=de')
    assert.deepEqual(await colours(), light, colorScheme)
    const answer = page.waitForResponse(/\/branding\/preview$/)
    await page.getByText('Dark', { exact: true }).click()
    assert.equal((await answer).status(), 200)
    await waitUntil(() => hasCard('rgb(23, 35, 39)'))
    assert.notEqual((await colours())[1], light[1])
    await page.getByText('Light', { exact: true }).click()
    await waitUntil(() => hasCard(light[0]))
  }
  await page.setViewportSize(phone)
  await waitUntil(async () => await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'))
  await page.setViewportSize({ width: 1280, height: 800 })
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('an own text is shown in the preview as text, saved in its language only, and a value that does not exist is refused', async () => {
  const { page, goto, server, errors } = dashboard
  await goto('branding/texts?language=en')
  const field = page.getByLabel('Log in to continue to {client}.')
  await field.fill(`Welcome ${markup} to {client}`)
  await preview().getByText(`Welcome ${markup}`).waitFor()
  assert.equal(await preview().locator('img[src=x]').count(), 0)
  await field.fill('Welcome to {nobody}')
  await page.getByText('The preview shows the page before the last change').waitFor()
  await field.fill('Welcome to {client}')
  await page.getByText('The preview shows the page before the last change').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Look' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  assert.deepEqual(await server.must('GET', 'prompts/login/custom-text/en'), {
    login: { login_lead: 'Welcome to {client}' },
  })
  assert.deepEqual(await server.must('GET', 'prompts/login/custom-text/de'), {})
  assert.deepEqual(await checkAxe(page), [])
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('no site frames the preview, and the page itself stays without a frame', async () => {
  const { server, admins } = dashboard
  const { frame } = await server.must('POST', 'branding/preview', { page: 'login', language: 'en' })
  const shown = await admins.send('/preview', {
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ frame: String(frame) }),
  })
  assert.match(String(shown.headers.get('content-security-policy')), /frame-ancestors 'self'.*sandbox/)
})
