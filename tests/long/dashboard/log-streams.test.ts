// The pages of log streams: create one, test it, see why it fails, pause it, delete it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { member, objects } from '../../support/requests.ts'
import { startWebhook, type Webhook } from '../../support/webhook.ts'

const markup = '<img src=x onerror="alert(1)">'
// Chromium reports each answer that refuses something.
const isUnexpected = (error: string): boolean => !/status of (400|403)/.test(error)

let dashboard: OpenDashboard
let webhook: Webhook

before(async () => {
  webhook = await startWebhook()
  dashboard = await openDashboard({ env: { WHERRY_EGRESS_ALLOW: webhook.address } })
})
after(async () => {
  await dashboard.close()
  await webhook.close()
})

test('an owner creates a stream, reads its secret once, tests it, and sees why it fails', async () => {
  const { page, goto, errors } = dashboard
  await goto('log-streams')
  await page.getByText('No log streams yet').waitFor()
  await page.getByRole('button', { name: 'Create log stream' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(markup)
  await dialog.getByLabel('URL of the webhook').fill('http://10.1.2.3/hook')
  await dialog.getByRole('button', { name: 'Create log stream' }).click()
  // The refusal of the server stands at its field.
  await dialog.getByText('The URL must begin with https://', { exact: false }).first().waitFor()
  await dialog.getByLabel('URL of the webhook').fill(webhook.url)
  await dialog.getByLabel('Authorization header').fill('Bearer receiver-token')
  await dialog.getByRole('button', { name: 'Create log stream' }).click()
  await dialog.getByText(/^whsec_/).waitFor()
  await dialog.getByRole('link', { name: 'Open the stream' }).click()
  await page.getByRole('heading', { level: 1, name: markup }).waitFor()
  assert.equal(await page.getByText(/^whsec_/).count(), 0)

  await page.getByRole('button', { name: 'Send a test event' }).click()
  await page.getByText(/The webhook accepted a test event/).waitFor()
  const tested = webhook.received.find(({ body }) => body.includes('"type":"test"'))
  assert.equal(tested?.headers['authorization'], 'Bearer receiver-token')
  webhook.answer(503)
  await page.getByRole('button', { name: 'Send a test event' }).click()
  await page.getByText('The webhook answered 503.').first().waitFor()
  assert.deepEqual(await checkAxe(page), [])
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('a save sends the changed members only, leaving asks, and a pause and a deletion are done by hand', async () => {
  const { page, server, errors } = dashboard
  const [stream] = objects(await server.must('GET', 'log-streams'))
  const id = String(stream?.['id'])
  // Another admin changes the filters meanwhile: the page reads it again, or keeps what it does not change.
  await page.getByLabel('Name', { exact: true }).fill('siem')
  await server.must('PATCH', `log-streams/${id}`, { filters: [{ type: 'category', name: 'user.migrated' }] })
  await page.getByRole('link', { name: 'Log streams' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'siem' }).waitFor()
  const saved = await server.must('GET', `log-streams/${id}`)
  assert.deepEqual(saved.filters, [{ type: 'category', name: 'user.migrated' }])

  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  assert.equal(member(await server.must('GET', `log-streams/${id}`), 'status'), 'paused')
  errors.length = 0
  await page.getByRole('button', { name: 'Delete log stream' }).click()
  const dialog = page.getByRole('dialog')
  assert.equal(await dialog.getByRole('button', { name: 'Delete log stream' }).isDisabled(), true)
  await dialog.getByLabel('Type siem to confirm').fill('siem')
  await dialog.getByRole('button', { name: 'Delete log stream' }).click()
  await page.getByText('No log streams yet').waitFor()
  assert.deepEqual(objects(await server.must('GET', 'log-streams')), [])
  assert.deepEqual(errors, [])
})

test('a viewer reads which role a change needs', async () => {
  const { page, goto, server, setRole, errors } = dashboard
  await server.must('POST', 'log-streams', { name: 'siem', type: 'http', sink: { httpEndpoint: webhook.url } })
  await setRole('owner@wherry.example', 'viewer')
  await goto('log-streams')
  await page.getByRole('link', { name: 'siem' }).click()
  await page.getByRole('heading', { level: 1, name: 'siem' }).waitFor()
  for (const name of ['Send a test event', 'Pause', 'Save', 'Delete log stream'])
    assert.equal(await page.getByRole('button', { name }).isDisabled(), true, name)
  await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
  assert.deepEqual(errors.filter(isUnexpected), [])
})
