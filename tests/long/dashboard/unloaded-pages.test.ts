// The files of the dashboard, where the server does not answer.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDashboard, signIn, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard.close())

test('a page that cannot be loaded says so, and Retry loads it once the server answers', async () => {
  const { page } = dashboard
  for (const files of ['**/assets/**', '**/assets/*.css']) {
    await dashboard.goto('users')
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
    await page.route(files, (route) => route.abort())
    await page.route('**/health/live', (route) => route.abort())
    await page.getByRole('link', { name: 'Rules', exact: true }).click()
    const problem = page.getByRole('alert').filter({ hasText: 'This page could not be loaded' })
    await problem.getByRole('button', { name: 'Retry' }).click()
    await problem.waitFor()
    assert.ok(await page.getByRole('navigation', { name: 'Navigation' }).isVisible())
    await page.unrouteAll()
    await problem.getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor()
  }
  dashboard.errors.length = 0
})

test('a page whose code throws is not reported as one that the server does not answer', async () => {
  const { page } = dashboard
  await dashboard.goto('users')
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
  await page.route(/\/assets\/rules-page.*\.js/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: "throw new Error('planted')" }),
  )
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'This page cannot be shown' }).waitFor()
  assert.equal(await page.getByText('This page could not be loaded').count(), 0)
  await page.unrouteAll()
  dashboard.errors.length = 0
})

test('a chart is drawn in a browser whose language Intl does not accept', async () => {
  const { newContext, server, urlOf, errors } = dashboard
  const { connection_id, move } = await fillTenant(server)
  await move('ada@harbour.example')
  const context = await newContext()
  await context.addInitScript(
    "Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true })",
  )
  const tab = await context.newPage()
  await signIn(tab, server.admin_url)
  await tab.goto(urlOf(`migration/${connection_id}`))
  await tab.locator('figure canvas').first().waitFor()
  assert.deepEqual(errors, [])
  await context.close()
})

test('on a page of plain http the dashboard says that it needs https', async () => {
  const { page } = dashboard
  await page.addInitScript("Object.defineProperty(window, 'isSecureContext', { value: false })")
  await dashboard.goto('users')
  await page.getByRole('heading', { level: 1, name: 'The dashboard needs https' }).waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('the page that a sign-in returns to shows no text of an address that no sign-in was begun for', async () => {
  const { page } = dashboard
  await page.goto(`${new URL(dashboard.urlOf('')).origin}/signed-in?error_description=Call+us&state=none`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.getByText('Call us').count(), 0)
})
