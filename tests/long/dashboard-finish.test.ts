// A migration brought to its end in the dashboard: the directory, the decisions, the finish with a rollback, and what is left after it.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import bcrypt from 'bcryptjs'
import type { Route } from 'playwright-core'
import type { JsonObject } from '../../src/base/json.ts'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../support/dashboard.ts'
import { fillTenant } from '../support/dashboard-tenant.ts'

/** What is wrong with the pages that were checked. */
const found: string[] = []
let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
  tenant = await fillTenant(dashboard.server)
  await tenant.move('ada@harbour.example')
})
after(() => dashboard?.close())
afterEach(() => assert.deepEqual(found.splice(0), []))

const open = (part: string) => dashboard.goto(`migration/${tenant.connection_id}/${part}`)

/** Notes what axe finds on a page, and whether it is wider than the smallest screen. */
async function checkPage(name: string): Promise<void> {
  const { page } = dashboard
  found.push(...(await checkAxe(page)))
  const size = page.viewportSize()
  await page.setViewportSize(phone)
  await page.waitForTimeout(300)
  const width = await page.evaluate('document.documentElement.scrollWidth')
  if (Number(width) > phone.width) found.push(`${name} is ${String(width)} px wide`)
  const folder = process.env['WHERRY_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: true })
  if (size) await page.setViewportSize(size)
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

test('a directory is loaded from a file whose columns are recognised, and a load that loses users waits', async () => {
  const { page } = dashboard
  await open('directory')
  await page.getByText('No directory is loaded').waitFor()
  await page
    .locator('input[type=file]')
    .setInputFiles(file('users.csv', 'id,email,blocked\nL-1001,ada@harbour.example,ja'))
  await page.getByRole('button', { name: 'Load the file' }).click()
  const failed = page.getByRole('alert').filter({ hasText: 'The last load failed' })
  await failed.getByText('Line 2: the flag of disabled users, the column "blocked"').waitFor({ timeout: 60_000 })
  await checkPage('directory-failed')
  const rows = [
    'Kunde;E-Mail;Password Hash;Note',
    'L-1001;ada@harbour.example;;x',
    'L-1002;grace@harbour.example;;x',
    'L-1004;<img src=x onerror=alert(1)>;;x',
    `L-1005;imported@harbour.example;${bcrypt.hashSync('Harbour-1892', 4)};x`,
  ]
  await page.locator('input[type=file]').setInputFiles(file('users.csv', rows.join('\n')))
  await page.getByText('The column of the legacy id is needed').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Load the file' }).isDisabled(), true)
  await page.getByRole('combobox', { name: 'Legacy id' }).click()
  await page.getByRole('option', { name: 'Kunde' }).click()
  assert.equal(await page.getByRole('combobox', { name: 'E-mail address', exact: true }).inputValue(), 'E-Mail')
  await page.getByText('Not read: Note').waitFor()
  await checkPage('directory-columns')
  await page.getByRole('button', { name: 'Load the file' }).click()
  await page.getByRole('button', { name: /applied.*4 rows: 4 new/ }).waitFor({ timeout: 60_000 })
  assert.equal(await failed.count(), 0)
  await checkPage('directory')
  await page.locator('input[type=file]').setInputFiles(file('users.csv', 'id,email\nL-1001,ada@harbour.example'))
  await page.getByRole('button', { name: 'Load the file' }).click()
  await page
    .getByText(/The load has 1 row\. 3 of 4 users whom the directory had are not in it/)
    .waitFor({ timeout: 60_000 })
  await checkPage('directory-waits')
  assert.equal(await page.getByText(/Confirm the load with rows/).count(), 0)
  await page.getByRole('button', { name: 'Cancel the load' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep the load' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the load' }).click()
  await page.getByText('The load is canceled').waitFor()
  await page.getByRole('button', { name: /^canceled/ }).waitFor()
  await checkPage('directory-canceled')
  await page.getByRole('link', { name: '1', exact: true }).first().click()
  await page.waitForURL(/more=problem/)
})

test('a person who cannot move is decided about and the decision is taken back, also by a file', async () => {
  const { page } = dashboard
  await open('decisions')
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor()
  await checkPage('decisions')
  await page.getByRole('button', { name: /^Decide about/ }).click()
  const offered = await page
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((radio) => (radio as { value: string }).value))
  assert.deepEqual(offered, ['rename', 'alias', 'exclude', 'retry'], 'without a valid identifier, keep cannot help')
  await page.getByRole('radio', { name: /exclude/ }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Decide' }).click()
  await page.getByRole('button', { name: /^Take the decision about/ }).click()
  await page.getByRole('button', { name: /^Decide about/ }).waitFor()
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the undecided' }).click(),
  ])
  assert.match(saved.suggestedFilename(), /\.csv$/)
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Load decisions' }).click()
  await (await choosing).setFiles(file('decisions.csv', 'record_id,decision\nnone,keep'))
  await page.getByText(/[Ll]ine 2/).waitFor()
  await checkPage('decisions-refused')
})

test('a rehearsal reports who would move, the tail is imported, and the report is read', async () => {
  const { page, server } = dashboard
  await open('rehearsal')
  await page.getByText('Nothing was rehearsed yet').waitFor()
  await page.getByRole('textbox', { name: 'Calls per second' }).fill('100')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('completed').waitFor({ timeout: 60_000 })
  await page
    .getByRole('row')
    .filter({ hasText: /^would move\s*1$/ })
    .waitFor()
  await page.getByRole('table', { name: 'Forms of the password hashes' }).getByText('no password hash').waitFor()
  await checkPage('rehearsal')
  await open('tail-import')
  await page.getByText('1 person with a known password hash').waitFor()
  await page.getByRole('button', { name: 'Import them' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Import them' }).click()
  await page.getByRole('row', { name: 'Imported 1' }).waitFor({ timeout: 60_000 })
  await checkPage('tail-import')
  const { status } = await server.login(tenant.client, 'customers', 'imported@harbour.example', 'Harbour-1892')
  assert.equal(status, 200)
  await open('report')
  await page.getByText('2 of 4 people moved.').waitFor()
  await checkPage('report')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download the report as HTML' }).click()
  assert.match((await saving).suggestedFilename(), /\.html$/)
})

test('while the people of a large migration are counted, the report and the preflight show what is known at once', async () => {
  const { page } = dashboard
  let is_counting = true
  const waitForCount = async (route: Route): Promise<void> => {
    if (!is_counting) return await route.continue()
    const answer = await route.fetch()
    const { report: _report, counted_at: _at, ...known } = (await answer.json()) as JsonObject
    for (const reason of (known['reasons'] ?? []) as JsonObject[]) delete reason['by_last_activity']
    await route.fulfill({ response: answer, json: { ...known, is_counting: true } })
  }
  await page.route('**/*counts=kept*', waitForCount)
  await open('report')
  await page.getByText('The people are being counted.', { exact: false }).waitFor()
  await page.getByText('2 of 4 people moved.').waitFor()
  assert.equal(await page.getByText('Report of', { exact: false }).count(), 0)
  await checkPage('report-counting')
  is_counting = false
  await page.getByText('Report of', { exact: false }).waitFor()
  is_counting = true
  await open('finish')
  await page.getByText('They are being counted by their last activity.', { exact: false }).waitFor()
  await page.getByText('2 people who have not moved could no longer log in').waitFor()
  await checkPage('finish-counting')
  is_counting = false
  await page.getByText('2 people last active at an unknown time').waitFor()
  await page.getByText('Counted', { exact: false }).waitFor()
  await page.unroute('**/*counts=kept*', waitForCount)
})

/** Types the name of the connection, without which the button of the dialog does not work. */
async function confirmByName(): Promise<void> {
  const dialog = dashboard.page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Start', exact: true })
  assert.equal(await confirm.isDisabled(), true)
  await dialog.getByLabel('Type customers to confirm').fill('customers')
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })
}

/** Starts a step by its button. */
async function start(button: string): Promise<void> {
  await dashboard.page.getByRole('button', { name: button }).click()
  await confirmByName()
}

test('a migration is finished step by step, rolled back, and finished again to its end', async () => {
  const { page, server, errors } = dashboard
  await open('finish')
  await page.getByText('2 people who have not moved could no longer log in').waitFor()
  await checkPage('finish-preflight')
  await start('Start: Stop asking the legacy store')
  await page.getByRole('button', { name: 'Start: Watch who still comes' }).waitFor({ timeout: 60_000 })
  await open('')
  const store = page.getByRole('region', { name: 'Legacy store' })
  await store.getByText('It is not asked any more').waitFor()
  assert.equal(await store.getByText('answers', { exact: false }).count(), 0)
  await open('rehearsal')
  await page.getByText('The migration is being finished').waitFor()
  await page.getByRole('table', { name: 'What would happen' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Start', exact: true }).count(), 0)
  await open('finish')
  await server.login(tenant.client, 'customers', 'grace@harbour.example', 'Harbour-1892')
  await start('Start: Watch who still comes')
  await page.getByRole('progressbar').waitFor()
  await page.reload()
  await page.getByRole('row', { name: 'grace@harbour.example' }).waitFor()
  await checkPage('finish-watch')
  await page.getByRole('button', { name: 'Roll back' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/1 latecomer and/).waitFor()
  await dialog.getByLabel('Type customers to confirm').fill('customers')
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await page.getByRole('button', { name: 'Start: Stop asking the legacy store' }).waitFor()
  await tenant.move('grace@harbour.example')

  await start('Start: Stop asking the legacy store')
  await page.getByRole('button', { name: 'Start: Watch who still comes' }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Start: Watch who still comes' }).click()
  await page.getByRole('textbox', { name: 'Lasts' }).fill('1')
  await page.getByRole('combobox', { name: 'Unit' }).click()
  await page.getByRole('option', { name: 'minutes' }).click()
  await confirmByName()
  server.advance(61_000)
  await page.getByRole('button', { name: 'Start: Make the connection local' }).waitFor({ timeout: 90_000 })
  await start('Start: Make the connection local')
  await page.getByRole('button', { name: 'Start: Wipe what is kept of the legacy store' }).waitFor({ timeout: 60_000 })
  await start('Start: Wipe what is kept of the legacy store')
  await page.getByText('The migration is finished').waitFor({ timeout: 60_000 })
  await page.getByRole('region', { name: 'Wiped' }).waitFor()
  await checkPage('finish-end')
  // Chromium reports each refusal of the server, such as that of the wrong file of decisions.
  assert.deepEqual(
    errors.filter((error) => !error.includes('Failed to load resource')),
    [],
  )
})

test('after the end each page says since when, links the report, and offers nothing that can no longer be started', async () => {
  const { page } = dashboard
  const end = page.getByRole('alert').filter({ hasText: 'The migration has ended' })
  const absent = async (...names: RegExp[]): Promise<void> => {
    for (const name of names) assert.equal(await page.getByRole('button', { name }).count(), 0, String(name))
  }
  for (const part of ['', 'directory', 'rehearsal', 'decisions', 'tail-import']) {
    await open(part)
    await end.getByText('Disconnected from the legacy store:').locator('time').waitFor()
    await end.getByRole('link', { name: 'Closing report' }).waitFor()
    await page
      .getByRole('status')
      .or(page.getByRole('heading', { level: 2 }))
      .first()
      .waitFor()
    await absent(/^Load/, /^Start/, /^Decide/, /^Import/)
    await checkPage(`ended-${part === '' ? 'overview' : part}`)
  }
  await open('rehearsal')
  await page.getByRole('table', { name: 'What would happen' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Decide about those who cannot move' }).count(), 0)
  await open('')
  await page.getByText('3 of 4 moved.', { exact: true }).waitFor()
  await page.getByRole('link', { name: '<img src=x onerror=alert(1)>' }).click()
  await page.getByRole('button', { name: 'Release' }).waitFor()
  await absent(/^Decide/, /^Ask the legacy store/)
  await checkPage('ended-person')
  await dashboard.goto('connections')
  await page.getByRole('row').filter({ hasText: 'customers' }).getByText('migration ended').waitFor()
  await dashboard.goto(`connections/${tenant.connection_id}/custom-database`)
  await end.getByText('can be changed only after a rollback', { exact: false }).waitFor()
  await absent(/^Start from/, /^Connect assistant/)
  await checkPage('ended-custom-database')
  await dashboard.goto('get-started')
  await page.getByText('3 people have moved').waitFor()
  await end.waitFor()
  assert.equal(await page.getByRole('listitem').filter({ hasText: 'Use your own database' }).count(), 0)
  await checkPage('ended-get-started')
  await end.getByRole('link', { name: 'Closing report' }).click()
  await page.getByText('3 of 4 people moved.').waitFor()
})
