import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

let dashboard: OpenDashboard
let settings: string
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  const { connection_id } = await fillTenant(dashboard.server)
  settings = `connections/${connection_id}`
  page = dashboard.page
})
after(() => dashboard.close())

const field = () => page.getByLabel('Brute-force protection')
const question = () => page.getByRole('dialog', { name: 'Leave without saving?' })
const leaveByLink = () => page.getByRole('navigation').getByRole('link', { name: 'Users' }).click()

async function openSettings(): Promise<void> {
  await dashboard.goto('users')
  await page.getByRole('navigation').getByRole('link', { name: 'Connections' }).click()
  await page.getByRole('link', { name: 'customers' }).click()
  await field().waitFor()
}

/** Reloads the page, and answers whether the browser asked before. */
async function asksAtReload(): Promise<boolean> {
  let asked = false
  page.once('dialog', (dialog) => {
    asked = dialog.type() === 'beforeunload'
    void dialog.accept()
  })
  await page.reload()
  await field().waitFor()
  page.removeAllListeners('dialog')
  return asked
}

test('leaving a changed form by a link, the back button or a reload asks first', async () => {
  await openSettings()
  assert.match(page.url(), new RegExp(`${settings}$`))
  await field().click()
  await leaveByLink()
  await question().getByRole('button', { name: 'Cancel' }).click()
  assert.match(page.url(), new RegExp(`${settings}$`))
  await page.goBack()
  await question().getByRole('button', { name: 'Cancel' }).click()
  await question().waitFor({ state: 'detached' })
  assert.match(page.url(), new RegExp(`${settings}$`))
  assert.equal(await asksAtReload(), true)
  await field().click()
  await leaveByLink()
  await question().getByRole('button', { name: 'Leave' }).click()
  await page.waitForURL(/\/users$/)
  const { options } = await dashboard.server.must('GET', settings)
  assert.equal(options.brute_force_protection, true, 'leaving saved the form')
})

test('leaving asks nothing when nothing has changed, after Discard and after a save, which sends the changed members only', async () => {
  await openSettings()
  assert.equal(await asksAtReload(), false)
  await field().click()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await leaveByLink()
  await page.waitForURL(/\/users$/)
  await openSettings()
  await field().click()
  const saved = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  assert.deepEqual((await saved).postDataJSON(), { options: { brute_force_protection: false } })
  await page.getByText('Saved').waitFor()
  assert.equal(await asksAtReload(), false)
  await leaveByLink()
  await page.waitForURL(/\/users$/)
  assert.deepEqual(dashboard.errors, [])
})
