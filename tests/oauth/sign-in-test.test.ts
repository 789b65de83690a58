// A sign-in test: an admin tries a connection by a real login, without an application and without a token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { alteredEnd } from '../support/altered-end.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { answerOf, createBrowser, type Visit } from '../support/browser.ts'
import { member, objects, type Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let connection_id: string
let other_id: string
let now = Date.now()

before(async () => {
  const env = { WHERRY_ADMIN_URL: await freeAdminUrl('http://localhost') }
  server = await startTestServer({ env, clock: { now: () => now } })
  // No application may use them.
  connection_id = await server.createConnection('tried', {}, [])
  other_id = await server.createConnection('other', {}, [])
  for (const name of ['tried', 'other']) await server.createUser(name, ada)
})
after(() => server.close())

const begin = async (id = connection_id): Promise<Json> => await server.must('POST', `connections/${id}/sign-in-tests`)

const logIn = async (url: string, browser = createBrowser(server)): Promise<Visit> =>
  await browser.logIn(url, ada.email, ada.password)

const complete = (id: string, body: { client_id: unknown; code: unknown }) =>
  server.api('POST', `connections/${id}/sign-in-tests/complete`, body)

describe('a sign-in test', () => {
  it('answers the claims of a real login once, and leaves no session', async () => {
    const browser = createBrowser(server)
    const { client_id, state, url } = await begin()
    const returned = await logIn(url, browser)
    assert.ok(returned.location?.startsWith(`${server.admin_url}/sign-in-tested?`), String(returned.location))
    const { code, state: back } = answerOf(returned)
    assert.equal(back, state)
    const { status, json } = await complete(connection_id, { client_id, code })
    assert.equal(status, 200)
    assert.deepEqual(
      ['iss', 'aud', 'email', 'sub'].map((name) => member(json.claims, name)),
      [server.issuer, client_id, ada.email, json.user_id],
    )
    assert.equal((await complete(connection_id, { client_id, code })).status, 400)
    const { db } = server.internals
    assert.deepEqual(await db.selectFrom('sessions').select('session_id').execute(), [])
    const [event] = await server.logs(`client_id:"${client_id}"`)
    assert.deepEqual([event?.['type'], event?.['client_name']], ['s', 'Try Connection'])
    const { clients } = await server.must('GET', `migrations/${connection_id}/logins`)
    assert.deepEqual(clients, [{ client_name: 'Try Connection', outcomes: { success: 1 } }])
  })

  it('lists its logins, each with the text that the person read on the page', async () => {
    const { client_id, url } = await begin()
    const browser = createBrowser(server)
    await browser.logIn(url, ada.email, 'wrong one')
    await browser.logIn(url, ada.email, ada.password)
    const attemptsOf = async (id: unknown) => {
      const path = `connections/${connection_id}/sign-in-tests/attempts?client_id=${String(id)}`
      return objects((await server.must('GET', path)).attempts)
    }
    const attempts = await attemptsOf(client_id)
    assert.deepEqual(
      attempts.map(({ type, outcome, shown_text }) => [type, outcome, shown_text]),
      [
        ['s', 'success', undefined],
        ['fp', 'wrong_password', 'Wrong e-mail address or password.'],
      ],
    )
    assert.deepEqual(await attemptsOf((await begin()).client_id), [])
  })

  it('gives its code to no token endpoint, and to no other test [guard: sign-in-test-gives-no-token]', async () => {
    const { client_id, url } = await begin()
    const { code } = answerOf(await logIn(url))
    const redirect_uri = `${server.admin_url}/sign-in-tested`
    for (const client_secret of [undefined, '', client_id]) {
      const answer = await server.post('/oauth/token', {
        grant_type: 'authorization_code',
        client_id,
        code: code ?? '',
        redirect_uri,
        client_secret,
      })
      assert.deepEqual([answer.status, answer.json.error], [401, 'access_denied'])
    }
    assert.equal((await complete(connection_id, { client_id: (await begin()).client_id, code })).status, 400)
    assert.equal((await complete(other_id, { client_id, code })).status, 400)
    assert.equal((await complete(connection_id, { client_id, code })).status, 200)
  })

  it('reaches its own connection and redirect URI only, for 15 minutes [guard: sign-in-test-binding]', async () => {
    const { client_id, url } = await begin()
    const changed = (name: string, value: string): string => {
      const address = new URL(url)
      address.searchParams.set(name, value)
      return address.href
    }
    const browser = createBrowser(server)
    assert.match(
      answerOf(await browser.visit(changed('connection', 'other')))['error_description'] ?? '',
      /not enabled/,
    )
    assert.equal((await browser.visit(changed('redirect_uri', 'https://evil.example/'))).status, 400)
    for (const forged of [alteredEnd(client_id), 'sign_in_test.', 'sign_in_test.e30']) {
      assert.equal((await browser.visit(changed('client_id', forged))).status, 400, forged)
    }
    now += 899_000
    assert.equal((await browser.open(url)).status, 200)
    now += 1000
    assert.equal((await browser.open(url)).status, 400)
  })
})
