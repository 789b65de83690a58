// A legacy store whose calls take long: what a try and a rehearsal say of it, and how long a rehearsal still takes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fillDirectory } from '../../migration/rehearsal-kit.ts'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

const title = 'The legacy store answers slowly'
const hint = 'The script compares lower(email): probably the legacy store has no index on it'

let dashboard: OpenDashboard
let connection_id: string

// Slower than 200 ms on any machine; the query is only there to be read.
const get_user = `function getByEmail(email, callback) {
  const query = 'select * from users where lower(email) = lower($1)'
  setTimeout(() => callback(null, { user_id: email.split('@')[0], email }), query.length + 400)
}`

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(30_000)
  const { server } = dashboard
  await fillTenant(server)
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { get_user } }
  connection_id = await server.createConnection('slow', options, [])
  const users = Array.from({ length: 40 }, (_, nth) => ({ legacy_id: `p${nth}`, email: `p${nth}@harbour.example` }))
  await fillDirectory(server, connection_id, users)
})
after(() => dashboard?.close())

test('a try that takes long names what an index is needed on', async () => {
  const { page, goto } = dashboard
  await goto(`connections/${connection_id}/custom-database?script=get_user`)
  await page
    .getByRole('textbox', { name: /e-mail|email/i })
    .last()
    .fill('p1@harbour.example')
  await page.getByRole('button', { name: 'Try', exact: true }).click()
  const said = page.getByRole('status').filter({ hasText: title })
  await said.getByText(hint, { exact: false }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
})

test('a rehearsal that runs says how long it still takes, and where half of its calls take long, what an index is needed on', async () => {
  const { page, goto, server, errors } = dashboard
  await server.must('POST', `migrations/${connection_id}/rehearsals`, { calls_per_second: 2 })
  await goto(`migration/${connection_id}/rehearsal`)
  await page.getByText(/people rehearsed\. Less than a minute is left\./).waitFor()
  await page.getByRole('status').filter({ hasText: title }).getByText(hint, { exact: false }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Cancel the rehearsal' }).click()
  await page.getByText('canceled', { exact: true }).first().waitFor()
  assert.equal(await page.getByText('Less than a minute is left').count(), 0)
  assert.deepEqual(errors, [])
})
