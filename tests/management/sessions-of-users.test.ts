// The sessions and refresh tokens of a user: what the API lists, and what ends.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { answerOf, createBrowser } from '../support/browser.ts'
import { bearer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'

const day_ms = 86_400_000
let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let now = Date.now()
let at: string

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
})
beforeEach(async () => {
  app = await createBrowserClient(server)
  at = `users/${encodeURIComponent(app.user_id)}`
})
after(() => server.close())

/** Logs the user in, in a browser of its own, and returns what it holds. */
async function logIn(parameters: Record<string, string> = {}) {
  const browser = createBrowser(server)
  const code = answerOf(await browser.logIn(app.authorize(parameters), ada.email, ada.password)).code
  now += 1000
  const silently = async () => answerOf(await browser.visit(app.authorize({ prompt: 'none' })))
  return { code, silently }
}

async function offline(): Promise<string> {
  const { code } = await logIn({ scope: 'openid offline_access' })
  return String((await app.exchange(code)).json.refresh_token)
}

const refresh = (refresh_token: string) =>
  server.post('/oauth/token', { grant_type: 'refresh_token', ...app.client, refresh_token })

describe('the sessions of a user', () => {
  it('are listed with their lifetimes and where the user logged in, the newest first, page by page', async () => {
    for (let logins = 0; logins < 3; logins += 1) await logIn()
    const { sessions, next } = await server.must('GET', `${at}/sessions?take=2`)
    const rest = await server.must('GET', `${at}/sessions?take=2&from=${next}`)
    assert.deepEqual([sessions.length, rest.sessions.length, rest.next], [2, 1, undefined])
    const [newest] = sessions
    assert.ok(newest.created_at > sessions[1].created_at && sessions[1].created_at > rest.sessions[0].created_at)
    assert.match(newest.id, /^ses_/)
    assert.equal(newest.connection, app.connection)
    assert.equal(Date.parse(newest.idle_expires_at), Date.parse(newest.created_at) + 3 * day_ms)
    assert.equal(Date.parse(newest.expires_at), Date.parse(newest.created_at) + 7 * day_ms)
    assert.equal(newest.device.initial_ip, '127.0.0.1')
    assert.deepEqual(newest.authentication.methods, [{ name: 'pwd', timestamp: newest.created_at }])
    assert.deepEqual(await server.must('GET', `sessions/${newest.id}`), newest)
  })

  it('keep 300 characters of the user agent', async () => {
    const browser = createBrowser(server, { 'user-agent': 'x'.repeat(500) })
    await browser.logIn(app.authorize(), ada.email, ada.password)
    const { sessions } = await server.must('GET', `${at}/sessions`)
    assert.equal(sessions[0].device.initial_user_agent, 'x'.repeat(300))
  })

  it('end one by one, with their codes, and all at once; those that have expired are not listed', async () => {
    const [first, second, third] = [await logIn(), await logIn(), await logIn()]
    const listed = async () => (await server.must('GET', `${at}/sessions`)).sessions
    const id = (await listed())[2].id
    assert.equal((await server.api('DELETE', `sessions/${id}`)).status, 202)
    assert.equal((await app.exchange(first.code)).status, 403)
    assert.equal((await first.silently()).error, 'login_required')
    assert.ok((await second.silently()).code)
    assert.deepEqual((await server.refused('DELETE', `sessions/${id}`)).slice(0, 2), [404, 'inexistent_session'])
    assert.equal((await server.api('DELETE', `${at}/sessions`)).status, 202)
    assert.equal((await third.silently()).error, 'login_required')
    assert.deepEqual(await listed(), [])
    await logIn()
    const left = (await listed())[0].id
    now += 8 * day_ms
    assert.deepEqual(await listed(), [])
    assert.deepEqual((await server.refused('GET', `sessions/${left}`)).slice(0, 2), [404, 'inexistent_session'])
  })
})

describe('the refresh tokens of a user', () => {
  it('are listed with client, scopes and last use, and end one by one and all at once', async () => {
    const [first, second, third] = [await offline(), await offline(), await offline()]
    const used = String((await refresh(first)).json.refresh_token)
    const { tokens } = await server.must('GET', `${at}/refresh-tokens`)
    assert.equal(tokens.length, 3)
    const oldest = tokens[2]
    assert.match(oldest.id, /^rtf_/)
    assert.equal(oldest.client_id, app.client.client_id)
    assert.equal(Date.parse(oldest.last_exchanged_at), now)
    assert.equal(tokens[0].last_exchanged_at, undefined)
    assert.equal(oldest.resource_servers[0].scopes, 'openid offline_access')
    assert.match(oldest.session_id, /^ses_/)
    assert.deepEqual(await server.must('GET', `refresh-tokens/${oldest.id}`), oldest)
    assert.equal(JSON.stringify(tokens).includes(used), false)

    assert.equal((await server.api('DELETE', `refresh-tokens/${oldest.id}`)).status, 202)
    assert.equal((await refresh(used)).status, 403)
    assert.equal((await refresh(second)).status, 200)
    assert.deepEqual((await server.refused('GET', `refresh-tokens/${oldest.id}`)).slice(0, 2), [
      404,
      'inexistent_refresh_token',
    ])
    assert.equal((await server.api('DELETE', `${at}/refresh-tokens`)).status, 202)
    assert.equal((await refresh(third)).status, 403)
    assert.deepEqual((await server.must('GET', `${at}/refresh-tokens`)).tokens, [])
  })
})

it('sessions and refresh tokens of an unknown user or of another tenant are not found', async () => {
  for (const path of ['users/auth0%7Cnobody/sessions', 'users/auth0%7Cnobody/refresh-tokens']) {
    for (const method of ['GET', 'DELETE']) {
      assert.deepEqual((await server.refused(method, path)).slice(0, 2), [404, 'inexistent_user'])
    }
  }
  const [status, code] = await server.refused('GET', `${at}/sessions?from=x`)
  assert.deepEqual([status, code], [400, 'invalid_query_string'])
})

it('no token of a user ends sessions, whatever scopes it asked for', async () => {
  const { code } = await logIn({ scope: 'openid delete:sessions', audience: `${server.issuer}api/v2/` })
  const { access_token } = (await app.exchange(code)).json
  const answer = await server.send(`/api/v2/${at}/sessions`, {
    method: 'DELETE',
    headers: bearer(String(access_token)),
  })
  assert.equal(answer.status, 403)
  assert.equal((await server.must('GET', `${at}/sessions`)).sessions.length, 1)
})
