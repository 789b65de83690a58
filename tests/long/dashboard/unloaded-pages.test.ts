// The files of the dashboard, where the server does not answer.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'

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
