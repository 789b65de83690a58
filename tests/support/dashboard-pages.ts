// Visits the pages of the dashboard by the links that lead to them.
import type { Page as Tab } from 'playwright-core'
import type { OpenDashboard } from './dashboard.ts'

const settle_ms = 1500
// A page leads to others of its kind: the first of each form of address is opened.
const pages_max = 80

/** The form of an address: without ids and query. `/t/ten_1/users/auth0%7C1?q=a` and `/t/ten_1/users/auth0%7C2` have the same. */
export function addressForm(href: string): string {
  const { pathname } = new URL(href)
  return pathname.replaceAll(/\/(?:[a-z]{2,6}_\w+|[^/]*%[^/]+|[\w-]{20,})(?=\/|$)/g, '/:id')
}

/**
 * Opens one page of each form of address that links lead to, and runs `visit` on it once it has its title.
 *
 * @returns the address of each
 */
export async function visitPages(dashboard: OpenDashboard, tab: Tab, visit: () => Promise<void>): Promise<string[]> {
  const own = dashboard.urlOf('')
  const queue = [dashboard.urlOf('users')]
  const seen = new Set(queue.map(addressForm))
  const opened: string[] = []
  while (opened.length < pages_max) {
    const href = queue.shift()
    if (href === undefined) break
    await tab.goto(href)
    await tab.getByRole('heading', { level: 1 }).first().waitFor()
    await tab.waitForTimeout(settle_ms)
    opened.push(href)
    const links = await tab.evaluate<string[]>(`[...document.querySelectorAll('a[href]')].map(({ href }) => href)`)
    for (const link of links) {
      if (!link.startsWith(own) || seen.has(addressForm(link))) continue
      seen.add(addressForm(link))
      queue.push(link)
    }
    await visit()
  }
  return opened
}
