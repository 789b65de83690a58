// Attacks on OAuth requests that no test of a single endpoint carries out. docs/oauth-security.md lists them all.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
})

after(() => server.close())

describe('a form of a sign-in', () => {
  it('changes nothing of its request by further fields [guard: request-from-seal]', async () => {
    const other = await createBrowserClient(server, { callbacks: ['https://other.test/callback'] })
    const browser = createBrowser(server)
    const form = formOf(await browser.open(app.authorize({ state: 's' })))
    const answer = await browser.submit(form, {
      username: ada.email,
      password: ada.password,
      client_id: other.client.client_id,
      redirect_uri: 'https://other.test/callback',
      response_type: 'token id_token',
      nonce: 'n',
      scope: 'openid offline_access',
      prompt: 'none',
      connection: other.connection,
    })
    const { code, access_token } = answerOf(answer)
    assert.ok(answer.location?.startsWith('https://app.test/callback?code='), answer.location ?? answer.text)
    assert.equal(access_token, undefined)
    assert.equal((await app.exchange(code)).json.scope, 'openid profile email')
  })

  it('without its fields, from an address that is none, passes no step', async () => {
    const forwarded = { 'x-forwarded-for': 'a', 'sec-fetch-site': 'same-origin' }
    const steps = ['/u/login', '/u/signup', '/u/consent', '/u/logout', '/u/reset-password/request', '/u/reset-password']
    for (const path of steps) {
      const browser = createBrowser(server)
      await browser.open(app.authorize())
      for (const body of [new URLSearchParams(), new URLSearchParams({ state: '', ticket: '' })]) {
        const { status, headers } = await browser.visit(path, { method: 'POST', body, headers: forwarded })
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`)
        assert.equal(headers.get('set-cookie'), null)
      }
    }
  })
})

it('a refresh token of a client with a secret is refused without the secret [guard: secret-at-refresh]', async () => {
  const browser = createBrowser(server)
  const address = app.authorize({ scope: 'openid offline_access' })
  const { code } = answerOf(await browser.logIn(address, ada.email, ada.password))
  const { refresh_token } = (await app.exchange(code)).json
  const { client_id } = app.client
  const stolen = await server.post('/oauth/token', { grant_type: 'refresh_token', client_id, refresh_token })
  assert.deepEqual([stolen.status, stolen.json.error], [401, 'access_denied'])
  const own = await server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token })
  assert.equal(own.status, 200)
})

describe('a feature that is not there', () => {
  it('is not named by discovery, and its endpoint answers as for a client that may not use it', async () => {
    const discovery = await server.send('/.well-known/openid-configuration')
    for (const name of ['device', 'pushed', 'backchannel', 'registration', 'dpop', 'mtls']) {
      assert.ok(!discovery.text.includes(name), name)
    }
    for (const path of ['/oauth/device/code', '/bc-authorize']) {
      const { status, json } = await server.post(path, { ...app.client, scope: 'openid' })
      assert.deepEqual([status, json.error], [403, 'unauthorized_client'], path)
      assert.equal((await server.post(path, { client_id: app.client.client_id })).status, 401)
    }
    for (const path of ['/oauth/par', '/oidc/register']) {
      assert.equal((await server.post(path, { ...app.client, redirect_uris: [] })).status, 404)
    }
  })

  it('has no grant, and a client assertion without its type is refused rather than ignored', async () => {
    const types = ['device_code', 'token-exchange', 'jwt-bearer'].map(
      (name) => `urn:ietf:params:oauth:grant-type:${name}`,
    )
    for (const grant_type of types) {
      const { status, json } = await server.post('/oauth/token', { grant_type, ...app.client })
      assert.deepEqual([status, json.error], [403, 'unauthorized_client'], grant_type)
    }
    const assertion = {
      client_id: app.client.client_id,
      client_assertion: 'e30.e30.',
      grant_type: 'authorization_code',
    }
    assert.equal((await server.post('/oauth/token', assertion)).status, 400)
  })
})
