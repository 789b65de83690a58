// Which authorization requests are refused, where the error goes, and what is answered.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { answerOf, createBrowser, type Visit } from '../../support/browser.ts'
import { bearer } from '../../support/requests.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { callback, createBrowserClient, newVerifier } from '../browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server, {
    callbacks: [callback, 'https://app.test/other?x=1', 'https://*.wild.test/cb'],
  })
})

after(() => server.close())

const visit = (parameters: Record<string, string>): Promise<Visit> =>
  createBrowser(server).visit(app.authorize(parameters))

/** Asserts that a request is answered with a page and no redirect. */
function isPage({ status, location, text }: Visit, expected = 400): void {
  assert.equal(status, expected)
  assert.equal(location, null)
  assert.match(text, /<!doctype html>/i)
}

describe('before the redirect URI is proven, an error is a page:', () => {
  const redirect_uris = [
    'https://evil.test/callback',
    'https://app.test/Callback',
    'https://app.test/callback/',
    'https://app.test/callback?x=1',
    'https://app.test/callback#x',
    'https://app.test:444/callback',
    'http://app.test/callback',
    'https://user@app.test/callback',
    'https://app.test@evil.test/callback',
    'https://app%2etest/callback',
    'https://app.test/./callback',
    'https://app.test/x/../callback',
    'https://app.test/other',
    'https://app.test/other?x=2',
    'https://evil.test/.wild.test/cb',
    'https://a.b.wild.test/cb',
    'https://wild.test/cb',
    'https://a.wild.test.evil.test/cb',
    'https://a.wild.test/cb/../x',
    'https://a.wild.test/x/%2e%2e/cb',
    'https://a.wild.test/cb/..;/x',
    String.raw`https://a.wild.test\@evil.test/cb`,
    'https://evil.test/?.wild.test/cb',
    'https://a@b@evil.test/callback',
    'https://app.test%2f:x@evil.test/callback',
    'https://appxtest/callback',
    'https://app.test.evil.test/callback',
    'https://app.test/CALLBACK',
    'javascript:alert(1)',
    'data:text/html,x',
    '//app.test/callback',
    '/callback',
  ]
  for (const redirect_uri of redirect_uris) {
    it(`an unregistered redirect URI ${redirect_uri} [guard: exact-redirect-uri]`, async () => {
      for (const more of [{}, { prompt: 'none' }, { response_type: 'x' }, { response_mode: 'form_post' }]) {
        isPage(await visit({ redirect_uri, ...more }))
      }
    })
  }

  it('an unknown client, a client without an id, and the global client', async () => {
    const { client_id } = (await server.must('GET', 'clients?is_global=true'))[0]
    for (const id of ['unknown', '', 'x'.repeat(300), String(client_id)]) isPage(await visit({ client_id: id }))
  })

  it('a parameter that is sent twice', async () => {
    isPage(await createBrowser(server).visit(`${app.authorize()}&scope=openid`))
  })

  it('any redirect URI of a client without one', async () => {
    const own = await createBrowserClient(server, { callbacks: [] })
    for (const redirect_uri of [callback, '']) {
      isPage(await createBrowser(server).visit(own.authorize({ redirect_uri })))
    }
  })

  it('a missing redirect URI of a client with several', async () => {
    isPage(await visit({ redirect_uri: '' }))
  })

  it('a script URL, which cannot be registered [guard: script-urls-refused]', async () => {
    const [script, data] = ['javascript:alert(1)//https://app.test', 'data:text/html,x']
    const changes = [{ callbacks: [callback, script] }, { allowed_logout_urls: [data] }, { initiate_login_uri: script }]
    for (const change of changes) {
      const [status, code] = await server.refused('PATCH', `clients/${app.client.client_id}`, change)
      assert.deepEqual([status, code], [400, 'invalid_body'])
      assert.equal((await server.api('POST', 'clients', { name: 'x', ...change })).status, 400)
    }
  })

  it('a script URL that was registered before', async () => {
    const own = await createBrowserClient(server)
    const { db } = server.internals
    const redirect_uri = 'javascript:alert(1)//https://app.test'
    await db
      .updateTable('clients')
      .set({ data: JSON.stringify({ callbacks: [redirect_uri] }) })
      .where('client_id', '=', own.client.client_id)
      .execute()
    for (const response_mode of ['query', 'fragment', 'form_post', 'web_message']) {
      isPage(await createBrowser(server).visit(own.authorize({ redirect_uri, response_mode })))
    }
  })

  it('and the page has a reference code that its log event has too', async () => {
    // From an address of its own: beyond a hundred refusals one event sums up, and the page has no code.
    const browser = createBrowser(server, { 'x-forwarded-for': '203.0.113.9' })
    const { text } = await browser.visit(app.authorize({ redirect_uri: 'https://evil.test/reference' }))
    const event = (await server.logs('type:f'))[0] as { details: { reference: string } }
    assert.match(event.details.reference, /^[2-9A-Z]{8}$/)
    assert.ok(text.includes(event.details.reference))
  })
})

describe('afterwards it goes to the redirect URI:', () => {
  const refused: [string, Record<string, string>, string][] = [
    ['a missing response type', { response_type: '' }, 'invalid_request'],
    ['an unknown response type', { response_type: 'code x' }, 'unsupported_response_type'],
    ['a response type twice', { response_type: 'code code' }, 'unsupported_response_type'],
    ['an unknown response mode', { response_mode: 'x' }, 'unsupported_response_mode'],
    ['tokens in a query', { response_type: 'token', response_mode: 'query' }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'x' }, 'invalid_request'],
    ['prompt none with another', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: '-1' }, 'invalid_request'],
    ['an unknown audience', { audience: 'urn:unknown' }, 'access_denied'],
    ['an ID token without openid', { response_type: 'id_token', scope: 'email', nonce: 'n' }, 'invalid_request'],
    ['an ID token without nonce', { response_type: 'id_token' }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
    [
      'an unknown challenge method',
      { code_challenge: 'x'.repeat(43), code_challenge_method: 'S512' },
      'invalid_request',
    ],
    ['a challenge method alone', { code_challenge_method: 'S256' }, 'invalid_request'],
    ['an unknown connection', { connection: 'unknown' }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'https://app.test/r' }, 'request_uri_not_supported'],
    ['an organization', { organization: 'org_1' }, 'invalid_request'],
    ['an invitation', { invitation: 'inv_1' }, 'invalid_request'],
    ['a hint that is no ID token', { id_token_hint: 'x.y.z' }, 'invalid_request'],
    ['parameters that are too long', { state: 'x'.repeat(6000) }, 'invalid_request'],
  ]
  for (const [what, parameters, error] of refused) {
    it(`${what}: ${error}`, async () => {
      const answer = await visit({ state: 'abc', ...parameters })
      assert.equal(answer.status, 302)
      const { error: code, error_description, state, iss } = answerOf(answer)
      assert.equal(code, error)
      assert.match(error_description ?? '', /^[\x20-\x7e]+$/)
      assert.equal(state, parameters['state'] ?? 'abc')
      assert.equal(iss, server.issuer)
    })
  }

  it('a public client without a challenge', async () => {
    const spa = await createBrowserClient(server, { token_endpoint_auth_method: 'none' })
    const browser = createBrowser(server)
    assert.equal(answerOf(await browser.visit(spa.authorize())).error, 'invalid_request')
    const { code_verifier: _, ...challenge } = newVerifier()
    assert.match((await browser.visit(spa.authorize(challenge))).location ?? '', /^\/u\/login/)
  })

  it('a response type whose grant the client may not use', async () => {
    const own = await createBrowserClient(server, { grant_types: ['authorization_code'] })
    const { error } = answerOf(await createBrowser(server).visit(own.authorize({ response_type: 'token' })))
    assert.equal(error, 'unauthorized_client')
  })

  it('a client without a connection', async () => {
    const client = await server.createClient({ callbacks: [callback], grant_types: ['authorization_code'] })
    const { error } = answerOf(await visit({ client_id: client.client_id }))
    assert.equal(error, 'invalid_request')
  })
})

describe('accepted are', () => {
  const accepted: [string, Record<string, string>][] = [
    [
      'unknown parameters, display and acr_values',
      { extra: 'foobar', display: 'popup', acr_values: '1 2', claims_locales: 'de' },
    ],
    ['a host below a wildcard', { redirect_uri: 'https://a.wild.test/cb' }],
    [
      '3,000 characters of state beside the usual parameters',
      { state: 'x'.repeat(3000), nonce: 'n'.repeat(43), login_hint: ada.email },
    ],
  ]
  for (const [what, parameters] of accepted) {
    it(what, async () => {
      const answer = await createBrowser(server).logIn(app.authorize(parameters), ada.email, ada.password)
      assert.equal(answer.status, 303)
      const { code, state } = answerOf(answer)
      assert.ok(code)
      assert.equal(state, parameters['state'])
    })
  }

  it('an audience that is no URI', async () => {
    await server.createResourceServer('orders', { scopes: [{ value: 'read:orders' }] })
    const parameters = { audience: 'orders', scope: 'openid read:orders' }
    const { code } = answerOf(await createBrowser(server).logIn(app.authorize(parameters), ada.email, ada.password))
    assert.equal((await app.exchange(code)).json.scope, 'openid read:orders')
  })

  it('the audience /userinfo, which old versions of auth0-js and Lock were given', async () => {
    const parameters = { audience: `${server.issuer}userinfo`, response_type: 'token id_token', nonce: 'n' }
    const browser = createBrowser(server)
    const { access_token } = answerOf(await browser.logIn(app.authorize(parameters), ada.email, ada.password))
    assert.equal((await server.send('/userinfo', { headers: bearer(access_token ?? '') })).json.email, ada.email)
  })

  it('a form, which leads to the same request', async () => {
    const browser = createBrowser(server)
    const body = new URLSearchParams(app.authorize({ state: 'posted' }).split('?')[1])
    const { status, location } = await browser.visit('/authorize', { body })
    assert.equal(status, 303)
    assert.equal(answerOf(await browser.logIn(location ?? '', ada.email, ada.password)).state, 'posted')
  })

  it('the only callback of a client, where the request has none', async () => {
    const own = await createBrowserClient(server)
    const answer = await createBrowser(server).logIn(own.authorize({ redirect_uri: '' }), ada.email, ada.password)
    assert.ok(answer.location?.startsWith(callback))
  })

  it('any port of a loopback address of a native client', async () => {
    const native = await createBrowserClient(server, { app_type: 'native', callbacks: ['http://127.0.0.1/cb'] })
    const { code_verifier: _, ...challenge } = newVerifier()
    const to = (redirect_uri: string) => createBrowser(server).visit(native.authorize({ ...challenge, redirect_uri }))
    assert.match((await to('http://127.0.0.1:49152/cb')).location ?? '', /^\/u\/login/)
    for (const redirect_uri of [
      'http://127.0.0.1:49152/cb?x=1',
      'http://127.0.0.1:1@evil.test/cb',
      'http://127.0.0.2/cb',
    ]) {
      isPage(await to(redirect_uri))
    }
  })
})

it('a prefetched request changes nothing', async () => {
  for (const headers of [{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }]) {
    const answer = await createBrowser(server, headers).visit(app.authorize())
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('set-cookie'), null)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  }
})
