// People who cannot move for one cause: decided about at once where the migration names them, and listed from the counts of a rehearsal.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fillDirectory } from '../../migration/rehearsal-kit.ts'
import { checkAxe, openDashboard, owner_email, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { member, objects } from '../../support/requests.ts'
import { waitUntil } from '../../support/wait-until.ts'

const markup = '<img src=x onerror=alert(1)>'
let dashboard: OpenDashboard
let connection_id: string

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
  connection_id = (await fillTenant(dashboard.server)).connection_id
  await fillDirectory(dashboard.server, connection_id, [
    { legacy_id: 'L-1001', email: 'ada@harbour.example' },
    { legacy_id: 'L-1002', email: 'grace@harbour.example' },
    ...Array.from({ length: 3 }, (_, nth) => ({
      legacy_id: `B-${nth}`,
      email: markup,
      problem: 'invalid_address',
    })),
  ])
})
after(() => dashboard?.close())

test('all people of a cause are excluded after a question that names their number', async () => {
  const { page, goto, server, errors } = dashboard
  await goto(`migration/${connection_id}`)
  const needs_you = page.getByRole('region', { name: 'Needs you' })
  await needs_you.getByRole('link', { name: '3 people: invalid e-mail address' }).click()
  assert.equal(await page.getByRole('combobox', { name: 'Needs you' }).inputValue(), 'invalid e-mail address')
  const listed = page.getByRole('table', { name: 'List of people' }).getByRole('row')
  await waitUntil(async () => (await listed.count()) === 1 + 3)
  await needs_you.getByRole('button', { name: 'Decide for all: invalid e-mail address' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('What happens to 3 people').waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await dialog.getByRole('textbox', { name: 'Text that the person reads' }).fill('Call us, please.')
  const sent = page.waitForRequest(/by-cause/)
  await dialog.getByRole('button', { name: 'Exclude 3 people' }).click()
  assert.deepEqual((await sent).postDataJSON(), {
    problem: 'invalid_address',
    kind: 'exclude',
    people_max: 3,
    message: 'Call us, please.',
  })
  await page.getByText('Decided about 3 people').waitFor()
  await needs_you.getByText('Decided: 3 people.', { exact: false }).waitFor()
  assert.equal(await needs_you.getByText('invalid e-mail address').count(), 0)
  assert.equal(await needs_you.getByRole('button', { name: /^Decide for all/ }).count(), 0)
  const { records } = await server.must('GET', `migrations/${connection_id}/records?problem=any`)
  assert.deepEqual(
    objects(records).map(({ decision }) => member(decision, 'kind')),
    ['exclude', 'exclude', 'exclude'],
  )
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  assert.deepEqual(errors, [])
})

test('the decisions page offers the same; a viewer cannot', async () => {
  const { page, goto, server, setRole } = dashboard
  const { records } = await server.must('GET', `migrations/${connection_id}/records?problem=any`)
  const [first] = objects(records)
  await server.must('DELETE', `migrations/${connection_id}/records/${String(first?.['record_id'])}/decision`)
  await goto(`migration/${connection_id}/decisions`)
  await page.getByRole('button', { name: 'Decide for all: invalid e-mail address' }).click()
  await page.getByRole('dialog').getByText('The decisions about 2 people with this cause stay as they are.').waitFor()
  await page.getByRole('radio', { name: 'try again' }).click()
  await page.getByRole('button', { name: 'Try again with 1 person' }).click()
  await page.getByText('Decided about 1 person').waitFor()
  await server.must('DELETE', `migrations/${connection_id}/records/${String(first?.['record_id'])}/decision`)
  await setRole(owner_email, 'viewer')
  await page.reload()
  await page.getByRole('group', { name: 'This needs the role editor' }).first().waitFor()
  assert.equal(await page.getByRole('button', { name: /^Decide for all/ }).isDisabled(), true)
  await setRole(owner_email, 'owner')
})

test('a count of a rehearsal leads to its people', async () => {
  const { page, goto, server } = dashboard
  await server.must('POST', `migrations/${connection_id}/rehearsals`, { calls_per_second: 100 })
  await waitUntil(async () => {
    const { rehearsals } = await server.must('GET', `migrations/${connection_id}/rehearsals`)
    return objects(rehearsals)[0]?.['status'] === 'completed'
  })
  await goto(`migration/${connection_id}/rehearsal`)
  await page.getByRole('link', { name: 'List 2: would move' }).click()
  await page.waitForURL(/rehearsed=moved#people$/)
  await page.getByRole('row', { name: /ada@harbour/ }).waitFor()
  await page.getByRole('row', { name: /grace@harbour/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: markup }).count(), 0)
  assert.equal(await page.getByRole('combobox', { name: 'Last rehearsal' }).inputValue(), 'would move')
  assert.equal(
    await page.evaluate<boolean>(
      `document.querySelector('section[aria-label=People]').getBoundingClientRect().top < innerHeight`,
    ),
    true,
  )
})

test('the list of people says how many there are before all of them are read', async () => {
  const { page, goto, server } = dashboard
  const many = await server.createConnection('many', { enabledDatabaseCustomization: true, import_mode: true }, [])
  await fillDirectory(
    server,
    many,
    Array.from({ length: 130 }, (_, nth) => ({ legacy_id: `M-${nth}`, email: `person-${nth}@many.example` })),
  )
  await goto(`migration/${many}`)
  const people = page.getByRole('region', { name: 'People', exact: true })
  await people.getByText('50 of 130', { exact: true }).waitFor()
  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'not seen yet' }).click()
  await page.waitForURL(/state=unseen/)
  await people.getByText('50 of 130', { exact: true }).waitFor()
  // How many have an e-mail address that begins so is not counted.
  await goto(`migration/${many}?q=person`)
  await people.getByText('The first 50. Scroll for more.', { exact: true }).waitFor()
})

test('who shares an identifier is listed with the reason, and on a phone in German a decision and its button are whole', async () => {
  const { page, goto, server, errors } = dashboard
  const options = { enabledDatabaseCustomization: true, import_mode: true }
  const sharing = await server.createConnection('sharing', options, [])
  const users = ['S-1', 'S-2', 'S-3'].map((legacy_id) => ({ legacy_id, email: 'shared@harbour.example' }))
  const bad = { legacy_id: 'S-9', email: 'nowhere', problem: 'invalid_address' }
  const ids = await fillDirectory(server, sharing, [...users, bad])
  await server.must('PUT', `migrations/${sharing}/records/${ids.at(-1)}/decision`, { kind: 'exclude' })
  await goto(`migration/${sharing}/decisions?cause=shared:shared_identifier`)
  await page.getByRole('cell', { name: 'S-2 has an identifier of another person' }).waitFor()
  await goto(`migration/${sharing}/decisions?cause=problem:invalid_address`)
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  await page.setViewportSize(phone)
  const row = page.getByRole('row', { name: 'nowhere' })
  const cell = row.getByRole('cell').last()
  await cell.getByText('ausschließen', { exact: true }).waitFor()
  await cell.getByRole('button', { name: 'Entscheidung über nowhere zurücknehmen' }).waitFor()
  // The cell hides what reaches over its edge, and what is in more lines than the row has place for.
  const { clientWidth, scrollWidth, clientHeight, scrollHeight } = await cell.evaluate((element) => {
    const sizes = element as unknown as Record<'clientWidth' | 'scrollWidth' | 'clientHeight' | 'scrollHeight', number>
    const { clientWidth, scrollWidth, clientHeight, scrollHeight } = sizes
    return { clientWidth, scrollWidth, clientHeight, scrollHeight }
  })
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px in ${clientWidth} px`)
  assert.ok(scrollHeight <= clientHeight, `${scrollHeight} px in ${clientHeight} px`)
  const { height = 0 } = (await cell.getByText('ausschließen', { exact: true }).boundingBox()) ?? {}
  assert.ok(height > 0 && height < 30, `the decision is ${height} px high`)
  assert.deepEqual(errors, [])
})
