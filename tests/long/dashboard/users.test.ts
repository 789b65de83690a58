import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Request } from 'playwright-core'
import { ada } from '../../oauth/ada.ts'
import { createBrowserClient } from '../../oauth/browser-client.ts'
import { answerOf, createBrowser } from '../../support/browser.ts'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_password } from '../../support/dashboard-tenant.ts'
import { waitUntil } from '../../support/wait-until.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const desktop = { width: 1280, height: 800 }

let dashboard: OpenDashboard
let tenant: Awaited<ReturnType<typeof fillTenant>>
let app: Awaited<ReturnType<typeof createBrowserClient>>
let page: OpenDashboard['page']

before(async () => {
  dashboard = await openDashboard()
  tenant = await fillTenant(dashboard.server)
  for (const name of ['ada', 'mallory']) await tenant.move(`${name}@harbour.example`)
  app = await createBrowserClient(dashboard.server)
  page = dashboard.page
})
after(() => dashboard.close())
beforeEach(() => void dashboard.errors.splice(0))

const pathOf = (user_id: string, tab = ''): string => `users/${encodeURIComponent(user_id)}${tab}`
const openUser = (user_id: string, tab = '') => dashboard.goto(pathOf(user_id, tab))
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })
const said = (text: string | RegExp) => page.getByText(text).first().waitFor()
const isPatch = (request: Request): boolean => request.method() === 'PATCH'
const read = (user_id: string) => dashboard.server.must('GET', pathOf(user_id))

async function idOf(email: string): Promise<string> {
  const [user] = await dashboard.server.must('GET', `users-by-email?email=${email}`)
  return String(user.user_id)
}

/** Logs the user of the application in, in another browser, and returns a refresh token. */
async function logIn(): Promise<string> {
  const browser = createBrowser(dashboard.server, { 'user-agent': firefox })
  const { code } = answerOf(
    await browser.logIn(app.authorize({ scope: 'openid offline_access' }), ada.email, ada.password),
  )
  return String((await app.exchange(code)).json.refresh_token)
}

test('a profile sends its changed members only, asks before it is left, and shows a refusal at its field', async () => {
  await openUser(tenant.user_id)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Grace')
  await page.getByRole('link', { name: 'Metadata' }).click()
  await said('Leave without saving?')
  await inDialog('Cancel').click()
  const [request] = await Promise.all([page.waitForRequest(isPatch), button('Save').click()])
  assert.deepEqual(request.postDataJSON(), { name: 'Grace' })
  await said('Saved')
  await page.getByRole('textbox', { name: 'E-mail' }).fill('no address')
  await button('Save').click()
  // Once, at the field, which has the focus.
  const refusal = page.getByText('An e-mail address has one @ and no spaces')
  await page.locator('[id$=-error]').and(refusal).waitFor()
  assert.equal(await refusal.count(), 1)
  assert.equal(await page.getByText('This could not be saved').count(), 0)
  await page.getByRole('textbox', { name: 'E-mail' }).and(page.locator(':focus')).waitFor()
  assert.equal((await read(tenant.user_id)).name, 'Grace')
  await button('Discard changes').click()
  assert.deepEqual(
    dashboard.errors.filter((text) => !/400/.test(text)),
    [],
  )
})

test('what is typed while a save runs stays, and is saved by the next one', async () => {
  await openUser(tenant.user_id)
  const answered = Promise.withResolvers<void>()
  await page.route('**/api/v2/users/**', async (route) => {
    if (route.request().method() === 'PATCH') await answered.promise
    await route.continue()
  })
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await name.fill('Grace H')
  const first = page.waitForRequest(isPatch)
  await button('Save').click()
  assert.deepEqual((await first).postDataJSON(), { name: 'Grace H' })
  await page.getByRole('textbox', { name: 'Nickname' }).fill('amazing')
  await name.fill('Grace Hopper')
  answered.resolve()
  await said('Saved')
  // The user is read again after a save.
  await page.waitForLoadState('networkidle')
  assert.equal(await name.inputValue(), 'Grace Hopper')
  const [request] = await Promise.all([page.waitForRequest(isPatch), button('Save').click()])
  assert.deepEqual(request.postDataJSON(), { name: 'Grace Hopper', nickname: 'amazing' })
  await page.unroute('**/api/v2/users/**')
})

test('metadata is edited as JSON: an error names its line, and a removed member is removed', async () => {
  await dashboard.server.must('PATCH', pathOf(tenant.user_id), { app_metadata: { plan: 'gold', seats: 2 } })
  await openUser(tenant.user_id, '/metadata')
  const editor = page.getByRole('textbox', { name: 'App metadata as JSON' })
  await editor.fill('{\n  "plan": "blue",\n}')
  await said(/^Line 3: /)
  const part = page.getByRole('region', { name: 'App metadata' })
  assert.equal(await part.getByRole('button', { name: 'Save' }).isDisabled(), true)
  await editor.fill(`{ "plan": "${'x'.repeat(270_000)}" }`)
  await said(/At most 262,144 can be saved/)
  await editor.fill('{ "plan": "blue" }')
  const [request] = await Promise.all([
    page.waitForRequest(isPatch),
    part.getByRole('button', { name: 'Save' }).click(),
  ])
  assert.deepEqual(request.postDataJSON(), { app_metadata: { plan: 'blue', seats: null } })
  await said('Saved')
  assert.deepEqual((await read(tenant.user_id)).app_metadata, { plan: 'blue' })
})

test('an admin sets a password, sends a verification mail and a link, and creates a link', async () => {
  const mails = async (): Promise<number> => (await dashboard.server.outbox('signed-up@harbour.example')).length
  const before_all = await mails()
  await openUser(tenant.user_id)
  await page.getByLabel('New password').fill('harbour')
  await button('Set the password').click()
  await said('The password is too weak. It needs: at least 8 characters; characters of 3 kinds')
  assert.ok(dashboard.errors.splice(0).every((error) => error.includes('400')))
  await page.getByLabel('New password').fill('Harbour-1893')
  await button('Set the password').click()
  await said(/has a new password/)
  await button('Send a verification mail').click()
  await page.getByText('No mail server is set: mails are not sent.', { exact: false }).waitFor()
  await said('No mail server is set: the mail is in the outbox')
  await button('Send a link for a new password').click()
  await inDialog('Send').click()
  await page.getByText('No mail server is set: the mail is in the outbox').nth(1).waitFor()
  await button('Create a link without a mail').click()
  await inDialog('Create').click()
  await page
    .getByRole('dialog')
    .getByText(/ticket=/)
    .waitFor()
  await inDialog('Done').click()
  assert.equal(await mails(), before_all + 2)
  assert.deepEqual(dashboard.errors, [])
})

test('sessions name the browser, and end one by one and all at once; refresh tokens are revoked', async () => {
  const tokens = [await logIn(), await logIn()]
  const refresh = async (refresh_token: string | undefined): Promise<number> =>
    (await dashboard.server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token })).status
  await openUser(app.user_id, '/sessions')
  const sessions = page.getByRole('region', { name: 'Browser sessions' })
  await sessions
    .getByRole('row', { name: /Firefox on Linux/ })
    .nth(1)
    .waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await sessions.getByRole('button', { name: 'End the session of Firefox on Linux' }).first().click()
  await said('The session has ended')
  await sessions
    .getByRole('row', { name: /Firefox on Linux/ })
    .nth(1)
    .waitFor({ state: 'detached' })
  await button('End all sessions').click()
  await inDialog('End all sessions').click()
  await said('No browser is logged in')
  await button('Revoke all refresh tokens').click()
  await inDialog('Revoke all refresh tokens').click()
  await said('No application holds a refresh token')
  assert.deepEqual(await Promise.all(tokens.map(refresh)), [403, 403])
  assert.deepEqual(dashboard.errors, [])
})

test('another user is searched on the server, linked and unlinked', async () => {
  await openUser(tenant.user_id, '/identities')
  await button('Link another user').click()
  await page.getByRole('textbox', { name: 'The other user' }).fill('mallory')
  await page.getByRole('option', { name: /mallory@/ }).click()
  await said(/mallory@harbour.example is no user of its own any more/)
  await inDialog('Link').click()
  await page.getByRole('row', { name: /linked.*mallory@/ }).waitFor()
  assert.equal((await read(tenant.user_id)).identities.length, 2)
  await button('Unlink').click()
  await inDialog('Unlink').click()
  await said('The identity is a user of its own again')
  assert.equal((await read(tenant.user_id)).identities.length, 1)
  const dots = { connection: 'staff', user_id: '..', email: 'dots@harbour.example', password: 'Harbour-1893' }
  await dashboard.server.must('POST', 'users', dots)
  const named = { provider: 'auth0', user_id: '..' }
  await dashboard.server.must('POST', `users/${encodeURIComponent(tenant.user_id)}/identities`, named)
  await openUser(tenant.user_id, '/identities')
  await button('Unlink').click()
  await inDialog('Unlink').click()
  await said('The identity is a user of its own again')
  assert.equal((await read(tenant.user_id)).identities.length, 1)
  assert.deepEqual(dashboard.errors, [])
})

test('the migration and the log of a user show how the user came, and what happened', async () => {
  await openUser(await idOf('ada@harbour.example'), '/migration')
  await said('L-1001')
  await page
    .getByRole('region', { name: 'What happened' })
    .getByText(/became: /)
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Both sides, and what an admin may do' }).click()
  await page.waitForURL(/migration\/con_\w+\/people\//)
  await openUser(tenant.user_id, '/migration')
  await said('This user did not come from a legacy store')
  await openUser(await idOf('ada@harbour.example'))
  await page.getByRole('navigation', { name: 'Parts of the user' }).getByRole('link', { name: 'Logs' }).click()
  await page
    .getByRole('row', { name: /done.*ada@/ })
    .first()
    .waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('the list is filtered by way and connection and sorted by the address, and a user is created', async () => {
  await dashboard.goto('users?way=login&connection=customers')
  await page.getByRole('row', { name: /ada@/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: /signed-up@/ }).count(), 0)
  await button('Show all connections').click()
  await page.waitForURL(/users\?way=login$/)
  await page
    .getByRole('combobox', { name: 'Came here' })
    .or(page.getByRole('textbox', { name: 'Came here' }))
    .click()
  await page.getByRole('option', { name: 'created', exact: true }).click()
  await page.waitForURL(/users\?way=api$/)
  await page.getByRole('row', { name: /signed-up@.*created/ }).waitFor()
  await dashboard.goto('users?sort=email')
  await page.getByRole('row', { name: /ada@/ }).first().waitFor()
  assert.match((await page.getByRole('row').nth(1).textContent()) ?? '', /^ada@/)
  await button('Create user').click()
  await inDialog('Create user').click()
  await said('Choose the connection that the user belongs to')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Connection' }).fill('staff')
  await page.getByRole('option', { name: 'staff' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }).fill('new@harbour.example')
  await page.getByRole('dialog').getByLabel('Password').first().fill(legacy_password)
  await inDialog('Create user').click()
  await page.getByRole('heading', { level: 1, name: 'new@harbour.example' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'new@harbour.example' }).waitFor()
})

test('a user is deleted once the name was typed: a change that was not saved asks nothing, and nothing reads the user again', async () => {
  const user_id = await dashboard.server.createUser('staff', {
    email: 'gone-soon@harbour.example',
    password: legacy_password,
  })
  await openUser(user_id)
  await page.getByRole('textbox', { name: 'Nickname' }).fill('not saved')
  await button('Delete').click()
  assert.equal(await inDialog('Delete').isDisabled(), true)
  await page.getByRole('dialog').getByRole('textbox').fill('gone-soon@harbour.example')
  await inDialog('Delete').click()
  await said('gone-soon@harbour.example is deleted')
  assert.match(page.url(), /\/users$/)
  assert.equal((await dashboard.server.api('GET', pathOf(user_id))).status, 404)
  assert.deepEqual(dashboard.errors, [])
})

test('every part of a user has no violation of axe, fits a phone and shows markup as text', async () => {
  const mallory = await idOf('mallory@harbour.example')
  const problems: string[] = []
  for (const tab of ['', '/metadata', '/identities', '/sessions', '/migration', '/logs']) {
    await openUser(mallory, tab)
    await page.getByRole('navigation', { name: 'Parts of the user' }).waitFor()
    await page.waitForTimeout(1500)
    problems.push(...(await checkAxe(page)))
    await page.setViewportSize(phone)
    // The page is laid out anew in its own time.
    const fits = waitUntil(() => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'))
    await fits.catch(() => problems.push(`${tab}: wide`))
    await page.setViewportSize(desktop)
    if ((await page.locator('img[src="x"], [onerror]').count()) > 0) problems.push(`${tab}: markup`)
  }
  assert.deepEqual([...problems, ...dashboard.errors], [])
})

test('a viewer changes nothing, and support reads which parts need another role', async () => {
  await dashboard.setRole(owner_email, 'viewer')
  await openUser(app.user_id)
  await page.getByRole('textbox', { name: 'E-mail' }).waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).isDisabled(), true)
  await openUser(app.user_id, '/sessions')
  await said('No browser is logged in')
  await dashboard.setRole(owner_email, 'support')
  for (const tab of ['/sessions', '/logs']) {
    await openUser(app.user_id, tab)
    await said('It needs the role viewer. An owner of the tenant can change your role.')
  }
  assert.deepEqual(await checkAxe(page), [])
  await dashboard.setRole(owner_email, 'owner')
})
