// From an empty tenant to the first person who moves: where a new owner begins, what the page says at each step, and who arrives.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { legacy_password, legacy_people, legacyScripts } from '../../support/dashboard-tenant.ts'
import type { TestClient } from '../../support/requests.ts'

let dashboard: OpenDashboard
let client: TestClient
let connection_id: string

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
})
after(() => dashboard?.close())

const step = (name: string) => dashboard.page.getByRole('listitem').filter({ hasText: name })

/** The step that the page names as the next one. */
const nextStep = async (): Promise<string> =>
  (await dashboard.page.locator('li[aria-current=step]').innerText()).split('\n')[0] ?? ''

async function shoot(name: string): Promise<void> {
  const folder = process.env['WHERRY_SCREENSHOTS']
  if (folder === undefined) return
  const { page } = dashboard
  const size = page.viewportSize()
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  await page.setViewportSize(phone)
  await page.waitForTimeout(300)
  await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: true })
  if (size) await page.setViewportSize(size)
}

test('a new owner lands on the steps, each of which says what to do next', async () => {
  const { page, server } = dashboard
  await page.waitForURL(/\/get-started$/)
  await step('Create an application').getByText('next', { exact: true }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await shoot('get-started')
  client = await server.createClient({ name: 'Harbour Shop' })
  await page.getByText('1 step of 9 done.').waitFor()
  assert.match(await nextStep(), /database connection/)
  connection_id = await server.createConnection('customers', {}, [])
  await page.getByText('2 steps of 9 done.').waitFor()
  assert.match(await nextStep(), /own database/)
  await page.getByRole('link', { name: 'Custom Database' }).first().click()
  await page.waitForURL(new RegExp(`connections/${connection_id}/custom-database`))
  await page.goBack()
})

test('scripts, parameters and import are steps, and a person who arrives is shown at once', async () => {
  const { page, server } = dashboard
  const change = async (options: object): Promise<void> => {
    await server.must('PATCH', `connections/${connection_id}/settings`, { options })
  }
  const { login, get_user } = legacyScripts
  await change({ enabledDatabaseCustomization: true })
  await step('Save the scripts').getByText('next', { exact: true }).waitFor()
  const reading = login.replace('{', '{ void configuration.PORT;')
  const scripts = { login: { source: reading }, get_user: { source: get_user } }
  await server.must('PATCH', `connections/${connection_id}/scripts`, { scripts })
  await page.getByText('1 parameter is not set.').waitFor()
  await server.must('PATCH', `connections/${connection_id}/configuration`, { configuration: { PORT: '5432' } })
  await step('Try the login script').getByText('next', { exact: true }).waitFor({ timeout: 40_000 })
  await change({ import_mode: true })
  await step('Let the application use').getByText('next', { exact: true }).waitFor()
  await server.must('PATCH', `connections/${connection_id}`, { enabled_clients: [client.client_id] })
  await page.getByText('Waiting for the first person').waitFor()
  const [ada, , mallory] = legacy_people
  await server.login(client, 'customers', ada.email, 'wrong')
  await page.getByText('1 login: wrong password').waitFor()
  await shoot('get-started-waiting')
  assert.deepEqual(await checkAxe(page), [])
  assert.equal((await server.login(client, 'customers', mallory.email, legacy_password)).status, 200)
  await page.getByText('The first person has moved').waitFor()
  await page.getByRole('link', { name: mallory.email }).waitFor()
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  await shoot('get-started-moved')
  assert.deepEqual(await checkAxe(page), [])
})

test('the page goes away once someone has moved, and can be hidden before', async () => {
  const { page, server, goto, tenant_id, errors } = dashboard
  const entry = page.getByRole('navigation').getByRole('link', { name: 'Get started' })
  await entry.waitFor()
  assert.equal(await page.getByRole('listitem').getByText('next', { exact: true }).count(), 0)
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click()
  await page.waitForURL(/\/users$/)
  await entry.waitFor({ state: 'detached' })
  await page.evaluate('localStorage.clear()')
  await page.goto(`${server.admin_url}/t/${tenant_id}`)
  await page.waitForURL(/\/connections$/)
  await entry.waitFor({ state: 'detached' })
  await page.evaluate('localStorage.clear()')
  await goto('get-started')
  await entry.waitFor()
  await page.getByRole('button', { name: 'Hide this page' }).click()
  await page.waitForURL(/\/connections$/)
  await entry.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByRole('button', { name: 'Get started' }).click()
  await page.waitForURL(/\/get-started$/)
  assert.deepEqual(errors, [])
})

test('a failed load shows its cause and Retry', async () => {
  const { page, goto, errors } = dashboard
  const problem = { statusCode: 503, error: 'Service Unavailable', message: 'The store is away.', errorCode: 'x' }
  await page.route(/\/first-steps/, (route) => route.fulfill({ status: 503, json: problem }))
  await goto('get-started')
  await page.getByRole('alert').getByText('The store is away.').waitFor()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByText('have moved').or(page.getByText('has moved')).first().waitFor()
  assert.ok(errors.splice(0).every((error) => error.includes('503')))
})
