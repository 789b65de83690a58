import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { objects, type Json } from '../../support/requests.ts'

const passing = 'function (user, context, callback) {\n  callback(null, user, context)\n}'
const desktop = { width: 1280, height: 800 }

let dashboard: OpenDashboard
let page: Tab

before(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
})
after(() => dashboard.close())
beforeEach(async () => {
  // The page of the test before would read again what is deleted now.
  await page.goto('about:blank')
  dashboard.errors.length = 0
  for (const { id } of await rules()) await dashboard.server.must('DELETE', `rules/${String(id)}`)
  for (const { key } of objects(await dashboard.server.must('GET', 'rules-configs')))
    await dashboard.server.must('DELETE', `rules-configs/${String(key)}`)
})

const rules = async (): Promise<Json[]> => objects(await dashboard.server.must('GET', 'rules'))
const names = async (): Promise<unknown[]> => (await rules()).map(({ name }) => name)
const create = (name: string, fields: object = {}): Promise<Json> =>
  dashboard.server.must('POST', 'rules', { name, script: passing, ...fields })
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const editor = (name: string) => page.getByRole('textbox', { name: `Source of the rule ${name}` })

async function write(field: ReturnType<typeof editor>, text: string): Promise<void> {
  await field.click()
  await page.keyboard.press('Control+A')
  // Chromium itself styles text that replaces marked text, which the Content-Security-Policy refuses.
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

async function openRule(name: string, fields: object = {}): Promise<string> {
  const { id } = await create(name, fields)
  await dashboard.goto(`rules/${String(id)}`)
  await editor(name).waitFor()
  return String(id)
}

async function tryIt(): Promise<void> {
  const answered = page.waitForResponse(/\/rules\/try$/)
  await button('Try').click()
  await answered
}

test('an empty page leads to a rule of a template, which is created disabled and named in the address', async () => {
  await dashboard.goto('rules')
  await page.getByText('No rules yet').waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await button('Create rule').first().click()
  await dialog().getByLabel('Roles in tokens').check()
  assert.equal(await dialog().getByLabel('Name', { exact: true }).inputValue(), 'Roles in tokens')
  assert.deepEqual(await checkAxe(page), [])
  await dialog().getByRole('button', { name: 'Create rule' }).click()
  await page.waitForURL(/rules\/rul_\w+$/)
  await page.getByRole('row', { name: /NAMESPACE missing/ }).waitFor()
  assert.deepEqual(
    (await rules()).map(({ name, enabled }) => [name, enabled]),
    [['Roles in tokens', false]],
  )
  await page.reload()
  await editor('Roles in tokens').waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('rules are put in order by the keyboard, which keeps the focus, and a switch is undone', async () => {
  for (const name of ['first', 'second', 'third']) await create(name)
  await dashboard.goto('rules')
  await button('Move third up').focus()
  await page.keyboard.press('Enter')
  await page.getByText('third is number 2 of 3').waitFor({ state: 'attached' })
  await page.getByText('third has another place').waitFor()
  assert.deepEqual(await names(), ['first', 'third', 'second'])
  await page.keyboard.press('Enter')
  await page.getByText('third is number 1 of 3').waitFor({ state: 'attached' })
  await page.locator('button:focus[aria-label="Move third down"]').waitFor()
  assert.deepEqual(await names(), ['third', 'first', 'second'])
  await button('Undo').last().click()
  await page.getByRole('listitem').first().getByText('first').waitFor()
  await page.getByRole('switch', { name: 'Enabled: second' }).click()
  await page.getByText('second runs no more').waitFor()
  assert.equal((await rules()).find(({ name }) => name === 'second')?.['enabled'], false)
  const enabled = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await page.getByRole('alert').filter({ hasText: 'second runs no more' }).getByRole('button', { name: 'Undo' }).click()
  await enabled
  assert.equal((await rules()).find(({ name }) => name === 'second')?.['enabled'], true)
  await page.getByRole('listitem').first().dragTo(page.getByRole('listitem').last())
  await page.getByText('first is number 3 of 3').waitFor({ state: 'attached' })
  assert.deepEqual(dashboard.errors, [])
})

test('Try runs the draft with an edited user, marks the line of an error, and its result is stale at the next edit', async () => {
  await openRule('tried')
  await write(
    editor('tried'),
    `function (user, context, callback) {
  console.log(user.email)
  context.idToken['https://example.com/x'] = user.name
  callback(null, user, context)
}`,
  )
  await write(
    page.getByRole('textbox', { name: 'User' }),
    JSON.stringify({ user_id: 'auth0|1', email: 'grace@example.com', name: '<img src=x onerror=alert(1)>' }),
  )
  await tryIt()
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByText('allowed', { exact: true }).waitFor()
  await result.getByText(/"https:\/\/example.com\/x": "<img src=x onerror=alert\(1\)>"/).waitFor()
  await result.getByText('grace@example.com').waitFor()
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  assert.deepEqual(await checkAxe(page), [])
  await write(editor('tried'), 'function (user, context, callback) {\n  null.x\n}')
  await result.getByText('edited since').waitFor()
  await tryIt()
  await page.getByText(/^Line 2: /).waitFor()
  assert.equal(await page.locator('.cm-lint-marker-error').count(), 1)
  await write(editor('tried'), 'function (user {')
  await tryIt()
  await page.getByText(/^Line 1: Syntax error/).waitFor()
  await write(page.getByRole('textbox', { name: 'User' }), '{"a"')
  await page.getByText('This is no JSON object').waitFor()
  assert.equal(await button('Try').isDisabled(), true)
  await button('Discard changes').first().click()
  await dialog().getByRole('button', { name: 'Discard changes' }).click()
  // The refused try is reported by the browser as a failed request.
  assert.deepEqual(
    dashboard.errors.filter((error) => !error.includes('status of 400')),
    [],
  )
})

test('a draft is asked about, offered back after a reload, and saved alone; another save shows both', async () => {
  const id = await openRule('kept')
  await write(editor('kept'), `${passing} // mine`)
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click()
  await dialog().getByText('Leave without saving?').waitFor()
  await button('Cancel').click()
  page.once('dialog', (asked) => void asked.accept())
  await page.reload()
  await button('Take them back').click()
  await page.getByText('// mine').waitFor()
  await dashboard.server.must('PATCH', `rules/${id}`, { script: `${passing} // theirs` })
  await button('Save').click()
  await page.getByText('Another admin saved this meanwhile').waitFor()
  assert.match(String((await rules())[0]?.['script']), /theirs/)
  await button('Compare with what is saved').first().click()
  await dialog().getByText('// theirs').waitFor()
  await page.keyboard.press('Escape')
  await button('Keep mine: the next save replaces theirs').click()
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await button('Save').click()
  assert.deepEqual((await sent).postDataJSON(), { script: `${passing} // mine` })
  await page.getByText('Saved. The next login runs the new text.').waitFor()
  await dashboard.server.must('PATCH', `rules/${id}`, { enabled: false })
  await page.reload()
  await write(editor('kept'), `${passing} // not in use`)
  await button('Save').click()
  await page.getByText('Saved. The rule is disabled: no login runs it.').waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click()
  await page.waitForURL(/users$/)
  assert.deepEqual(dashboard.errors, [])
})

test('a syntax error is refused at its line; a value is set, replaced and deleted, and never shown', async () => {
  await openRule('broken')
  await write(editor('broken'), 'function (user, context, callback) {\n  callback(null, user, configuration.API_KEY\n}')
  await button('Save').click()
  await page.getByText(/^Line 3: Syntax error/).waitFor()
  await page.getByText('This was not saved').waitFor()
  const values = page.getByRole('region', { name: 'Values that it reads' })
  await values
    .getByRole('row', { name: /API_KEY missing.*broken:2/ })
    .getByRole('button', { name: 'Set' })
    .click()
  await page.getByLabel('New value').fill('secret-4711')
  await dialog().getByRole('button', { name: 'Set' }).click()
  await values.getByRole('row', { name: /API_KEY set/ }).waitFor()
  assert.ok(!(await page.content()).includes('secret-4711'))
  await values.getByRole('button', { name: 'Replace' }).waitFor()
  await values.getByRole('button', { name: 'Delete' }).click()
  await dialog().getByLabel('Type API_KEY to confirm').fill('API_KEY')
  await dialog().getByRole('button', { name: 'Delete' }).click()
  await values.getByRole('row', { name: /API_KEY missing/ }).waitFor()
  assert.deepEqual(
    dashboard.errors.filter((error) => !error.includes('status of 400')),
    [],
  )
  await button('Discard changes').first().click()
  await dialog().getByRole('button', { name: 'Discard changes' }).click()
})

test('a rule gets another name, and is deleted once its name was typed', async () => {
  await openRule('old name')
  await button('Rename').click()
  await dialog().getByLabel('Name').fill('new_name')
  await dialog()
    .getByText(/^Letters, digits, spaces and hyphens/)
    .waitFor()
  await dialog().getByLabel('Name').fill('new name')
  await dialog().getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'new name', level: 1 }).waitFor()
  await button('Delete rule').click()
  assert.equal(await dialog().getByRole('button', { name: 'Delete rule' }).isDisabled(), true)
  await dialog().getByLabel('Type new name to confirm').fill('new name')
  await dialog().getByRole('button', { name: 'Delete rule' }).click()
  await page.getByText('No rules yet').waitFor()
  assert.deepEqual(await names(), [])
  assert.deepEqual(dashboard.errors, [])
})

test('a failed load says why and offers Retry; an unknown rule says so', async () => {
  await page.route(/api\/v2\/rules\?/, (route) =>
    route.fulfill({ status: 503, json: { message: 'The store is away.' } }),
  )
  await dashboard.goto('rules')
  await page.getByText('The store is away.').waitFor()
  await page.unroute(/api\/v2\/rules\?/)
  await button('Retry').click()
  await page.getByText('No rules yet').waitFor()
  await dashboard.goto('rules/rul_unknown')
  await page.getByText('The rule does not exist').waitFor()
})

test('the pages work at 360 px, and a viewer sees disabled controls that name the role', async () => {
  await create('first')
  const { id } = await create('second')
  await page.setViewportSize(phone)
  try {
    for (const path of ['rules', `rules/${String(id)}`]) {
      await dashboard.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText('Enabled').first().waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, path)
      assert.deepEqual(await checkAxe(page), [])
    }
    await dashboard.setRole(owner_email, 'viewer')
    await page.reload()
    await editor('second').waitFor()
    await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
    assert.equal(await editor('second').getAttribute('aria-readonly'), 'true')
    await dashboard.goto('rules')
    assert.equal(await button('Move first down').isDisabled(), true)
    await dashboard.setRole(owner_email, 'support')
    await page.reload()
    await page.getByText('It needs the role viewer').waitFor()
  } finally {
    await dashboard.setRole(owner_email, 'owner')
    await page.setViewportSize(desktop)
  }
})
