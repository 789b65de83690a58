import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'

let dashboard: OpenDashboard

const markup = '<img src=x onerror="alert(1)">'

before(async () => {
  dashboard = await openDashboard()
  await fillTenant(dashboard.server)
})
after(() => dashboard.close())

test('an admin imports users from a file, sees which rows were refused, and gets them as a file', async () => {
  const { page, goto, errors } = dashboard
  await goto('jobs')
  await page.getByText('No jobs yet').waitFor()
  await page.getByRole('button', { name: 'Import users' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await dialog.getByText('Choose the connection that gets the users.').waitFor()
  await dialog.getByText('Choose a file.').waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await dialog.getByLabel('Connection').fill('staff')
  await page.getByRole('option', { name: 'staff' }).click()
  const rows = [{ email: 'imported@harbour.example' }, { email: markup }, { email: 'signed-up@harbour.example' }]
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'users.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(rows)) })
  await dialog.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('heading', { level: 1, name: 'Import of users' }).waitFor()
  await page.getByText('completed', { exact: true }).waitFor()
  await page.getByRole('row', { name: /img src=x/ }).waitFor()
  await page.getByRole('row', { name: /signed-up@/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the refused rows' }).click(),
  ])
  assert.equal((await readFile(await file.path(), 'utf8')).trim().split('\n').length, 2)
  assert.deepEqual(errors, [])
})

test('an admin exports users, finds the job in the list, and downloads the file', async () => {
  const { page, goto, errors } = dashboard
  await goto('jobs')
  await page.getByRole('button', { name: 'Export users' }).click()
  await page.getByRole('textbox', { name: 'Fields' }).fill('email\nidentities[0].connection\n')
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('heading', { level: 1, name: 'Export of users' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the file' }).click(),
  ])
  const text = gunzipSync(await readFile(await file.path())).toString()
  assert.match(text, /\{"email":"signed-up@harbour\.example","identities\[0\]\.connection":"staff"\}/)
  await page.setViewportSize(phone)
  await goto('jobs?type=users_export')
  await page.getByRole('row', { name: /Export of users.*completed/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: /Import of users/ }).count(), 0)
  assert.ok((await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)) <= phone.width)
  assert.deepEqual(await checkAxe(page), [])
  assert.deepEqual(errors, [])
})

test('a picker searches the server: it finds what lies beyond the first fifty, and shows why a search failed', async () => {
  const { page, goto, server } = dashboard
  for (let at = 10; at < 70; at += 1) await server.createConnection(`pier-${at}`, {}, [])
  await goto('jobs')
  await page.getByRole('button', { name: 'Import users' }).click()
  const picker = page.getByRole('dialog').getByLabel('Connection')
  await picker.click()
  await page.getByRole('option', { name: 'customers' }).waitFor()
  assert.equal(await page.getByRole('option', { name: 'pier-69' }).count(), 0)
  await picker.fill('ier-69')
  await page.getByRole('option', { name: 'pier-69' }).click()
  assert.equal(await picker.inputValue(), 'pier-69')
  const problem = {
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'The store is away.',
    errorCode: 'store_unavailable',
  }
  await page.route(/\/connections\?.*q=/, (route) => route.fulfill({ status: 503, json: problem }))
  await picker.fill('customers')
  await page.getByRole('alert').getByText('The store is away.').waitFor()
  assert.equal(await page.getByText('Nothing found').count(), 0)
  await page.unrouteAll()
  dashboard.errors.length = 0
})
