// What the pages of a migration say of people who have not moved: where they are loaded from, and the lists behind their numbers.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillDirectory } from '../../migration/rehearsal-kit.ts'
import { fillTenant, legacy_password, legacyScripts } from '../../support/dashboard-tenant.ts'
import { waitUntil } from '../../support/wait-until.ts'

const list_users = 'function listUsers(cursor, callback) { callback(null, { users: [] }) }'
let dashboard: OpenDashboard
let connection_id: string

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
  connection_id = (await fillTenant(dashboard.server)).connection_id
})
after(() => dashboard?.close())

test('the directory page says that the script list_users is missing only until it is saved', async () => {
  const { page, goto, server, errors } = dashboard
  await goto(`migration/${connection_id}/directory`)
  const section = page.getByRole('region', { name: 'Load by the script list_users' })
  const missing = section.getByText('The connection does not have the script list_users.')
  const load = section.getByRole('button', { name: 'Load by list_users' })
  await missing.waitFor()
  assert.ok(await load.isDisabled())
  assert.match(String(await section.getByRole('link', { name: 'Add it' }).getAttribute('href')), /custom-database$/)
  await server.must('PATCH', `connections/${connection_id}/scripts`, {
    scripts: { list_users: { source: list_users } },
  })
  await page.reload()
  await section.getByText('While the legacy store cannot be reached', { exact: false }).waitFor()
  await missing.waitFor({ state: 'detached' })
  assert.ok(await load.isEnabled())
  assert.deepEqual(errors, [])
})

test('the lists behind the numbers of people who have not moved have as many people', async () => {
  const { page, goto, server, errors } = dashboard
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts }
  const client = await server.createClient({ name: 'Pier' })
  const pier = await server.createConnection('pier', options, [client])
  const emails = ['ada@harbour.example', 'grace@harbour.example', 'mallory@harbour.example', 'nobody@harbour.example']
  await fillDirectory(server, pier, [
    ...emails.map((email, nth) => ({ legacy_id: `L-${1001 + nth}`, email })),
    { legacy_id: null, given_legacy_id: 'L 1', email: 'spaced-id@harbour.example', problem: 'invalid_id' },
  ])
  await server.internals.db
    .updateTable('directory_rows')
    .set({ disabled: 1 })
    .where('connection_id', '=', pier)
    .where('email', 'in', ['ada@harbour.example', 'grace@harbour.example'])
    .execute()
  await server.login(client, 'pier', 'ada@harbour.example', legacy_password)
  await server.login(client, 'pier', 'mallory@harbour.example', 'wrong')
  const people = page.getByRole('table', { name: 'List of people' }).getByRole('row')
  await goto(`migration/${pier}/finish`)
  const reason = page.locator('[data-reason=not_moved]')
  await reason.getByText('4 people who have not moved', { exact: false }).waitFor()
  await reason.getByRole('link', { name: 'Show them' }).click()
  await waitUntil(async () => (await people.count()) === 1 + 4)
  assert.equal(await page.getByRole('combobox', { name: 'State' }).inputValue(), 'not moved')
  const cellsOf = async (email: string) =>
    await page.getByRole('row', { name: email }).getByRole('cell').allInnerTexts()
  assert.deepEqual(await cellsOf('nobody@harbour.example'), [
    'nobody@harbour.example',
    'not seen yet',
    '–',
    '–',
    'L-1004',
  ])
  assert.notEqual((await cellsOf('mallory@harbour.example'))[3], '–')
  const disabled = page.getByRole('listitem').filter({ hasText: /^disabled in the legacy store/ })
  assert.match(await disabled.innerText(), /\b1$/)
  await disabled.getByRole('link').click()
  await waitUntil(async () => (await people.count()) === 1 + 1)
  await page.getByRole('row', { name: /grace@harbour/ }).waitFor()
  await goto(`migration/${pier}/decisions`)
  await page.getByRole('button', { name: 'Decide about spaced-id@harbour.example' }).click()
  await page.getByRole('dialog').getByText('Legacy id: L 1', { exact: true }).waitFor()
  assert.deepEqual(errors, [])
})
