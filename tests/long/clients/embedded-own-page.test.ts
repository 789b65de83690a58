// A login page of the tenant's own HTML, with auth0-js and Lock in Chromium and the users of a legacy store.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, before, describe } from 'node:test'
import { decodeJwt } from 'jose'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { press } from '../../support/clients/browser-journey.ts'
import { startIssuer, type Issuer, type LegacyUser } from '../../support/clients/issuer.ts'
import { fillIn, lock, startApplication, testForm, type FormDeps } from '../../support/clients/login-form.ts'
import type { RunningExample } from '../../support/clients/running-example.ts'
import type { TestClient } from '../../support/requests.ts'

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

const example = (file: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../../examples/embedded-login', file), 'utf8')

for (const [file, calls] of [
  [
    'login-page-form.html',
    {
      async logIn(tab: Page, user: LegacyUser) {
        await fillIn(tab, user)
        await press(tab, 'Log in')
      },
      async signUp(tab: Page, user: LegacyUser) {
        await fillIn(tab, user)
        await press(tab, 'Sign up')
      },
      async requestReset(tab: Page, email: string) {
        await tab.fill('input[name=email]', email)
        await press(tab, 'Forgot password')
      },
      wrong: /Wrong email or password\./,
    },
  ],
  ['login-page-lock.html', lock],
] as const) {
  describe(`a tenant's own login page, ${file}`, () => {
    let application: RunningExample
    let client: TestClient
    let redirect_uri: string

    before(async () => {
      const { server, connection_id } = issuer
      application = await startApplication(issuer)
      redirect_uri = `${application.origin}/callback`
      client = await server.createClient({
        callbacks: [redirect_uri],
        allowed_logout_urls: [application.origin],
        grant_types: ['authorization_code'],
        custom_login_page: example(file).replaceAll('http://localhost:3000', application.origin),
      })
      await server.enableClient(connection_id, client)
    })
    after(() => application?.stop())

    testForm(deps, {
      ...calls,
      async open(tab) {
        const parameters = { client_id: client.client_id, redirect_uri, response_type: 'code', scope: 'openid email' }
        await tab.goto(`${issuer.server.issuer}authorize?${new URLSearchParams(parameters)}`)
        await tab.locator('input[name=email]').waitFor()
      },
      async user(tab) {
        await tab.waitForURL(`${redirect_uri}?**`)
        const code = new URL(tab.url()).searchParams.get('code')
        const grant = { grant_type: 'authorization_code', ...client, code, redirect_uri }
        return decodeJwt((await issuer.server.post('/oauth/token', grant)).json.id_token)
      },
      async logOut(tab) {
        const query = new URLSearchParams({ client_id: client.client_id, returnTo: application.origin })
        await tab.goto(`${issuer.server.issuer}v2/logout?${query}`)
      },
    })
  })
}
