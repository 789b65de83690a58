// The pages of APIs: created, searched, changed and authorized by an owner; and markup on the pages of APIs and applications.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'

const markup = '"><img src=x onerror="alert(1)">'
const many = 60

let dashboard: OpenDashboard
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
  const { server } = dashboard
  for (let at = 0; at < many; at += 1) {
    await server.must('POST', 'clients', { name: `Service ${at}`, app_type: 'non_interactive' })
    await server.must('POST', 'resource-servers', { identifier: `urn:api:${at}`, name: `Api ${at}` })
  }
})
after(() => dashboard.close())
beforeEach(async () => {
  await page.unrouteAll()
  dashboard.errors.length = 0
})

const dialog = () => page.getByRole('dialog')
const button = (name: string | RegExp) => page.getByRole('button', { name })
const row = (name: string | RegExp) => page.getByRole('row', { name })
const tab = (name: string) => page.getByRole('navigation', { name: /^Parts of/ }).getByRole('link', { name })
const saved = () => page.getByText('Saved', { exact: true }).first()
/** The id of the thing whose page is open. */
const idOfPage = (): string => new URL(page.url()).pathname.split('/')[4] ?? ''

/** What the next request of a change sends. */
async function bodyOfNext(change: () => Promise<void>): Promise<unknown> {
  const [request] = await Promise.all([page.waitForRequest((one) => one.method() === 'PATCH'), change()])
  return request.postDataJSON() as unknown
}

test('an API is created, gets permissions, and is authorized for an application that a picker finds on the server', async () => {
  const { server } = dashboard
  await dashboard.goto('apis')
  await button('Create API').first().click()
  await dialog().getByLabel('Name').fill('Orders')
  await dialog().getByLabel('Identifier').fill('https://orders.example/')
  await dialog().getByRole('button', { name: 'Create API' }).click()
  await page.waitForURL(/\/permissions$/)
  const id = idOfPage()
  for (const [value, description] of [
    ['read:orders', markup],
    ['write:orders', 'Change orders'],
  ] as const) {
    await button('Add permission').click()
    await dialog().getByLabel('Permission').fill(value)
    await dialog().getByLabel('Description').fill(description)
    await dialog().getByRole('button', { name: 'Add permission' }).click()
    await row(value).waitFor()
  }
  await button('Remove write:orders').click()
  await row('write:orders').waitFor({ state: 'detached' })
  await button('Undo').click()
  await row('write:orders').waitFor()
  assert.deepEqual(await checkAxe(page), [])

  await tab('Applications').click()
  await button('Authorize an application').click()
  const picker = dialog().getByLabel('Choose an application')
  await picker.click()
  await page.getByRole('option', { name: 'Service 0' }).waitFor()
  await picker.fill('service 57')
  await page.getByRole('option', { name: 'Service 57' }).click()
  await dialog().getByLabel('write:orders').check()
  await dialog().getByRole('button', { name: 'Authorize', exact: true }).click()
  await row(/Service 57/).waitFor()
  const grants = await server.must('GET', `client-grants?audience=${encodeURIComponent('https://orders.example/')}`)
  assert.deepEqual(
    grants.map(({ scope }: { scope: string[] }) => scope),
    [['write:orders']],
  )
  assert.deepEqual(await checkAxe(page), [])

  await row(/Service 57/)
    .getByRole('link', { name: 'Service 57' })
    .click()
  await tab('APIs').click()
  await button('Edit the permissions for https://orders.example/').click()
  await dialog().getByLabel('All permissions, also those').check({ force: true })
  assert.deepEqual(await bodyOfNext(() => dialog().getByRole('button', { name: 'Save' }).click()), {
    allow_all_scopes: true,
  })
  await row(/all permissions/).waitFor()
  await button(/^Revoke the access/).click()
  await page.getByText('It may call no API yet').waitFor()
  assert.deepEqual(dashboard.errors, [])
  await button('Undo').last().click()
  await row(/all permissions/).waitFor()

  await dashboard.goto(`apis/${id}`)
  await page.getByLabel('Lifetime', { exact: true }).fill('60')
  await button('Save').click()
  await page.getByText('Not longer than the other lifetime').waitFor()
  await page.getByLabel('Lifetime for browsers').fill('60')
  assert.deepEqual(await bodyOfNext(() => button('Save').click()), { token_lifetime: 60, token_lifetime_for_web: 60 })
  await saved().waitFor()
})

test('a search is that of the server, by name and identifier, and is in the address', async () => {
  await dashboard.goto('apis?q=API%3A41')
  await row(/Api 41/).waitFor()
  assert.equal(await page.getByRole('row').count(), 2)
  await page.getByRole('searchbox').fill('pi 42')
  await row(/Api 42/).waitFor()
  await page.waitForURL(/q=pi/)
})

test('a failed load shows why and Retry, never that there is nothing', async () => {
  await page.route(/\/resource-servers/, (route) =>
    route.fulfill({ status: 500, json: { errorCode: 'server_error', message: 'The disk is full.' } }),
  )
  await dashboard.goto('apis')
  await page.getByText('The disk is full.').waitFor()
  assert.equal(await page.getByText('No APIs yet').count(), 0)
  await page.unrouteAll()
  await button('Retry').click()
  await row(/Api 0/).waitFor()
  dashboard.errors.length = 0
})

test('the Management API is marked, and can neither be changed nor deleted', async () => {
  const { server } = dashboard
  await dashboard.goto(`apis?q=${encodeURIComponent('/api/v2/')}`)
  await row(/system/)
    .getByRole('link')
    .click()
  await page.getByText('It belongs to Wherry').waitFor()
  assert.equal(await page.getByRole('textbox').count(), 0)
  assert.equal(await button('Delete API').count(), 0)
  await tab('Permissions').click()
  await row(/read:users/)
    .first()
    .waitFor()
  assert.equal(await button('Add permission').count(), 0)
  assert.ok(server.first_run.management_audience)
})

test('an API is deleted once its name was typed: a change that was not saved asks nothing, and nothing reads it again', async () => {
  await dashboard.goto('apis?q=Api%2043')
  await row(/Api 43/)
    .getByRole('link')
    .click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('changed')
  await button('Delete API').click()
  const confirm = dialog().getByRole('button', { name: 'Delete API' })
  assert.equal(await confirm.isDisabled(), true)
  await dialog().getByLabel('Type Api 43 to confirm').fill('Api 43')
  await confirm.click()
  await page.getByText('Api 43 is deleted').waitFor()
  assert.match(page.url(), /\/apis$/)
  await row(/Api 0/).waitFor()
  assert.equal(await row(/Api 43/).count(), 0)
  assert.deepEqual(dashboard.errors, [])
})

test('markup of applications and APIs stays text, and their pages fit a phone', async () => {
  const { server } = dashboard
  const client = await server.must('POST', 'clients', {
    name: 'Ferry',
    description: markup,
    app_type: 'non_interactive',
    callbacks: [`https://x.example/${markup}`],
    client_metadata: { [markup]: markup },
  })
  const identifier = `urn:${markup}`
  const api = await server.must('POST', 'resource-servers', {
    identifier,
    name: 'Odd',
    scopes: [{ value: '"><img/src=x>', description: markup }],
  })
  await server.must('POST', 'client-grants', { client_id: client.client_id, audience: identifier, scope: [] })
  await page.setViewportSize(phone)
  const of_client = ['', '/quick-start', '/quick-start?with=node-service', '/credentials', '/connections', '/apis']
  const of_api = ['', '/permissions', '/applications']
  const paths = [
    'applications',
    'apis',
    ...of_client.map((part) => `applications/${client.client_id}${part}`),
    ...of_api.map((part) => `apis/${api.id}${part}`),
  ]
  const problems: string[] = []
  for (const path of paths) {
    await dashboard.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(800)
    problems.push(...(await checkAxe(page)))
    if ((await page.locator('img').count()) > 0) problems.push(`${path}: markup`)
    if (await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'))
      problems.push(`${path}: scrolls sideways`)
  }
  assert.deepEqual([...problems, ...dashboard.errors], [])
  await page.setViewportSize({ width: 1280, height: 800 })
})
