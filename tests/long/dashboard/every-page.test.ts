import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_people } from '../../support/dashboard-tenant.ts'

const desktop = { width: 1280, height: 800 }
const settle_ms = 1500
// A page leads to others of its kind: the first of each form of address is opened.
const pages_max = 60

let dashboard: OpenDashboard
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  const tenant = await fillTenant(dashboard.server)
  for (const { email } of legacy_people) await tenant.move(email)
  page = dashboard.page
})
after(() => dashboard.close())

/** The form of an address: without ids and query. `/t/ten_1/users/auth0%7C1?q=a` and `/t/ten_1/users/auth0%7C2` have the same. */
function formOf(href: string): string {
  const { pathname } = new URL(href)
  return pathname.replaceAll(/\/(?:[a-z]{2,6}_\w+|auth0%7C[^/]+|[\w-]{20,})(?=\/|$)/g, '/:id')
}

async function linksOf(tab: Tab): Promise<string[]> {
  const hrefs = await tab.evaluate<string[]>(`[...document.querySelectorAll('a[href]')].map(({ href }) => href)`)
  return hrefs.filter((href) => href.startsWith(dashboard.urlOf('')))
}

/** What is wrong with the page that is shown. */
async function problemsOf(tab: Tab): Promise<string[]> {
  const { pathname } = new URL(tab.url())
  const problems = await checkAxe(tab)
  if ((await tab.locator('img[src="x"], [onerror]').count()) > 0) problems.push(`${pathname}: markup of a legacy store`)
  if ((await tab.getByRole('heading', { level: 1 }).count()) !== 1) problems.push(`${pathname}: not one title`)
  await tab.setViewportSize(phone)
  await tab.waitForTimeout(300)
  if (await tab.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'))
    problems.push(`${pathname}: scrolls sideways on a phone`)
  await tab.setViewportSize(desktop)
  return problems
}

test('every page that links lead to has a title, no violation of axe in both themes, no error, no markup of others, and fits a phone', async () => {
  const queue = [dashboard.urlOf('users')]
  const seen = new Set(queue.map(formOf))
  const problems: string[] = []
  for (let opened = 0; queue.length > 0 && opened < pages_max; opened += 1) {
    await page.goto(queue.shift()!)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.waitForTimeout(settle_ms)
    for (const href of await linksOf(page)) {
      if (seen.has(formOf(href))) continue
      seen.add(formOf(href))
      queue.push(href)
    }
    problems.push(...(await problemsOf(page)))
  }
  assert.ok(seen.size > 4, [...seen].join())
  assert.deepEqual([...problems, ...dashboard.errors], [], [...seen].join('\n'))
})
