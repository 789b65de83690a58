import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { trigger_names, trigger_samples } from '../../../dashboard/src/actions/trigger-samples.ts'
import type { JsonObject } from '../../../src/base/json.ts'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { openActions } from './action-kit.ts'

const desktop = { width: 1280, height: 800 }

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

test('what the editor completes is there in a call of each trigger', async () => {
  const { create } = kit
  for (const trigger of trigger_names) {
    const { function_name, api, event } = trigger_samples[trigger]
    const id = await create(`completes ${trigger}`, { code: '' }, trigger)
    const source = `exports.${function_name} = async (event, api) => {
      const missing = ${JSON.stringify(api)}.filter((path) => typeof path.split('.').slice(1).reduce((at, name) => at[name], api) !== 'function')
      console.log(JSON.stringify(missing))
    }`
    const { payload } = await dashboard.server.must('POST', `actions/actions/${id}/test`, {
      payload: event as JsonObject,
      code: source,
    })
    assert.deepEqual(
      [payload.outcome, payload.console[0]?.text],
      ['allow', '[]'],
      `${trigger}: ${JSON.stringify(payload)}`,
    )
  }
})

test('a trigger shows the rules first; its actions are added, moved by the keyboard, removed and brought back', async () => {
  const { bound, create, bind, button } = kit
  await dashboard.server.must('POST', 'rules', {
    name: 'a rule',
    script: 'function (user, context, callback) { callback(null, user, context) }',
  })
  const ids = [await create('one', { deploy: true }), await create('two', { deploy: true })]
  await bind(...ids)
  await create('three', { deploy: true })
  await create('draft')
  await dashboard.goto('actions/triggers')
  await page.getByRole('row', { name: /Login.*one, two/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('link', { name: 'Login' }).click()
  await page.getByRole('link', { name: 'a rule' }).waitFor()
  await page.getByText('never deployed: open it and deploy it first').waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await button('Add three').click()
  await page.getByText('three runs from now on').waitFor()
  await button('Move three up').focus()
  await page.keyboard.press('Enter')
  await page.getByText('three is number 2 of 3').waitFor({ state: 'attached' })
  await page.getByText('three has another place').waitFor()
  assert.deepEqual(await bound(), ['one', 'three', 'two'])
  await button('Remove one').click()
  await page.getByText('one runs no more').waitFor()
  assert.deepEqual(await bound(), ['three', 'two'])
  await button('Undo').last().click()
  await button('Remove one').waitFor()
  assert.deepEqual(await bound(), ['one', 'three', 'two'])
  assert.deepEqual(dashboard.errors, [])
})

test('an action that a trigger runs is not deleted and says where it runs; else it goes once its name was typed', async () => {
  const { actions, bind, button, dialog, open } = kit
  const id = await open('bound', { deploy: true }, '?panel=settings')
  await page.getByLabel('Name', { exact: true }).fill('renamed')
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await button('Save').last().click()
  assert.deepEqual((await sent).postDataJSON(), { name: 'renamed' })
  await page.getByRole('heading', { name: 'renamed', level: 1 }).waitFor()
  await bind(id)
  await page.reload()
  await page.getByText('A trigger runs this action').waitFor()
  assert.equal(await button('Delete action').isDisabled(), true)
  await page.getByRole('region', { name: 'Delete action' }).getByRole('link', { name: 'Login' }).click()
  await button('Remove renamed').click()
  await page.getByText('renamed runs no more').waitFor()
  await dashboard.goto(`actions/${id}?panel=settings`)
  await button('Delete action').click()
  await dialog().getByLabel('Type renamed to confirm').fill('renamed')
  await dialog().getByRole('button', { name: 'Delete action' }).click()
  await page.waitForURL(/actions$/)
  assert.deepEqual(await actions(), [])
  assert.deepEqual(dashboard.errors, [])
})

test('a failed load says why and offers Retry', async () => {
  const { button } = kit
  await page.route(/actions\/summary/, (route) =>
    route.fulfill({ status: 503, json: { message: 'The store is away.' } }),
  )
  for (const path of ['actions', 'actions/triggers', 'actions/triggers/post-login']) {
    await dashboard.goto(path)
    await page.getByText('The store is away.').waitFor()
  }
  await page.unroute(/actions\/summary/)
  await button('Retry').click()
  await page.getByText('This trigger runs no action.').waitFor()
  await dashboard.goto('actions/unknown')
  await page.getByText('That action does not exist.').waitFor()
})

test('the pages work at 360 px, and a viewer sees disabled controls that name the role', async () => {
  const { create, bind, button } = kit
  const id = await create('a rather long name of an action that runs at each login', { deploy: true })
  await bind(id)
  const paths = ['actions', 'actions/triggers', 'actions/triggers/post-login', `actions/${id}`]
  const panels = ['versions', 'secrets', 'modules', 'settings'].map((panel) => `actions/${id}?panel=${panel}`)
  await page.setViewportSize(phone)
  try {
    for (const path of [...paths, ...panels]) {
      await dashboard.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page
        .getByText(/a rather long name/)
        .first()
        .waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, path)
      assert.deepEqual(await checkAxe(page), [])
    }
    await dashboard.setRole(owner_email, 'viewer')
    await page.reload()
    await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
    await dashboard.goto('actions/triggers/post-login')
    assert.equal(await button(/^Remove a rather/).isDisabled(), true)
  } finally {
    await dashboard.setRole(owner_email, 'owner')
    await page.setViewportSize(desktop)
  }
})
