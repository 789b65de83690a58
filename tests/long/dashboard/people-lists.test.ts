// What the pages of a migration say of people who have not moved: where they are loaded from, and the lists behind their numbers.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

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
