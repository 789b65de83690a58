import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as oauth from 'oauth4webapi'
import { createBrowser } from '../../support/browser.ts'
import { startIssuer, type Issuer } from '../../support/clients/issuer.ts'

const redirect_uri = 'https://app.test/callback'
const return_uri = 'https://app.test/'
let issuer: Issuer
let as: oauth.AuthorizationServer
let client: oauth.Client
let authentication: oauth.ClientAuth

before(async () => {
  issuer = await startIssuer()
  const { server } = issuer
  const { client_id, client_secret } = await server.createClient({
    app_type: 'regular_web',
    grant_types: ['authorization_code', 'refresh_token'],
    callbacks: [redirect_uri],
    allowed_logout_urls: [return_uri],
  })
  await server.enableClient(issuer.connection_id, { client_id })
  await server.must('PATCH', 'tenants/settings', {
    oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
  })
  const address = new URL(server.issuer)
  as = await oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address))
  client = { client_id }
  authentication = oauth.ClientSecretPost(client_secret)
})

after(() => issuer?.stop())

/** Logs a user in by a code with PKCE, and answers the tokens and the browser. */
async function logIn(user: { email: string; password: string }, browser = createBrowser(issuer.server)) {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const address = new URL(as.authorization_endpoint ?? '')
  address.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }).toString()
  const { location } = await browser.logIn(address.href, user.email, user.password)
  const callback = oauth.validateAuthResponse(as, client, new URL(location ?? ''), state)
  const answer = await oauth.authorizationCodeGrantRequest(as, client, authentication, callback, redirect_uri, verifier)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens)!, browser }
}

describe('oauth4webapi', () => {
  it('moves a legacy user at the first login, and logs the same user in without the legacy store', async () => {
    const user = await issuer.newLegacyUser()
    const { tokens, claims } = await logIn(user)
    const answer = await oauth.userInfoRequest(as, client, tokens.access_token)
    assert.equal((await oauth.processUserInfoResponse(as, client, claims.sub, answer)).email, user.email)
    const queries = await issuer.legacyQueries()
    assert.equal((await logIn(user)).claims.sub, claims.sub)
    assert.equal(await issuer.legacyQueries(), queries)
    assert.equal((await issuer.loginOutcomes(user.email))[0], 'moved')
  })

  it('refreshes its tokens, and revokes them', async () => {
    const { tokens, claims } = await logIn(await issuer.newLegacyUser())
    const refresh = async (token: string) =>
      await oauth.processRefreshTokenResponse(
        as,
        client,
        await oauth.refreshTokenGrantRequest(as, client, authentication, token),
      )
    const refreshed = await refresh(tokens.refresh_token ?? '')
    assert.equal(oauth.getValidatedIdTokenClaims(refreshed)?.sub, claims.sub)
    const revocation = await oauth.revocationRequest(as, client, authentication, refreshed.refresh_token ?? '')
    await oauth.processRevocationResponse(revocation)
    await assert.rejects(refresh(refreshed.refresh_token ?? ''), oauth.ResponseBodyError)
  })

  it('logs out at the endpoint that discovery names', async () => {
    const { tokens, browser } = await logIn(await issuer.newLegacyUser())
    const address = new URL(as.end_session_endpoint ?? '')
    address.search = new URLSearchParams({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: return_uri,
      state: 'after',
    }).toString()
    assert.equal((await browser.visit(address.href)).location, `${return_uri}?state=after`)
    assert.equal(browser.jar.has('auth0'), false)
  })
})
