import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { addressForm, visitPages } from '../../support/dashboard-pages.ts'
import { fillTenant, legacy_people } from '../../support/dashboard-tenant.ts'
import { fillWithMarkup } from '../../support/fill-with-markup.ts'

const desktop = { width: 1280, height: 800 }

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
  const { server } = dashboard
  const tenant = await fillTenant(server)
  for (const { email } of legacy_people) await tenant.move(email)
  await fillWithMarkup(server, tenant)
})
after(() => dashboard?.close())

/** What is wrong with the page that is shown. */
async function problemsOf(tab: Tab): Promise<string[]> {
  const { pathname } = new URL(tab.url())
  const problems = await checkAxe(tab)
  if ((await tab.locator('img[src="x"], [onerror]').count()) > 0) problems.push(`${pathname}: markup of others`)
  if ((await tab.getByRole('heading', { level: 1 }).count()) !== 1) problems.push(`${pathname}: not one title`)
  await tab.setViewportSize(phone)
  await tab.waitForTimeout(300)
  if (await tab.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'))
    problems.push(`${pathname}: scrolls sideways on a phone`)
  await tab.setViewportSize(desktop)
  return problems
}

test('every page that links lead to has a title, no violation of axe in both themes, no error, no markup of others, and fits a phone', async () => {
  const { page } = dashboard
  const problems: string[] = []
  const opened = await visitPages(dashboard, page, async () => void problems.push(...(await problemsOf(page))))
  const forms = opened.map(addressForm)
  assert.deepEqual([...problems, ...dashboard.errors], [], forms.join('\n'))
  // Each page of the navigation, of a connection, of a migration, of a user and of an event.
  assert.ok(forms.length > 15, forms.join('\n'))
})
