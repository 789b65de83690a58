// What connects a legacy store: the way of a login on Custom Database, the connect assistant, Try Connection, and the list of connections.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant, legacy_password } from '../../support/dashboard-tenant.ts'
import { member } from '../../support/requests.ts'
import { startPostgres } from '../../support/servers.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { bcrypt_of_password } from '../../script-templates/sql-fixture.ts'

// An inspection is bounded by 60 s, without the start of its sandbox.
const patience = { timeout: 120_000 }

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
  await rows.filter({ hasText: 'The legacy store was asked' }).filter({ hasText: '3' }).waitFor(patience)
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
  const list = page.getByRole('table', { name: 'Parameters' })
  await list.getByRole('button', { name: 'Replace' }).first().waitFor()
  const right = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.equal(right, phone.width)
  assert.deepEqual(await checkAxe(page), [])
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('the connect assistant finds the users, proves their hashes with a known password, and loads scripts that are not in use', async () => {
  const { page, server } = dashboard
  const database = await startPostgres()
  try {
    const { url, query } = await database.createDatabase('assistant')
    const hash = createHash('sha256').update('Secret-4711').digest('hex')
    await query(
      'create table people (id int primary key, email varchar(100), pass varchar(64), remark text, "<b>x</b>" text)',
    )
    await query(`insert into people values (1, 'ada@example.org', '${hash}'), (2, '<img src=x>', '${hash}')`)
    await query(`insert into people values (3, 'eve@example.org', '${bcrypt_of_password}')`)
    const id = await server.createConnection('assisted', {}, [tenant.client])
    await dashboard.goto(`connections/${id}/custom-database`)
    await page.getByRole('button', { name: 'Connect assistant' }).click()
    const dialog = page.getByRole('dialog', { name: 'Connect assistant' })
    await dialog.getByLabel('Address of the database').fill(url)
    assert.equal(await dialog.getByLabel(`connect to ${new URL(url).host}`).isChecked(), true)
    await dialog.getByRole('button', { name: 'Inspect the database' }).click()
    await dialog.getByRole('heading', { name: 'Which table has your users?' }).waitFor(patience)
    const optionsOf = async () => member(await server.must('GET', `connections/${id}`), 'options')
    assert.equal(member(await optionsOf(), 'egress'), undefined)
    assert.equal(await dialog.getByLabel('people', { exact: true }).isChecked(), true)
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByRole('row').filter({ hasText: 'password hash' }).getByText('pass (').waitFor()
    await dialog.getByText('Not used: remark.').waitFor()
    await dialog.getByRole('button', { name: 'Give other columns or settings' }).click()
    const name = dialog.getByRole('combobox', { name: 'NAME_COLUMN', exact: true })
    await name.click()
    await page.getByRole('option', { name: 'remark' }).waitFor()
    await name.click()
    await dialog.getByRole('button', { name: 'Next' }).click()

    await dialog.getByLabel('E-mail address or username of the user').fill('ada@example.org')
    const password = dialog.getByRole('textbox', { name: 'Password of the user' })
    await password.fill('wrong one')
    await dialog.getByRole('button', { name: 'Prove it' }).click()
    await dialog.getByText('not proven', { exact: true }).waitFor(patience)
    await dialog.getByText('No recipe was found by which this password has the stored hash.').waitFor()
    await dialog.getByRole('button', { name: 'Enter the settings' }).click()
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByLabel('E-mail address or username of the user').fill('eve@example.org')
    await password.fill('another')
    await dialog.getByRole('button', { name: 'Prove it' }).click()
    await dialog.getByText('The legacy store has this user, and the password is another one.').waitFor(patience)
    await password.fill('password')
    await dialog.getByRole('button', { name: 'Prove it' }).click()
    await dialog.getByText('proven for bcrypt', { exact: true }).waitFor(patience)
    await dialog.getByText('2 hashes are of another form').waitFor()
    await dialog.getByRole('button', { name: 'Go on without proof' }).waitFor()
    await dialog.getByLabel('E-mail address or username of the user').fill('ada@example.org')
    await password.fill('Secret-4711')
    await dialog.getByRole('button', { name: 'Prove it' }).click()
    await dialog.getByText('proven for no form of its own, 64 characters').waitFor(patience)
    assert.deepEqual(await checkAxe(page), [])
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByText('Their address is not one').waitFor()
    await dialog
      .getByText(/^The scripts (?=.*login)(?=.*get_user)(?=.*list_users).* are loaded into the editor/)
      .waitFor()
    await dialog.getByText('New parameters: DATABASE_URL.').waitFor()
    await dialog.getByText('Scripts may connect to listed destinations only').waitFor()
    assert.deepEqual(await checkAxe(page), [])
    // What the load saves first is there while it saves the rest, and was not there before.
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route('**/egress', async (route) => {
      await held
      await route.continue()
    })
    const configured = page.waitForResponse(
      (response) => response.url().endsWith('/configuration') && response.request().method() === 'GET',
    )
    await dialog.getByRole('button', { name: 'Load the scripts' }).click()
    await configured
    // React shows the answer in its next frame.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    assert.equal(await dialog.getByText(/is replaced/).count(), 0)
    await dialog.getByText('New parameters: DATABASE_URL.').waitFor()
    release()

    await page.getByText('Loaded from Connect assistant, not in use').waitFor()
    const options = await optionsOf()
    assert.equal(member(options, 'customScripts'), undefined)
    assert.deepEqual(member(options, 'egress'), { mode: 'allow_list', allow: [new URL(url).host] })
    assert.equal(member(options, 'id_namespace'), 'assisted')
    assert.deepEqual(Object.keys(member(options, 'configuration') as object), ['DATABASE_URL'])

    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Loaded from Connect assistant, not in use').waitFor({ state: 'detached' })
    const names = async () => Object.keys((member(await optionsOf(), 'configuration') ?? {}) as object)
    await waitUntil(async () => (await names()).length === 0)
    const undone = await optionsOf()
    assert.deepEqual(
      [member(undone, 'egress'), member(undone, 'id_namespace')],
      [{ mode: 'open', allow: [] }, undefined],
    )
  } finally {
    await database.stop()
  }
})

test('a template says before which parameter of a connection in use it replaces, and leaves its network open', async () => {
  const { page, server } = dashboard
  const id = await server.createConnection(
    'in-use',
    {
      enabledDatabaseCustomization: true,
      customScripts: { login: 'function login(name, password, callback) { callback(null) }' },
      configuration: { DATABASE_URL: 'postgres://u:first@old.example/shop' },
    },
    [],
  )
  const optionsOf = async () => member(await server.must('GET', `connections/${id}`), 'options')
  await dashboard.goto(`connections/${id}/custom-database`)
  await page.getByRole('button', { name: 'Start from a template' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Legacy store').fill('PostgreSQL')
  await page.getByRole('option', { name: 'PostgreSQL', exact: true }).click()
  await dialog.getByLabel(/^DATABASE_URL/).fill('postgres://u:second@new.example:5433/shop')
  await dialog.getByRole('button', { name: 'Load the scripts' }).click()
  await dialog
    .getByText('The value of DATABASE_URL is replaced, also for the scripts in use.', { exact: false })
    .waitFor()
  assert.equal(member(await optionsOf(), 'egress'), undefined)
  assert.deepEqual(await checkAxe(page), [])
  await dialog.getByRole('button', { name: 'Replace and load' }).click()
  await page.getByRole('dialog', { name: 'Replace these scripts?' }).waitFor()
  assert.deepEqual(member(await optionsOf(), 'egress'), { mode: 'open', allow: ['new.example:5433'] })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await waitUntil(async () => {
    const { mode, allow } = member(await optionsOf(), 'egress') as { mode: string; allow: string[] }
    return mode === 'open' && allow.length === 0
  })
})

test('Try Connection signs a test person in, in a window of its own, and shows who they are and what others saw', async () => {
  const { page, context, server } = dashboard
  const person = 'tried@harbour.example'
  const connection_id = await server.createConnection('tried', {}, [])
  await server.createUser('tried', { email: person, password: legacy_password, name: '<img src=x onerror=alert(1)>' })
  await dashboard.goto(`connections/${connection_id}`)
  await page.getByRole('link', { name: 'Try Connection' }).click()
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Sign in as a test person' }).click()
  const tab = await opened
  const link = page.getByRole('link', { name: 'Open the sign-in' })
  await link.waitFor()
  await tab.close()
  await page.evaluate("window.dispatchEvent(new Event('focus'))")
  await page.getByText('Nothing has come back yet').waitFor()

  // As where the browser has opened no window.
  const again = context.waitForEvent('page')
  await link.click()
  const second = await again
  const logIn = async (password: string): Promise<void> => {
    await second.getByRole('textbox', { name: /e-mail|email/i }).fill(person)
    await second.getByLabel('Password', { exact: false }).first().fill(password)
    await second.getByRole('button', { name: 'Log in' }).click()
  }
  await logIn('wrong one')
  const read = await second.getByText('Wrong e-mail address or password.').innerText()
  await page.getByRole('row').filter({ hasText: read }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await logIn(legacy_password)
  await second.getByRole('heading', { name: 'The sign-in test is done' }).waitFor()
  await page.getByText('was here already').first().waitFor()
  await page.getByText(`"email": "${person}"`).waitFor()
  assert.equal(new URL(second.url()).search, '')
  await second.close()
  assert.deepEqual(await checkAxe(page), [])

  await page.setViewportSize(phone)
  await waitUntil(async () => (await page.evaluate('document.documentElement.scrollWidth')) === phone.width)
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('a script that is saved in a connection without a legacy store is not said to run', async () => {
  const { page, server } = dashboard
  const id = await server.createConnection('not-yet', {}, [])
  await dashboard.goto(`connections/${id}/custom-database`)
  await page.getByRole('textbox', { name: 'Source of the login script' }).click()
  await page.keyboard.insertText('function login(email, password, callback) { callback(null, null) }')
  await page.getByRole('button', { name: 'Save the changed script' }).click()
  await page.getByText('Saved. In the mode of this connection nothing runs it.').waitFor()
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
  // The page of the tenant refused a wrong password.
  assert.deepEqual(
    dashboard.errors.filter((error) => !error.includes('/u/login: ')),
    [],
  )
})
