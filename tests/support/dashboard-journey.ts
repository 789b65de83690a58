// The steps of a migration on the dashboard, from a new connection to a legacy store that was switched off. Each is done on screen, by the
// mouse or the keyboard, and ends when the page shows its result.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page as Tab } from 'playwright-core'
import { openDashboard, owner_email } from './dashboard.ts'
import type { Hands } from './hands.ts'
import { people, startLegacyPostgres, type LegacyPerson } from './legacy-postgres.ts'

/** The name of the connection. */
export const connection = 'customers'

const application = 'Harbour Shop'
// A job of the server begins within a second, and the page looks for its end every one or two.
const job_ms = 60_000

/** A dashboard, a legacy store, an application, and the hands that operate them. */
export type Journey = Awaited<ReturnType<typeof startJourney>>

/** Starts everything but the connection. */
export async function startJourney(hands: Hands) {
  const [dashboard, legacy, shop] = await Promise.all([openDashboard(), startLegacyPostgres(), startShop()])
  const { client_id } = await dashboard.server.createClient({
    name: application,
    grant_types: ['authorization_code'],
    callbacks: [shop.callback],
  })
  return {
    hands,
    dashboard,
    legacy,
    /** The address of the hosted sign-in of the application. */
    sign_in_url: `${dashboard.server.issuer}authorize?${new URLSearchParams({
      client_id,
      redirect_uri: shop.callback,
      response_type: 'code',
      scope: 'openid profile email',
    })}`,
    async close(): Promise<void> {
      shop.close()
      await dashboard.close()
      await legacy.server.stop()
    },
  }
}

/** The application: a page that people come back to after their sign-in. */
async function startShop() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Welcome to the shop</h1>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    callback: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    close: (): void => void server.close(),
  }
}

/** What the browser reported as errors on the dashboard. On the hosted pages it reports each refused login. */
export const errorsOf = ({ dashboard }: Journey): string[] =>
  dashboard.errors.filter((error) => error.startsWith(dashboard.server.admin_url))

/** A button with this name. */
export const button = (within: Tab | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })
const dialog = ({ dashboard }: Journey): Locator => dashboard.page.getByRole('dialog')
const migrationTab = ({ dashboard }: Journey, name: string): Locator =>
  dashboard.page.getByRole('navigation', { name: 'Parts of the migration' }).getByRole('link', { name, exact: true })
const connectionTab = ({ dashboard }: Journey, name: string): Locator =>
  dashboard.page.getByRole('navigation', { name: 'Parts of the connection' }).getByRole('link', { name, exact: true })

/** Creates the connection, and lets the application use it. */
export async function createConnection(journey: Journey): Promise<void> {
  const { hands, dashboard } = journey
  const { page } = dashboard
  await hands.openPage(page, 'Connections')
  await hands.press(button(page, 'Create connection').first())
  await hands.type(dialog(journey).getByRole('textbox', { name: 'Name' }), connection)
  await hands.press(button(dialog(journey), 'Create connection'))
  await page.getByRole('heading', { level: 1, name: connection }).waitFor()
  await hands.press(connectionTab(journey, 'Applications'))
  const enabled = page.getByRole('switch', { name: `${application} may use the connection` })
  await hands.tick(enabled)
  await enabled.and(page.locator(':checked')).waitFor()
}

/** Sets a switch of the connection, whose dialog says who decides before and after. */
async function setMode(journey: Journey, name: string, decides: RegExp): Promise<void> {
  const { hands, dashboard } = journey
  await hands.tick(dashboard.page.getByRole('switch', { name }))
  await dialog(journey).getByText(decides).waitFor()
  await hands.press(button(dialog(journey), 'Change it'))
  await dialog(journey).waitFor({ state: 'detached' })
}

/** Lets the connection use its own database. */
export async function useOwnDatabase(journey: Journey): Promise<void> {
  await journey.hands.press(connectionTab(journey, 'Custom Database'))
  await setMode(journey, 'Use my own database', /After the change: Your scripts decide at each login/)
}

/** Loads the scripts for PostgreSQL, which are not in use until they are saved. */
export async function startFromTemplate(journey: Journey): Promise<void> {
  const { hands, dashboard, legacy } = journey
  await hands.press(button(dashboard.page, 'Start from a template'))
  await hands.choose(dialog(journey).getByRole('combobox', { name: 'Legacy store' }), 'PostgreSQL')
  await hands.type(dialog(journey).getByLabel(/^DATABASE_URL/), legacy.owner_url)
  await hands.press(button(dialog(journey), /settings with defaults$/))
  await hands.type(dialog(journey).getByLabel(/^USERNAME_COLUMN/), 'username')
  await hands.type(dialog(journey).getByLabel(/^NAME_COLUMN/), 'name')
  await hands.press(button(dialog(journey), 'Load the scripts'))
  await dashboard.page.getByText('Loaded from PostgreSQL, not in use').waitFor()
}

/** Replaces the address of the database by that of a user who can only read. */
export async function replaceParameter(journey: Journey): Promise<void> {
  const { hands, dashboard, legacy } = journey
  const row = dashboard.page.getByRole('region', { name: 'Parameters' }).getByRole('row', { name: /^DATABASE_URL/ })
  await hands.press(button(row, 'Replace'))
  await hands.type(dialog(journey).getByLabel('New value'), legacy.reader_url)
  await hands.press(button(dialog(journey), 'Set'))
  await dialog(journey).waitFor({ state: 'detached' })
  await row.getByText(owner_email).waitFor()
}

/** Tries the scripts in the editor before they are saved: what would be stored of a person. */
export async function tryScripts({ hands, dashboard }: Journey, person: LegacyPerson): Promise<void> {
  const { page } = dashboard
  await hands.type(page.getByLabel('E-mail address, username or phone number'), person.email)
  await hands.type(page.getByLabel('Password', { exact: true }), person.password)
  await hands.press(button(page, 'Try'))
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByText('The scripts accept the password').waitFor({ timeout: job_ms })
  await result.getByRole('row', { name: new RegExp(`^email "${person.email}" stored`) }).waitFor()
}

/** Saves the scripts, and imports the users who log in from then on. */
export async function saveScriptsAndImport(journey: Journey): Promise<void> {
  const { hands, dashboard } = journey
  const { page } = dashboard
  await hands.press(button(page, /^Save \d+ changed scripts$/))
  await page.getByRole('table', { name: 'Versions' }).waitFor()
  await setMode(journey, 'Import users', /who has the right password moves here/)
}

/** Opens the migration of the connection. */
export async function openMigration({ hands, dashboard }: Journey): Promise<void> {
  const { page } = dashboard
  await hands.openPage(page, 'Migration')
  await hands.press(page.getByRole('table').getByRole('link', { name: connection, exact: true }))
  await page.getByRole('heading', { level: 1, name: connection, exact: true }).waitFor()
}

/** Sees a person in the list of the migration as moved. */
export async function seeMoved({ dashboard }: Journey, person: LegacyPerson): Promise<void> {
  const list = dashboard.page.getByRole('table', { name: 'List of people' })
  await list.getByRole('row', { name: new RegExp(`^${person.email}.* moved .*\\|${person.id}$`) }).waitFor()
}

/** Loads the users of the legacy store from a file. */
export async function loadDirectory(journey: Journey): Promise<void> {
  const { hands, dashboard } = journey
  const { page } = dashboard
  const rows = Object.values(people).map(({ id, email, username }) => `${id},${email},${username}`)
  await hands.press(migrationTab(journey, 'Directory'))
  const file = {
    name: 'users.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['id,email,username', ...rows].join('\n')),
  }
  await hands.chooseFile(button(page, 'File'), file)
  await page.getByRole('group', { name: 'Columns of the file' }).waitFor()
  await hands.press(button(page, 'Load the file'))
  await page.getByRole('button', { name: /applied.*4 rows/ }).waitFor({ timeout: job_ms })
}

/** Decides that a person moves with another username. */
export async function decideRename(journey: Journey, person: LegacyPerson, username: string): Promise<void> {
  const { hands, dashboard } = journey
  const { page } = dashboard
  await hands.press(migrationTab(journey, 'Decisions'))
  const list = page.getByRole('table', { name: 'People to decide about' })
  await hands.press(
    list
      .getByRole('row')
      .filter({ hasText: person.email })
      .getByRole('button', { name: /^Decide about/ }),
  )
  await hands.tick(dialog(journey).getByRole('radio', { name: 'rename' }))
  await hands.type(dialog(journey).getByRole('textbox', { name: 'New username' }), username)
  await hands.press(button(dialog(journey), 'Decide'))
  await dialog(journey).waitFor({ state: 'detached' })
  await list.getByText('rename').waitFor()
}

/** Opens the finish, which says what would break now. */
export async function openFinish(journey: Journey, breaks: string): Promise<void> {
  await journey.hands.press(migrationTab(journey, 'Finish'))
  await journey.dashboard.page.getByText(breaks).waitFor()
}

/** Types the name of the connection in the dialog of a step, and starts it. */
async function confirmStep(journey: Journey, action: string): Promise<void> {
  const { hands } = journey
  await hands.type(dialog(journey).getByLabel(`Type ${connection} to confirm`), connection)
  await hands.press(button(dialog(journey), action))
  await dialog(journey).waitFor({ state: 'detached' })
}

const stepButton = ({ dashboard }: Journey, step: string): Locator => button(dashboard.page, `Start: ${step}`)

/** Starts a step of the finish. */
async function startStep(journey: Journey, step: string): Promise<void> {
  const start = stepButton(journey, step)
  await start.waitFor({ timeout: job_ms })
  await journey.hands.press(start)
  await confirmStep(journey, 'Start')
}

/** Replaces the scripts by ones that ask nothing. */
export async function stopAsking(journey: Journey): Promise<void> {
  await startStep(journey, 'Stop asking the legacy store')
  await stepButton(journey, 'Watch who still comes').waitFor({ timeout: job_ms })
}

/** Watches for a minute who still comes, and runs `meanwhile` after the watch has begun. */
export async function watch(journey: Journey, meanwhile: () => Promise<void>): Promise<void> {
  const { hands, dashboard } = journey
  await hands.press(stepButton(journey, 'Watch who still comes'))
  await hands.type(dialog(journey).getByRole('textbox', { name: 'Lasts' }), '1')
  await hands.choose(dialog(journey).getByRole('combobox', { name: 'Unit' }), 'minutes')
  await confirmStep(journey, 'Start')
  // At its beginning it has no width.
  await dashboard.page.getByRole('progressbar').waitFor({ state: 'attached' })
  await meanwhile()
  dashboard.server.advance(61_000)
  await stepButton(journey, 'Make the connection local').waitFor({ timeout: job_ms })
}

/** Returns to the state before the finish. */
export async function rollBack(journey: Journey): Promise<void> {
  const { hands, dashboard } = journey
  await hands.press(button(dashboard.page, 'Roll back'))
  await confirmStep(journey, 'Roll back')
  await stepButton(journey, 'Stop asking the legacy store').waitFor()
}

/** Makes the connection a local one. */
export async function convert(journey: Journey): Promise<void> {
  await startStep(journey, 'Make the connection local')
  await stepButton(journey, 'Wipe what is kept of the legacy store').waitFor({ timeout: job_ms })
}

/** Wipes what is kept of the legacy store, after which there is no way back. */
export async function disconnect(journey: Journey): Promise<void> {
  await startStep(journey, 'Wipe what is kept of the legacy store')
  await journey.dashboard.page.getByText('The migration is finished').waitFor({ timeout: job_ms })
}
