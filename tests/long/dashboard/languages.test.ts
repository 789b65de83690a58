import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

const messages = resolve(import.meta.dirname, '../../../dashboard/src/messages')

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
  const tenant = await fillTenant(dashboard.server)
  await tenant.move('ada@harbour.example')
})
after(() => dashboard.close())

const languageOf = (tab: Tab): Promise<string | null> => tab.locator('html').getAttribute('lang')
const title = (tab: Tab, name: string) => tab.getByRole('heading', { level: 1, name, exact: true })

test('an admin chooses German in the menu: every text is German, also after a reload, and numbers and times are written so', async () => {
  const { page, goto, errors } = dashboard
  await goto('users')
  await title(page, 'Users').waitFor()
  assert.equal(await languageOf(page), 'en')
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  await title(page, 'Benutzer').waitFor()
  assert.equal(await languageOf(page), 'de')
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('link', { name: /ada@/ }).click()
  await page
    .getByText(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d MEZ$/)
    .first()
    .waitFor()
  for (const [path, name] of [
    ['connections', 'Verbindungen'],
    ['logs', 'Protokoll'],
    ['audit', 'Änderungsprotokoll'],
  ] as const) {
    await goto(path)
    await title(page, name).waitFor()
  }
  await page.getByRole('button', { name: /^Angemeldet als / }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await title(page, 'Audit').waitFor()
  await page.evaluate(`localStorage.removeItem('wherry.language')`)
  assert.deepEqual(errors, [])
})

test('where nothing was chosen, the dashboard has the first language of the browser that it has texts in', async () => {
  const { context, goto } = dashboard
  for (const [languages, name] of [
    [['fr-FR', 'de-AT', 'en'], 'Benutzer'],
    [['fr-FR', 'nl'], 'Users'],
  ] as const) {
    const tab = await context.newPage()
    await tab.addInitScript(
      `Object.defineProperty(navigator, 'languages', { get: () => ${JSON.stringify(languages)} })`,
    )
    await goto('users', tab)
    await title(tab, name).waitFor()
    await tab.close()
  }
})

/** The texts of a file by their names: `jobs.columns.job`. */
async function textsOf(path: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const add = (name: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) texts.set(name, typeof value)
    else for (const [member, one] of Object.entries(value)) add(`${name}.${member}`, one)
  }
  for (const [name, value] of Object.entries((await import(path)) as object)) add(name, value)
  return texts
}

test('no text is missing in German, and none is left that English does not have', async () => {
  // The sources of the dashboard name files without their endings.
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(/^\.{1,2}\/[\w/-]+$/.test(specifier) ? `${specifier}.ts` : specifier, context),
  })
  const differences: string[] = []
  for (const file of readdirSync(join(messages, 'en'))) {
    const [english, german] = await Promise.all([
      textsOf(join(messages, 'en', file)),
      textsOf(join(messages, 'de', file)).catch(() => new Map<string, string>()),
    ])
    for (const [name, type] of english) if (german.get(name) !== type) differences.push(`${name} is missing in German`)
    for (const name of german.keys()) if (!english.has(name)) differences.push(`${name} is not in English`)
  }
  hooks.deregister()
  assert.deepEqual(differences, [])
})
