// The modules of the certification plans basic, implicit, hybrid and form post of the OpenID Foundation; docs/conformance.md has the list.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createBrowser } from '../support/browser.ts'
import { bearer } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { newVerifier } from './browser-client.ts'
import { createConformanceClient, type Flow, type Success } from './conformance-client.ts'

/** The response types of the plans. */
export const response_types = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
]

const claims_of_scopes: [scope: string, claims: Record<string, unknown>][] = [
  ['openid profile', { name: ada.name, given_name: ada.given_name, nickname: ada.nickname }],
  ['openid email', { email: ada.email, email_verified: true }],
  ['openid address', {}],
  ['openid phone', {}],
  ['openid profile email address phone', { name: ada.name, email: ada.email }],
]

/** Defines the tests of a flow. `server` is called when they run. */
export function testFlow(flow: Flow, server: () => TestServer): void {
  const { response_type, response_mode } = flow
  const has_code = response_type.includes('code')
  const needs_nonce = response_type.includes('id_token')

  describe(`${response_type}${response_mode === undefined ? '' : ' by form_post'}`, () => {
    let app: Awaited<ReturnType<typeof createConformanceClient>>
    let first: Success

    /** A request of the browser that is logged in: answered without a page. */
    const again = async (more: Record<string, string> = {}, exchanged = {}): Promise<Success> => {
      const { sent, answer } = await app.request(app.browser, more)
      return await app.succeed(answer, sent, exchanged)
    }
    /** A request whose answer is an error; its code. */
    const refused = async (more: Record<string, string>, browser = app.browser): Promise<string | undefined> => {
      const { sent, answer } = await app.request(browser, more)
      return app.receive(answer, sent)['error']
    }
    /** A request that must ask for the password; the claims after it. */
    const asked = async (more: Record<string, string>) => {
      const { sent, answer, asks } = await app.request(app.browser, more)
      assert.ok(asks, answer.text)
      server().advance(1000)
      return (await app.succeed(await app.typePassword(app.browser, answer), sent)).claims
    }

    before(async () => {
      app = await createConformanceClient(server(), flow)
    })

    it('logs a user in, with valid tokens, hashes and userinfo', async () => {
      const { sent, answer, asks } = await app.request(app.browser)
      assert.ok(asks)
      first = await app.succeed(await app.typePassword(app.browser, answer), sent)
      assert.equal(first.claims.sub, app.user_id)
    })

    it('answers without a page and with the same auth_time while the session lasts: prompt=none, its hint, a large max_age', async () => {
      server().advance(3000)
      const with_age = await again({ max_age: '15000' })
      assert.equal(typeof with_age.claims['auth_time'], 'number')
      for (const more of [
        { prompt: 'none' },
        { max_age: '10000' },
        { prompt: 'none', id_token_hint: first.id_token },
      ]) {
        const { claims } = await again(more)
        assert.deepEqual([claims.sub, claims['auth_time']], [first.claims.sub, with_age.claims['auth_time']])
      }
    })

    it('answers login_required to prompt=none without a session', async () => {
      assert.equal(await refused({ prompt: 'none' }, createBrowser(server())), 'login_required')
    })

    it('asks for the password with prompt=login, and with a max_age that has passed; auth_time is then later', async () => {
      server().advance(2000)
      const login = await asked({ prompt: 'login' })
      assert.ok(Number(login['auth_time']) > Number(first.claims['auth_time']))
      server().advance(2000)
      const aged = await asked({ max_age: '1' })
      assert.ok(Number(aged['auth_time']) > Number(login['auth_time']))
      assert.ok(Number(aged['auth_time']) * 1000 > server().internals.clock.now() - 10_000)
    })

    it('gives the claims of each scope, with the types of the standard', async () => {
      for (const [scope, expected] of claims_of_scopes) {
        const { claims, userinfo } = await again({ scope })
        const given: Record<string, unknown> = userinfo ?? claims
        for (const [name, value] of Object.entries(expected)) assert.equal(given[name], value, `${scope}: ${name}`)
        assert.equal(typeof given['updated_at'], scope.includes('profile') ? 'number' : 'undefined')
        const seconds = Number(given['updated_at'] ?? 0)
        assert.ok(seconds * 1000 < server().internals.clock.now() + 300_000)
      }
    })

    it(`${needs_nonce ? 'refuses' : 'accepts'} a request without a nonce`, async () => {
      if (needs_nonce) assert.equal(await refused({ nonce: '' }), 'invalid_request')
      else assert.equal((await again({ nonce: '' })).claims['nonce'], undefined)
      const { claims } = await again({ nonce: 'n-0S6_WzA2Mj' })
      assert.equal(claims['nonce'], 'n-0S6_WzA2Mj')
    })

    it('accepts unknown and optional parameters, in any order', async () => {
      const optional = {
        extra: 'foobar',
        ui_locales: 'se',
        claims_locales: 'se',
        acr_values: '1 2',
        login_hint: ada.email,
        claims: '{"userinfo":{"name":{"essential":true}}}',
      }
      const more = [
        { ...optional, display: 'page', scope: 'email openid profile' },
        { ...optional, display: 'popup' },
      ]
      for (const parameters of more) {
        await again(parameters)
        const { asks, answer } = await app.request(createBrowser(server()), parameters)
        assert.ok(asks, answer.text)
      }
      const sent = app.parametersOf()
      const reordered = Object.fromEntries(Object.entries(sent).toReversed())
      await app.succeed(await app.browser.open(app.addressOf(reordered)), sent)
    })

    it('accepts a request by POST', async () => {
      const sent = app.parametersOf()
      const { location } = await app.browser.visit('/authorize', { body: new URLSearchParams(sent) })
      await app.succeed(await app.browser.open(location ?? ''), sent)
    })

    it('refuses request objects, which it does not support', async () => {
      const request = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`
      assert.equal(await refused({ request }), 'request_not_supported')
      assert.equal(await refused({ request_uri: 'https://app.test/request' }), 'request_uri_not_supported')
    })

    it('shows a page for an unregistered redirect URI, also with a request object that holds another', async () => {
      for (const more of [{}, { request: 'e30.e30.' }]) {
        const { answer } = await app.request(app.browser, { redirect_uri: 'https://app.test/unregistered', ...more })
        assert.deepEqual([answer.status, answer.location], [400, null])
      }
    })

    if (response_type !== 'id_token') {
      it('answers userinfo by GET, by POST, and by POST with the token in the form', async () => {
        const { access_token = '' } = await again()
        const answers = [
          await server().send('/userinfo', { headers: bearer(access_token) }),
          await server().send('/userinfo', { method: 'POST', headers: bearer(access_token) }),
          await server().post('/userinfo', new URLSearchParams({ access_token })),
        ]
        for (const { status, json } of answers) assert.deepEqual([status, json.sub], [200, app.user_id])
      })
    }

    if (has_code) {
      it('exchanges a code once: at once and 30 seconds later it is 400 invalid_grant', async () => {
        const { parameters } = await again()
        for (const wait_ms of [0, 30_000]) {
          server().advance(wait_ms)
          const { status, json } = await app.exchangeByBasic(parameters['code'] ?? '')
          assert.deepEqual([status, json.error], [400, 'invalid_grant'])
        }
      })

      it('exchanges a code with the secret in the body, and with a PKCE verifier', async () => {
        const { sent, answer } = await app.request(app.browser)
        assert.equal((await app.exchange(app.receive(answer, sent)['code'])).status, 200)
        const { code_verifier, ...challenge } = newVerifier()
        await again(challenge, { code_verifier })
      })

      it('refreshes without a cache, for the client of the token only', async () => {
        const { refresh_token = '' } = await again({ scope: 'openid offline_access', prompt: 'consent' })
        const other = await createConformanceClient(server(), flow)
        const refresh = (client: object) =>
          server().post('/oauth/token', { grant_type: 'refresh_token', refresh_token, ...client })
        const foreign = await refresh(other.client)
        assert.deepEqual([foreign.status, foreign.json.error], [400, 'invalid_grant'])
        const { status, json, headers } = await refresh(app.client)
        assert.deepEqual([status, json.token_type, headers.get('cache-control')], [200, 'Bearer', 'no-store'])
      })
    }

    if (response_type !== 'id_token') {
      it('answers a request without response_type with an error in the query or the form', async () => {
        const { sent, answer } = await app.request(app.browser, { response_type: '' })
        assert.equal(app.receive(answer, sent, response_mode ?? 'query')['error'], 'invalid_request')
      })
    }
  })
}
