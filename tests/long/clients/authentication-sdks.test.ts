// Auth0's clients for servers, with the users of a legacy store.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { createBrowser } from '../../support/browser.ts'
import { authentication_sdks, type AuthenticationSdk } from '../../support/clients/authentication-sdks.ts'
import { startIssuer, type Issuer } from '../../support/clients/issuer.ts'
import { ticketIn, type TestClient } from '../../support/requests.ts'
import { realm_grant } from '../../support/tenant-api.ts'

let issuer: Issuer
let client: TestClient
const grant_types = ['authorization_code', 'password', realm_grant, 'refresh_token', 'client_credentials']
const redirect_uri = 'https://app.test/callback'
const audience = 'https://orders.test/'

before(async () => {
  issuer = await startIssuer()
  const { server } = issuer
  client = await server.createClient({ grant_types, callbacks: [redirect_uri] })
  await server.enableClient(issuer.connection_id, client)
  await server.createResourceServer(audience, { scopes: [{ value: 'read:orders' }] })
  await server.createClientGrant(client.client_id, audience, 'all')
})

after(() => issuer?.stop())

let newcomers = 0

for (const [release, connect] of Object.entries(authentication_sdks)) {
  describe(release, () => {
    let sdk: AuthenticationSdk

    before(() => {
      sdk = connect(issuer.domain, client)
    })

    it('moves a legacy user at the first login, and logs the same user in without the legacy store', async () => {
      const user = await issuer.newLegacyUser()
      const first = decodeJwt((await sdk.logIn(user)).id_token)
      assert.equal(first['email'], user.email)
      const queries = await issuer.legacyQueries()
      const second = decodeJwt((await sdk.logIn(user)).id_token)
      assert.equal(second.sub, first.sub)
      assert.equal(await issuer.legacyQueries(), queries)
      assert.equal((await issuer.loginOutcomes(user.email))[0], 'moved')
    })

    it('logs a legacy user in by a code of the login page', async () => {
      const user = await issuer.newLegacyUser()
      const tokens = await sdk.logInByCode(redirect_uri, async (address) => {
        const { location } = await createBrowser(issuer.server).logIn(address, user.email, user.password)
        return location ?? assert.fail('There is no redirect')
      })
      assert.equal(decodeJwt(tokens.id_token)['email'], user.email)
      assert.equal((await issuer.loginOutcomes(user.email))[0], 'moved')
    })

    it('reads why a login was refused, before and after the move', async () => {
      const user = await issuer.newLegacyUser()
      const wrong = { ...user, password: 'wrong' }
      await assert.rejects(sdk.logIn(wrong), isWrongPassword)
      await sdk.logIn(user)
      await assert.rejects(sdk.logIn(wrong), isWrongPassword)
    })

    it('refreshes its tokens, until it logs out', async () => {
      const { refresh_token, id_token } = await sdk.logIn(await issuer.newLegacyUser())
      const refreshed = await sdk.refresh(refresh_token)
      assert.equal(decodeJwt(refreshed.id_token).sub, decodeJwt(id_token).sub)
      await sdk.logOut(refreshed.refresh_token)
      await assert.rejects(sdk.refresh(refreshed.refresh_token))
    })

    it('signs a new user up, and no user of the legacy store', async () => {
      newcomers += 1
      const user = { email: `new${newcomers}@example.com`, password: 'Compiler no. 1' }
      assert.equal((await sdk.signUp(user)).email, user.email)
      assert.equal(decodeJwt((await sdk.logIn(user)).id_token)['email'], user.email)
      await assert.rejects(sdk.signUp({ ...(await issuer.newLegacyUser()), password: 'Compiler no. 1' }))
    })

    it('lets a legacy user choose a new password by a mailed link', async () => {
      const { server } = issuer
      const user = await issuer.newLegacyUser()
      await sdk.requestReset(user.email)
      const [mail] = await server.outbox(user.email)
      const password = 'Compiler no. 2'
      const form = { ticket: ticketIn(mail?.['text']), password, password_repeat: password }
      const headers = { 'sec-fetch-site': 'same-origin' }
      assert.equal((await server.post('/u/reset-password', new URLSearchParams(form), headers)).status, 200)
      assert.equal(decodeJwt((await sdk.logIn({ ...user, password })).id_token)['email'], user.email)
    })

    it('gets a token for itself', async () => {
      assert.equal(decodeJwt(await sdk.machineToken(audience)).sub, `${client.client_id}@clients`)
    })
  })
}

/** Whether an SDK's error has Auth0's message, wherever it keeps it. */
function isWrongPassword(error: Error & { cause?: unknown }): boolean {
  return /Wrong email or password\./.test(`${error.message} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`)
}
