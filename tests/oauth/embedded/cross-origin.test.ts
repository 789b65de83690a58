// Embedded login from a page of an application: /co/authenticate, and the login ticket at the authorization endpoint.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { peopleOptions } from '../../login/people-scripts.ts'
import type { PostLoginAnswer } from '../../../src/rules/post-login.ts'
import { answerOf, createBrowser, formOf, messageOf } from '../../support/browser.ts'
import { outcomeOf, type Answer } from '../../support/requests.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { createBrowserClient } from '../browser-client.ts'
import { app_origin, authenticate } from './embedded-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
let post_login: PostLoginAnswer = { kind: 'allow' }

before(async () => {
  const env = { WHERRY_LOG_LEVEL: 'trace' }
  server = await startTestServer({ https: true, env, post_login_steps: [async () => post_login] })
})

beforeEach(async () => {
  post_login = { kind: 'allow' }
  app = await createBrowserClient(server, { cross_origin_authentication: true })
  browser = createBrowser(server)
})

after(() => server.close())

const send = (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  authenticate(browser, app.client, { realm: app.connection, ...fields }, headers)

const newTicket = async (): Promise<string> => {
  const { status, text, json } = await send()
  assert.equal(status, 200, text)
  return String(json.login_ticket)
}

/** Uses a ticket as `auth0-js` does, and answers the parameters at the callback. */
const use = async (login_ticket: string, parameters: Record<string, string> = {}) =>
  answerOf(await browser.visit(app.authorize({ realm: app.connection, login_ticket, ...parameters })))

const invalid = { error: 'access_denied', error_description: 'Unknown or invalid login ticket.' }
const errorsOf = ({ error, error_description }: Record<string, string>) => ({ error, error_description })

const failures = async (): Promise<number> =>
  (await server.internals.db.selectFrom('brute_force_counters').select('failures').execute()).length

describe('a right password from a page of the application', () => {
  it('gives a ticket, which becomes a session and the answer to the client, in one login', async () => {
    const answer = await send()
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(Object.keys(answer.json), ['login_ticket', 'co_verifier', 'co_id'])
    assert.equal(answer.headers.get('access-control-allow-origin'), app_origin)
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.match(answer.headers.get('vary') ?? '', /Origin/)
    const [cookie = '', ...others] = answer.headers.getSetCookie()
    const attributes = 'Path=/; HttpOnly; Secure; SameSite=None; Max-Age=120'
    assert.match(cookie, new RegExp(`^__Host-wherry_ticket=[A-Za-z0-9]{32}; ${attributes}$`))
    assert.deepEqual(others, [])
    const parameters = { response_type: 'token id_token', nonce: 'n', state: 's', prompt: 'login' }
    const { access_token, id_token, state } = await use(answer.json.login_ticket, parameters)
    assert.ok(access_token && id_token)
    assert.equal(state, 's')
    assert.ok(answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).code)
    const user = await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)
    assert.equal(user.logins_count, 1)
    const events = await server.logs(`client_id:"${app.client.client_id}"`)
    assert.deepEqual(new Set(events.map(({ type }) => type)), new Set(['scoa', 's', 'ssa']))
    assert.equal(events.length, 3)
  })

  it('moves a user of the legacy store, and an outage of the store is reported as such', async () => {
    const people = peopleOptions({
      'p@legacy.example': { password: 'right', profile: { user_id: 'p', email: 'p@legacy.example' } },
      'down@legacy.example': { answer: 'refused' },
    })
    await server.createConnection('legacy', people, [app.client])
    const legacy = { realm: 'legacy', username: 'p@legacy.example', password: 'right' }
    const moved = await send(legacy)
    assert.equal(moved.status, 200, moved.text)
    assert.ok((await use(moved.json.login_ticket, { realm: 'legacy' })).code)
    assert.equal(outcomeOf((await server.logs('type:scoa AND connection:"legacy"'))[0]), 'moved')
    const { status, json, headers } = await send({ ...legacy, username: 'down@legacy.example' })
    assert.deepEqual([status, json.error], [503, 'temporarily_unavailable'])
    assert.match(json.error_description, /Your password was not checked/)
    assert.ok(headers.get('retry-after'))
  })

  it('is answered to a hidden frame by a message', async () => {
    const parameters = { login_ticket: await newTicket(), prompt: 'none', response_mode: 'web_message' }
    const { target, response } = messageOf(await browser.visit(app.authorize(parameters)))
    assert.equal(target, app_origin)
    assert.ok(response.code)
  })

  it('runs the post-login steps when the ticket is used, so that they answer the client', async () => {
    post_login = { kind: 'deny', message: 'Not on Sundays' }
    const answer = await use(await newTicket())
    assert.deepEqual(errorsOf(answer), { error: 'access_denied', error_description: 'Not on Sundays' })
  })

  it('is redirected by a post-login step and comes back, without another login', async () => {
    post_login = { kind: 'redirect', url: 'https://terms.test/' }
    const parameters = { login_ticket: await newTicket(), realm: app.connection, prompt: 'login' }
    const { location } = await browser.visit(app.authorize(parameters))
    const state = new URL(location ?? '').searchParams.get('state') ?? ''
    assert.ok(location?.startsWith('https://terms.test/?state='), location ?? '')
    post_login = { kind: 'allow' }
    assert.ok(answerOf(await browser.visit(`/continue?state=${encodeURIComponent(state)}`)).code)
  })

  it('is asked for a consent to a third-party client, and not for the password again', async () => {
    app = await createBrowserClient(server, { cross_origin_authentication: true, is_first_party: false })
    const parameters = { login_ticket: await newTicket(), realm: app.connection, prompt: 'login' }
    const page = await browser.open(app.authorize(parameters))
    assert.ok(answerOf(await browser.submit(formOf(page), { decision: 'accept' })).code)
  })

  it('ends the session that the browser had', async () => {
    await use(await newTicket())
    const first = browser.jar.get('auth0') ?? ''
    await use(await newTicket())
    const second = browser.jar.get('auth0') ?? ''
    const silently = async (value: string) => {
      browser.jar.set('auth0', value).delete('auth0_compat')
      return answerOf(await browser.visit(app.authorize({ prompt: 'none' })))
    }
    assert.equal((await silently(first)).error, 'login_required')
    assert.ok((await silently(second)).code)
  })
})

it('no ticket, cookie or password is in a log, a log event, or in the clear in the store', async () => {
  const password = 'wrong-PASSWORD-4711'
  await send({ password })
  const ticket = await newTicket()
  await use(ticket)
  await use(ticket)
  await server.settle()
  const { db } = server.internals
  const rows = [
    await db.selectFrom('log_events').selectAll().execute(),
    await db.selectFrom('sessions').selectAll().execute(),
  ]
  const written = [...server.lines, JSON.stringify(rows)].join('\n')
  const secrets = [
    ticket.split('.')[1],
    browser.jar.get('__Host-wherry_ticket'),
    browser.jar.get('auth0')?.split('.')[1],
  ]
  for (const secret of [...secrets, password, ada.password]) {
    assert.ok(secret !== undefined && !written.includes(secret), `written: ${secret}`)
  }
})

describe('a login ticket is refused', () => {
  it('the second time, also at the same moment [guard: ticket-once]', async () => {
    const ticket = await newTicket()
    const both = await Promise.all([use(ticket), use(ticket)])
    assert.equal(both.filter(({ code }) => code !== undefined).length, 1)
    assert.deepEqual(errorsOf(await use(ticket)), invalid)
  })

  it('in another browser, which has a cookie of its own or none [guard: ticket-browser]', async () => {
    const ticket = await newTicket()
    browser = createBrowser(server)
    const without = await use(ticket)
    assert.equal(without.error, 'access_denied')
    assert.match(without.error_description ?? '', /did not send the cookie/)
    await newTicket()
    assert.deepEqual(errorsOf(await use(ticket)), invalid)
    assert.equal(browser.jar.get('auth0'), undefined)
  })

  it('for another client [guard: ticket-client]', async () => {
    const ticket = await newTicket()
    const other = await createBrowserClient(server)
    await server.enableClient(app.connection_id, other.client)
    const address = other.authorize({ realm: app.connection, login_ticket: ticket })
    assert.deepEqual(errorsOf(answerOf(await browser.visit(address))), invalid)
  })

  it('after two minutes, after a change of the password, and where it was altered', async () => {
    const late = await newTicket()
    server.advance(121_000)
    assert.deepEqual(errorsOf(await use(late)), invalid)
    const changed = await newTicket()
    await server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, { password: 'Another-one-1' })
    assert.deepEqual(errorsOf(await use(changed)), invalid)
    for (const ticket of ['x', 'x.y', `${changed}x`, '.']) assert.deepEqual(errorsOf(await use(ticket)), invalid)
  })

  it('as the cookie of a session [guard: ticket-no-session]', async () => {
    const ticket = await newTicket()
    browser.jar.set('auth0', ticket)
    assert.equal(answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).error, 'login_required')
    assert.ok((await use(ticket)).code)
  })
})

describe('/co/authenticate refuses', () => {
  it('a page of an origin that is not listed, before it looks at the password [guard: ticket-origin]', async () => {
    const before_all = await failures()
    for (const origin of ['https://evil.test', 'http://app.test', 'null', '']) {
      const { status, headers } = await send({ password: 'wrong' }, { origin })
      assert.equal(status, 403, origin)
      assert.equal(headers.get('access-control-allow-origin'), null)
      assert.deepEqual(headers.getSetCookie(), [])
    }
    assert.equal(await failures(), before_all)
    const [event] = await server.logs(`type:fcoa AND client_id:"${app.client.client_id}"`)
    assert.match(String(event?.['description']), /^Origin .* is not allowed\.$/)
  })

  it('a form and a text, which a page of any origin can send [guard: ticket-json]', async () => {
    const fields = { client_id: app.client.client_id, realm: app.connection, credential_type: 'password' }
    const typed = { username: ada.email, password: ada.password }
    for (const body of [new URLSearchParams({ ...fields, ...typed }), JSON.stringify({ ...fields, ...typed })]) {
      const headers = { origin: app_origin, ...(typeof body === 'string' ? { 'content-type': 'text/plain' } : {}) }
      assert.equal((await browser.visit('/co/authenticate', { headers, body })).status, 415)
    }
  })

  it("with Auth0's errors, which a page of the client can read", async () => {
    const cases: [fields: Record<string, unknown>, status: number, error: string, description: string][] = [
      [{ password: 'wrong' }, 403, 'access_denied', 'Wrong email or password.'],
      [{ realm: 'nowhere' }, 400, 'invalid_request', 'Unknown realm nowhere.'],
      [{ credential_type: 'otp' }, 400, 'unsupported_credential_type', 'Unknown credential type parameter.'],
      [{ username: undefined }, 400, 'invalid_request', 'Missing required parameter: username'],
    ]
    for (const [fields, expected, error, error_description] of cases) {
      const { status, json, headers } = await send(fields)
      assert.deepEqual([status, json], [expected, { error, error_description }])
      assert.equal(headers.get('access-control-allow-origin'), app_origin)
    }
    await server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, { blocked: true })
    assert.deepEqual([(await send()).status, (await send()).json.error], [403, 'blocked_user'])
  })

  it('a client that does not permit it, and one that does not exist', async () => {
    const closed = await createBrowserClient(server)
    for (const client of [closed.client, { client_id: 'unknown' }]) {
      const { status, json } = await authenticate(browser, client, { realm: closed.connection })
      assert.deepEqual([status, json.error], [401, 'unauthorized_client'])
      assert.equal(json.error_description, 'Cross origin login not allowed.')
    }
  })

  it('nothing in a preflight, which names no client, and permits cookies', async () => {
    const headers = { origin: app_origin, 'access-control-request-method': 'POST' }
    const answer = await server.send('/co/authenticate', { method: 'OPTIONS', headers })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('access-control-allow-origin'), app_origin)
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true')
    assert.match(answer.headers.get('access-control-allow-headers') ?? '', /auth0-client/)
  })
})

describe('/client/{id}.js', () => {
  it('calls Lock with the connections of the client, that of the tenant first', async () => {
    const second = `second-${app.client.client_id}`
    const options = { disable_signup: true, requires_username: true, passwordPolicy: 'low' }
    await server.createConnection(second, options, [app.client])
    const { status, text, headers } = await server.send(`/client/${app.client.client_id}.js?t1`)
    assert.equal(status, 200)
    assert.match(headers.get('content-type') ?? '', /^application\/x-javascript/)
    assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin')
    const settings = JSON.parse(/^Auth0\.setClient\((.*)\);$/s.exec(text)?.[1] ?? '')
    assert.equal(settings.id, app.client.client_id)
    const [{ name, connections }] = settings.strategies
    assert.equal(name, 'auth0')
    assert.deepEqual(
      connections.map((each: Record<string, unknown>) => [each['name'], each['showSignup'], each['showForgot']]),
      [
        [app.connection, true, true],
        [second, false, true],
      ],
    )
    assert.deepEqual([connections[1].requires_username, connections[1].passwordPolicy], [true, 'low'])
    for (const path of ['/client/unknown.js', '/client/x', '/client/..%2f.js']) {
      assert.equal((await server.send(path)).status, 404, path)
    }
  })
})
