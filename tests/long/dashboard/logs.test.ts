import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { recordEvents } from '../../../src/logs/record-event.ts'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_password } from '../../support/dashboard-tenant.ts'

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>

const markup = '<img src=x onerror="alert(1)">'
const filled = 60

/** Records failed logins, the user names of which begin with `name`. */
async function record(name: string, count: number): Promise<void> {
  const { db, tenant_id } = dashboard.server.internals
  const events = Array.from({ length: count }, (_event, at) => ({
    type: 'fu' as const,
    description: `Unknown user ${markup}`,
    user_name: `${name}-${at}${markup}`,
    client_name: markup,
    details: { reference: 'ABCDEFGH', migration: { outcome: 'unknown_user', note: markup } },
  }))
  await recordEvents(db, tenant_id, Date.now(), events)
}

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  await tenant.move('mallory@harbour.example')
  await dashboard.server.login(tenant.client, 'customers', 'nobody@harbour.example', legacy_password)
})
after(() => dashboard.close())

test('an admin finds the login that moved a user, reads it, and follows its links', async () => {
  const { page, goto, urlOf, errors } = dashboard
  await goto('logs')
  await page.getByRole('row', { name: /done.*Login: moved.*mallory@/ }).waitFor()
  await page.getByRole('row', { name: /failed.*nobody@/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page
    .getByRole('combobox', { name: 'Outcome with the legacy store' })
    .or(page.locator('input').and(page.getByLabel('Outcome with the legacy store')))
    .first()
    .fill('(moved)')
  await page.getByRole('option', { name: /\(moved\)/ }).click()
  await page.waitForURL(/outcome=moved/)
  await page.getByRole('row', { name: /nobody@/ }).waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('link', { name: /Login: moved/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Login: moved' }).waitFor()
  await page.getByText('moved (moved)').waitFor()
  await page
    .getByRole('region', { name: 'What the scripts wrote' })
    .getByRole('cell', { name: 'login', exact: true })
    .first()
    .waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('link', { name: 'All events of this user' }).click()
  await page.waitForURL(/user_id=auth0/)
  await page.getByRole('button', { name: /Remove the filter User/ }).click()
  await page.waitForURL(urlOf('logs'))
  assert.deepEqual(errors, [])
})

test('times, names and reference codes find events; what finds nothing says so', async () => {
  const { page, goto, errors } = dashboard
  await record('early', 1)
  const rows = page.getByRole('row', { name: /failed.*early-0/ })
  for (const q of ['early-', 'abcdefgh']) {
    await goto(`logs?q=${q}&type=fu&period=hour`)
    await rows.waitFor()
    assert.equal(await page.getByRole('row').count(), 2, q)
  }
  await goto('logs?period=between&from=2001-01-01T00:00:00.000Z&to=2002-01-01T00:00:00.000Z')
  await page.getByText('No event matches').waitFor()
  await page.getByLabel('Until').fill('2099-01-01T00:00')
  await page.getByLabel('Until').blur()
  await rows.waitFor()
  assert.deepEqual(errors, [])
})

test('new events appear at the top; while the list is scrolled down they wait and are counted', async () => {
  const { page, goto, errors } = dashboard
  await record('old', filled)
  await goto('logs?live=true')
  await page.getByText('Live', { exact: true }).waitFor()
  await record('first', 1)
  await page.getByRole('row', { name: /first-0/ }).waitFor()
  const list = page.getByRole('region', { name: 'Logs' })
  await list.evaluate((element) => element.scrollTo({ top: 900 }))
  const inView = async (): Promise<string> => (await list.getByRole('row').nth(12).textContent()) ?? ''
  await page.waitForTimeout(500)
  const read = await inView()
  await record('second', 2)
  await page.getByText('Paused: 2 new events').waitFor()
  assert.equal(await list.evaluate((element) => element.scrollTop), 900)
  assert.equal(await inView(), read)
  // More than one request reads: those between are read, too.
  await record('third', filled)
  await page.getByText(/Paused: \d+ or more new events/).waitFor()
  await page.getByRole('button', { name: 'Show them' }).click()
  await page
    .getByRole('row', { name: /third-/ })
    .first()
    .waitFor()
  await page.getByText(/Paused/).waitFor({ state: 'detached' })
  await page
    .getByRole('table')
    .and(page.locator(`[aria-rowcount="${await countOfEvents()}"]`))
    .waitFor()
  assert.deepEqual(await checkAxe(page), [])
  assert.deepEqual(errors, [])
})

/** The rows that the table must have, its head included. */
async function countOfEvents(): Promise<number> {
  const { db, tenant_id } = dashboard.server.internals
  const events = await db.selectFrom('log_events').select('log_id').where('tenant_id', '=', tenant_id).execute()
  return events.length + 1
}

test('a failed load shows its cause and Retry, an unknown event too, and a phone shows the list', async () => {
  const { page, goto, errors } = dashboard
  await page.setViewportSize(phone)
  await goto('logs')
  await page
    .getByRole('row', { name: /third-/ })
    .first()
    .waitFor()
  assert.ok((await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)) <= phone.width)
  assert.deepEqual(await checkAxe(page), [])
  await page
    .getByRole('link', { name: /unknown user/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: /unknown user/ }).waitFor()
  assert.ok((await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)) <= phone.width)
  assert.deepEqual(errors, [])
  await page.route('**/api/v2/logs?*', (route) =>
    route.fulfill({ status: 500, json: { errorCode: 'internal', message: 'Broken' } }),
  )
  await goto('logs?q=other')
  await page.getByRole('button', { name: 'Retry' }).waitFor()
  await page.unroute('**/api/v2/logs?*')
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByText('No event matches').waitFor()
  await goto('logs/log_nothing')
  await page.getByRole('alert').waitFor()
  assert.ok(errors.splice(0).every((error) => /status of (500|404)/.test(error)))
})
