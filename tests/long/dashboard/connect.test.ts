// What connects a legacy store: the way of a login on Custom Database, the connect assistant, Try Connection, and the list of connections.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_password } from '../../support/dashboard-tenant.ts'

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>
before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
})
after(() => dashboard.close())

test('Custom Database shows the way of a login with the counts of today, as a drawing and as a table', async () => {
  const { page, server } = dashboard
  const { client, connection_id } = tenant
  await tenant.move('ada@harbour.example')
  await tenant.move('ada@harbour.example')
  await server.login(client, 'customers', 'grace@harbour.example', 'wrong one')
  await server.login(client, 'customers', 'nobody@harbour.example', 'wrong one')
  await dashboard.goto(`connections/${connection_id}/custom-database`)
  const way = page.getByRole('region', { name: 'The way of a login, today' })
  const rows = way.getByRole('table').getByRole('row')
  // Calls of scripts are counted a second later, and the page reads again every 15 s.
  await rows.filter({ hasText: 'The legacy store was asked' }).filter({ hasText: '3' }).waitFor({ timeout: 60_000 })
  assert.deepEqual(
    await rows.allInnerTexts().then((texts) => texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())),
    [
      'Step Logins',
      'All logins 4',
      'The legacy store was asked: calls of login 3',
      'Logged in here 1',
      'Moved, logged in 1',
      'Not let in (wrong name or password: 2) 2',
      'Legacy store failed 0',
    ],
  )
  const drawing = way.locator('svg').first()
  assert.equal(await drawing.isVisible(), true)
  assert.deepEqual(await checkAxe(page), [])

  await page.setViewportSize(phone)
  assert.equal(await drawing.isVisible(), false)
  const { width } = (await way.getByRole('table').boundingBox()) ?? { width: 0 }
  assert.ok(width > 200, `the table is ${width} px wide`)
  await page.setViewportSize({ width: 1280, height: 800 })

  const { id } = await server.must('GET', 'connections?name=staff').then(([staff]) => staff)
  await dashboard.goto(`connections/${id}/custom-database`)
  await rows.filter({ hasText: 'All logins' }).waitFor()
  assert.equal(await rows.count(), 4)
})

test('the parameters fit a phone', async () => {
  const { page, server } = dashboard
  const { connection_id } = tenant
  const configuration = { DATABASE_URL: 'postgres://x', ['A_NAME_OF_MANY_LETTERS_'.repeat(5)]: 'y' }
  await server.must('PATCH', `connections/${connection_id}/configuration`, { configuration })
  await page.setViewportSize(phone)
  await dashboard.goto(`connections/${connection_id}/custom-database`)
  const list = page.getByRole('list', { name: 'Parameters' })
  await list.getByRole('button', { name: 'Replace' }).first().waitFor()
  const right = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.equal(right, phone.width)
  assert.deepEqual(await checkAxe(page), [])
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('the list of connections sends one request for a page, and pickers search the server', async () => {
  const { page, server } = dashboard
  const { client } = tenant
  for (let nth = 0; nth < 60; nth += 1) await server.createConnection(`store-${nth}`, {}, [client])
  await server.login(client, 'customers', 'mallory@harbour.example', legacy_password)
  const requested: string[] = []
  const note = (request: { url(): string }): void => {
    const { pathname } = new URL(request.url())
    if (pathname.includes('/api/v2/')) requested.push(pathname)
  }
  page.on('request', note)
  await dashboard.goto('connections')
  const row = page.getByRole('row').filter({ hasText: 'customers' })
  await row.getByText('none failed today').waitFor()
  page.off('request', note)
  assert.deepEqual([...new Set(requested)], [`/t/${dashboard.tenant_id}/api/v2/migrations`])
  assert.deepEqual(await checkAxe(page), [])

  await dashboard.goto('jobs')
  await page.getByRole('button', { name: 'Export users' }).click()
  const picker = page.getByRole('dialog').getByLabel('Connection')
  await picker.fill('STORE-59')
  await page.getByRole('option', { name: 'store-59', exact: true }).click()
  assert.equal(await picker.inputValue(), 'store-59')
  assert.deepEqual(dashboard.errors, [])
})
