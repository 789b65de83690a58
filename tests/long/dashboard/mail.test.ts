// The pages of mail: the mail service with a test mail, templates with a preview, the outbox, and the webhook of text messages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startMailServer, type MailServer } from '../../mail/mail-server.ts'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { objects } from '../../support/requests.ts'

const markup = '<img src=x onerror="alert(1)">'
// Of the browser, where the functions that are passed to `evaluate` run.
declare function getComputedStyle(element: unknown): { color: string }

// Chromium reports each answer that refuses something.
const isUnexpected = (error: string): boolean => !/status of (400|403)/.test(error)

let dashboard: OpenDashboard
let mail_server: MailServer

before(async () => {
  mail_server = await startMailServer(0, { recipient: (to) => (to.startsWith('nobody') ? 550 : undefined) })
  dashboard = await openDashboard({ env: { WHERRY_EGRESS_ALLOW: `127.0.0.1:${mail_server.port}` } })
})
after(async () => {
  await dashboard.close()
  await mail_server.close()
})

test('an owner configures a mail service, and a test mail says what the mail server answered', async () => {
  const { page, goto, server, errors } = dashboard
  await goto('email')
  await page.getByText('This tenant has no mail service of its own').waitFor()
  await page.getByText('The operator has set no mail server either', { exact: false }).waitFor()
  await page.getByLabel('Host').fill('127.0.0.1')
  await page.getByLabel('Port').fill(String(mail_server.port))
  await page.getByLabel('User name').fill('acme')
  await page.getByLabel('Password').fill('pass-of-acme')
  await page.getByLabel('Default sender').fill('Acme <mail@acme.test>')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('region', { name: 'Test mail' }).waitFor()
  assert.equal(await page.getByLabel('Password').inputValue(), '')
  await page.getByLabel('Recipient').fill('ann@example.com')
  await page.getByRole('button', { name: 'Send a test mail' }).click()
  await page.getByText(/The mail server accepted the test mail/).waitFor()
  assert.deepEqual(
    mail_server.received.map(({ to }) => to),
    [['ann@example.com']],
  )
  await page.getByLabel('Recipient').fill('nobody@example.com')
  await page.getByRole('button', { name: 'Send a test mail' }).click()
  await page.getByText(/The mail server answered: 550 no such box/).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  // Of the changed members only: the credentials stay.
  await page.getByLabel('Default sender').fill('Acme <post@acme.test>')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).last().waitFor()
  const saved = await server.must('GET', 'emails/provider')
  assert.deepEqual([saved.default_from_address, saved.credentials.smtp_user], ['Acme <post@acme.test>', 'acme'])
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('a template is previewed while it is typed, in a frame without script, and a mistake stands on its line', async () => {
  const { page, goto, server, errors } = dashboard
  await goto('email/templates')
  await page.getByRole('link', { name: 'Choose a new password', exact: true }).click()
  const frame = page.frameLocator('iframe[title="Preview"]')
  await frame.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await page.getByLabel('Subject').fill('Hello {{ user.email }}')
  await page.getByText('Hello user@example.com').waitFor()
  const editor = page.getByRole('textbox', { name: 'Body' })
  await editor.fill(
    `<p style="color: rgb(1, 2, 3)">Ahoy {{ user.name }}</p><script>parent.document.title = 'taken'</script>${markup}`,
  )
  await frame.getByText('Ahoy Sample User').waitFor()
  // A style attribute applies there, which the policy of the dashboard refuses.
  assert.equal(await frame.getByText('Ahoy').evaluate((element) => getComputedStyle(element).color), 'rgb(1, 2, 3)')
  assert.doesNotMatch(await page.title(), /taken/)
  const title = await page.title()
  assert.deepEqual(
    dashboard.errors.filter((error) => !/sandbox|Content Security Policy/.test(error)),
    [],
  )
  dashboard.errors.length = 0
  await editor.fill('<p>{{ user.name </p>')
  await page.getByText('The template has a mistake', { exact: false }).waitFor()
  await frame.getByText('Ahoy Sample User').waitFor()
  await editor.fill('<p>Ahoy {{ user.name }}</p>')
  await page.getByText('The template has a mistake', { exact: false }).waitFor({ state: 'detached' })
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).last().waitFor()
  const { body, subject } = await server.must('GET', 'email-templates/reset_email')
  assert.deepEqual([body, subject], ['<p>Ahoy {{ user.name }}</p>', 'Hello {{ user.email }}'])
  assert.equal(await page.title(), title)
  dashboard.errors.length = 0
  // Previews leave no entries in the history: one step back is the list.
  await page.goBack()
  await page.getByRole('heading', { name: 'Mails that are sent' }).waitFor()
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('an owner reads a message of the outbox only on request, which is logged; an editor has no outbox', async () => {
  const { page, goto, server, setRole, errors } = dashboard
  await server.must('PATCH', 'emails/provider', { enabled: false })
  await server.createConnection('users', {}, [])
  await server.createUser('users', { email: 'ann@example.com', password: 'Compiler no. 1' })
  await server.settle()
  await goto('email/outbox')
  const answered = page.waitForResponse(/\/outbox\?.*include_content=false/)
  await page.reload()
  assert.doesNotMatch(await (await answered).text(), /ticket=/)
  await page.getByRole('link', { name: 'ann@example.com' }).click()
  await page.getByRole('heading', { level: 1, name: /Confirm your e-mail address/ }).waitFor()
  assert.equal(await page.getByText(/ticket=/).count(), 0)
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Show what it says' }).click()
  await page
    .getByText(/ticket=/)
    .first()
    .waitFor()
  assert.equal((await server.logs('details.operation:getOutboxMessage')).length, 1)
  await setRole('owner@wherry.example', 'editor')
  await goto('email/outbox')
  await page.getByText('It needs the role owner', { exact: false }).waitFor()
  await goto('email')
  await page.getByRole('heading', { level: 1, name: 'E-mail' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Outbox' }).count(), 0)
  await setRole('owner@wherry.example', 'owner')
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('the webhook of text messages is set, refused at its field, and removed by its name', async () => {
  const { page, goto, server, errors } = dashboard
  await goto('email/text-messages')
  await page.getByText('Text messages are not sent').waitFor()
  await page.getByLabel('URL of the webhook').fill('https://sms.example/send')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A new address needs its secret').first().waitFor()
  await page.getByLabel('Secret').fill(`whsec_${'A'.repeat(43)}=`)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('region', { name: 'Remove webhook' }).waitFor()
  assert.equal((await server.must('GET', 'tenants/settings')).text_message_webhook.url, 'https://sms.example/send')
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Remove webhook' }).click()
  await page.getByLabel('Type sms.example to confirm').fill('sms.example')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove webhook' }).click()
  await page.getByText('Text messages are not sent').waitFor()
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('a link that a mail server sends is on its way, and one that none sends is said to lie in the outbox', async () => {
  const { page, goto, server } = dashboard
  const [ann] = objects(await server.must('GET', 'users?q=email:"ann@example.com"'))
  const sendLink = async (): Promise<void> => {
    await goto(`users/${encodeURIComponent(String(ann?.['user_id']))}`)
    await page.getByRole('button', { name: 'Send a link for a new password' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
  }
  const is_kept = page.getByText('No mail server is set: mails are not sent.', { exact: false })
  await sendLink()
  await page.getByText('No mail server is set: the mail is in the outbox').waitFor()
  await is_kept.waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await server.must('PATCH', 'emails/provider', { enabled: true })
  await sendLink()
  await page.getByText('A link is on its way to ann@example.com').waitFor()
  assert.equal(await is_kept.count(), 0)
})

test('a mail service is removed once its name was typed, and nothing reads it again', async () => {
  const { page, goto, server, errors } = dashboard
  errors.length = 0
  await goto('email')
  await page.getByRole('button', { name: 'Remove mail service' }).click()
  await page.getByRole('dialog').getByLabel('Type smtp to confirm').fill('smtp')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove mail service' }).click()
  await page.getByText('The mail service is removed').waitFor()
  assert.equal((await server.api('GET', 'emails/provider')).status, 404)
  await page.getByText('Remove mail service').waitFor({ state: 'detached' })
  assert.deepEqual(errors, [])
})
