// openid-client as the relying party of users who log in with a browser.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as relyingParty from 'openid-client'
import { createBrowser } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { callback, createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let config: relyingParty.Configuration

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
  config = await discover(relyingParty.enableNonRepudiationChecks)
})

const discover = (...more: ((config: relyingParty.Configuration) => void)[]): Promise<relyingParty.Configuration> =>
  relyingParty.discovery(
    new URL(server.issuer),
    app.client.client_id,
    undefined,
    relyingParty.ClientSecretPost(app.client.client_secret),
    { execute: [relyingParty.allowInsecureRequests, ...more] },
  )

after(() => server.close())

describe('a standard relying party', () => {
  it('logs a user in by a code with PKCE, nonce and state, reads userinfo, and refreshes', async () => {
    const pkceCodeVerifier = relyingParty.randomPKCECodeVerifier()
    const [expectedNonce, expectedState] = [relyingParty.randomNonce(), relyingParty.randomState()]
    const url = relyingParty.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'openid profile email offline_access',
      code_challenge: await relyingParty.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      nonce: expectedNonce,
      state: expectedState,
      max_age: '600',
    })
    const { location } = await createBrowser(server).logIn(url.href, ada.email, ada.password)
    const checks = { pkceCodeVerifier, expectedNonce, expectedState, maxAge: 600, idTokenExpected: true }
    const tokens = await relyingParty.authorizationCodeGrant(config, new URL(location ?? ''), checks)
    assert.equal(tokens.claims()?.sub, app.user_id)
    const userinfo = await relyingParty.fetchUserInfo(config, tokens.access_token, app.user_id)
    assert.equal(userinfo.email, ada.email)
    const refreshed = await relyingParty.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.equal(refreshed.claims()?.sub, app.user_id)
  })

  it('reads an ID token from a fragment, and a hybrid answer with c_hash', async () => {
    const nonce = relyingParty.randomNonce()
    const implicit = app.authorize({ response_type: 'id_token', nonce })
    const answer = await createBrowser(server).logIn(implicit, ada.email, ada.password)
    const fragment = await discover(relyingParty.useIdTokenResponseType)
    const claims = await relyingParty.implicitAuthentication(fragment, new URL(answer.location ?? ''), nonce)
    assert.equal(claims.sub, app.user_id)
    const hybrid = await discover(relyingParty.useCodeIdTokenResponseType)
    const address = app.authorize({ response_type: 'code id_token', nonce })
    const { location } = await createBrowser(server).logIn(address, ada.email, ada.password)
    const tokens = await relyingParty.authorizationCodeGrant(hybrid, new URL(location ?? ''), { expectedNonce: nonce })
    assert.equal(tokens.claims()?.sub, app.user_id)
  })

  it('refuses an answer of another issuer (mix-up)', async () => {
    const { location } = await createBrowser(server).logIn(app.authorize(), ada.email, ada.password)
    const forged = new URL(location ?? '')
    forged.searchParams.set('iss', 'https://evil.test/')
    await assert.rejects(
      relyingParty.authorizationCodeGrant(config, forged),
      ({ cause }: Error) => cause instanceof Error && /"iss" \(issuer\)/.test(cause.message),
    )
  })
})
