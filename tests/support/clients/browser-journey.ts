// What a user does with an application in a real browser: the first login moves the user, later ones are local, and so on.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { fillInLogin, fillInSignUp, resetPassword } from './hosted-pages.ts'
import type { Issuer, LegacyUser } from './issuer.ts'
import type { RunningExample } from './running-example.ts'

/** The subject and the address that an application shows of its user. */
export type ShownUser = { sub: string; email: string }

/** What the tests need. */
export type JourneyDeps = { issuer: Issuer; chromium: Browser; application: RunningExample }

/** How an application differs from the others. */
export type Journey = {
  /** Reads the user of the application that is shown. Default: the JSON text in `#profile`. */
  readUser?: (tab: Page, origin: string) => Promise<ShownUser>
  /** Whether it uses refresh tokens. */
  refreshes: boolean
}

const readProfile = async (tab: Page): Promise<ShownUser> =>
  JSON.parse((await tab.textContent('#profile')) ?? '') as ShownUser

/** Clicks the link or the button with this text. */
export const press = async (tab: Page, label: string): Promise<void> =>
  await tab.getByText(label, { exact: true }).click()

/** Opens a page in a browser with an empty profile. */
export async function inChromium<T>(
  chromium: Browser,
  work: (tab: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await chromium.newContext({ ignoreHTTPSErrors: true })
  context.setDefaultTimeout(15_000)
  try {
    return await work(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

/** Opens the application and logs in. */
export async function logIn(tab: Page, { application }: JourneyDeps, user: LegacyUser): Promise<void> {
  await tab.goto(application.origin)
  await press(tab, 'Log in')
  await fillInLogin(tab, user)
  await tab.getByText('Log out', { exact: true }).waitFor()
}

/** Registers the tests of an application whose pages have the links `Log in`, `Sign up`, `Log out` and, with refresh tokens, `Refresh`. */
export function browserJourney(deps: () => JourneyDeps, { readUser = readProfile, refreshes }: Journey): void {
  const shown = (tab: Page): Promise<ShownUser> => readUser(tab, deps().application.origin)

  it(`moves a legacy user at the first right password${refreshes ? ', refreshes' : ''}, logs out, and logs the same user in without the legacy store`, async () => {
    const { issuer, chromium, application } = deps()
    const { server } = issuer
    const user = await issuer.newLegacyUser()
    await inChromium(chromium, async (tab) => {
      await tab.goto(application.origin)
      await press(tab, 'Log in')
      await fillInLogin(tab, { ...user, password: 'wrong' })
      await tab.getByText('This login name or this password is wrong.').first().waitFor()
      await fillInLogin(tab, user)
      await tab.getByText('Log out', { exact: true }).waitFor()
      const first = await shown(tab)
      assert.equal(first.email, user.email)
      assert.match(first.sub, /^auth0\|people\|\d+$/)
      const queries = await issuer.legacyQueries()
      await tab.goto(application.origin)
      if (refreshes) {
        await press(tab, 'Refresh')
        await tab.getByText(/new access token/).waitFor()
        assert.equal((await server.logs('type:sertft'))[0]?.['user_name'], user.email)
        await tab.goto(application.origin)
      }
      await press(tab, 'Log out')
      await tab.getByText('Log in', { exact: true }).waitFor()
      // The session at the server has ended, too: the login page is shown again.
      await logIn(tab, deps(), user)
      assert.equal((await shown(tab)).sub, first.sub)
      assert.equal(await issuer.legacyQueries(), queries)
    })
    const [first, second, ...more] = await issuer.loginOutcomes(user.email)
    assert.equal(first, 'moved')
    assert.notEqual(second, 'moved')
    assert.deepEqual(more, [])
  })

  it('signs a new user up', async () => {
    const { chromium, application } = deps()
    const user = { email: `new@${application.name}.example`, password: 'Compiler no. 1' }
    await inChromium(chromium, async (tab) => {
      await tab.goto(application.origin)
      await press(tab, 'Sign up')
      await fillInSignUp(tab, user)
      await tab.getByText('Log out', { exact: true }).waitFor()
      assert.equal((await shown(tab)).email, user.email)
    })
  })

  it('lets a legacy user who forgot the password choose a new one, and log in with it', async () => {
    const { issuer, chromium, application } = deps()
    const user = { ...(await issuer.newLegacyUser()), password: 'Compiler no. 2' }
    await inChromium(chromium, async (tab) => {
      await tab.goto(application.origin)
      await press(tab, 'Log in')
      await resetPassword(tab, issuer.server, user)
      await logIn(tab, deps(), user)
      assert.equal((await shown(tab)).email, user.email)
    })
  })
}
