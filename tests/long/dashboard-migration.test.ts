// The migration's pages of the dashboard in a real Chromium, by a small real migration with names and errors full of markup.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../support/dashboard.ts'
import { objects, type Json, type TestClient } from '../support/requests.ts'
import { waitUntil } from '../support/wait-until.ts'

const markup = '<img src=x onerror=alert(1)><b>bold</b>'
const login = `function login(email, password, callback) {
  const user_id = email.split('@')[0]
  if (password === 'down') { const error = new Error('connect ECONNREFUSED db:5432'); error.code = 'ECONNREFUSED'; return callback(error) }
  if (password === 'broken') return callback(new Error(${JSON.stringify(markup)}))
  if (password === 'no address') return callback(null, { user_id, email: ${JSON.stringify(markup)} })
  if (password !== 'right one') return callback(new WrongUsernameOrPasswordError(user_id))
  callback(null, { user_id, email, given_name: ${JSON.stringify(markup)} })
}`
const get_user = `function getByEmail(email, callback) {
  callback(null, { user_id: email.split('@')[0], email, given_name: ${JSON.stringify(markup)} })
}`

let dashboard: OpenDashboard
let client: TestClient
let id: string

before(async () => {
  dashboard = await openDashboard()
  const { server } = dashboard
  client = await server.createClient({ name: 'Shop & Co' })
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
  id = await server.createConnection('customers', options, [client])
  for (const [name, password] of [
    ['ada', 'right one'],
    ['bea', 'right one'],
    ['ada', 'right one'],
    ['cy', 'no address'],
    ['dot', 'wrong'],
    ['dot', 'broken'],
    ['eve', 'down'],
  ] as const)
    await server.login(client, 'customers', `${name}@legacy.example`, password)
})
after(async () => await dashboard?.close())

const open = (path = '') => dashboard.goto(`migration/${id}${path}`)
const recordOf = async (q: string): Promise<string> => {
  const { records } = await dashboard.server.must('GET', `migrations/${id}/records?q=${q}`)
  return String(objects(records)[0]?.['record_id'])
}

/** Waits until a part of the page is in the window. */
const seen = async (name: string): Promise<void> =>
  await waitUntil(async () => {
    const box = await dashboard.page.getByRole('region', { name, exact: true }).boundingBox()
    return box !== null && box.y >= 0 && box.y < 800 - 100
  })

describe('the migration in the dashboard', () => {
  it('is reached by links, and says in a sentence how far it is and what could not be completed', async () => {
    const { page } = dashboard
    await page.getByRole('link', { name: 'Migration' }).first().click()
    await page.getByText('2 moved, 2 known and not moved, 2 moved today.').waitFor()
    await page.getByRole('link', { name: 'customers' }).click()
    await page.getByText('2 moved and 2 came by without moving; 3 logins could not be completed today.').waitFor()
    await page.getByText('Only people who came by are known.', { exact: false }).waitFor()
  })

  it('filters the list by the parts of the funnel, in the address, and after a reload', async () => {
    const { page } = dashboard
    await page
      .getByRole('link', { name: /refused/ })
      .first()
      .click()
    await page.waitForURL(/state=refused/)
    const list = page.getByRole('table', { name: 'List of people' })
    await list.getByText('cy@legacy.example').waitFor()
    await seen('People')
    await page.evaluate('scrollTo(0, 0)')
    await page
      .getByRole('link', { name: /seen, not moved/ })
      .first()
      .click()
    await list.getByText('dot@legacy.example').waitFor()
    await seen('People')
    await open('?state=refused')
    assert.equal(await list.getByText('ada@legacy.example').count(), 0)
    await page.reload()
    await list.getByText('cy@legacy.example').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await list.getByText('ada@legacy.example').waitFor()
    assert.ok(!page.url().includes('state='))
  })

  it('names each cause with a count, an example and one action', async () => {
    const { page } = dashboard
    const needs = page.getByRole('region', { name: 'Needs you' })
    await needs.getByText('1 person: profile cannot be stored').waitFor()
    await needs.getByText('1 login: legacy store unreachable').waitFor()
    await needs.getByText(markup, { exact: false }).first().waitFor()
    const today = page.getByRole('region', { name: 'Logins today' })
    await today.getByText('Shop & Co').waitFor()
    await needs.getByRole('link', { name: 'See who tried' }).first().click()
    await page.waitForURL(/q=/)
    await seen('People')
    await needs.getByRole('link', { name: 'Decide for each' }).click()
    await page.waitForURL(/decisions\?cause=outcome(:|%3A)profile_refused/)
    await page.getByRole('button', { name: 'Decide about cy@legacy.example' }).waitFor()
    await open()
  })

  it('shows the groups of an older count in percent, beside no second number of the same people', async () => {
    const { page } = dashboard
    let groups: Json = {}
    // On a busy machine the count may take longer than the answer waits.
    await waitUntil(async () => {
      const answer = await dashboard.server.must('GET', `migrations/${id}/groups`)
      groups = answer.groups
      return groups !== undefined
    })
    const older = {
      ...groups,
      people: 400,
      domains: [{ name: 'legacy.example', people: 300 }],
      moved_through: [{ name: 'login', people: 1 }],
    }
    let answered = older
    await page.route(/\/groups$/, (route) => route.fulfill({ json: { is_counting: false, groups: answered } }))
    await open()
    const section = page.getByRole('region', { name: 'Not moved' })
    const domain = section.getByRole('listitem').filter({ hasText: 'legacy.example' })
    await domain.getByText('75\u00A0%').waitFor()
    assert.equal(await section.getByText('400').count(), 0)
    answered = groups
    await open()
    await section.getByText('2 people').waitFor()
    await domain.getByText('2', { exact: true }).waitFor()
    await page.unroute(/\/groups$/)
  })

  it('exports the list that is filtered', async () => {
    const { page } = dashboard
    await open('?state=migrated')
    await page.getByRole('button', { name: 'Export' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'As CSV' }).click()
    const file = await saved
    assert.equal(file.suggestedFilename(), 'migration-records-customers.csv')
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    assert.equal(lines.length, 3)
  })

  it('finds a person by a pasted user id, and shows both sides and the words that they read', async () => {
    const { page } = dashboard
    await open()
    await page.getByRole('searchbox').last().fill('auth0|ada')
    await page.getByRole('region', { name: 'Found' }).getByRole('link', { name: 'ada@legacy.example' }).click()
    await page.getByRole('heading', { level: 1, name: 'ada@legacy.example' }).waitFor()
    await page.getByRole('region', { name: 'Here', exact: true }).getByText('auth0|ada').waitFor()
    await page.getByRole('button', { name: 'Ask the legacy store now' }).click()
    await page.getByText('"given_name": "<img src=x onerror=alert(1)><b>bold</b>"').waitFor()
    await open(`/people/${await recordOf('dot')}`)
    await page.getByText('They read: “We could not complete your login.', { exact: false }).waitFor()
    await page.getByText(markup, { exact: false }).first().waitFor()
  })

  it('decides about a person, shows the refusal of the server, and takes the decision back', async () => {
    const { page } = dashboard
    await open(`/people/${await recordOf('cy')}`)
    await page.getByRole('button', { name: 'Decide' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'alias' }).check()
    await dialog.getByRole('textbox').fill('mrc_nothing')
    await dialog.getByRole('button', { name: 'Decide' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByRole('radio', { name: 'exclude' }).check()
    await dialog.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('Decided: exclude by').waitFor()
    await page.getByRole('button', { name: 'Take the decision back' }).click()
    await page.getByText('Decided: exclude by').waitFor({ state: 'detached' })
  })

  it('shows a viewer and the help desk which role an action needs', async () => {
    const { page } = dashboard
    await dashboard.setRole(owner_email, 'viewer')
    try {
      await open(`/people/${await recordOf('cy')}`)
      await page.reload()
      assert.ok(await page.getByRole('button', { name: 'Decide' }).isDisabled())
      await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
      await dashboard.setRole(owner_email, 'support')
      await page.reload()
      assert.ok(await page.getByRole('button', { name: 'Decide' }).isDisabled())
      assert.ok(await page.getByRole('button', { name: 'Send a link for a new password' }).isEnabled())
    } finally {
      await dashboard.setRole(owner_email, 'owner')
    }
  })

  it('shows a move as it happens; without the server, since when the figures stand, and never 0', async () => {
    const { page, server } = dashboard
    await open()
    await page.getByText('2 moved and 2 came by', { exact: false }).waitFor()
    await server.login(client, 'customers', 'dot@legacy.example', 'right one')
    await page.getByText('3 moved and 1 came by', { exact: false }).waitFor()
    await page.getByText('Figures have changed since this list was read.').waitFor()
    await page.route('**/api/v2/**', (route) => route.abort())
    await page.getByText('The connection was lost. What is shown stands as of', { exact: false }).waitFor()
    assert.ok(await page.getByText('3 moved and 1 came by', { exact: false }).isVisible())
    await page.unroute('**/api/v2/**')
    await page.getByText('Live', { exact: true }).waitFor()
    // A server that takes the connection and never answers.
    await page.route('**/api/v2/**', () => undefined)
    await page
      .getByText('The connection was lost. What is shown stands as of', { exact: false })
      .waitFor({ timeout: 60_000 })
    await page.unroute('**/api/v2/**')
    await page.getByText('Live', { exact: true }).waitFor()
    // The browser reports the requests that were cut.
    dashboard.errors.splice(0)
  })

  it('has no violation of axe, fits a phone, and reports no error', async () => {
    const { page } = dashboard
    for (const path of ['migration', `migration/${id}`, `migration/${id}/people/${await recordOf('cy')}`]) {
      await dashboard.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      // Each figure is there.
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
      assert.deepEqual(await checkAxe(page), [])
      await page.setViewportSize(phone)
      // The chart follows the width a moment later.
      await waitUntil(
        async () => await page.evaluate<boolean>(`document.documentElement.scrollWidth <= ${phone.width}`),
      )
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    assert.deepEqual(dashboard.errors, [])
  })
})
