// Behaviours of the dashboard that need many rows, and those of what destroys. WHERRY_DASHBOARD_USERS sets the number of users
// (default 20,000).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { openDashboard, tabOpenedBy, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { fillStore } from '../../support/fill-store.ts'

const users = Number(process.env['WHERRY_DASHBOARD_USERS'] ?? 20_000)
const page_size = 50
const pages_read = 20
const connections = 60

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  const { db, tenant_id } = dashboard.server.internals
  const { connection_id } = tenant
  await fillStore(db, { tenant_id, connection_id, users, days: 0, events_per_day: 0 })
  for (let nth = 0; nth < connections; nth += 1) await dashboard.server.createConnection(`branch-${nth}`)
  page = dashboard.page
})
after(() => dashboard?.close())

const button = (name: string) => page.getByRole('button', { name, exact: true })

/** The middle one of some numbers. */
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('each further page of very many users is one request, and as fast as the first', async () => {
  const requests: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/v2/users?')) requests.push(request.url())
  })
  await dashboard.goto('users')
  await page.getByText(`${page_size} of `, { exact: false }).waitFor()
  const times: number[] = []
  for (let read = 1; read <= pages_read; read += 1) {
    const [response] = await Promise.all([
      page.waitForResponse((answer) => answer.url().includes('/api/v2/users?')),
      page.evaluate(`document.querySelector('[role=region][aria-label=Users]').scrollTo(0, 1e9)`),
    ])
    await page.getByText(`${((read + 1) * page_size).toLocaleString('en')} of `, { exact: false }).waitFor()
    const { requestStart, responseEnd } = response.request().timing()
    times.push(responseEnd - requestStart)
  }
  page.removeAllListeners('request')
  assert.equal(requests.length, pages_read + 1, requests.join('\n'))
  const [first, last] = [median(times.slice(0, 5)), median(times.slice(-5))]
  // A page that counts or skips the rows before it takes longer with each.
  assert.ok(last <= first * 3 + 100, `the first pages took ${first} ms, the last ${last} ms: ${times.join()}`)
})

test('a row opens in a new tab by the middle button', async () => {
  await dashboard.goto('users?q=signed-up')
  const opened = await tabOpenedBy(dashboard.context, () =>
    page.getByRole('link', { name: 'signed-up@harbour.example' }).click({ button: 'middle' }),
  )
  await opened.getByRole('heading', { level: 1, name: 'signed-up@harbour.example' }).waitFor()
  await opened.close()
})

test('a picker asks the server for what is typed, and finds what is not among the first fifty', async () => {
  await dashboard.goto('jobs')
  await button('Import users').click()
  const searched = page.waitForRequest(/connections\?.*branch-57/)
  await page.getByRole('dialog').getByLabel('Connection').fill('branch-57')
  await searched
  await page.getByRole('option', { name: 'branch-57' }).click()
  assert.equal(await page.getByRole('dialog').getByLabel('Connection').inputValue(), 'branch-57')
})

test('a delete takes the name of what is deleted, and what can be reversed has Undo', async () => {
  const { server, goto } = dashboard
  const id = await server.createConnection('gone-soon')
  await goto(`connections/${id}`)
  await button('Delete connection').click()
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Delete connection' })
  await dialog.getByLabel('Type gone-soon to confirm').fill('gone')
  assert.equal(await confirm.isDisabled(), true)
  await dialog.getByLabel('Type gone-soon to confirm').fill('gone-soon')
  await confirm.click()
  await page.getByText('gone-soon is being deleted').waitFor()
  assert.match(page.url(), /\/connections$/)
  assert.deepEqual(dashboard.errors.splice(0), [])

  const path = `connections/${tenant.connection_id}/egress`
  const egress = { mode: 'open', allow: ['db.harbour.example:5432'] }
  await server.must('PUT', path, egress)
  await goto(`connections/${tenant.connection_id}/custom-database`)
  await button('Remove: db.harbour.example:5432').click()
  await page.getByText('db.harbour.example:5432 is no longer allowed').waitFor()
  assert.deepEqual((await server.must('GET', path)).allow, [])
  await button('Undo').click()
  await button('Remove: db.harbour.example:5432').waitFor()
  assert.deepEqual((await server.must('GET', path)).allow, egress.allow)
})
