// Single sign-on, silent authentication, and what ends a session.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { answerOf, createBrowser, formOf } from '../../support/browser.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { ada } from '../ada.ts'
import { createBrowserClient } from '../browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
let now = Date.now()
const hour_ms = 3_600_000

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
})

beforeEach(async () => {
  app = await createBrowserClient(server)
  browser = createBrowser(server)
})

after(() => server.close())

const logIn = (parameters: Record<string, string> = {}) =>
  browser.logIn(app.authorize(parameters), ada.email, ada.password)
const silently = async (parameters: Record<string, string> = {}) =>
  answerOf(await browser.visit(app.authorize({ prompt: 'none', ...parameters })))
const claimsOf = async (code: string | undefined) => decodeJwt((await app.exchange(code)).json.id_token)
const sessions = async (): Promise<number> =>
  (await server.internals.db.selectFrom('sessions').select('session_id').where('user_id', '=', app.user_id).execute())
    .length

describe('a session', () => {
  it('signs the user in to other requests without a page, with the same auth_time and sid', async () => {
    const first = await claimsOf(answerOf(await logIn()).code)
    now += 5000
    const second = await claimsOf(answerOf(await browser.visit(app.authorize())).code)
    const third = await claimsOf((await silently()).code)
    for (const claims of [second, third]) {
      assert.equal(claims.sub, first.sub)
      assert.equal(claims['auth_time'], first['auth_time'])
      assert.equal(claims['sid'], first['sid'])
    }
    assert.equal(await sessions(), 1)
  })

  it('signs in to other clients of the connection, and not to clients without it', async () => {
    await logIn()
    const other = await createBrowserClient(server)
    assert.equal(answerOf(await browser.visit(other.authorize({ prompt: 'none' }))).error, 'login_required')
    await server.enableClient(app.connection_id, other.client)
    assert.ok(answerOf(await browser.visit(other.authorize({ prompt: 'none' }))).code)
    assert.equal(
      answerOf(await browser.visit(other.authorize({ prompt: 'none', connection: other.connection }))).error,
      'login_required',
    )
  })

  it('has a cookie that lives as long as the session can', async () => {
    const cookies = (await logIn()).headers.getSetCookie().filter((line) => line.startsWith('auth0'))
    assert.equal(cookies.length, 1)
    assert.match(
      cookies[0] ?? '',
      /^auth0=ses_[A-Za-z0-9]+\.[A-Za-z0-9_-]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/,
    )
  })

  it('ends after 72 hours without use, and after 168 hours in all', async () => {
    await logIn()
    for (const hours of [71, 71]) {
      now += hours * hour_ms
      assert.ok((await silently()).code)
    }
    now += 27 * hour_ms
    assert.equal((await silently()).error, 'login_required')
    await logIn()
    now += 72 * hour_ms
    assert.equal((await silently()).error, 'login_required')
  })

  it('ends with a logout, whose address to return to must be listed', async () => {
    await logIn()
    const before_logout = new Map(browser.jar)
    const { status, location } = await browser.visit(
      `/v2/logout?client_id=${app.client.client_id}&returnTo=https://app.test/&federated`,
    )
    assert.deepEqual([status, location], [302, 'https://app.test/'])
    assert.equal(browser.jar.has('auth0'), false)
    for (const [name, value] of before_logout) browser.jar.set(name, value)
    assert.equal((await silently()).error, 'login_required')
    const types = (await server.logs(`user_id:"${app.user_id}"`)).map((event) => event['type'])
    assert.ok(types.includes('slo'))
  })

  it('survives a prefetched logout', async () => {
    await logIn()
    const { status } = await browser.visit('/v2/logout', { headers: { 'sec-purpose': 'prefetch' } })
    assert.equal(status, 503)
    assert.ok((await silently()).code)
  })

  for (const returnTo of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/%09/evil.test',
    'javascript:alert(1)',
    'https://app.test/x',
  ]) {
    it(`ends also where the logout cannot return to ${returnTo}, which is answered with a page [guard: logout-return-list]`, async () => {
      await logIn()
      const answer = await browser.visit(
        `/v2/logout?${new URLSearchParams({ client_id: app.client.client_id, returnTo })}`,
      )
      assert.deepEqual([answer.status, answer.location], [400, null])
      assert.equal((await silently()).error, 'login_required')
    })
  }

  const ends: [string, () => Promise<unknown>][] = [
    [
      'a new password',
      () =>
        server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, {
          password: 'another engine no. 2',
          connection: app.connection,
        }),
    ],
    ['a block', () => server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, { blocked: true })],
    ['the deletion of the user', () => server.api('DELETE', `users/${encodeURIComponent(app.user_id)}`)],
  ]
  for (const [what, end] of ends) {
    it(`ends with ${what}, and its unused codes with it [guard: sessions-end]`, async () => {
      const { code } = answerOf(await logIn())
      await end()
      assert.equal((await silently()).error, 'login_required')
      assert.equal(await sessions(), 0)
      assert.equal((await app.exchange(code)).status, 403)
    })
  }

  it('stays ended when a block is lifted', async () => {
    await logIn()
    for (const blocked of [true, false]) {
      await server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, { blocked })
    }
    assert.equal((await silently()).error, 'login_required')
  })

  it('is replaced, with another secret, by each login with a password [guard: session-fixation]', async () => {
    await logIn()
    const planted = browser.jar.get('auth0')
    const first = await claimsOf((await silently()).code)
    await logIn({ prompt: 'login' })
    assert.notEqual(browser.jar.get('auth0'), planted)
    assert.notEqual((await claimsOf((await silently()).code))['sid'], first['sid'])
    browser.jar.set('auth0', String(planted))
    assert.equal((await silently()).error, 'login_required')
    assert.equal(await sessions(), 1)
  })

  it('is not found by its id, a part of its secret, or under another tenant', async () => {
    await logIn()
    const [id = '', secret = ''] = browser.jar.get('auth0')?.split('.') ?? []
    const altered = (secret.startsWith('x') ? 'y' : 'x') + secret.slice(1)
    for (const value of [id, `${id}.`, `${id}.${secret.slice(0, -1)}`, `${id}.${altered}`]) {
      browser.jar.set('auth0', value)
      assert.equal((await silently()).error, 'login_required')
    }
  })
})

describe('a request asks for the password again', () => {
  it('with prompt=login, once', async () => {
    const first = await claimsOf(answerOf(await logIn()).code)
    now += 5000
    const answer = await logIn({ prompt: 'login' })
    assert.ok(Number((await claimsOf(answerOf(answer).code))['auth_time']) > Number(first['auth_time']))
  })

  it('with a max_age that has passed, however slowly the user types, and 0 always', async () => {
    await logIn()
    now += 2000
    assert.ok(answerOf(await browser.visit(app.authorize({ max_age: '15000' }))).code)
    for (const max_age of ['0', '1']) {
      const page = await browser.open(app.authorize({ max_age }))
      now += 60_000
      const answer = await browser.submit(formOf(page), { username: ada.email, password: ada.password })
      assert.equal(typeof (await claimsOf(answerOf(answer).code))['auth_time'], 'number')
      now += 2000
      assert.equal((await silently({ max_age })).error, 'login_required')
      assert.ok((await silently()).code, 'the session was not ended')
    }
  })

  it('with the ID token of another user, and not with that of the user', async () => {
    const { code } = answerOf(await logIn())
    const { id_token } = (await app.exchange(code)).json
    assert.ok((await silently({ id_token_hint: id_token })).code)
    now += 30 * 24 * hour_ms
    await logIn()
    assert.ok((await silently({ id_token_hint: id_token })).code, 'an expired hint is a hint')
    await server.createUser(app.connection, { email: 'bob@example.com', password: 'engine no. 2' })
    const as_bob = await browser.logIn(app.authorize({ prompt: 'login' }), 'bob@example.com', 'engine no. 2')
    assert.ok(answerOf(as_bob).code)
    assert.equal((await silently({ id_token_hint: id_token })).error, 'login_required')
    const asked = await browser.logIn(app.authorize({ id_token_hint: id_token }), 'bob@example.com', 'engine no. 2')
    assert.equal(answerOf(asked).error, 'login_required')
  })
})
