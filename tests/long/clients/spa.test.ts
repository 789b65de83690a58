// auth0-spa-js with other options than the example, and what it makes of answers that a user seldom gets.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { inChromium, logIn, press, type JourneyDeps } from '../../support/clients/browser-journey.ts'
import { fillInLogin } from '../../support/clients/hosted-pages.ts'
import { startIssuer, type Issuer } from '../../support/clients/issuer.ts'
import { startExample, type RunningExample, type StartedExample } from '../../support/clients/running-example.ts'

const example: StartedExample = {
  name: 'spa',
  uses_own_modules: false,
  environment: ({ domain }, { client_id }) => ({ AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: client_id }),
}

let issuer: Issuer
let chromium: Browser
let application: RunningExample
const deps = (): JourneyDeps => ({ issuer, chromium, application })

before(async () => {
  ;[issuer, chromium] = await Promise.all([startIssuer(), launchChromium()])
  application = await startExample(issuer, example)
})

after(async () => {
  await application?.stop()
  await chromium?.close()
  await issuer?.stop()
})

/** What another client of the SDK, with these options, gets in the page: a token, or the code of an error. */
const silently = async (tab: Page, options: object = {}): Promise<{ token?: string; error?: string }> => {
  const all = {
    domain: issuer.domain,
    clientId: application.client.client_id,
    authorizationParams: { redirect_uri: `${application.origin}/` },
    ...options,
  }
  return await tab.evaluate<{ token?: string; error?: string }>(`(async () => {
    const { Auth0Client } = await import('@auth0/auth0-spa-js')
    try {
      return { token: await new Auth0Client(${JSON.stringify(all)}).getTokenSilently({ cacheMode: 'off' }) }
    } catch ({ error }) {
      return { error }
    }
  })()`)
}

describe('auth0-spa-js', () => {
  it('gets tokens in a hidden frame as long as the session lives', async () => {
    const user = await issuer.newLegacyUser()
    await inChromium(chromium, async (tab, context) => {
      await tab.goto(application.origin)
      assert.deepEqual(await silently(tab), { error: 'login_required' })
      await logIn(tab, deps(), user)
      assert.ok((await silently(tab)).token)
      assert.deepEqual(await silently(tab, { useRefreshTokens: true }), { error: 'missing_refresh_token' })
      const other_tab = await context.newPage()
      await other_tab.goto(`${issuer.server.issuer}v2/logout`)
      assert.deepEqual(await silently(tab), { error: 'login_required' })
    })
  })

  it('asks for an API by its identifier, and reads why an unknown one is refused', async () => {
    const audience = 'https://orders.example/'
    await issuer.server.createResourceServer(audience, { scopes: [{ value: 'read:orders' }] })
    await inChromium(chromium, async (tab) => {
      await logIn(tab, deps(), await issuer.newLegacyUser())
      const redirect_uri = `${application.origin}/`
      const { token } = await silently(tab, { authorizationParams: { redirect_uri, audience } })
      const [, payload = ''] = (token ?? '').split('.')
      assert.ok(JSON.parse(Buffer.from(payload, 'base64url').toString()).aud.includes(audience))
      const unknown = { redirect_uri, audience: 'https://unknown.example/' }
      assert.deepEqual(await silently(tab, { authorizationParams: unknown }), { error: 'access_denied' })
    })
  })

  it('logs a user out who was blocked meanwhile', async () => {
    const user = await issuer.newLegacyUser()
    await inChromium(chromium, async (tab) => {
      await logIn(tab, deps(), user)
      const { sub } = JSON.parse((await tab.textContent('#profile')) ?? '') as { sub: string }
      await issuer.server.must('PATCH', `users/${encodeURIComponent(sub)}`, { blocked: true })
      await press(tab, 'Refresh')
      await tab.getByText('user is blocked').waitFor()
      await tab.reload()
      await press(tab, 'Log in')
      await fillInLogin(tab, user)
      await tab.getByText('blocked').first().waitFor()
      assert.equal(new URL(tab.url()).origin, new URL(issuer.server.issuer).origin)
    })
  })

  it('shows an error that the authorization endpoint answers', async () => {
    await inChromium(chromium, async (tab) => {
      const query = new URLSearchParams({ error: 'access_denied', error_description: 'Not today.', state: 'unknown' })
      await tab.goto(`${application.origin}/?${query}`)
      await tab.locator('#problem:not(:empty)').waitFor()
      await tab.getByText('Log in', { exact: true }).waitFor()
    })
  })
})
