import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_people } from '../../support/dashboard-tenant.ts'
import { freePort } from '../../support/free-port.ts'
import { objects } from '../../support/requests.ts'

const returning = (value: string): string =>
  `function login(email, password, callback) {\n  callback(null, ${value})\n}`
const throwing =
  "function login(email, password, callback) {\n  console.log('asked', email)\n  throw new Error('no table <b>people</b>')\n}"
const connecting = (port: number): string =>
  `function login(email, password, callback) {\n  require('net').connect(${port}, '127.0.0.1').on('error', callback)\n}`
const [, grace, mallory] = legacy_people

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  page = dashboard.page
})
after(() => dashboard.close())
beforeEach(() => {
  dashboard.errors.length = 0
})

const pathOf = (search = ''): string => `connections/${tenant.connection_id}/custom-database${search}`
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const scriptTab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}( |$)`) })
const editor = (script = 'login') => page.getByRole('textbox', { name: `Source of the ${script} script` })

async function open(search = ''): Promise<void> {
  await dashboard.goto(pathOf(search))
  await editor(/script=(\w+)/.exec(search)?.[1]).waitFor()
}

async function write(source: string, script = 'login'): Promise<void> {
  await editor(script).click()
  await page.keyboard.press('Control+A')
  // Chromium itself styles text that replaces marked text, which the Content-Security-Policy refuses.
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(source)
}

/** Discards the draft of the script in the editor. */
async function discard(): Promise<void> {
  await button('Discard changes').first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

async function tryLogin(email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address, username or phone number').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  const answered = page.waitForResponse(/\/try$/)
  await button('Try').click()
  await answered
}

const savedSource = async (): Promise<unknown> => {
  const { scripts } = await dashboard.server.must('GET', `connections/${tenant.connection_id}/scripts`)
  return objects(scripts).find(({ script }) => script === 'login')?.['source']
}

test('two scripts have drafts of their own, which leaving asks about and a reload offers back', async () => {
  await open()
  await write('// draft of login')
  await scriptTab('get_user').click()
  await write('// draft of get_user', 'get_user')
  await scriptTab('login').click()
  assert.match(await editor().innerText(), /draft of login/)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('dialog').getByText('Leave without saving?').waitFor()
  await button('Cancel').click()
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await page.getByText('Changes of before the reload: login, get_user').waitFor()
  assert.doesNotMatch(await editor().innerText(), /draft of login/)
  await button('Take them back').click()
  await page.getByText('draft of login').waitFor()
  await discard()
  await scriptTab('get_user').click()
  await discard()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.waitForURL(new RegExp(`${tenant.connection_id}$`))
  assert.deepEqual(dashboard.errors, [])
})

test('Try says what the script answers, marks the line of a thrown error, and its result is stale at the next edit', async () => {
  await open()
  const result = page.getByRole('region', { name: 'Result' })
  await tryLogin(grace.email, 'Guess-1')
  await result.getByText('The script says: wrong password').waitFor()
  await result.getByText('This login name or this password is wrong.').waitFor()
  assert.equal(await page.locator('.cm-lint-marker-error').count(), 0)
  assert.deepEqual(await checkAxe(page), [])
  await write(throwing)
  await tryLogin(grace.email, 'Guess-1')
  await result.getByText('Error: no table <b>people</b>').waitFor()
  await page.getByText('Line 3: no table <b>people</b>').waitFor()
  assert.equal(await page.locator('.cm-lint-marker-error').count(), 1)
  await result.getByText(`asked ${grace.email}`).waitFor()
  await result.getByText(/^We could not complete your login/).waitFor()
  await write(`${throwing} // edited`)
  await result.getByText('edited since').waitFor()
  assert.equal(await page.locator('.cm-lint-marker-error').count(), 0)
  assert.notEqual(await savedSource(), throwing)
  await discard()
  assert.deepEqual(dashboard.errors, [])
})

test('Try shows what would be stored and what is dropped, with markup as text', async () => {
  await open()
  await write(returning(JSON.stringify({ ...mallory, password: 'secret-4711', user_metadata: { note: '<i>n</i>' } })))
  await tryLogin(mallory.email, 'Guess-1')
  const stored = page.getByRole('table', { name: 'What would be stored' })
  await stored
    .getByRole('row', { name: /name .*<img src=x.* stored/ })
    .first()
    .waitFor()
  assert.deepEqual(await checkAxe(page), [])
  assert.ok(!(await page.getByRole('region', { name: 'Result' }).innerText()).includes('secret-4711'))
  await discard()
  assert.deepEqual(dashboard.errors, [])
})

test('Try on a stopped store says that it is unreachable, with cause and duration; a refused one is allowed by a click', async () => {
  const port = await freePort()
  await open()
  await write(connecting(port))
  await tryLogin(grace.email, 'Guess-1')
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByRole('button', { name: `Allow 127.0.0.1:${port}` }).click()
  await page.getByText(`Scripts may connect to 127.0.0.1:${port}`).waitFor()
  await tryLogin(grace.email, 'Guess-1')
  await result.getByText('legacy_unreachable', { exact: true }).waitFor()
  await result.filter({ hasText: 'ECONNREFUSED' }).waitFor()
  await result.getByText(/^ran [\d,]+ ms$/).waitFor()
  await page.getByRole('button', { name: `Test: 127.0.0.1:${port}` }).click()
  await page.getByText(/not reached after [\d,]+ ms: connect ECONNREFUSED/).waitFor()
  await discard()
  assert.deepEqual(dashboard.errors, [])
})

test('a script that changes the legacy store is tried only after a tick, and one that never runs says why', async () => {
  await open('?script=delete')
  await page.getByText('Import mode never changes the legacy store').waitFor()
  await write('function remove(id, callback) { callback(null) }', 'delete')
  await page.getByLabel('Id of the user').fill('L-1001')
  assert.equal(await button('Try').isDisabled(), true)
  await page.getByLabel('This script changes the legacy store. Run it there.').check()
  await button('Try').click()
  await page.getByText('The script returned a value').waitFor()
  await discard()
})

test('a save sends the changed script only, and over the save of another admin it shows both', async () => {
  await open()
  const before = await savedSource()
  await write(returning("{ user_id: 'first', email }"))
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await button('Save the changed script').click()
  assert.deepEqual(Object.keys((await sent).postDataJSON()['scripts'] as object), ['login'])
  await page.getByRole('table', { name: 'The current version beside the one before' }).waitFor()
  await write(returning("{ user_id: 'mine', email }"))
  await dashboard.server.must('PATCH', `connections/${tenant.connection_id}/scripts`, {
    scripts: { login: { source: returning("{ user_id: 'theirs', email }") } },
  })
  await button('Save the changed script').click()
  await page.getByText(/saved this script meanwhile/).waitFor()
  assert.match(String(await savedSource()), /theirs/)
  await button('Compare with what is saved').first().click()
  await page.getByRole('dialog').getByText("'theirs'").waitFor()
  await page.keyboard.press('Escape')
  await button('Keep mine: the next save replaces theirs').click()
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await button('Save the changed script').click()
  assert.equal((await saved).status(), 200)
  assert.match(String(await savedSource()), /mine/)
  const versions = page.getByRole('table', { name: 'Versions' })
  await versions.getByRole('button', { name: 'Restore' }).nth(2).click()
  await page.getByText(/^The version of .* is in use again$/).waitFor()
  await versions.getByRole('row', { name: /current.*restored from that of/ }).waitFor()
  assert.equal(await savedSource(), before)
  await write('function login(email {')
  await button('Save the changed script').click()
  await page.getByText(/^Line 1: Syntax error/).waitFor()
  await discard()
  await page.getByText('The scripts were not saved').waitFor({ state: 'detached' })
})

test('the lines of a run survive a reload, each with its login', async () => {
  await open('?panel=log')
  await page.getByRole('tabpanel', { name: 'Live log' }).getByText('Live', { exact: true }).waitFor()
  await tenant.move(grace.email)
  const line = page
    .getByRole('log')
    .getByText(/found|moved/i)
    .first()
  await line.waitFor()
  await page.reload()
  await line.waitFor()
  await button('Only this call').first().click()
  await page.waitForURL(/call=/)
  await button('Login').first().click()
  await page.getByRole('group', { name: 'The login of this call' }).getByText(grace.email).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  assert.deepEqual(dashboard.errors, [])
})

test('the live log holds its place while older lines are read, and counts the new ones', async () => {
  const { db } = dashboard.server.internals
  const write = async (at: number): Promise<void> => {
    const line = { script: 'login', call_id: '', level: 'log', outcome: null, version: null, duration_ms: null, at }
    const key = { tenant_id: dashboard.tenant_id, connection_id: tenant.connection_id }
    const line_id = `${String(at).padStart(15, '0')}-line`
    await db
      .insertInto('script_logs')
      .values({ ...key, ...line, line_id, text: `line of ${at}` })
      .execute()
  }
  const now = Date.now()
  for (let at = 1; at <= 30; at += 1) await write(now - 60_000 + at)
  await open('?panel=log')
  await page.getByRole('tabpanel', { name: 'Live log' }).getByText('Live', { exact: true }).waitFor()
  const log = page.getByRole('log')
  await log.getByText(`line of ${now - 59_970}`).waitFor()
  await log.evaluate((element) => element.scrollTo(0, 300))
  await write(Date.now())
  await page.getByText('Paused while you read older lines: 1 new line').waitFor()
  assert.equal(await log.evaluate((element) => element.scrollTop), 300)
  await button('Show them').click()
  assert.equal(await log.evaluate((element) => element.scrollTop), 0)
})

test('a live log that is silent for longer than heartbeats are apart says since when it stands, and goes on', async () => {
  await page.clock.install()
  await page.route(/logs\/stream/, () => undefined)
  await open('?panel=log')
  const panel = page.getByRole('tabpanel', { name: 'Live log' })
  await panel.getByText('Connecting').waitFor()
  await page.clock.fastForward('00:50')
  await panel.getByText('The connection was lost. What is shown stands as of', { exact: false }).waitFor()
  await page.unroute(/logs\/stream/)
  await page.clock.fastForward('00:05')
  await panel.getByText('Live', { exact: true }).waitFor()
  await page.clock.resume()
})

test('parameters are set one by one and never shown, and missing and unused ones are marked', async () => {
  await open()
  await write('function login(email, password, callback) { callback(null, configuration.DATABASE_URL) }')
  const parameters = page.getByRole('region', { name: 'Parameters' })
  await parameters.getByRole('row', { name: /DATABASE_URL missing.*login:1/ }).waitFor()
  await parameters
    .getByRole('row', { name: /DATABASE_URL/ })
    .getByRole('button', { name: 'Set' })
    .click()
  await page.getByLabel('New value').fill('postgres://secret-4711@db')
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click()
  assert.deepEqual((await sent).postDataJSON(), { configuration: { DATABASE_URL: 'postgres://secret-4711@db' } })
  await parameters.getByRole('row', { name: new RegExp(`DATABASE_URL.*${owner_email}.*login:1`) }).waitFor()
  assert.ok(!(await page.content()).includes('secret-4711'))
  await discard()
  await parameters.getByRole('row', { name: /DATABASE_URL.*not used/ }).waitFor()
})

test('the editor completes globals and modules; Escape closes the completion, and Escape with Tab leaves it', async () => {
  await open()
  await write('')
  await page.keyboard.type("const driver = require('mys")
  await page.getByRole('option', { name: 'mysql2' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('option', { name: 'mysql2' }).waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  assert.equal(await editor().evaluate((element) => element.contains(element.ownerDocument.activeElement)), false)
  await discard()
})

test('the page works at 360 px, and a viewer sees disabled controls that name the role', async () => {
  await page.setViewportSize(phone)
  await open()
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  assert.deepEqual(await checkAxe(page), [])
  await dashboard.setRole(owner_email, 'viewer')
  try {
    await page.reload()
    await editor().waitFor()
    await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
    assert.equal(await editor().getAttribute('aria-readonly'), 'true')
  } finally {
    await dashboard.setRole(owner_email, 'owner')
  }
})
