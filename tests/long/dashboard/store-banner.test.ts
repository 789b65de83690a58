// What the dashboard says while the server cannot write to its store, or cannot read it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { loadDashboardFile } from '../../support/dashboard-source.ts'
import { waitUntil } from '../../support/wait-until.ts'

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard?.close())

/** Lets the store be read only, or written again. SQLite fails as it does on a file system that is read-only. */
const permitWrites = async (are_permitted: boolean): Promise<void> =>
  void (await sql.raw(`pragma query_only = ${are_permitted ? 0 : 1}`).execute(dashboard.server.internals.db))

test('while the store cannot be written every page says so and since when, reads go on, and the banner leaves afterwards', async () => {
  const { page, goto, server, errors } = dashboard
  await server.must('POST', 'clients', { name: 'Harbour Shop' })
  await goto('tenant')
  const name = page.getByLabel('Name', { exact: true })
  await name.fill('Harbour')
  const banner = page.getByRole('alert').filter({ hasText: 'The server cannot write' })
  assert.equal(await banner.count(), 0)
  await permitWrites(false)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This could not be saved').waitFor()
  await banner
    .getByText(
      /^The server cannot write: its store permits reading only, since \w+ \d+, \d{4}, \d+:\d\d:\d\d [AP]M GMT\+1$/,
    )
    .waitFor()
  await banner.getByText(/^What you read here is current/).waitFor()
  // What was typed stays, and another page is read.
  assert.equal(await name.inputValue(), 'Harbour')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('so that it refuses changes').waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('link', { name: 'Applications' }).click()
  await page.getByRole('link', { name: 'Harbour Shop' }).waitFor()
  assert.equal(await banner.count(), 1)
  await page.mouse.move(700, 700)
  assert.deepEqual(await checkAxe(page), [])
  await page.setViewportSize(phone)
  await waitUntil(async () => await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'))
  await page.setViewportSize({ width: 1280, height: 800 })
  await permitWrites(true)
  await banner.waitFor({ state: 'detached' })
  await server.must('PATCH', 'tenants/settings', { friendly_name: 'Harbour' })
  assert.ok(errors.splice(0).every((error) => /status of 503/.test(error)))
})

test('a read that is refused says that the store cannot be read, either, until a read succeeds', async () => {
  type State = { problem: string; since: string; reads_fail: boolean } | undefined
  const { learnStoreState, storeState, onStoreChange } = await loadDashboardFile<{
    learnStoreState: (response: Response, is_read: boolean) => void
    storeState: () => State
    onStoreChange: (listener: () => void) => () => void
  }>('client/store-state.ts')
  let changes = 0
  const forget = onStoreChange(() => (changes += 1))
  const since = '2026-11-29T14:02:00.000Z'
  const failing = { 'wherry-store-problem': 'disk_full', 'wherry-store-problem-since': since }
  const answer = (status: number, headers: Record<string, string> = {}): Response =>
    new Response('', { status, headers })
  const after_each: [Response, boolean, State][] = [
    [answer(200), true, undefined],
    [answer(200, failing), true, { problem: 'disk_full', since, reads_fail: false }],
    [answer(503, failing), false, { problem: 'disk_full', since, reads_fail: false }],
    [answer(503, failing), true, { problem: 'disk_full', since, reads_fail: true }],
    [answer(503, failing), false, { problem: 'disk_full', since, reads_fail: true }],
    [answer(401), true, { problem: 'disk_full', since, reads_fail: true }],
    [answer(200, failing), true, { problem: 'disk_full', since, reads_fail: false }],
    [answer(404), true, undefined],
  ]
  for (const [response, is_read, expected] of after_each) {
    learnStoreState(response, is_read)
    assert.deepEqual(storeState(), expected)
  }
  assert.equal(changes, 4)
  forget()
})
