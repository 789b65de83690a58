import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, phone, signIn, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { objects } from '../../support/requests.ts'

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
    ['audit', 'Audit-Protokoll'],
  ] as const) {
    await goto(path)
    await title(page, name).waitFor()
  }
  await page.getByRole('link', { name: 'Verbindung erstellt: customers' }).click()
  await title(page, 'Verbindung erstellt: customers').waitFor()
  await goto('logs')
  await page.getByRole('row', { name: /Anmeldung: umgezogen.*ada@/ }).waitFor()
  await goto('connections')
  await page.getByRole('button', { name: 'Verbindung erstellen' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('customers')
  await page.getByRole('dialog').getByRole('button', { name: 'Verbindung erstellen' }).click()
  await page.getByRole('alert').getByText('Eine Verbindung mit diesem Namen gibt es schon.').waitFor()
  // Chromium reports each refusal.
  errors.length = 0
  await goto('audit')
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

/** The words of heads of tables and lists that are wider than their places, on the page that a tab shows. */
const broken_words = `(() => {
  const pen = document.createElement('canvas').getContext('2d')
  const widthOf = (word, { fontWeight, fontSize, fontFamily }) => {
    pen.font = fontWeight + ' ' + fontSize + ' ' + fontFamily
    return pen.measureText(word).width
  }
  const wide = (text, style, width) => text.split(' ').filter((word) => widthOf(word, style) > width)
  const stacked = [...document.querySelectorAll('td[data-head]')].flatMap((cell) => {
    const [first] = getComputedStyle(cell).gridTemplateColumns.split(' ')
    return first.endsWith('px') ? wide(cell.dataset.head, getComputedStyle(cell, '::before'), parseFloat(first)) : []
  })
  const heads = [...document.querySelectorAll('[role=columnheader]')].flatMap((head) =>
    head.tagName === 'TH' ? [] : wide(head.textContent, getComputedStyle(head), head.clientWidth),
  )
  return [...stacked, ...heads]
})()`

test('on a phone no German word of a head is broken or cut off', async () => {
  const { newContext, server, goto } = dashboard
  const context = await newContext()
  const tab = await context.newPage()
  await tab.addInitScript(`localStorage.setItem('wherry.language', 'de')`)
  await signIn(tab, server.admin_url)
  await tab.setViewportSize(phone)
  const [{ id } = {}] = objects(await server.must('GET', 'connections?name=customers'))
  for (const [path, text] of [
    [`migration/${String(id)}`, 'Anmeldungen heute'],
    ['migration', 'Umgezogen'],
    [`connections/${String(id)}/applications`, 'Darf sie verwenden'],
  ] as const) {
    await goto(path, tab)
    await tab.getByText(text, { exact: true }).first().waitFor()
    await tab.getByRole('table').first().waitFor()
    assert.deepEqual(await tab.evaluate(broken_words), [], path)
  }
  await context.close()
})
