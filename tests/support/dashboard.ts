// The dashboard in a real Chromium: a server with an owner who is signed in, and what goes wrong in the browser meanwhile.
import type { BrowserContext, Page as Tab } from 'playwright-core'
import { ensureDashboard } from '../../tools/dashboard/ensure-dashboard.ts'
import { admin_password, createAdminApi } from './admin-api.ts'
import { freeAdminUrl } from './admin-urls.ts'
import { axeViolations, launchChromium } from './chromium.ts'
import { startTestServer, type TestServerOptions } from './test-server.ts'

/** The e-mail address of the owner. */
export const owner_email = 'owner@wherry.example'

/** A dashboard with a signed-in owner. */
export type OpenDashboard = Awaited<ReturnType<typeof openDashboard>>

type Role = 'owner' | 'editor' | 'viewer' | 'support'

/** The smallest screen that the dashboard is made for. */
export const phone = { width: 360, height: 740 }

const desktop = { width: 1280, height: 800 }

/** Collects everything that a browser reports as an error on a page: of scripts, of the console, and of the Content-Security-Policy. */
function collectErrors(tab: Tab, errors: string[]): void {
  tab.on('pageerror', (error) => errors.push(`${tab.url()}: ${error.stack ?? error.message}`))
  tab.on('console', (message) => {
    // Chromium reports the answer to a page that asks whether a session exists.
    if (message.location().url.endsWith('/session')) return
    if (message.type() === 'error') errors.push(`${tab.url()}: ${message.text()}`)
  })
}

/** Starts a server, creates an owner by the set-up link, and opens the dashboard signed in. */
export async function openDashboard(options: TestServerOptions = {}) {
  await ensureDashboard()
  const server = await startTestServer({
    ...options,
    env: { WHERRY_ADMIN_URL: await freeAdminUrl('http://localhost'), ...options.env },
  })
  const admins = createAdminApi(server)
  await admins.setUp(owner_email)
  const browser = await launchChromium()
  const errors: string[] = []
  const { tenant_id } = server.internals

  /** A browser of its own: no cookie, no storage. */
  const newContext = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin', viewport: desktop })
    context.on('page', (tab) => collectErrors(tab, errors))
    return context
  }
  const context = await newContext()
  const page = await context.newPage()
  const urlOf = (path: string): string => `${server.admin_url}/t/${tenant_id}/${path}`
  const opened = {
    server,
    admins,
    browser,
    context,
    newContext,
    /** The tab of the owner. */
    page,
    tenant_id,
    /** What the browser reported as errors, of all tabs. */
    errors,
    /** The address of a page of the tenant. */
    urlOf,
    /** Opens a page of the tenant: `users`. */
    goto: (path: string, tab: Tab = page) => tab.goto(urlOf(path)),
    /** Gives an admin another role, which counts at the next request. */
    async setRole(email: string, role: Role): Promise<void> {
      const { db } = server.internals
      const { user_id } = await db
        .selectFrom('users')
        .select('user_id')
        .where('email_lower', '=', email)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('tenant_admins')
        .set({ role })
        .where('tenant_id', '=', tenant_id)
        .where('user_id', '=', user_id)
        .execute()
    },
    async close(): Promise<void> {
      await browser.close()
      await server.close()
    },
  }
  await signIn(page, server.admin_url)
  return opened
}

/** Signs an admin in by clicks: from the dashboard's address to its first page. */
export async function signIn(tab: Tab, url: string, email = owner_email): Promise<void> {
  await tab.goto(url)
  await fillSignIn(tab, email)
  await tab.waitForURL(/\/t\/ten_/)
}

/** Fills the sign-in page that a tab shows. */
export async function fillSignIn(tab: Tab, email = owner_email): Promise<void> {
  await tab.getByRole('textbox', { name: /e-mail|email/i }).fill(email)
  await tab.getByLabel('Password', { exact: false }).first().fill(admin_password)
  await tab.getByRole('button', { name: 'Log in' }).click()
}

const opens_ms = 3000
const tries = 5

/**
 * The tab that a click with a modifier or the middle button opens. Chromium without a window opens none for about one such click in ten, on
 * any page: then the click is made again.
 */
export async function tabOpenedBy(context: BrowserContext, click: () => Promise<void>): Promise<Tab> {
  for (let done = 0; done < tries; done += 1) {
    const opened = context.waitForEvent('page', { timeout: opens_ms }).catch(() => undefined)
    await click()
    const tab = await opened
    if (tab) return tab
  }
  throw new Error(`None of ${tries} clicks opened a tab`)
}

const transitions_end = `Promise.allSettled(document.getAnimations()
  .filter((animation) => animation instanceof CSSTransition).map(({ finished }) => finished))`

/** What axe finds on the page that a tab shows, in both themes. */
export async function checkAxe(tab: Tab): Promise<string[]> {
  const found: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await tab.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await tab.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor()
    // Some backgrounds change to those of the theme within 150 ms.
    await tab.evaluate(transitions_end)
    found.push(
      ...(await axeViolations(tab)).map((violation) => `${scheme} ${new URL(tab.url()).pathname}: ${violation}`),
    )
  }
  await tab.emulateMedia({ colorScheme: 'light' })
  return found
}
