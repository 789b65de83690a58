// What rules do to logins: every way in runs them, and each of their ends has its answer, log event and script log.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { answerOf, createBrowser } from '../support/browser.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { member, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const namespace = 'https://example.com/'
const audience = 'https://api.example.com/'
const ended = (body: string) => `function (user, context, callback) { ${body} }`

let server: TestServer
let client: TestClient
let app: Awaited<ReturnType<typeof createBrowserClient>>
let user_id: string

before(async () => {
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '2000' } })
  client = await server.createClient({ client_metadata: { color: 'red' } })
  await server.createConnection('people', {}, [client])
  user_id = await server.createUser('people', { ...ada, app_metadata: { plan: 'gold' } })
  app = await createBrowserClient(server)
  await server.createResourceServer(audience, {
    allow_offline_access: true,
    scopes: [{ value: 'read:a' }, { value: 'read:b' }, { value: 'read:c' }],
  })
})
after(() => server.close())

/** Replaces the rules of the tenant. */
async function setRules(...scripts: string[]): Promise<void> {
  for (const rule of objects(await server.must('GET', 'rules')))
    await server.must('DELETE', `rules/${String(rule['id'])}`)
  for (const [nth, script] of scripts.entries()) await server.must('POST', 'rules', { name: `rule ${nth}`, script })
}
afterEach(() => setRules())

const logIn = (fields: JsonObject = {}): Promise<Answer> =>
  server.login(client, 'people', ada.email, ada.password, fields)
const idClaims = ({ json }: Answer) => decodeJwt(json.id_token)
const lastEvent = async (): Promise<JsonObject | undefined> =>
  (await server.logs(`user_id:"${user_id}"`)).find(({ type }) => type === 'f' || type === 's')
const scriptLog = async (call_id: unknown): Promise<string[]> =>
  objects(await server.must('GET', `script-logs?call_id=${String(call_id)}`), 'script_logs').map(({ text }) =>
    String(text),
  )

describe('claims and scopes', () => {
  test('rules run in order and add claims to both tokens; claims of the server are refused [guard: reserved-claims]', async () => {
    await setRules(
      ended(`context.idToken['${namespace}seen'] = [user.email, user.app_metadata.plan]
        context.idToken.sub = 'auth0|other'; context.idToken.iss = 'https://evil.example/'; context.idToken.email = 'x@evil.example'
        context.accessToken['${namespace}tenant'] = context.tenant; context.accessToken.scope = ['read:a', 'read:b', 'admin']
        context.accessToken.aud = 'https://other.example/'; context.accessToken.gty = 'client-credentials'
        callback(null, user, context)`),
      ended(`context.idToken['${namespace}seen'].push('second', configuration.KEY); callback(null, user, context)`),
    )
    await server.must('PUT', 'rules-configs/KEY', { value: 'of the configuration' })
    const answer = await logIn({ audience, scope: 'openid email read:a read:c offline_access' })
    assert.equal(answer.status, 200, answer.text)
    const id = idClaims(answer)
    assert.deepEqual(id[`${namespace}seen`], [ada.email, 'gold', 'second', 'of the configuration'])
    assert.deepEqual([id.sub, id.iss, id['email']], [user_id, server.issuer, ada.email])
    const access = decodeJwt(answer.json.access_token)
    assert.equal(access[`${namespace}tenant`], 'default')
    // What the rule removed is not granted, but for the scopes of OpenID Connect; it may add what the API defines.
    const scope = 'openid email read:a read:b'
    assert.deepEqual([access['scope'], answer.json.scope], [scope, scope])
    assert.deepEqual([access.aud, access['gty']], [[audience, `${server.issuer}userinfo`], 'password'])
    assert.equal(answer.json.refresh_token, undefined)
    const [warning] = objects(await server.must('GET', 'script-logs?level=warn'), 'script_logs')
    assert.match(String(warning?.['text']), /claims that a rule may not set: .*sub.*iss.*email.*aud.*gty/)
  })

  test('a rule sees the same members in a password grant, a refresh, a code flow and a silent request', async () => {
    await setRules(
      ended(`context.idToken['${namespace}seen'] = {
        protocol: context.protocol, methods: context.authentication.methods.map((m) => m.name), audience: context.audience,
        at: Math.round(Date.parse(context.authentication.methods[0].timestamp) / 1000), query: typeof context.request.query,
        body: typeof context.request.body, scope: context.accessToken.scope, count: context.stats.loginsCount,
        metadata: context.clientMetadata.color, secret: context.request.body.password || context.request.body.client_secret }
        callback(null, user, context)`),
    )
    const seen = (claims: ReturnType<typeof decodeJwt>) => claims[`${namespace}seen`] as JsonObject
    const now_s = (): number => Math.floor(server.internals.clock.now() / 1000)
    const scope = 'openid offline_access'
    const first = await logIn({ scope, audience })
    const of_password = seen(idClaims(first))
    const { count, at } = of_password as { count: number; at: number }
    assert.ok(Math.abs(now_s() - at) < 30)
    const common = { methods: ['pwd'], query: 'object', body: 'object' }
    const granted = { audience, scope: scope.split(' ') }
    const expected = { ...common, ...granted, at, protocol: 'oauth2-password', count, metadata: 'red' }
    assert.deepEqual(of_password, expected)
    server.advance(60_000)
    const refreshed = await server.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...client,
      refresh_token: first.json.refresh_token,
    })
    assert.equal(refreshed.status, 200, refreshed.text)
    const of_refresh = seen(idClaims(refreshed)) as { at: number }
    assert.ok(Math.abs(of_refresh.at - at) < 30, 'the time is that of the login')
    assert.deepEqual({ ...of_refresh, at }, { ...expected, protocol: 'oauth2-refresh-token' })

    const browser = createBrowser(server)
    const { code } = answerOf(await browser.logIn(app.authorize({ scope: 'openid' }), ada.email, ada.password))
    const of_code = seen(idClaims(await app.exchange(code)))
    const { at: by_browser } = of_code as { at: number }
    assert.ok(by_browser >= at + 60)
    assert.deepEqual(of_code, {
      ...common,
      protocol: 'oidc-basic-profile',
      scope: ['openid'],
      at: by_browser,
      count: 1,
    })
    server.advance(60_000)
    const silent = answerOf(await browser.visit(app.authorize({ scope: 'openid', prompt: 'none' })))
    const of_silent = seen(idClaims(await app.exchange(silent.code))) as { at: number }
    assert.ok(Math.abs(of_silent.at - by_browser) < 30, 'the time is that of the login')
    assert.deepEqual({ ...of_silent, at: by_browser }, of_code)
    const implicit = app.authorize({ scope: 'openid', prompt: 'none', response_type: 'id_token', nonce: 'n' })
    const { id_token } = answerOf(await browser.visit(implicit))
    assert.equal(seen(decodeJwt(id_token ?? ''))['protocol'], 'oidc-implicit-profile')
  })
})

describe('a rule that ends a login', () => {
  test('denies: the application gets its text, the log the rule, at each way in', async () => {
    await setRules(
      ended(`if (context.protocol === 'oauth2-refresh-token') return callback(null, user, context)
        console.log('decides', user.email); callback(new UnauthorizedError('Only on weekdays.'))`),
    )
    const answer = await logIn()
    assert.deepEqual(
      [answer.status, answer.json],
      [403, { error: 'unauthorized', error_description: 'Only on weekdays.' }],
    )
    const event = await lastEvent()
    const call = member(event?.['details'], 'post_login')
    assert.equal(event?.['description'], 'Only on weekdays.')
    assert.equal(member(call, 'step'), 'rule 0')
    const lines = await scriptLog(member(call, 'call_id'))
    assert.ok(lines.includes(`decides ${ada.email}`), lines.join('\n'))
    assert.ok(
      lines.some((line) => /^denied_by_rule in \d+ ms: Only on weekdays\.$/.test(line)),
      lines.join('\n'),
    )

    const browser = createBrowser(server)
    const denied = { error: 'access_denied', error_description: 'Only on weekdays.' }
    const { error, error_description } = answerOf(await browser.logIn(app.authorize(), ada.email, ada.password))
    assert.deepEqual({ error, error_description }, denied)
    assert.equal(browser.jar.has('auth0'), false)
    await setRules()
    await browser.logIn(app.authorize(), ada.email, ada.password)
    await setRules(ended("callback(new UnauthorizedError('Only on weekdays.'))"))
    const by_session = answerOf(await browser.visit(app.authorize()))
    assert.deepEqual({ error: by_session.error, error_description: by_session.error_description }, denied)
  })

  test('denies a refresh, whose token stays valid', async () => {
    const { json } = await logIn({ scope: 'openid offline_access', audience })
    const refresh = () =>
      server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token: json.refresh_token })
    await setRules(ended("callback(new UnauthorizedError('Contract ended.'))"))
    const denied = await refresh()
    assert.deepEqual(
      [denied.status, denied.json],
      [403, { error: 'unauthorized', error_description: 'Contract ended.' }],
    )
    const [event] = await server.logs('type:fertft')
    assert.equal(member(member(event?.['details'], 'post_login'), 'step'), 'rule 0')
    await setRules()
    assert.equal((await refresh()).status, 200)
  })

  const failures: [name: string, body: string, message: RegExp][] = [
    ['throws', 'null.x', /^The rule "rule 0", line \d+: TypeError: /],
    ['answers an error', "callback(new Error('no answer'))", /^The rule "rule 0", line \d+: Error: no answer$/],
    ['rejects', "return Promise.reject(new Error('rejected'))", /Error: rejected$/],
    ['throws in an event', 'setTimeout(() => { throw new Error("late") }, 1)', /^The rule "rule 0".*: Error: late$/],
    [
      'answers nonsense',
      "callback(null, 7, 'x')",
      /^The rule "rule 0".*: it passed a number to its callback as the user/,
    ],
    ['demands a second factor', "context.multifactor = { provider: 'any' }; done()", /second factor/],
    ['links users', "context.primaryUser = 'auth0|1'; done()", /does not link users/],
    ['redirects to no web page', "context.redirect = { url: 'javascript:x' }; done()", /no http or https URL/],
    ['redirects a grant without a browser', "context.redirect = { url: 'https://a.example/' }; done()", /redirects/],
    ['adds claims without end', "context.idToken['https://a.example/x'] = 'x'.repeat(20000); done()", /may have 16384/],
    ['never answers', '', /^The rule "rule 0": Error: it did not end within 2 s$/],
    ['loops', 'for (;;) {}', /did not end before their deadline/],
    ['ends its process', 'process.exit(3)', /ended their own process/],
  ]
  test('fails: no token, a clear answer, and the reason in the log', async () => {
    const cases = failures.map(([name, body]) => `case '${name}': ${body}; break`)
    await setRules(
      ended(`const done = () => callback(null, user, context)
        switch (context.request.body.failure) { ${cases.join('\n')} }`),
      ended("context.idToken['https://a.example/y'] = 1; callback(null, user, context)"),
    )
    for (const [failure, , message] of failures) {
      const answer = await logIn({ failure })
      const json = { error: 'server_error', error_description: 'We could not complete your login.' }
      assert.deepEqual([answer.status, answer.json], [500, json], failure)
      assert.match(String((await lastEvent())?.['description']), message, failure)
    }
  })
})

describe('what rules change and reach', () => {
  test('metadata is stored also where a later rule denies; the promise answers what is stored', async () => {
    await setRules(
      ended(`auth0.users.updateAppMetadata(user.user_id, { migrated: true, plan: null })
        .then((updated) => auth0.users.updateUserMetadata({ id: user.user_id }, { seen: updated.app_metadata }))
        .then(() => callback(null, user, context)).catch(callback)`),
      ended("callback(new UnauthorizedError('no'))"),
    )
    assert.equal((await logIn()).status, 403)
    const user = await server.must('GET', `users/${encodeURIComponent(user_id)}`)
    assert.deepEqual([user.app_metadata, user.user_metadata], [{ migrated: true }, { seen: { migrated: true } }])
  })

  test('metadata of a user that does not exist is a line of the script log, and the login goes on', async () => {
    await setRules(
      ended(
        "auth0.users.updateAppMetadata('auth0|none', { a: 1 }).then(() => callback(null, user, context), callback)",
      ),
    )
    assert.equal((await logIn()).status, 200)
    const [line] = objects(await server.must('GET', 'script-logs?level=warn'), 'script_logs')
    assert.match(String(line?.['text']), /app_metadata of auth0\|none was not changed: The user does not exist/)
  })

  test('global lasts between the logins of a tenant until its rules change, and reaches no other tenant', async () => {
    const counting = ended(
      `global.count = (global.count || 0) + 1; context.idToken['${namespace}count'] = [global.count, Object.keys(configuration)]
       callback(null, user, context)`,
    )
    await server.must('PUT', 'rules-configs/KEY', { value: 'x' })
    await setRules(counting)
    const count = async () => idClaims(await logIn())[`${namespace}count`]
    assert.deepEqual(
      [await count(), await count()],
      [
        [1, ['KEY']],
        [2, ['KEY']],
      ],
    )
    const other = await createOtherTenant(server, 'other', 'other.test')
    const theirs = await other.createClient()
    await other.createConnection('people', {}, [theirs])
    await other.createUser('people', ada)
    assert.equal(idClaims(await other.login(theirs, 'people', ada.email, ada.password))[`${namespace}count`], undefined)
    await other.must('POST', 'rules', { name: 'count', script: counting })
    const of_other = idClaims(await other.login(theirs, 'people', ada.email, ada.password))
    assert.deepEqual(of_other[`${namespace}count`], [1, []])
    await server.must('PUT', 'rules-configs/KEY', { value: 'y' })
    assert.deepEqual(await count(), [1, ['KEY']])
  })

  test('a rule reaches only what extensibility_egress permits', async () => {
    const fetching = ended(
      `require('net').connect(${server.port}, '127.0.0.1').on('connect', () => callback(null, user, context)).on('error', callback)`,
    )
    await setRules(fetching)
    assert.equal((await logIn()).status, 500)
    assert.match(String((await lastEvent())?.['description']), /127\.0\.0\.1/)
  })

  test('secrets of the configuration are masked in the text of a denial and in the log', async () => {
    await server.must('PUT', 'rules-configs/API_TOKEN', { value: 'tok-12345-secret' })
    await setRules(
      ended("console.log(configuration.API_TOKEN); callback(new UnauthorizedError('key ' + configuration.API_TOKEN))"),
    )
    const answer = await logIn()
    assert.equal(answer.json.error_description, 'key [configuration.API_TOKEN]')
    const event = await lastEvent()
    const lines = await scriptLog(member(member(event?.['details'], 'post_login'), 'call_id'))
    assert.doesNotMatch(lines.join('\n') + JSON.stringify(event), /tok-12345/)
  })
})
