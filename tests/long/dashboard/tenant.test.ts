// The pages of the tenant itself: settings, plan, signing keys, and the network of its rules and actions.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { objects, type Json } from '../../support/requests.ts'

/** What is wrong with the pages that were checked. */
const found: string[] = []
let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
  await fillTenant(dashboard.server)
})
after(() => dashboard?.close())
afterEach(() => {
  assert.deepEqual(found.splice(0), [])
  assert.deepEqual(dashboard.errors.splice(0), [])
})

/** Notes what axe finds on a page, and whether it is wider than the smallest screen. */
async function checkPage(name: string): Promise<void> {
  const { page } = dashboard
  found.push(...(await checkAxe(page)))
  const size = page.viewportSize()
  // A notice that is shown while the screen gets smaller is still as wide as before.
  // It stays while the pointer is over it.
  await page.mouse.move(0, 0)
  await page.locator('.mantine-Notification-root').first().waitFor({ state: 'detached' })
  await page.setViewportSize(phone)
  await page.waitForTimeout(300)
  const width = await page.evaluate('document.documentElement.scrollWidth')
  if (Number(width) > phone.width) found.push(`${name} is ${String(width)} px wide`)
  const folder = process.env['WHERRY_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: true })
  if (size) await page.setViewportSize(size)
  if (folder === undefined) return
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.waitForTimeout(300)
  await page.screenshot({ path: `${folder}/${name}-dark.png`, fullPage: true })
  await page.emulateMedia({ colorScheme: 'light' })
}

const settings = async (): Promise<Json> => await dashboard.server.must('GET', 'tenants/settings')

test('settings are saved with the changed members only, and a refusal stands at its field', async () => {
  const { page, goto } = dashboard
  await goto('tenant')
  const name = page.getByLabel('Name', { exact: true })
  await name.fill('<img src=x onerror=alert(1)> Harbour')
  await page.getByLabel('E-mail address').fill('help')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Enter an e-mail address, or leave it empty.').waitFor()
  await page.getByLabel('E-mail address').fill('help@harbour.example')
  await page.getByRole('combobox', { name: 'Default language' }).click()
  await page.getByRole('option', { name: 'German' }).click()
  await page.getByLabel('Longest time without use').fill('12.5')
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  assert.deepEqual((await sent).postDataJSON(), {
    friendly_name: '<img src=x onerror=alert(1)> Harbour',
    support_email: 'help@harbour.example',
    enabled_locales: ['de', 'es', 'fr', 'ja'],
    idle_session_lifetime: 12.5,
  })
  await page.getByText('Saved', { exact: true }).waitFor()
  assert.equal((await settings())['idle_session_lifetime'], 12.5)
  await page.reload()
  await page.getByLabel('Longest time without use').waitFor()
  assert.equal(await name.inputValue(), '<img src=x onerror=alert(1)> Harbour')
  await checkPage('settings')
  // The server knows better which addresses are valid.
  await page.getByLabel('Web page').fill('https://[bad/')
  await page.getByRole('button', { name: 'Save' }).click()
  const refusal = page.getByText('An address begins with http:// or https://')
  await refusal.waitFor()
  assert.equal(await page.getByText(/support_url/).count(), 0)
  assert.match((await page.getByLabel('Web page').getAttribute('aria-invalid')) ?? '', /true/)
  assert.ok(dashboard.errors.splice(0).every((error) => error.includes('400')))
  await page.getByRole('link', { name: 'Plan' }).click()
  await page.getByText('Leave without saving?').waitFor()
  await page.getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { name: 'Plans' }).waitFor()
})

test('the lifetimes that apply are shown, and the defaults are chosen by search', async () => {
  const { page, goto } = dashboard
  await goto('tenant')
  await page.getByRole('switch', { name: 'Sessions end with the browser' }).click()
  await page.getByLabel('Longest session').fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Enter hours from 0.01 to 8,760.').waitFor()
  await page.getByLabel('Longest session').fill('10')
  await page.getByRole('textbox', { name: 'Connection of password grants that name no realm' }).fill('cust')
  await page.getByRole('option', { name: 'customers' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const saved = await settings()
  assert.deepEqual(
    [
      saved['session_cookie'],
      saved['ephemeral_session_lifetime'],
      saved['session_lifetime'],
      saved['default_directory'],
    ],
    [{ mode: 'non-persistent' }, 10, 168, 'customers'],
  )
  await page.getByRole('textbox', { name: 'Connection of password grants that name no realm' }).click()
  await page.getByRole('option', { name: 'None' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save', disabled: true }).waitFor()
  assert.equal((await settings())['default_directory'], '')
})

test('the plan says what each allows, and what a lower one does to how many people', async () => {
  const { page, goto } = dashboard
  await dashboard.server.login({ client_id: 'nobody', client_secret: 'x' }, 'customers', 'x@harbour.example', 'x')
  await goto('tenant/plan')
  await page.getByRole('row', { name: /Enterprise present plan.*Everything is allowed/ }).waitFor()
  await page
    .getByRole('row', {
      name: /^Free.*Those who have not moved, 0 people of them known, cannot log in.*In: ?customers/,
    })
    .waitFor()
  await page
    .getByRole('row', { name: /^Developer Use.*|^Developer .*Nothing changes/ })
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'customers' }).waitFor()
  await page.getByText('npm run wherry -- tenants plan --tenant default --plan developer').waitFor()
  await checkPage('plan')
})

test('keys are rotated and revoked after a question, and their certificates are downloaded', async () => {
  const { page, goto, server } = dashboard
  const listed = async () => objects(await server.must('GET', 'keys/signing'))
  const [current, next] = await listed()
  await goto('tenant/signing-keys')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: `Download the certificate of ${String(current?.['kid'])}` }).click()
  assert.equal((await download).suggestedFilename(), `${String(current?.['kid'])}.pem`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page.getByText(/The next key signs new tokens/).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  await page.getByText('The next key signs now').waitFor()
  assert.equal((await listed())[0]?.['kid'], next?.['kid'])
  const kid = String(current?.['kid'])
  await page.getByRole('button', { name: `Revoke ${kid}` }).click()
  await page.getByText(/Every token that it signed is refused/).waitFor()
  await page.getByRole('textbox', { name: `Type ${kid.slice(0, 8)} to confirm` }).fill(kid.slice(0, 8))
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('The key is revoked').waitFor()
  await page.getByRole('button', { name: `Revoke ${kid}` }).waitFor({ state: 'detached' })
  assert.equal((await listed()).find((key) => key['kid'] === kid)?.['revoked'], true)
  await checkPage('signing-keys')
})

test('the network of rules and actions is limited after a question, and a removal is undone', async () => {
  const { page, goto } = dashboard
  await goto('tenant/network')
  await page.getByLabel('Host and port, such as db.example.com:5432').fill('api.harbour.example:443')
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
  await page.getByRole('row', { name: /api\.harbour\.example:443/ }).waitFor()
  await page.getByRole('radio', { name: 'Only the destinations below' }).click()
  await page.getByRole('dialog').getByRole('button').last().click()
  await page.getByRole('radio', { name: 'Only the destinations below', checked: true }).waitFor()
  const saved = { mode: 'allow_list', allow: ['api.harbour.example:443'] }
  assert.deepEqual((await settings())['extensibility_egress'], saved)
  await page
    .getByRole('row', { name: /api\.harbour/ })
    .getByRole('button')
    .click()
  await page.getByText('api.harbour.example:443 is no longer allowed').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await page.getByRole('row', { name: /api\.harbour/ }).waitFor()
  assert.deepEqual((await settings())['extensibility_egress'], saved)
  await checkPage('network')
})

test('a viewer reads all of it and changes nothing; support is sent away', async () => {
  const { page, goto, setRole } = dashboard
  await setRole(owner_email, 'viewer')
  await goto('tenant')
  await page.getByLabel('Name', { exact: true }).waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).isDisabled(), true)
  await goto('tenant/signing-keys')
  await page.getByRole('group', { name: 'This needs the role owner' }).first().waitFor()
  assert.equal(await page.getByRole('button', { name: 'Rotate' }).isDisabled(), true)
  await goto('tenant/network')
  await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
  await setRole(owner_email, 'support')
  await goto('tenant/plan')
  await page.getByText('Your role does not permit this page').waitFor()
  await setRole(owner_email, 'owner')
})
