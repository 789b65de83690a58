import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { code, openActions } from './action-kit.ts'

let dashboard: OpenDashboard
let page: Tab
let kit: ReturnType<typeof openActions>

before(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
  kit = openActions(dashboard)
})
after(() => dashboard.close())
beforeEach(() => kit.clear())

test('an action is made of a template, saved, deployed and added to its trigger by clicks', async () => {
  const { actions, bound, button, dialog, editor, write } = kit
  await dashboard.goto('actions')
  await page.getByText('No actions yet').waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await button('Create action').click()
  await dialog().getByLabel('Verified e-mail only').check()
  assert.deepEqual(await checkAxe(page), [])
  await dialog().getByRole('button', { name: 'Create action' }).click()
  await page.waitForURL(/actions\/[\w-]{36}$/)
  const name = 'Verified e-mail only'
  await editor(name).waitFor()
  await page.getByText('nothing runs this action until it is deployed and added.').waitFor()
  assert.equal(await button('Save').isDisabled(), true)
  await button('Deploy').click()
  await page.getByText('Version 1 is deployed. Add it to its trigger to run it.').waitFor()
  await button('Add to the trigger').click()
  await page.getByText('runs as number 1 of 1.').waitFor()
  assert.deepEqual(await bound(), [name])
  await write(editor(name), code('  // changed'))
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await button('Save and deploy').click()
  assert.deepEqual((await sent).postDataJSON(), { code: code('  // changed') })
  await page.getByText('Version 2 runs from now on').waitFor()
  assert.equal((await actions())[0]?.['all_changes_deployed'], true)
  assert.deepEqual(dashboard.errors, [])
})

test('the library filters by trigger, state and name, and the filters are in the address', async () => {
  const { create, bind } = kit
  await create('runs')
  const id = await create('<b>bold</b>', { deploy: true })
  await bind(id)
  await create('registers', { code: '' }, 'post-user-registration')
  await dashboard.goto('actions')
  await page.getByRole('row', { name: /<b>bold<\/b>.*Login.*runs.*Version 1/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('combobox', { name: 'Trigger' }).click()
  await page.getByRole('option', { name: 'After a sign-up' }).click()
  await page.waitForURL(/trigger=post-user-registration/)
  await page.getByText('1 row', { exact: true }).waitFor()
  await page.reload()
  await page.getByRole('row', { name: /registers/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: /bold/ }).count(), 0)
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('nothing like it')
  await page.getByText('No action matches').waitFor()
  await dashboard.goto('actions?status=running')
  await page.getByRole('row', { name: /bold/ }).getByRole('link').click()
  await page.waitForURL(new RegExp(id))
  assert.deepEqual(dashboard.errors, [])
})

test('a test runs the draft with an edited event, marks the line of an error, and is stale at the next edit', async () => {
  const { editor, write, open, testIt } = kit
  await open('tested', { secrets: [{ name: 'KEY', value: 'a-secret-of-actions' }] })
  await write(
    editor('tested'),
    code("  console.log(event.secrets.KEY)\n  api.idToken.setCustomClaim('https://a.example/n', event.user.name)"),
  )
  await write(
    page.getByRole('textbox', { name: 'Event' }),
    JSON.stringify({ user: { user_id: 'auth0|1', name: '<i>n</i>' } }),
  )
  await testIt()
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByText('allowed', { exact: true }).waitFor()
  await result.getByText(/"https:\/\/a.example\/n": "<i>n<\/i>"/).waitFor()
  await result.getByText(/\[secrets.KEY\]/).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await write(editor('tested'), code('\n  null.x'))
  await result.getByText('edited since').waitFor()
  await testIt()
  await page.getByText(/^Line 3: /).waitFor()
  assert.equal(await page.locator('.cm-lint-marker-error').count(), 1)
  await write(editor('tested'), code("  api.access.deny('Not today.')"))
  await testIt()
  await result.getByText('Not today.').waitFor()
  await result.getByText('denied', { exact: true }).waitFor()
  assert.deepEqual(dashboard.errors, [])
})

test('a draft is offered back after a reload, and over the save of another admin both are shown', async () => {
  const { button, dialog, editor, write, open } = kit
  const id = await open('kept')
  await write(editor('kept'), code('  // mine'))
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click()
  await dialog().getByText('Leave without saving?').waitFor()
  await button('Cancel').click()
  page.once('dialog', (asked) => void asked.accept())
  await page.reload()
  await button('Take them back').click()
  await dashboard.server.must('PATCH', `actions/actions/${id}`, { code: code('  // theirs') })
  await button('Save').click()
  await page.getByText('Another admin saved this meanwhile').waitFor()
  await button('Discard mine, take theirs').click()
  await page.getByText('// theirs').waitFor()
  await write(editor('kept'), 'exports.onExecutePostLogin = async (event {')
  await button('Save').click()
  await page.getByText(/^Line 1: Syntax error/).waitFor()
  await button('Discard changes').first().click()
  await dialog().getByRole('button', { name: 'Discard changes' }).click()
  await page.getByText('// theirs').waitFor()
})

test('a version is compared and restored, which is undone; what was never deployed is asked about', async () => {
  const { button, dialog, open } = kit
  const id = await open('versioned', { deploy: true })
  await dashboard.server.must('PATCH', `actions/actions/${id}`, { code: code('  // second') })
  await dashboard.server.must('POST', `actions/actions/${id}/deploy`)
  await dashboard.goto(`actions/${id}?panel=versions`)
  const versions = page.getByRole('table', { name: 'Versions' })
  await versions.getByRole('row', { name: /Version 2.*in use/ }).waitFor()
  await button('Compare version 1').click()
  await dialog().getByText('// second').waitFor()
  await page.keyboard.press('Escape')
  await button('Restore version 1').click()
  await versions.getByRole('row', { name: /Version 3.*in use/ }).waitFor()
  await page.getByText('Version 1 is in use again').waitFor()
  await button('Undo').click()
  await versions.getByRole('row', { name: /Version 4.*in use/ }).waitFor()
  await dashboard.server.must('PATCH', `actions/actions/${id}`, { code: code('  // third') })
  await page.reload()
  await button('Restore version 1').click()
  await dialog().getByText('no version has them').waitFor()
  await button('Cancel').click()
  assert.match(String((await dashboard.server.must('GET', `actions/actions/${id}`)).code), /third/)
})

test('secrets are set, replaced and deleted one by one and never shown; modules are checked by the server', async () => {
  const { button, dialog, open } = kit
  const id = await open('secretive', { code: code('  event.secrets.API_KEY') }, '?panel=secrets')
  const secrets = page.getByRole('table', { name: 'Secrets' })
  await secrets
    .getByRole('row', { name: /API_KEY missing.* 2 / })
    .getByRole('button', { name: 'Set' })
    .click()
  await page.getByLabel('New value').fill('secret-4711')
  await dialog().getByRole('button', { name: 'Set' }).click()
  await page.getByText('API_KEY is set. Deploy the action to use it.').waitFor()
  await page.getByLabel('Name of a secret').fill('OTHER')
  await button('Set').click()
  await page.getByLabel('New value').fill('other-4711')
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await dialog().getByRole('button', { name: 'Set' }).click()
  assert.deepEqual((await sent).postDataJSON(), {
    secrets: [{ name: 'API_KEY' }, { name: 'OTHER', value: 'other-4711' }],
  })
  await secrets
    .getByRole('row', { name: /OTHER not used/ })
    .getByRole('button', { name: 'Delete' })
    .click()
  await dialog().getByLabel('Type OTHER to confirm').fill('OTHER')
  await dialog().getByRole('button', { name: 'Delete' }).click()
  await secrets.getByRole('row', { name: /OTHER/ }).waitFor({ state: 'detached' })
  assert.deepEqual(dashboard.errors, [])
  assert.ok(!(await page.content()).includes('4711'))
  await page.getByRole('tab', { name: 'Modules' }).click()
  await page.getByPlaceholder('Name of a module').fill('no-such-module')
  await button('Add').click()
  await page.getByText(/Cannot find module 'no-such-module'/).waitFor()
  await page.getByPlaceholder('Name of a module').fill('lodash')
  await button('Add').click()
  await page.getByRole('row', { name: /lodash latest/ }).waitFor()
  await button('Remove lodash').click()
  await page.getByText('lodash is no longer listed').waitFor()
  const { dependencies } = await dashboard.server.must('GET', `actions/actions/${id}`)
  assert.deepEqual(dependencies, [])
})
