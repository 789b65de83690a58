// A rule that redirects the browser to a page of the tenant's, and the way back over /continue.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { decodeJwt } from 'jose'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { answerOf, createBrowser, type Visit } from '../support/browser.ts'
import { objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const claim = 'https://example.com/consented'
const terms = 'https://terms.example/page?lang=en'
const script = `function (user, context, callback) {
  if (context.protocol === 'redirect-callback') {
    if (context.request.query.agreed !== 'yes') return callback(new UnauthorizedError('You must agree.'))
    context.idToken['${claim}'] = context.request.body.session_token
  } else context.redirect = { url: '${terms}' }
  callback(null, user, context)
}`

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
let offset_ms = 0
before(async () => {
  server = await startTestServer({ clock: { now: () => Date.now() + offset_ms } })
})
beforeEach(async () => {
  app = await createBrowserClient(server)
  browser = createBrowser(server)
  await server.must('POST', 'rules', { name: 'terms', script })
})
afterEach(async () => {
  offset_ms = 0
  for (const rule of objects(await server.must('GET', 'rules')))
    await server.must('DELETE', `rules/${String(rule['id'])}`)
})
after(() => server.close())

const logIn = (parameters: Record<string, string> = {}): Promise<Visit> =>
  browser.logIn(app.authorize(parameters), ada.email, ada.password)
const stateOf = ({ location }: Visit): string => new URL(location ?? '').searchParams.get('state') ?? ''
const logOut = (): Promise<Visit> =>
  browser.visit(`/v2/logout?${new URLSearchParams({ client_id: app.client.client_id })}`)
const back = (state: string, more = 'agreed=yes&session_token=t1'): string => `/continue?state=${state}&${more}`

test('the browser goes to the page with a state, comes back, and the login completes with the claims of the rule', async () => {
  const sent = await logIn({ state: 's 1' })
  assert.equal(sent.status, 302)
  assert.ok(sent.location?.startsWith(`${terms}&state=`), sent.location ?? '')
  assert.equal(browser.jar.has('auth0'), false)
  const answer = answerOf(await browser.visit(back(stateOf(sent))))
  assert.equal(answer.state, 's 1')
  const tokens = await app.exchange(answer.code)
  assert.equal(decodeJwt(tokens.json.id_token)[claim], 't1')
  const user = await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)
  assert.equal(user.logins_count, 1)
  // The page is loaded again: the session answers, and no second login is counted.
  assert.ok(answerOf(await browser.visit(back(stateOf(sent)))).code)
  const again = await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)
  assert.equal(again.logins_count, 1)
})

test('a form of the page comes back too, and a rule that denies then ends the login', async () => {
  const state = stateOf(await logIn())
  const form = new URLSearchParams({ agreed: 'yes', session_token: 't2' })
  const posted = await browser.visit(`/continue?state=${state}`, { body: form })
  assert.deepEqual([posted.status, posted.location], [303, back(state, 'agreed=yes&session_token=t2')])
  const denied = answerOf(await browser.visit(back(state, 'agreed=no')))
  assert.deepEqual([denied.error, denied.error_description], ['access_denied', 'You must agree.'])
  assert.equal(browser.jar.has('auth0'), false)
})

test('a signed-in user is redirected as well, but not by a silent request', async () => {
  await browser.visit(back(stateOf(await logIn())))
  assert.ok(browser.jar.has('auth0'))
  const silent = answerOf(await browser.visit(app.authorize({ prompt: 'none' })))
  assert.equal(silent.error, 'interaction_required')
  const sent = await browser.visit(app.authorize())
  assert.ok(sent.location?.startsWith(`${terms}&state=`))
  const { code } = answerOf(await browser.visit(back(stateOf(sent), 'agreed=yes&session_token=t3')))
  assert.equal(decodeJwt((await app.exchange(code)).json.id_token)[claim], 't3')
})

test('a state of another browser, an altered one and one after an hour lead to no login [guard: continued-in-one-browser]', async () => {
  const state = stateOf(await logIn())
  const other = createBrowser(server)
  await other.visit(app.authorize())
  for (const [visitor, tried] of [
    [other, state],
    [browser, alteredEnd(state)],
    [createBrowser(server), state],
  ] as const) {
    const answer = await visitor.visit(back(tried))
    assert.ok(!answer.location?.includes('code='), answer.location ?? answer.text)
    assert.equal(visitor.jar.has('auth0'), false)
  }
  offset_ms = 3_600_000
  assert.equal((await browser.visit(back(state))).location?.includes('code='), undefined)
})

test('a password that was changed meanwhile ends the redirected login', async () => {
  const state = stateOf(await logIn())
  await server.must('PATCH', `users/${encodeURIComponent(app.user_id)}`, {
    password: 'another Password 2',
    connection: app.connection,
  })
  const answer = await browser.visit(back(state))
  assert.ok(!answer.location?.includes('code='), answer.location ?? answer.text)
  assert.equal(browser.jar.has('auth0'), false)
})

test('a state that has logged a user in does not do so again after the logout [guard: continued-once]', async () => {
  const state = stateOf(await logIn())
  assert.ok(answerOf(await browser.visit(back(state))).code)
  await logOut()
  for (const tried of [state, `${state}%3D`, `${state}.`]) {
    const answer = await browser.visit(back(tried))
    assert.ok(!answer.location?.includes('code='), answer.location ?? answer.text)
  }
  const user = await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)
  assert.equal(user.logins_count, 1)
  assert.deepEqual(
    await server.internals.db.selectFrom('sessions').selectAll().where('user_id', '=', app.user_id).execute(),
    [],
  )
})

test('a login that comes back is not completed past a rule or action that redirects it again [guard: redirected-once]', async () => {
  const asks = `if (api.redirect.canRedirect()) api.redirect.sendUserTo('https://factor.example')`
  const code = `exports.onExecutePostLogin = async (event, api) => { ${asks} }`
  const supported_triggers = [{ id: 'post-login', version: 'v3' }]
  const names = ['first', 'second']
  for (const name of names)
    await server.must('POST', 'actions/actions', { name, code, supported_triggers, deploy: true })
  const bind = (bound: string[]) =>
    server.must('PATCH', 'actions/triggers/post-login/bindings', {
      bindings: bound.map((value) => ({ ref: { type: 'action_name', value }, display_name: value })),
    })
  const isStopped = async () => {
    const answer = answerOf(await browser.visit(back(stateOf(await logIn()))))
    assert.equal(answer.error, 'server_error')
    assert.equal(browser.jar.has('auth0'), false)
    const events = await server.logs(`user_id:"${app.user_id}"`)
    const event = events.find(({ type }) => type === 'f')
    assert.match(String(event?.['description']), /is redirected once/)
  }
  // An action after the redirect of a rule.
  await bind(['first'])
  await isStopped()
  // A second rule, whose demand the first redirect does not meet.
  await bind([])
  const again = `function (user, context, callback) {
    if (context.protocol === 'redirect-callback') context.redirect = { url: 'https://factor.example' }
    callback(null, user, context)
  }`
  await server.must('POST', 'rules', { name: 'factor', script: again })
  await isStopped()
  // An action after the redirect of another one.
  for (const { id } of objects(await server.must('GET', 'rules'))) await server.must('DELETE', `rules/${String(id)}`)
  await bind(names)
  await isStopped()
  await bind([])
})
