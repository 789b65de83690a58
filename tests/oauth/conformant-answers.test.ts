// The setting that chooses the standards' answers where Auth0's differ.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { decodeJwt } from 'jose'
import { answerOf, createBrowser } from '../support/browser.ts'
import { bearer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

/** What a client gets: the status of a spent code and of a foreign refresh token, and the types of `updated_at`. */
async function answersTo(app: Awaited<ReturnType<typeof createBrowserClient>>) {
  const answer = await createBrowser(server).logIn(
    app.authorize({ scope: 'openid profile offline_access' }),
    ada.email,
    ada.password,
  )
  const { code } = answerOf(answer)
  const { access_token, id_token } = (await app.exchange(code)).json
  const userinfo = (await server.send('/userinfo', { headers: bearer(access_token) })).json
  const refresh = { grant_type: 'refresh_token', ...app.client, refresh_token: 'of-another-client' }
  return {
    spent: (await app.exchange(code)).status,
    foreign: (await server.post('/oauth/token', refresh)).status,
    updated_at: [typeof decodeJwt(id_token)['updated_at'], typeof userinfo.updated_at],
  }
}

const auth0 = { spent: 403, foreign: 403, updated_at: ['string', 'string'] }
const conformant = { spent: 400, foreign: 400, updated_at: ['number', 'number'] }

it('by default the answers are those of Auth0', async () => {
  assert.deepEqual(await answersTo(await createBrowserClient(server)), auth0)
})

it('a client chooses', async () => {
  assert.deepEqual(await answersTo(await createBrowserClient(server, { oidc_conformant_answers: true })), conformant)
})

it('a tenant chooses for the clients that do not', async () => {
  await server.must('PATCH', 'tenants/settings', { oidc_conformant_answers: true })
  assert.deepEqual(await answersTo(await createBrowserClient(server)), conformant)
  assert.deepEqual(await answersTo(await createBrowserClient(server, { oidc_conformant_answers: false })), auth0)
})
