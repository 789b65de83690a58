// The sign-in of admins with a browser, and what the session of one does. Tests of the origin itself are in admin-origin.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { answerOf, formOf } from '../support/browser.ts'
import { bearer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const email = 'owner@example.com'
let server: TestServer
let admins: AdminApi
let tenant_id: string

before(async () => {
  server = await startTestServer()
  admins = createAdminApi(server)
  tenant_id = server.internals.tenant_id
  await admins.setUp(email)
})
after(() => server?.close())

type Browser = ReturnType<AdminApi['browser']>

/** The address of a request with a challenge whose verifier is not used. */
const address = (parameters: Record<string, string> = {}): string => {
  const { code_verifier: _, ...challenge } = newVerifier()
  return admins.authorizeAddress({ ...challenge, state: 'of-the-page', ...parameters })
}

async function signedIn(as = email): Promise<Browser> {
  const browser = admins.browser()
  const { status, text } = await browser.logIn(address(), as, admin_password)
  assert.equal(status, 303, text)
  return browser
}

/** An access token of the browser's session. */
async function tokenOf(browser: Browser): Promise<string> {
  const { status, text, json } = await browser.visit('/session')
  assert.equal(status, 200, text)
  return String(json.access_token)
}

const statusOf = async (token: string): Promise<number> => (await admins.api(token, 'GET', 'users')).status

describe('the sign-in of an admin', () => {
  test('is the authorization code flow with PKCE, for the dashboard alone', async () => {
    const browser = admins.browser()
    const { code_verifier, ...challenge } = newVerifier()
    const page = await browser.open(admins.authorizeAddress({ ...challenge, state: 's' }))
    assert.match(page.text, /The operator of this server can create a new set-up link/)
    assert.doesNotMatch(page.text, /reset-password|signup/)
    assert.deepEqual([...browser.jar.keys()], ['wherry_browser_admin'])
    const answer = await browser.submit(formOf(page), { username: email, password: admin_password })
    assert.match(answer.headers.get('location') ?? '', new RegExp(`^${server.admin_url}/signed-in\\?code=`))
    assert.deepEqual([...browser.jar.keys()].toSorted(), ['wherry_admin', 'wherry_browser_admin'])
    const { code, state } = answerOf(answer)
    assert.equal(state, 's')
    const exchange = {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: `${server.admin_url}/signed-in`,
    }
    assert.equal((await admins.requestToken({ ...exchange, code_verifier: newVerifier().code_verifier })).status, 403)
    const tokens = await admins.requestToken({ ...exchange, code_verifier })
    assert.equal(tokens.status, 200, tokens.text)
    assert.equal((await admins.send('/userinfo', { headers: bearer(tokens.json.access_token) })).json.email, email)
  })

  test('answers in the query only, with S256 only, to one address only [guard: admin-code-flow-only]', async () => {
    const refused: [Record<string, string>, RegExp][] = [
      [{ response_mode: 'web_message' }, /unsupported_response_mode/],
      [{ response_mode: 'form_post' }, /unsupported_response_mode/],
      [{ response_mode: 'fragment' }, /unsupported_response_mode/],
      [{ response_type: 'token', nonce: 'n' }, /unauthorized_client/],
      [{ response_type: 'code id_token', nonce: 'n' }, /unauthorized_client/],
      [{ code_challenge_method: 'plain' }, /S256/],
    ]
    const browser = await signedIn()
    for (const [parameters, reason] of refused) {
      const { location, status, headers } = await browser.visit(address(parameters))
      assert.equal(status, 302, JSON.stringify(parameters))
      assert.match(String(location), reason)
      assert.match(String(location), new RegExp(`^${server.admin_url}/signed-in\\?error=`))
      assert.equal(headers.get('access-control-allow-origin'), null)
    }
    for (const parameters of [{ redirect_uri: `${server.origin}/signed-in` }, { client_id: 'another' }] as Record<
      string,
      string
    >[]) {
      const { status, location } = await browser.visit(address(parameters))
      assert.deepEqual([status, location], [400, null])
    }
    const [only] = await server.internals.db
      .selectFrom('clients')
      .select('data')
      .where('client_id', '=', 'wherry-dashboard')
      .execute()
    assert.deepEqual(JSON.parse(only?.data ?? '{}').callbacks, [`${server.admin_url}/signed-in`])
  })

  test('locks a name for an address after ten wrong passwords, as at every login page', async () => {
    const locked = 'locked@example.com'
    await admins.setUp(locked)
    const browser = admins.browser()
    const form = formOf(await browser.open(address()))
    for (let guess = 0; guess < 10; guess += 1) {
      assert.equal((await browser.submit(form, { username: locked, password: `guess ${guess}` })).status, 403)
    }
    assert.equal((await browser.submit(form, { username: locked, password: admin_password })).status, 429)
  })
})

describe('GET /session', () => {
  test('says who is signed in and where, and issues a token of five minutes', async () => {
    const browser = await signedIn()
    const { json, headers } = await browser.visit('/session')
    const { access_token, user, ...rest } = json
    assert.deepEqual(rest, {
      expires_in: 300,
      tenants: [
        {
          tenant_id,
          name: 'default',
          domain: server.host,
          issuer: server.first_run.issuer,
          role: 'owner',
          plan: 'enterprise',
        },
      ],
    })
    assert.equal(user.email, email)
    assert.match(user.user_id, /^auth0\|/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(await statusOf(access_token), 200)
    assert.equal((await admins.send('/session', { headers: { 'wherry-dashboard': '1' } })).status, 401)
  })

  test('answers scripts of its own pages only [guard: admin-session-own-scripts]', async () => {
    const browser = await signedIn()
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
    const answers: [string, Record<string, string>, number][] = [
      ['a script of its own page', own, 200],
      ['the same in an older browser', { 'wherry-dashboard': '1' }, 200],
      ['its own origin', { origin: server.admin_url }, 200],
      ['another port', { ...own, 'sec-fetch-site': 'same-site' }, 403],
      ['another port, with the header', { ...own, 'sec-fetch-site': 'same-site', 'wherry-dashboard': '1' }, 403],
      ['another site', { ...own, 'sec-fetch-site': 'cross-site' }, 403],
      ['no-cors', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
      ['a navigation', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 403],
      ['a link', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 403],
      ['a frame', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
      ['another origin in an older browser', { origin: server.origin, 'wherry-dashboard': '1' }, 403],
      ['an older browser without the header', {}, 403],
    ]
    for (const [what, headers, expected] of answers) {
      for (const [method, path] of [
        ['GET', '/session'],
        ['DELETE', '/sessions'],
      ] as const) {
        if (method === 'DELETE' && expected === 200) continue
        const answer = await admins.send(path, { method, headers: { cookie, ...headers } })
        assert.equal(answer.status, expected, `${what}: ${method} ${path} ${answer.text}`)
        assert.equal(answer.headers.get('access-control-allow-origin'), null)
      }
    }
    assert.equal((await admins.send('/session', { method: 'OPTIONS', headers: { origin: server.origin } })).status, 404)
    assert.equal((await browser.visit('/session')).status, 200)
  })
})

test('a page of another origin uses no cookie in the background or in a frame [guard: admin-foreign-cookies]', async () => {
  const browser = await signedIn()
  const at = async (site: string, mode: string, dest: string): Promise<string> => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest }
    return String((await browser.visit(address({ prompt: 'none' }), { headers })).location)
  }
  assert.match(await at('same-origin', 'navigate', 'document'), /code=/)
  assert.match(await at('same-site', 'navigate', 'document'), /code=/)
  for (const [mode, dest] of [
    ['cors', 'empty'],
    ['no-cors', 'image'],
    ['navigate', 'iframe'],
    ['navigate', 'object'],
  ] as const) {
    assert.match(await at('same-site', mode, dest), /error=login_required/, dest)
  }
  const logout = {
    headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  }
  assert.equal((await browser.visit('/v2/logout', logout)).status, 403)
  assert.equal((await browser.visit('/session')).status, 200)
})

test('the cookie of a session of a tenant is none at the admin origin', async () => {
  const browser = await signedIn()
  const value = browser.jar.get('wherry_admin') ?? ''
  for (const name of ['auth0', 'auth0_compat', 'wherry_browser_admin', '__Host-Http-wherry_admin']) {
    const answer = await admins.send('/session', { headers: { cookie: `${name}=${value}`, 'wherry-dashboard': '1' } })
    assert.equal(answer.status, 401, name)
  }
})

describe('what a session gave ends with it [guard: admin-token-of-session]', () => {
  test('by a sign-out of this browser, which leaves others signed in', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const [token, other_token] = [await tokenOf(one), await tokenOf(other)]
    assert.equal((await one.visit('/session', { method: 'DELETE' })).status, 204)
    assert.equal(one.jar.has('wherry_admin'), false)
    assert.deepEqual([await statusOf(token), await statusOf(other_token)], [401, 200])
    const left = await other.visit(
      `/v2/logout?client_id=wherry-dashboard&returnTo=${encodeURIComponent(`${server.admin_url}/`)}`,
    )
    assert.deepEqual([left.status, left.location], [302, `${server.admin_url}/`])
    assert.equal(await statusOf(other_token), 401)
  })

  test('by a sign-out everywhere, also of programs', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const program = (await admins.logIn(email, admin_password, { scope: 'openid offline_access' })).json
    const tokens = [await tokenOf(one), await tokenOf(other), program.access_token]
    for (const token of tokens) assert.equal(await statusOf(token), 200)
    assert.equal((await one.visit('/sessions', { method: 'DELETE' })).status, 204)
    for (const token of tokens) assert.equal(await statusOf(token), 401)
    assert.equal((await other.visit('/session')).status, 401)
    const { refresh_token } = program
    assert.equal((await admins.requestToken({ grant_type: 'refresh_token', refresh_token })).status, 403)
  })

  test('by a new password, a block and a deletion', async () => {
    const { db } = server.internals
    for (const [nth, end] of [
      (mail: string) => admins.setUp(mail),
      (mail: string) => db.updateTable('users').set({ blocked: 1 }).where('email', '=', mail).execute(),
      (mail: string) => db.deleteFrom('users').where('email', '=', mail).execute(),
    ].entries()) {
      const mail = `ends${nth}@example.com`
      await admins.setUp(mail)
      const browser = await signedIn(mail)
      const token = await tokenOf(browser)
      assert.equal(await statusOf(token), 200)
      await end(mail)
      assert.deepEqual([await statusOf(token), (await browser.visit('/session')).status], [401, 401], mail)
    }
  })

  // The last test: it moves the clock.
  test('by eight hours without use, and by three days in all', async () => {
    const hour_ms = 3_600_000
    const [used, unused] = [await signedIn(), await signedIn()]
    const refreshed = (await admins.logIn(email, admin_password, { scope: 'openid offline_access' })).json
    for (let hours = 0; hours < 72; hours += 6) {
      assert.equal((await used.visit('/session')).status, 200, `${hours} hours`)
      server.advance(6 * hour_ms)
    }
    assert.equal((await used.visit('/session')).status, 401)
    assert.equal((await unused.visit('/session')).status, 401)
    const { refresh_token } = refreshed
    assert.equal((await admins.requestToken({ grant_type: 'refresh_token', refresh_token })).status, 403)
  })
})
