// What users do with a login form of auth0-js or Lock, wherever it is.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { outcomeOf } from '../requests.ts'
import { inChromium as openInChromium } from './browser-journey.ts'
import { followResetLink } from './hosted-pages.ts'
import type { Issuer, LegacyUser } from './issuer.ts'
import { startExample, type RunningExample } from './running-example.ts'

/** What the tests of a form need. */
export type FormDeps = { issuer: Issuer; chromium: Browser }

/** Opens a page in a browser with an empty profile, which reaches this machine only. */
export async function inChromium(chromium: Browser, work: (tab: Page) => Promise<void>): Promise<void> {
  await openInChromium(chromium, async (tab, context) => {
    // Lock asks for a picture and texts on other machines; it works without them.
    await context.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    )
    await work(tab)
  })
}

let newcomers = 0
/** A user who does not exist yet. */
export const newcomer = (): LegacyUser => {
  newcomers += 1
  return { email: `newcomer${newcomers}@example.com`, password: 'Compiler no. 1' }
}

/** The outcomes of the passwords that embedded forms sent for a user, oldest first. */
const outcomesOf = async ({ server }: Issuer, email: string): Promise<unknown[]> =>
  (await server.logs(`type:scoa AND user_name:"${email}"`)).toReversed().map(outcomeOf)

/** What a user does with a login form. */
export type LoginForm = {
  /** Opens the form in a browser where no user is signed in. */
  open(tab: Page): Promise<void>
  logIn(tab: Page, user: LegacyUser): Promise<void>
  /** Signs a user up. The user may have to log in afterwards. */
  signUp(tab: Page, user: LegacyUser): Promise<void>
  requestReset(tab: Page, email: string): Promise<void>
  /** Waits until the user is logged in at the application, and answers the claims of the ID token. */
  user(tab: Page): Promise<Record<string, unknown>>
  logOut(tab: Page): Promise<void>
  /** What the form shows for a wrong password. */
  wrong: RegExp
}

/** Registers the tests of a form. */
export function testForm(deps: () => FormDeps, form: LoginForm): void {
  it('moves a legacy user at the first login, and after a log-out logs the same user in without the legacy store', async () => {
    const { issuer, chromium } = deps()
    const user = await issuer.newLegacyUser()
    await inChromium(chromium, async (tab) => {
      await form.open(tab)
      await form.logIn(tab, { ...user, password: 'wrong' })
      await tab.getByText(form.wrong).first().waitFor()
      await form.logIn(tab, user)
      const first = await form.user(tab)
      assert.equal(first['email'], user.email)
      const queries = await issuer.legacyQueries()
      await form.logOut(tab)
      await form.open(tab)
      await form.logIn(tab, user)
      assert.equal((await form.user(tab))['sub'], first['sub'])
      assert.equal(await issuer.legacyQueries(), queries)
    })
    const [first, second, ...more] = await outcomesOf(deps().issuer, user.email)
    assert.equal(first, 'moved')
    assert.notEqual(second, 'moved')
    assert.deepEqual(more, [])
  })

  it('signs a new user up', async () => {
    const user = newcomer()
    await inChromium(deps().chromium, async (tab) => {
      await form.open(tab)
      await form.signUp(tab, user)
      assert.equal((await form.user(tab))['email'], user.email)
    })
  })

  it('lets a legacy user who forgot the password choose a new one, and log in with it', async () => {
    const { issuer, chromium } = deps()
    const { email } = await issuer.newLegacyUser()
    const user = { email, password: 'Compiler no. 2' }
    await inChromium(chromium, async (tab) => {
      await form.open(tab)
      await form.requestReset(tab, email)
      await tab.getByText("We've just sent you an email to reset your password.").first().waitFor()
      await followResetLink(tab, issuer.server, user)
      await form.open(tab)
      await form.logIn(tab, user)
      assert.equal((await form.user(tab))['email'], email)
    })
  })
}

/** Fills in the fields of a form. */
export async function fillIn(tab: Page, { email, password }: LegacyUser): Promise<void> {
  await tab.fill('input[name=email]', email)
  await tab.fill('input[name=password]', password)
}

/** Lock, wherever it is. */
export const lock = {
  async logIn(tab: Page, user: LegacyUser): Promise<void> {
    await fillIn(tab, user)
    await tab.click('.auth0-lock-submit')
  },
  async signUp(tab: Page, user: LegacyUser): Promise<void> {
    await tab.locator('.auth0-lock-tabs').getByText('Sign Up').click()
    await lock.logIn(tab, user)
  },
  async requestReset(tab: Page, email: string): Promise<void> {
    await tab.getByText("Don't remember your password?").click()
    await tab.fill('input[name=email]', email)
    await tab.click('.auth0-lock-submit')
  },
  wrong: /Wrong email or password\./i,
}

/** Starts the application of `examples/embedded-login` with this release of auth0-js. */
export async function startApplication(issuer: Issuer, auth0_js = 'auth0-js'): Promise<RunningExample> {
  return await startExample(issuer, {
    name: 'embedded-login',
    environment: ({ domain }, { client_id }) => ({
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: client_id,
      AUTH0_JS: auth0_js,
    }),
  })
}
