// The pages of connections: create one, change its settings, let it use its own database, start from a template.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../../src/base/json.ts'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'

let dashboard: OpenDashboard
before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard.close())

const optionsOf = async (id: string): Promise<JsonObject> =>
  (await dashboard.server.must('GET', `connections/${id}`)).options as JsonObject

test('a connection is created by its name, which is checked first', async () => {
  const { page } = dashboard
  await dashboard.goto('connections')
  await page.getByRole('button', { name: 'Create connection' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('acme users')
  await dialog.getByRole('button', { name: 'Create connection' }).click()
  await dialog.getByText('at most 128 characters').waitFor()
  await dialog.getByLabel('Name').fill('acme-users')
  await dialog.getByRole('button', { name: 'Create connection' }).click()
  await page.getByRole('heading', { name: 'acme-users' }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
})

test('only the changed settings are saved', async () => {
  const { page, server } = dashboard
  const id = page.url().split('/').at(-1) ?? ''
  await server.must('PATCH', `connections/${id}/settings`, { options: { latency_floor_ms: 40 } })
  await page.getByLabel('People may sign up').uncheck({ force: true })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { disable_signup, latency_floor_ms } = await optionsOf(id)
  assert.deepEqual([disable_signup, latency_floor_ms], [true, 40])
})

test('a switch says who decides before it changes it, and a template loads scripts that are not in use', async () => {
  const { page } = dashboard
  const id = page.url().split('/').at(-1) ?? ''
  await page
    .getByRole('navigation', { name: 'Parts of the connection' })
    .getByRole('link', { name: 'Custom Database' })
    .click()
  await page.getByLabel('Use my own database').click({ force: true })
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Save a login script first').waitFor()
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal((await optionsOf(id))['enabledDatabaseCustomization'], true)

  await page.getByLabel('Import users').click({ force: true })
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal((await optionsOf(id))['import_mode'], true)

  await page.getByRole('button', { name: 'Start from a template' }).click()
  await dialog.getByLabel('Legacy store').fill('Keycloak')
  await page.getByRole('option', { name: 'Keycloak', exact: true }).click()
  const limits = dialog.getByRole('alert').filter({ hasText: 'Who cannot move by a login' })
  await limits.getByText(/^Users with a one-time code/).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await dialog.getByLabel('Legacy store').fill('PostgreSQL')
  await page.getByRole('option', { name: 'PostgreSQL', exact: true }).click()
  await limits.waitFor({ state: 'detached' })
  await dialog.getByLabel(/^DATABASE_URL/).fill('postgres://u:secret@db.example:5433/shop')
  await dialog.getByRole('button', { name: 'Load the scripts' }).click()
  await page.getByText('The scripts for PostgreSQL are loaded').waitFor()
  await page.getByText('not in use').first().waitFor()
  const { customScripts, egress, configuration } = await optionsOf(id)
  assert.equal(customScripts, undefined)
  assert.deepEqual(egress, { mode: 'allow_list', allow: ['db.example:5433'] })
  assert.deepEqual(Object.keys(configuration as JsonObject), ['DATABASE_URL'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('not in use').first().waitFor({ state: 'detached' })
  assert.deepEqual(await checkAxe(page), [])
})

test('a template over an edited script shows both first; what it replaced comes back with Undo', async () => {
  const { page } = dashboard
  const edited = 'function login() { /* edited by hand */ }'
  const editor = page.getByRole('textbox', { name: 'Source of the login script' })
  const dialog = page.getByRole('dialog')
  const loadTemplate = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Start from a template' }).click()
    await dialog.getByLabel('Legacy store').fill('Empty')
    await page.getByRole('option').first().click()
    await dialog.getByRole('button', { name: 'Load the scripts' }).click()
    await dialog.getByText('edited by hand').waitFor()
  }
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(edited)
  await loadTemplate()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.match((await editor.textContent()) ?? '', /edited by hand/)
  await loadTemplate()
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await page.getByText(/^Loaded from .*, not in use$/).waitFor()
  assert.doesNotMatch((await editor.textContent()) ?? '', /edited by hand/)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await page.getByText(/^Loaded from .*, not in use$/).waitFor({ state: 'detached' })
  assert.match((await editor.textContent()) ?? '', /edited by hand/)
  assert.deepEqual(dashboard.errors, [])
})

test('a switch that would lock users out is refused with the reason', async () => {
  const { page, server } = dashboard
  const { id } = await server.must('POST', 'connections', { name: 'with-users', strategy: 'auth0' })
  await server.must('POST', 'users', { connection: 'with-users', email: 'a@x.example', password: 'Passw0rd-1' })
  await dashboard.goto(`connections/${id}/custom-database`)
  await page.getByLabel('Use my own database').click({ force: true })
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 user of this connection').waitFor()
  assert.equal(await dialog.getByRole('button', { name: 'Change it' }).isDisabled(), true)
  assert.deepEqual(dashboard.errors, [])
})

test('the scripts of a template keep their parameter and host: Undo is offered after a save that is refused, and no longer after one that is not', async () => {
  const { page, server } = dashboard
  const options = { enabledDatabaseCustomization: true, import_mode: true }
  const id = await server.createConnection('saved-template', options, [])
  await dashboard.goto(`connections/${id}/custom-database`)
  await page.getByRole('button', { name: 'Start from a template' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Legacy store').fill('PostgreSQL')
  await page.getByRole('option', { name: 'PostgreSQL', exact: true }).click()
  await dialog.getByLabel(/^DATABASE_URL/).fill('postgres://u:secret@db.example:5433/shop')
  await dialog.getByRole('button', { name: 'Load the scripts' }).click()
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.waitFor()
  const save = page.getByRole('button', { name: /^Save \d+ changed scripts$/ })
  const path = `**/connections/${id}/scripts`
  await page.route(path, (route) =>
    route.fulfill({ status: 409, json: { statusCode: 409, errorCode: 'script_changed', message: 'Saved meanwhile.' } }),
  )
  // A notice under the pointer does not close by itself.
  await undo.hover()
  await save.press('Enter')
  await page.getByRole('alert').getByText('Saved meanwhile.').waitFor()
  await page.unroute(path)
  dashboard.errors.length = 0
  // It is there again, and stays.
  await undo.hover()
  await save.press('Enter')
  await page.getByText('Saved. The next call runs the new version.').waitFor()
  await undo.waitFor({ state: 'detached', timeout: 20_000 })
  const { customScripts, egress, configuration } = await optionsOf(id)
  assert.ok(Object.keys(customScripts as JsonObject).includes('login'))
  assert.deepEqual(egress, { mode: 'allow_list', allow: ['db.example:5433'] })
  assert.deepEqual(Object.keys(configuration as JsonObject), ['DATABASE_URL'])
  assert.deepEqual(dashboard.errors, [])
})
