import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, type OpenDashboard } from '../support/dashboard.ts'
import { fillTenant, legacy_password } from '../support/dashboard-tenant.ts'

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  await tenant.move('ada@harbour.example')
  await tenant.move('mallory@harbour.example')
})
after(() => dashboard.close())

test('an admin signs in, finds a user who moved at a login, blocks and unblocks them', async () => {
  const { page, server, goto, errors } = dashboard
  const isBlocked = async (): Promise<boolean> =>
    (await server.login(tenant.client, 'customers', 'ada@harbour.example', legacy_password)).status !== 200
  await goto('users')
  await page.getByRole('row', { name: /mallory@.*moved at a login/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('searchbox').fill('ada')
  await page.waitForURL(/users\?q=ada$/)
  await page.getByRole('row', { name: /mallory/ }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'ada@harbour.example' }).click()
  await page.getByRole('heading', { level: 1, name: 'ada@harbour.example' }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByText('ada@harbour.example is blocked').waitFor()
  assert.equal(await isBlocked(), true)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Block', exact: true }).waitFor()
  assert.equal(await isBlocked(), false)
  assert.deepEqual(errors, [])
})
