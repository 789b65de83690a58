import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import {
  checkAxe,
  fillSignIn,
  openDashboard,
  owner_email,
  phone,
  signIn,
  tabOpenedBy,
  type OpenDashboard,
} from '../../support/dashboard.ts'
import { fillTenant, legacy_people, legacy_password } from '../../support/dashboard-tenant.ts'
import { createOtherTenant } from '../../support/other-tenant.ts'
import { waitUntil } from '../../support/wait-until.ts'

const many = 120

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  for (const { email } of legacy_people) await tenant.move(email)
  for (let at = 0; at < many; at += 1) {
    await dashboard.server.createUser('staff', { email: `crew-${at}@harbour.example`, password: legacy_password })
  }
  page = dashboard.page
})
after(() => dashboard.close())
beforeEach(async () => {
  await page.unrouteAll()
  dashboard.errors.length = 0
})

const row = (tab: Tab, name: string | RegExp) => tab.getByRole('row', { name })
const search = (tab: Tab) => tab.getByRole('searchbox')
const checkpointOf = (url: string): string | null => new URL(url).searchParams.get('from')

test('typing during a request keeps the focus, and the last input wins', async () => {
  await dashboard.goto('users')
  await row(page, /crew-119@/).waitFor()
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/\/users\?.*q=/, async (route) => {
    if (/email%3Agra\*/.test(route.request().url())) await held
    await route.continue().catch(() => undefined) // Aborted by the next input.
  })
  const begun = page.waitForRequest(/email%3Agra\*/)
  await search(page).fill('gra')
  await begun
  await search(page).press('Backspace')
  await search(page).press('Backspace')
  await search(page).press('Backspace')
  await search(page).pressSequentially('ada')
  await row(page, /ada@harbour/).waitFor()
  release?.()
  await page.waitForTimeout(500)
  assert.equal(await row(page, /grace@/).count(), 0)
  assert.equal(await page.evaluate(`document.activeElement.matches('input[type=search]')`), true)
  assert.equal(await search(page).inputValue(), 'ada')
  await search(page).fill('')
  // Each key comes just after the previous text was searched.
  await search(page).pressSequentially('grace@harbour', { delay: 260 })
  await row(page, /grace@/).waitFor()
  assert.equal(await search(page).inputValue(), 'grace@harbour')
})

test('a new search begins at the first page, and is in the address', async () => {
  await dashboard.goto('users')
  await row(page, /crew-119@/).waitFor()
  const second = page.waitForRequest(
    (request) => request.url().includes('/users?') && checkpointOf(request.url()) !== null,
  )
  await page.evaluate(`document.querySelector('[role=region][aria-label=Users]').scrollTo(0, 1e6)`)
  await second
  const searched = page.waitForRequest(/q=[^&]*crew/)
  await search(page).fill('crew-11')
  assert.equal(checkpointOf((await searched).url()), null)
  await row(page, /crew-119@/).waitFor()
  assert.equal(new URL(page.url()).search, '?q=crew-11')
  await page.reload()
  await row(page, /crew-119@/).waitFor()
  assert.equal(await search(page).inputValue(), 'crew-11')
  assert.equal(await row(page, /crew-120@|ada@/).count(), 0)
})

test('a pasted user id, legacy id or e-mail address finds its user', async () => {
  for (const text of [tenant.user_id, 'L-1001', 'ada@harbour.example', ' ADA@harbour.example ']) {
    await dashboard.goto(`users?q=${encodeURIComponent(text)}`)
    await row(page, text === tenant.user_id ? /signed-up@/ : /ada@/).waitFor()
  }
})

test('a failed load shows its cause and Retry, and never that there is nothing', async () => {
  const problem = {
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'The store is away.',
    errorCode: 'store_unavailable',
  }
  await page.route(/\/api\/v2\/users\?/, (route) => route.fulfill({ status: 503, json: problem }))
  await dashboard.goto('users')
  await page.getByRole('alert').getByText('The store is away.').waitFor()
  assert.equal(await page.getByText('No users yet').count(), 0)
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Retry' }).click()
  await row(page, /crew-119@/).waitFor()
})

test('a sign-in returns to the deep link', async () => {
  const context = await dashboard.newContext()
  const tab = await context.newPage()
  await tab.goto(dashboard.urlOf('users?q=ada'))
  await fillSignIn(tab)
  await tab.waitForURL(dashboard.urlOf('users?q=ada'))
  await row(tab, /ada@/).waitFor()
  await context.close()
})

test('the tenant is in the address: two tabs hold two tenants, and an unknown one says so', async () => {
  const other = await createOtherTenant(dashboard.server, 'second-harbour', 'second.example')
  const { db } = dashboard.server.internals
  const owner = await db
    .selectFrom('tenant_admins')
    .selectAll()
    .where('tenant_id', '=', dashboard.tenant_id)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('tenant_admins')
    .values({ ...owner, tenant_id: other.id })
    .execute()
  await page.reload()
  await dashboard.goto('users')
  const second = await dashboard.context.newPage()
  await second.goto(`${dashboard.server.admin_url}/t/${other.id}/users`)
  await second.getByText('No users yet').waitFor()
  await page.reload()
  await row(page, /crew-119@/).waitFor()
  await page.getByRole('button', { name: /^Tenant: / }).click()
  await page.getByRole('menuitem', { name: /second-harbour/ }).click()
  await page.waitForURL(new RegExp(other.id))
  await second.goto(`${dashboard.server.admin_url}/t/ten_unknown/users`)
  await second.getByText('You have no role in this tenant').waitFor()
  assert.deepEqual(await checkAxe(second), [])
  await second.close()
})

test('a time names its zone and has UTC beside it', async () => {
  await dashboard.goto(`users?q=ada`)
  await page.getByRole('link', { name: /ada@/ }).click()
  const time = page.getByText(/ GMT\+1$/).first()
  await time.waitFor()
  assert.match((await time.getAttribute('title')) ?? '', / GMT\+1 · \d{4}-\d\d-\d\dT[\d:.]+Z UTC$/)
})

test('rows are links, and Ctrl-click opens one in a new tab', async () => {
  await dashboard.goto('users?q=ada')
  await row(page, /ada@/).waitFor()
  const opened = await tabOpenedBy(dashboard.context, () =>
    row(page, /ada@/).click({ modifiers: ['ControlOrMeta'], position: { x: 500, y: 20 } }),
  )
  await opened.getByRole('heading', { level: 1, name: /ada@/ }).waitFor()
  await opened.close()
  assert.match(page.url(), /users\?q=ada$/)
})

test('the palette finds pages and users by keyboard, opens a new tab with Ctrl-Enter, and can be switched off', async () => {
  await dashboard.goto('connections')
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor()
  const palette = page.getByRole('textbox', { name: /Search pages/ })
  await page.keyboard.press('ControlOrMeta+K')
  await palette.fill('grace')
  await page.getByRole('button', { name: /grace@/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.keyboard.press('ArrowDown')
  const [opened] = await Promise.all([
    dashboard.context.waitForEvent('page'),
    page.keyboard.press('ControlOrMeta+Enter'),
  ])
  await opened.getByRole('heading', { level: 1, name: /grace@/ }).waitFor()
  await opened.close()
  await palette.fill('Users')
  await page.getByRole('button', { name: /grace@/ }).waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/users$/)
  // A reference code, or a person who has not moved.
  await page.keyboard.press('ControlOrMeta+K')
  await palette.fill('7K2MWX4Q')
  await page.getByRole('button', { name: 'Search the logs for “7K2MWX4Q”' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/logs\?q=7K2MWX4Q$/)
  await page.getByText('No event matches').waitFor()
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Keyboard shortcuts' }).click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+K')
  await page.waitForTimeout(300)
  assert.equal(await palette.count(), 0)
  await page.evaluate(`localStorage.removeItem('wherry.shortcuts')`)
})

test('the theme follows the system and can be chosen', async () => {
  const scheme = (): Promise<string | null> => page.locator('html').getAttribute('data-mantine-color-scheme')
  await page.emulateMedia({ colorScheme: 'dark' })
  await dashboard.goto('users')
  await row(page, /crew-119@/).waitFor()
  assert.equal(await scheme(), 'dark')
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitemradio', { name: 'Light' }).click()
  assert.equal(await scheme(), 'light')
  await page.reload()
  await row(page, /crew-119@/).waitFor()
  assert.equal(await scheme(), 'light')
  await page.evaluate(`localStorage.removeItem('wherry.theme')`)
  await page.emulateMedia({ colorScheme: 'light' })
})

test('markup of a legacy store is shown as text, on every page that shows it', async () => {
  for (const path of ['users', 'users?q=mallory']) {
    await dashboard.goto(path)
    await row(page, /mallory@/)
      .waitFor()
      .catch(() => undefined)
    assert.equal(await page.locator('img[src="x"], [onerror]').count(), 0)
  }
  await page.getByRole('link', { name: /mallory@/ }).click()
  await page.getByRole('link', { name: 'Metadata' }).click()
  await page.getByText('</code><script>alert(1)</script>').waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('a viewer sees controls that name the role needed, and support a page that it may not open', async () => {
  await dashboard.setRole(owner_email, 'viewer')
  await dashboard.goto('users?q=ada')
  await page.getByRole('link', { name: /ada@/ }).click()
  const block = page.getByRole('button', { name: 'Block' })
  await block.waitFor()
  assert.equal(await block.isDisabled(), true)
  await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await dashboard.setRole(owner_email, 'support')
  await dashboard.goto('connections')
  await page.getByText('Your role does not permit this page').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Connections' }).count(), 0)
  await dashboard.setRole(owner_email, 'owner')
})

test('a phone of 360 px shows each page without scrolling sideways', async () => {
  await page.setViewportSize(phone)
  for (const path of ['users', 'connections']) {
    await dashboard.goto(path)
    await page.getByRole('table').waitFor()
    await waitUntil(async () => await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'))
    assert.deepEqual(await checkAxe(page), [])
  }
  await page.getByRole('button', { name: 'Open the navigation' }).click()
  await page.getByRole('link', { name: 'Users' }).click()
  await page.waitForURL(/\/users$/)
})

test('signing out ends the session, and everywhere ends those of other browsers', async () => {
  const context = await dashboard.newContext()
  const tab = await context.newPage()
  await signIn(tab, dashboard.server.admin_url)
  await page.setViewportSize({ width: 1280, height: 800 })
  await dashboard.goto('users')
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await tab.goto(dashboard.urlOf('users'))
  await tab.getByRole('button', { name: 'Log in' }).waitFor()
  await context.close()
})

test('when the session ends, the sign-in opens over the page, and what was begun goes on after it', async () => {
  const context = await dashboard.newContext()
  const tab = await context.newPage()
  await signIn(tab, dashboard.server.admin_url)
  await tab.goto(dashboard.urlOf(`users/${encodeURIComponent(tenant.user_id)}`))
  await tab.getByRole('button', { name: 'Delete' }).click()
  const typed = tab.getByRole('dialog').getByRole('textbox')
  await typed.fill('signed-up@harbour')
  await context.clearCookies()
  await dashboard.server.internals.db.deleteFrom('sessions').execute()
  await typed.press('End')
  await typed.pressSequentially('.example')
  await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  const [beside] = await Promise.all([tab.waitForEvent('popup'), tab.getByRole('button', { name: 'Sign in' }).click()])
  await fillSignIn(beside)
  await tab.getByText('signed-up@harbour.example is deleted').waitFor()
  await tab.waitForURL(/\/users$/)
  await context.close()
})
