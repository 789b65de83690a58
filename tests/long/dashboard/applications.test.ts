// The pages of applications: created, searched, changed and deleted by an owner; and what an editor and a viewer can do.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { newPair, pemOf } from '../../support/client-keys.ts'
import { checkAxe, openDashboard, owner_email, type OpenDashboard } from '../../support/dashboard.ts'

const markup = '"><img src=x onerror="alert(1)">'
const many = 60

let dashboard: OpenDashboard
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
  const { server } = dashboard
  await server.createConnection('staff', {}, [])
  for (let at = 0; at < many; at += 1) {
    await server.must('POST', 'clients', { name: `Service ${at}`, app_type: 'non_interactive' })
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

test('an application of a server is created with its secret, which is shown once, and its quick start has the values of the tenant', async () => {
  const { server, tenant_id } = dashboard
  await dashboard.goto('applications')
  await button('Create application').first().click()
  await dialog().getByLabel('Name').fill('a < b')
  await dialog().getByRole('button', { name: 'Create application' }).click()
  await dialog().getByText('without < and >').waitFor()
  await dialog().getByLabel('Name').fill('Harbour Shop')
  await dialog().getByRole('button', { name: 'Create application' }).click()
  await dialog().getByText('Harbour Shop is created').waitFor()
  const [id, secret] = await dialog().locator('code').allTextContents()
  assert.deepEqual(await checkAxe(page), [])
  await button('Open the quick start').click()
  await page.waitForURL(/\/quick-start$/)
  await page.getByRole('heading', { level: 1, name: 'Harbour Shop' }).waitFor()
  assert.equal(idOfPage(), id)
  const made = await server.must('GET', `clients/${id}`)
  assert.equal(made.client_secret, secret)
  assert.deepEqual(
    [made.app_type, made.grant_types],
    ['regular_web', ['authorization_code', 'refresh_token']],
    `tenant ${tenant_id}`,
  )
  const code = page.getByRole('region', { name: 'server.mjs' })
  const text = (await code.textContent()) ?? ''
  assert.ok(text.includes(`issuerBaseURL: '${server.first_run.issuer}'`), text)
  assert.ok(text.includes(`clientID: '${id}'`), text)
  assert.ok(!(await page.content()).includes(secret ?? ''), 'the secret is on the page')

  assert.deepEqual(await bodyOfNext(() => button('Add them').click()), {
    callbacks: ['http://localhost:4000/callback'],
    allowed_logout_urls: ['http://localhost:4000'],
  })
  await page.getByText('registered').nth(1).waitFor()
  await page.getByText('Next.js').click()
  await page.waitForURL(/with=nextjs$/)
  await page
    .getByRole('region', { name: '.env.local' })
    .getByText(id ?? '')
    .waitFor()
  await page.reload()
  await page.getByRole('region', { name: '.env.local' }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
})

test('settings are saved by their changed members only, and each field says what its URLs must not be', async () => {
  const { server } = dashboard
  await tab('Settings').click()
  const id = idOfPage()
  const callbacks = page.getByLabel('Callback URLs')
  const refused: [string, string][] = [
    ['https://shop.example/#top', 'has no fragment'],
    ['https://shop.example/*', 'can only stand for the whole first label'],
    ['shop.example/callback', 'not a URL'],
    ['localhost:4000/callback', 'not a URL'],
    ['javascript:alert(1)', 'run it as a script'],
  ]
  for (const [url, problem] of refused) {
    await callbacks.fill(`https://shop.example/callback\n${url}`)
    await button('Save').click()
    await page.getByText(problem).waitFor()
  }
  const origins = page.getByLabel('Web origins')
  await origins.fill('https://shop.example/path')
  await callbacks.fill(
    ' https://shop.example/callback \n\nhttps://*.shop.example/callback\nhttps://shop.example/callback',
  )
  await button('Save').click()
  await page.getByText('an origin is a scheme, a host and a port only').waitFor()
  await origins.fill('https://shop.example')
  const body = await bodyOfNext(() => button('Save').click())
  assert.deepEqual(body, {
    callbacks: ['https://shop.example/callback', 'https://*.shop.example/callback'],
    web_origins: ['https://shop.example'],
  })
  await saved().waitFor()

  await server.must('PATCH', `clients/${id}`, { client_metadata: { kept: 'by another admin', team: 'deck' } })
  await page.reload()
  await page.getByRole('switch', { name: 'Rotation' }).uncheck({ force: true })
  await page.getByLabel('Metadata').getByLabel('Value 2').fill('bridge')
  await button('Add a text').click()
  await page.getByLabel('Name 3').fill('note')
  await page.getByLabel('Value 3').fill(markup)
  const changed = (await bodyOfNext(() => button('Save').click())) as Record<string, Record<string, unknown>>
  assert.deepEqual(Object.keys(changed).toSorted(), ['client_metadata', 'refresh_token'])
  assert.deepEqual(changed['client_metadata'], { team: 'bridge', note: markup })
  assert.equal(changed['refresh_token']?.['rotation_type'], 'non-rotating')
  await saved().waitFor()
  assert.deepEqual(await checkAxe(page), [])
})

test('a refusal of the server is shown at its field', async () => {
  await page.route(/\/api\/v2\/clients\//, async (route) =>
    route.request().method() === 'PATCH'
      ? await route.fulfill({
          status: 400,
          json: {
            errorCode: 'invalid_body',
            message: "Payload validation error: 'No such place' on property callbacks.",
          },
        })
      : await route.continue(),
  )
  await page.getByLabel('Callback URLs').fill('https://shop.example/other')
  await button('Save').click()
  await page.locator('[aria-invalid=true]').waitFor()
  assert.equal(await page.getByLabel('Callback URLs').getAttribute('aria-invalid'), 'true')
  await button('Discard changes').click()
  dashboard.errors.length = 0
})

test('rotating the secret says what stops working, and keys replace it', async () => {
  const { server } = dashboard
  await tab('Credentials').click()
  const id = idOfPage()
  const before = (await server.must('GET', `clients/${id}`)).client_secret as string
  await button('Show the secret').click()
  await page.getByText(before).waitFor()
  await button('Hide the secret').click()
  await button('Rotate the secret').click()
  await dialog().getByText('stops working at once').waitFor()
  await dialog().getByRole('button', { name: 'Rotate the secret' }).click()
  await page.getByText('The old one is refused from now on').waitFor()
  const after = (await server.must('GET', `clients/${id}`)).client_secret as string
  assert.notEqual(after, before)
  await dialog().getByText(after).waitFor()
  await page.keyboard.press('Escape')

  const { privateKey, publicKey } = newPair()
  await button('Add a key').click()
  await dialog().getByLabel('Name').fill(markup)
  await dialog()
    .getByLabel('Public key or certificate')
    .fill(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  await dialog().getByRole('button', { name: 'Add a key' }).click()
  await dialog().getByText('This is a private key').waitFor()
  await dialog().getByLabel('Public key or certificate').fill(pemOf(publicKey))
  await dialog().getByRole('button', { name: 'Add a key' }).click()
  await page.getByText('not in use', { exact: true }).waitFor()
  await button(/^Use the key/).click()
  await dialog().getByText('Its secret is refused at once').waitFor()
  await dialog().getByRole('button', { name: 'Use the key' }).click()
  await page.getByText('in use', { exact: true }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await button('Authenticate with the secret again').click()
  await dialog().getByRole('button', { name: 'Authenticate with the secret again' }).click()
  await page.getByText('With its secret.').waitFor()
  await button(/^Delete the key/).click()
  await dialog().getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No keys yet').waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('a connection is enabled for the application', async () => {
  const { server } = dashboard
  await tab('Connections').click()
  const id = idOfPage()
  const enabled = page.getByRole('switch', { name: 'Users of staff can log in' })
  await enabled.click({ force: true })
  await enabled.and(page.locator(':checked:enabled')).waitFor()
  const { connections } = await server.must('GET', `clients/${id}/connections?take=10`)
  assert.deepEqual(
    connections.map(({ name }: { name: string }) => name),
    ['staff'],
  )
  assert.deepEqual(await checkAxe(page), [])
})

test('lists are searched by the server, from the first page on, and the address has the search', async () => {
  await dashboard.goto('applications')
  await row(/Service 0/).waitFor()
  await page.getByRole('region', { name: 'Applications' }).evaluate((viewport) => viewport.scrollTo(0, 9999))
  await row(/Service 5\d/)
    .first()
    .waitFor()
  const search = page.getByRole('searchbox')
  const [request] = await Promise.all([page.waitForRequest(/q=service\+41/), search.fill('service 41')])
  assert.equal(new URL(request.url()).searchParams.get('page'), '0')
  await row(/Service 41/).waitFor()
  await page.waitForURL(/q=service/)
  assert.equal(await page.evaluate<string>('document.activeElement.type'), 'search')
  const href =
    (await row(/Service 41/)
      .getByRole('link')
      .getAttribute('href')) ?? ''
  await search.fill(href.split('/').at(-1) ?? '')
  await page.waitForURL(/q=[A-Za-z0-9]{32}/)
  await row(/Service 41/).waitFor()
  await page.reload()
  await row(/Service 41/).waitFor()
  await dashboard.goto('applications?type=spa')
  await page.getByText('No application matches').waitFor()
})

test('leaving changed settings asks, and deleting asks for the name', async () => {
  const { server } = dashboard
  const [{ client_id, name }] = await server.must('GET', 'clients?q=service%2059')
  await dashboard.goto('applications?q=service%2059')
  await row(name).getByRole('link').click()
  await page.getByLabel('Description').fill('changed')
  await tab('Quick start').click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click()
  await button('Discard changes').click()
  await button('Delete application').click()
  const confirm = dialog().getByRole('button', { name: 'Delete application' })
  assert.equal(await confirm.isDisabled(), true)
  await dialog().getByLabel(`Type ${name} to confirm`).fill(name)
  await confirm.click()
  await page.waitForURL(/\/applications$/)
  await page.getByText(`${name} is deleted`).waitFor()
  assert.equal((await server.api('GET', `clients/${client_id}`)).status, 404)
  assert.deepEqual(dashboard.errors, [])
})

test('an editor cannot read or rotate a secret, a viewer can change nothing, and each control names the role', async () => {
  const { server } = dashboard
  const [{ client_id }] = await server.must('GET', 'clients?q=harbour%20shop')
  await dashboard.goto(`applications/${server.credentials.client_id}/credentials`)
  await page.getByText('Your role does not reach the secret and the keys of this application').waitFor()
  assert.equal(await button('Show the secret').count(), 0)
  assert.deepEqual(dashboard.errors, [])
  await dashboard.setRole(owner_email, 'editor')
  await dashboard.goto(`applications/${client_id}/credentials`)
  await page.getByRole('group', { name: 'This needs the role owner' }).first().waitFor()
  assert.equal(await button('Show the secret').isDisabled(), true)
  assert.equal(await button('Rotate the secret').isDisabled(), true)
  await dashboard.setRole(owner_email, 'viewer')
  await dashboard.goto(`applications/${client_id}`)
  await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
  assert.equal(await page.getByLabel('Callback URLs').isDisabled(), true)
  assert.equal(await button('Delete application').isDisabled(), true)
  await dashboard.setRole(owner_email, 'support')
  await dashboard.goto('apis')
  await page.getByText('viewer').waitFor()
  await dashboard.setRole(owner_email, 'owner')
})
