// What each role sees and can do on the dashboard, derived from the scopes of the contract and compared among the roles.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { roles, scopesOfRole, type Role } from '../../../src/contract/roles.ts'
import { routes, type RouteName } from '../../../src/contract/routes.ts'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { readDashboardSource } from '../../support/dashboard-source.ts'
import { legacy_password } from '../../support/dashboard-tenant.ts'
import { objects } from '../../support/requests.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { pressEverything } from './press-everything.ts'
import {
  fillPages,
  isRead,
  locked_person,
  operationOf,
  readShown,
  takeSeat,
  type Seat,
  type Sent,
  type Shown,
} from './role-pages.ts'

const from_least = ['support', 'viewer', 'editor', 'owner'] as const satisfies Role[]
const permits = (role: Role, operation: RouteName): boolean =>
  routes[operation].scopes.some((scope) => scopesOfRole[role].has(scope))
const roleNeeded = (operation: RouteName): Role | undefined => from_least.find((role) => permits(role, operation))

let dashboard: OpenDashboard
let source: Awaited<ReturnType<typeof readDashboardSource>>
let filled: Awaited<ReturnType<typeof fillPages>>
/** The addresses of all pages that the router has, below that of the tenant. */
let paths: string[]
const seats = {} as Record<Role, Seat>
/** What each role saw on each page, and what the page sent. */
const seen = {} as Record<Role, Record<string, Shown & { sent: Sent[] }>>

const needsOf = (path: string): RouteName => {
  const entry = source.entries.find((one) => path === one.path || path.startsWith(`${one.path}/`))
  return entry?.needs ?? assert.fail(`${path} is below no entry of the navigation`)
}
const pagesOf = (role: Role): string[] => paths.filter((path) => permits(role, needsOf(path)))

before(async () => {
  source = await readDashboardSource()
  dashboard = await openDashboard()
  filled = await fillPages(dashboard.server)
  paths = source.page_forms.map((form) =>
    form
      .slice('/t/$tenant_id/'.length)
      .replaceAll(/\$(\w+)/g, (_all, name: string) => encodeURIComponent(filled.values[name] ?? assert.fail(form))),
  )
  for (const role of roles) {
    const seat = await takeSeat(dashboard, role)
    seats[role] = seat
    seen[role] = {}
    for (const path of paths) {
      seat.take()
      await seat.open(path)
      seen[role][path] = { ...(await readShown(seat.tab)), sent: seat.take() }
    }
  }
})
after(() => dashboard?.close())

test('the navigation of each role has the entries whose pages the role may read', () => {
  for (const role of roles) {
    // Get started leaves once a user has moved, as one of this tenant has.
    const stays = (path: string): boolean => path !== 'get-started'
    const permitted = source.entries.flatMap(({ path, needs }) => (permits(role, needs) && stays(path) ? [path] : []))
    for (const path of paths) assert.deepEqual(seen[role][path]?.navigation.filter(stays), permitted, `${role} ${path}`)
  }
})

test('the page of each entry of the navigation reads the operation that the entry needs', async () => {
  const { tab } = seats.owner
  for (const { path: entry, needs } of source.entries) {
    // What shows one thing is read by the page of one.
    const is_of_one = 'params' in routes[needs]
    const path = is_of_one ? paths.find((one) => one.startsWith(`${entry}/`)) : entry
    assert.ok(path !== undefined, entry)
    // Loaded anew: what another page has read is not there.
    const [response] = await Promise.all([
      tab
        .waitForResponse((one) => operationOf(one.request()) === needs)
        .catch(() => assert.fail(`${path} never reads ${needs}`)),
      tab.goto(dashboard.urlOf(path)),
    ])
    assert.ok(response.ok(), `${path}: ${needs}`)
  }
})

test('a page that a role may not read says which role it needs, shows nothing else, and requests nothing', () => {
  let forbidden = 0
  for (const role of roles) {
    for (const path of paths) {
      const { title, parts, controls, sent } = seen[role][path] ?? assert.fail(path)
      if (permits(role, needsOf(path))) continue
      forbidden += 1
      assert.deepEqual(
        { title, parts, controls, sent },
        {
          title: 'Your role does not permit this page',
          parts: [roleNeeded(needsOf(path))],
          controls: [],
          sent: [],
        },
        `${role} ${path}`,
      )
    }
  }
  assert.ok(forbidden > 40, String(forbidden))
})

test('no page requests what the role may not read, or links to a page that it may not open', () => {
  const faults: string[] = []
  for (const role of roles) {
    for (const path of paths) {
      const { links, sent } = seen[role][path] ?? assert.fail(path)
      for (const { operation, status } of sent)
        if (!permits(role, operation) || status === 403) faults.push(`${role} ${path}: requests ${operation}`)
      for (const link of links) if (!permits(role, needsOf(link))) faults.push(`${role} ${path}: links to ${link}`)
    }
  }
  assert.deepEqual(faults, [])
})

/** Whether a role is told at this place that it needs another one. */
const isRefused = (role: Role, path: string, control: string | undefined): boolean => {
  const { parts, controls } = seen[role][path] ?? assert.fail(path)
  if (!permits(role, needsOf(path)) || control === undefined) return parts.length > 0
  const there = controls.find(({ name }) => name === control)
  return there === undefined ? role !== 'owner' : there.needs !== undefined
}

test('what a role may not use names the role with the least rights that may', () => {
  const faults: string[] = []
  let named = 0
  for (const role of roles) {
    for (const path of pagesOf(role)) {
      const { parts, controls } = seen[role][path] ?? assert.fail(path)
      const needed = controls.flatMap(({ name, needs }) => (needs === undefined ? [] : [[name, needs] as const]))
      for (const [control, needs] of [...needed, ...parts.map((part) => [undefined, part] as const)]) {
        named += 1
        const least = from_least.find((one) => !isRefused(one, path, control))
        if (needs !== least) faults.push(`${role} ${path}: ${control ?? 'a part'} names ${needs}, not ${least}`)
      }
      for (const { name, is_enabled, needs, form_needs } of controls) {
        const of_owner = seen.owner[path]?.controls.find((one) => one.name === name)
        if (is_enabled || of_owner?.is_enabled !== true) continue
        if (needs === undefined && form_needs === undefined)
          faults.push(`${role} ${path}: ${name} is disabled and names no role`)
      }
    }
  }
  assert.deepEqual(faults, [])
  assert.ok(named > 60, String(named))
})

for (const role of ['viewer', 'support'] as const) {
  test(`whatever the role ${role} presses, switches, chooses or types sends only what the role may send`, async () => {
    const seat = seats[role]
    const faults: string[] = []
    let used = 0
    for (const path of pagesOf(role)) {
      seat.take()
      await pressEverything(seat, path, (control) => {
        used += 1
        for (const { operation, status } of seat.take()) {
          if (!permits(role, operation) || status === 403 || (role === 'viewer' && !isRead(operation)))
            faults.push(`${path}: ${control} sends ${operation}`)
        }
      })
    }
    assert.deepEqual(faults, [])
    assert.ok(used > pagesOf(role).length, String(used))
  })
}

test('support finds a person by clicks, unlocks the login and sends a link', async () => {
  const { server } = dashboard
  const logIn = () => server.login(filled.client, 'customers', locked_person, legacy_password)
  assert.equal((await logIn()).status, 429)
  const mails = (await server.outbox(locked_person)).length
  const { tab } = await takeSeat(dashboard, 'support', { changes: true })
  await tab.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name: 'Migration' }).click()
  await tab.getByRole('table').getByRole('link', { name: 'customers' }).click()
  await tab.getByRole('searchbox', { name: /^Find a person/ }).fill(locked_person)
  await tab.getByRole('region', { name: 'Found' }).getByRole('link', { name: locked_person }).click()
  await tab.getByRole('button', { name: 'Unlock' }).click()
  await tab.getByText(`${locked_person} can try again`).waitFor()
  assert.equal((await logIn()).status, 200)
  await tab.getByRole('button', { name: 'Send a link for a new password' }).click()
  await tab.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
  await tab.getByText('No mail server is set: the mail is in the outbox').waitFor()
  assert.equal((await server.outbox(locked_person)).length, mails + 1)
})

test('an editor saves a setting of a connection by clicks, and is shown no members', async () => {
  const { server } = dashboard
  const path = `connections/${filled.values['connection_id']}`
  assert.equal((await server.must('GET', path)).options.brute_force_protection, true)
  const { tab } = await takeSeat(dashboard, 'editor', { changes: true })
  const navigation = tab.getByRole('navigation', { name: 'Navigation' })
  await navigation.getByRole('link', { name: 'Connections' }).click()
  await tab.getByRole('link', { name: 'customers' }).click()
  await tab.getByLabel('Brute-force protection').click()
  await tab.getByRole('button', { name: 'Save', exact: true }).click()
  await tab.getByText('Saved', { exact: true }).waitFor()
  assert.equal((await server.must('GET', path)).options.brute_force_protection, false)
  assert.equal(await navigation.getByRole('link', { name: 'Members' }).count(), 0)
})

test('an owner invites a member, changes a role and reads the outbox by clicks', async () => {
  const { server, admins } = dashboard
  const { tab } = await takeSeat(dashboard, 'owner', { changes: true })
  const navigation = tab.getByRole('navigation', { name: 'Navigation' })
  await navigation.getByRole('link', { name: 'Members' }).click()
  await tab.getByRole('button', { name: 'Invite a member' }).click()
  await tab.getByRole('textbox', { name: 'E-mail address' }).fill('invited@wherry.example')
  await tab.getByRole('button', { name: 'Invite', exact: true }).click()
  // No mail server is set.
  await tab.getByRole('button', { name: 'I have the link' }).click()
  await tab.getByRole('button', { name: 'Withdraw the invitation of invited@wherry.example' }).waitFor()

  const changed = 'viewer-looks@wherry.example'
  await tab.getByRole('combobox', { name: `Role of ${changed}` }).click()
  await tab.getByRole('option', { name: 'support' }).click()
  await tab.getByText(`${changed} is support now`).waitFor()
  const token = await admins.accessToken('owner-acts@wherry.example')
  const listed = objects((await admins.api(token, 'GET', 'tenant-admins')).json, 'admins')
  assert.equal(listed.find(({ email }) => email === changed)?.['role'], 'support')
  // It counts at the next request: what the page of the viewer still shows is refused.
  assert.equal((await admins.api(await admins.accessToken(changed), 'GET', 'connections')).status, 403)

  await server.must('POST', 'jobs/verification-email', { user_id: filled.values['user_id'] })
  await waitUntil(async () => (await server.outbox('signed-up@harbour.example')).length > 0)
  await navigation.getByRole('link', { name: 'E-mail' }).click()
  await tab.getByRole('link', { name: 'Outbox' }).click()
  await tab.getByRole('link', { name: 'signed-up@harbour.example' }).first().click()
  await tab.getByRole('button', { name: 'Show what it says' }).click()
  await tab
    .getByText(/ticket=/)
    .first()
    .waitFor()
})
