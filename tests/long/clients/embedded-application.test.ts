// A login form of an application, with auth0-js and Lock in Chromium and the users of a legacy store.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { press } from '../../support/clients/browser-journey.ts'
import { startIssuer, type Issuer } from '../../support/clients/issuer.ts'
import {
  fillIn,
  inChromium,
  lock,
  newcomer,
  startApplication,
  testForm,
  type FormDeps,
  type LoginForm,
} from '../../support/clients/login-form.ts'
import type { RunningExample } from '../../support/clients/running-example.ts'

let issuer: Issuer
let chromium: Browser
const deps = (): FormDeps => ({ issuer, chromium })

before(async () => {
  ;[issuer, chromium] = await Promise.all([startIssuer(), launchChromium()])
})

after(async () => {
  await chromium?.close()
  await issuer?.stop()
})

/** The claims that a page of the example shows. */
async function shownClaims(tab: Page): Promise<Record<string, unknown>> {
  await tab.getByText('Log out', { exact: true }).waitFor()
  return JSON.parse((await tab.textContent('#profile')) ?? '') as Record<string, unknown>
}

for (const library of ['auth0-js', 'auth0-js-9']) {
  describe(`a form of the application with ${library}`, () => {
    let application: RunningExample

    before(async () => {
      application = await startApplication(issuer, library)
    })
    after(() => application?.stop())

    const form: LoginForm = {
      open: async (tab) => void (await tab.goto(application.origin)),
      async logIn(tab, user) {
        await fillIn(tab, user)
        await press(tab, 'Log in')
      },
      async signUp(tab, user) {
        await fillIn(tab, user)
        await press(tab, 'Sign up')
        await tab.getByText(`${user.email} is signed up.`).waitFor()
        await press(tab, 'Log in')
      },
      async requestReset(tab, email) {
        await tab.fill('input[name=email]', email)
        await press(tab, 'Forgot password')
      },
      user: shownClaims,
      async logOut(tab) {
        await press(tab, 'Log out')
        await tab.getByRole('button', { name: 'Log in', exact: true }).waitFor()
      },
      wrong: /access_denied: "Wrong email or password\."/,
    }
    testForm(deps, form)

    it('gets new tokens by a hidden frame, until the log-out', async () => {
      const user = await issuer.newLegacyUser()
      await inChromium(chromium, async (tab) => {
        await form.open(tab)
        await form.logIn(tab, user)
        const { sub } = await form.user(tab)
        await press(tab, 'Refresh')
        await tab.getByText('There are new tokens.').waitFor()
        assert.equal((await form.user(tab))['sub'], sub)
        const { origin } = new URL(issuer.server.issuer)
        await tab.context().clearCookies({ domain: new URL(origin).hostname })
        await press(tab, 'Refresh')
        await tab.getByText('login_required: "Login required"').waitFor()
      })
    })

    it('logs in without leaving the page, by a hidden frame', async () => {
      const { email, password } = await issuer.newLegacyUser()
      const settings = {
        domain: issuer.domain,
        clientID: application.client.client_id,
        redirectUri: `${application.origin}/`,
        responseType: 'token id_token',
        scope: 'openid email',
      }
      const typed = { connection: 'people', username: email, password }
      await inChromium(chromium, async (tab) => {
        await form.open(tab)
        const result = await tab.evaluate<unknown>(`new Promise((resolve) =>
          new auth0.WebAuth(${JSON.stringify(settings)}).popup.loginWithCredentials(
            ${JSON.stringify(typed)},
            (error, result) => resolve(error ?? result.idTokenPayload.email)))`)
        assert.equal(result, email)
      })
    })

    it('says why a sign-up was refused', async () => {
      const { email } = await issuer.newLegacyUser()
      await inChromium(chromium, async (tab) => {
        await form.open(tab)
        await fillIn(tab, { email, password: 'Compiler no. 1' })
        await press(tab, 'Sign up')
        await tab.getByText('invalid_signup: "Invalid sign up"').waitFor()
        await fillIn(tab, { email: newcomer().email, password: 'weak' })
        await press(tab, 'Sign up')
        await tab.getByText(/invalid_password: .*lengthAtLeast/).waitFor()
      })
    })
  })
}

describe('Lock in the application', () => {
  let application: RunningExample

  before(async () => {
    application = await startApplication(issuer)
  })
  after(() => application?.stop())

  const open = async (tab: Page): Promise<void> => {
    await tab.goto(`${application.origin}/lock.html`)
    await tab.click('#log-in')
    await tab.locator('input[name=email]').waitFor()
  }
  testForm(deps, {
    ...lock,
    open,
    user: shownClaims,
    async logOut(tab) {
      await tab.click('#log-out')
      await tab.locator('#log-in').waitFor()
    },
  })

  it('says in an outage of the legacy store that the password was not checked', async () => {
    const { server, connection_id } = issuer
    const { options } = await server.must('GET', `connections/${connection_id}`)
    const { customScripts, egress } = options
    const configuration = { DATABASE_URL: 'postgres://none@127.0.0.1:1/none' }
    const down = { enabledDatabaseCustomization: true, import_mode: true, customScripts, egress, configuration }
    const client = application.client
    await server.createConnection('down', down, [client])
    await server.must('PATCH', `connections/${connection_id}/clients`, [{ client_id: client.client_id, status: false }])
    await inChromium(chromium, async (tab) => {
      await open(tab)
      await lock.logIn(tab, { email: 'user@legacy.example', password: 'Compiler no. 1' })
      await tab.getByText('Your password could not be checked right now.').waitFor()
    })
  })
})
