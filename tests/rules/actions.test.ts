// Actions: their API with versions and bindings, and what post-login actions do to logins.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { answerOf, createBrowser } from '../support/browser.ts'
import { member, objects, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const namespace = 'https://example.com/'
const supported_triggers = [{ id: 'post-login', version: 'v3' }]
const action = (body: string): string => `exports.onExecutePostLogin = async (event, api) => { ${body} }`

let server: TestServer
let client: TestClient
let app: Awaited<ReturnType<typeof createBrowserClient>>
let user_id: string
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('people', {}, [client])
  user_id = await server.createUser('people', ada)
  app = await createBrowserClient(server)
})
after(() => server.close())

const bind = (...names: string[]): Promise<Json> =>
  server.must('PATCH', 'actions/triggers/post-login/bindings', {
    bindings: names.map((value) => ({ ref: { type: 'action_name', value }, display_name: value })),
  })
const create = (name: string, code: string, fields: JsonObject = {}): Promise<Json> =>
  server.must('POST', 'actions/actions', { name, code, supported_triggers, deploy: true, ...fields })
afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'actions/actions'), 'actions'))
    await server.must('DELETE', `actions/actions/${String(id)}?force=true`)
})
const logIn = (fields: JsonObject = {}): Promise<Answer> =>
  server.login(client, 'people', ada.email, ada.password, fields)
const claimsOf = ({ json }: Answer) => decodeJwt(json.id_token)

describe('the API of actions', () => {
  test('an action is created, changed, deployed as versions, and restored; secrets are never shown', async () => {
    const secrets = [{ name: 'KEY', value: 'kept-for-actions-1' }]
    const made = await server.must('POST', 'actions/actions', {
      name: 'first',
      supported_triggers,
      code: action(''),
      secrets,
    })
    assert.deepEqual(
      [made.status, made.all_changes_deployed, made.deployed_version, made.runtime],
      ['built', false, undefined, 'node22'],
    )
    assert.deepEqual(
      objects(made, 'secrets').map(({ name, value }) => [name, value]),
      [['KEY', undefined]],
    )
    const path = `actions/actions/${made.id}`
    const first = await server.must('POST', `${path}/deploy`)
    assert.deepEqual([first.number, first.deployed, first.action.name], [1, true, 'first'])
    assert.equal((await server.must('GET', path)).all_changes_deployed, true)
    const changed = await server.must('PATCH', path, {
      code: action('let x'),
      secrets: [{ name: 'KEY' }, { name: 'B', value: 'b' }],
    })
    assert.equal(changed.all_changes_deployed, false)
    assert.equal(changed.deployed_version.code, action(''))
    await server.must('POST', `${path}/deploy`)
    const again = await server.must('POST', `${path}/versions/${first.id}/deploy`)
    assert.deepEqual([again.number, again.code], [3, action('')])
    const { versions, total } = await server.must('GET', `${path}/versions`)
    assert.deepEqual(
      [total, objects(versions).map((version) => [version['number'], version['deployed']])],
      [
        3,
        [
          [3, true],
          [2, false],
          [1, false],
        ],
      ],
    )
    assert.equal((await server.must('GET', `${path}/versions/${first.id}`)).number, 1)
    await server.settle()
    const { db } = server.internals
    const stored = [
      await db.selectFrom('actions').selectAll().execute(),
      await db.selectFrom('action_versions').selectAll().execute(),
    ]
    assert.doesNotMatch(JSON.stringify([stored, await server.logs()]), /kept-for-actions|onExecutePostLogin/)
  })

  test('what cannot be saved, bound or deleted is refused with the reason', async () => {
    const post = (body: JsonObject) =>
      server.refused('POST', 'actions/actions', { name: 'a', supported_triggers, ...body })
    assert.match(
      (await post({ code: 'exports.onExecutePostLogin = }' }))[2],
      /Syntax error in line 1.* on property code/,
    )
    assert.match(
      (await post({ dependencies: [{ name: 'no-such', version: '1.0.0' }] }))[2],
      /Cannot find module 'no-such'/,
    )
    assert.match((await post({ secrets: [{ name: 'A' }] }))[2], /secret A has no value/)
    assert.equal((await post({ supported_triggers: [{ id: 'no-such-trigger', version: 'v1' }] }))[0], 400)
    const { id } = await server.must('POST', 'actions/actions', {
      name: 'a',
      supported_triggers,
      dependencies: [{ name: 'lodash', version: '4.17.21' }],
    })
    assert.deepEqual(await post({}), [409, undefined, 'An action with the same name already exists.'])
    const bindings = [{ ref: { type: 'action_id', value: id } }]
    const trigger = 'actions/triggers/post-login/bindings'
    assert.match((await server.refused('PATCH', trigger, { bindings }))[2], /never deployed/)
    await server.must('POST', `actions/actions/${id}/deploy`)
    assert.match((await server.refused('PATCH', trigger, { bindings: [...bindings, ...bindings] }))[2], /once/)
    await server.must('PATCH', trigger, { bindings })
    assert.match((await server.refused('DELETE', `actions/actions/${id}`))[2], /is bound to a trigger/)
    assert.deepEqual(await server.refused('GET', 'actions/actions/none'), [
      404,
      undefined,
      'That action does not exist.',
    ])
  })

  test('each listed trigger answers its bindings, and bindings keep their order and their ids', async () => {
    const { triggers } = await server.must('GET', 'actions/triggers')
    for (const { id } of objects(triggers)) {
      assert.deepEqual(
        objects(await server.must('GET', `actions/triggers/${String(id)}/bindings?page=0&per_page=50`), 'bindings'),
        [],
      )
    }
    await create('one', action(''))
    await create('two', action(''))
    const namesOf = (bound: Json) => objects(bound, 'bindings').map((binding) => member(binding['action'], 'name'))
    const bound = await bind('two', 'one')
    assert.deepEqual(namesOf(bound), ['two', 'one'])
    const turned = await bind('one', 'two')
    assert.deepEqual(namesOf(await server.must('GET', 'actions/triggers/post-login/bindings')), ['one', 'two'])
    assert.equal(objects(turned, 'bindings')[1]?.['id'], objects(bound, 'bindings')[0]?.['id'])
    const listed = await server.must('GET', 'actions/actions?page=0&per_page=1')
    assert.deepEqual([listed.total, objects(listed, 'actions').length], [2, 1])
  })
})

describe('a post-login action', () => {
  test('runs after the rules with its event, its secrets and its api', async () => {
    const rule = `function (user, context, callback) {
      context.idToken['${namespace}order'] = ['rule']
      auth0.users.updateAppMetadata(user.user_id, { by_rule: 1 }).then(() => callback(null, user, context), callback)
    }`
    await server.must('POST', 'rules', { name: 'before', script: rule })
    await create(
      'one',
      action(`
        api.idToken.setCustomClaim('${namespace}seen', {
          user: event.user.email, metadata: event.user.app_metadata, protocol: event.transaction.protocol, secret: event.secrets.KEY,
          scopes: event.transaction.requested_scopes, connection: event.connection.name, count: event.stats.logins_count,
          client: event.client.client_id, tenant: event.tenant.id, can: api.redirect.canRedirect() })
        api.user.setAppMetadata('plan', 'gold'); api.user.setUserMetadata('theme', 'dark')
        api.cache.set('k', 'v'); api.idToken.setCustomClaim('sub', 'auth0|other')
        api.accessToken.addScope('read:a'); api.accessToken.removeScope('email')`),
      { secrets: [{ name: 'KEY', value: 'of one' }] },
    )
    await create(
      'two',
      action(
        `api.idToken.setCustomClaim('${namespace}two', [event.user.app_metadata, event.secrets, api.cache.get('k').value])`,
      ),
    )
    await bind('one', 'two')
    const answer = await logIn({ scope: 'openid email not:granted' })
    assert.equal(answer.status, 200, answer.text)
    const claims = claimsOf(answer)
    assert.deepEqual(claims[`${namespace}order`], ['rule'])
    const seen = claims[`${namespace}seen`] as JsonObject
    const { count } = seen
    assert.ok(Number(count) > 0)
    assert.deepEqual(seen, {
      user: ada.email,
      metadata: { by_rule: 1 },
      protocol: 'oauth2-password',
      secret: 'of one',
      scopes: ['openid', 'email', 'not:granted'],
      connection: 'people',
      count,
      client: client.client_id,
      tenant: 'default',
      can: false,
    })
    assert.deepEqual(claims[`${namespace}two`], [{ by_rule: 1, plan: 'gold' }, {}, 'v'])
    assert.equal(claims.sub, user_id)
    const user = await server.must('GET', `users/${encodeURIComponent(user_id)}`)
    assert.deepEqual([user.app_metadata, user.user_metadata], [{ by_rule: 1, plan: 'gold' }, { theme: 'dark' }])
    for (const { id } of objects(await server.must('GET', 'rules'))) await server.must('DELETE', `rules/${String(id)}`)
  })

  test('reads metadata and factors of a user who has none', async () => {
    const bare = { email: 'bare@people.example', password: ada.password }
    await server.createUser('people', bare)
    const read = `[event.user.app_metadata.once, event.user.user_metadata.theme ?? 'none', event.user.enrolledFactors.map(({ type }) => type)]`
    await create('reads', action(`api.idToken.setCustomClaim('${namespace}read', ${read})`))
    await bind('reads')
    const answer = await server.login(client, 'people', bare.email, bare.password)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(claimsOf(answer)[`${namespace}read`], [null, 'none', []])
    const { id } = objects(await server.must('GET', 'actions/actions?actionName=reads'), 'actions')[0] ?? {}
    const tried = await server.must('POST', `actions/actions/${String(id)}/test`, { payload: {} })
    assert.deepEqual(tried.payload.changes.id_token, { [`${namespace}read`]: [null, 'none', []] })
  })

  const failures: [name: string, code: string, status: number, description: RegExp][] = [
    [
      'denies',
      action("api.access.deny('Not today.'); api.idToken.setCustomClaim('https://a.example/x', 1)"),
      403,
      /^Not today\.$/,
    ],
    ['throws', action('null.x'), 500, /^The action "throws", line 1: TypeError/],
    ['enrolls', action("api.authentication.enrollWithAny([{ type: 'otp' }])"), 500, /second factor/],
    ['prompts', action("api.prompt.render('form')"), 500, /api\.prompt\.render is not supported/],
    [
      'exports nothing',
      'exports.onContinuePostLogin = async () => {}',
      500,
      /does not export the function onExecutePostLogin/,
    ],
  ]
  test('that denies or fails ends the login with its own answer, and no later action runs', async () => {
    await create('later', action('console.log("later ran")'))
    for (const [name, code, status, description] of failures) {
      await create(name, code)
      await bind(name, 'later')
      const answer = await logIn()
      assert.equal(answer.status, status, `${name}: ${answer.text}`)
      const [event] = (await server.logs(`user_id:"${user_id}"`)).filter(({ type }) => type === 'f')
      assert.match(String(event?.['description']), description)
      const { script_logs } = await server.must(
        'GET',
        `script-logs?call_id=${String(member(member(event?.['details'], 'post_login'), 'call_id'))}`,
      )
      assert.doesNotMatch(JSON.stringify(script_logs), /later ran/)
    }
  })

  test('redirects with a signed token, and onContinuePostLogin reads what the page sends back', async () => {
    const code = `exports.onExecutePostLogin = async (event, api) => {
        if (!api.redirect.canRedirect()) return
        const session_token = api.redirect.encodeToken({ secret: event.secrets.KEY, payload: { color: 'red' } })
        api.redirect.sendUserTo('https://page.example/ask', { query: { session_token } })
      }
      exports.onContinuePostLogin = async (event, api) => {
        const { color, sub } = api.redirect.validateToken({ secret: event.secrets.KEY })
        api.idToken.setCustomClaim('${namespace}answer', [color, sub, event.transaction.protocol, event.transaction.redirect_uri])
      }`
    await create('asks', code, { secrets: [{ name: 'KEY', value: 'a secret of the page' }] })
    await bind('asks')
    const browser = createBrowser(server)
    const sent = await browser.logIn(app.authorize({ scope: 'openid' }), ada.email, ada.password)
    const { searchParams } = new URL(sent.location ?? '')
    const [state, session_token] = [searchParams.get('state') ?? '', searchParams.get('session_token') ?? '']
    const back = (token: string) => browser.visit(`/continue?${new URLSearchParams({ state, session_token: token })}`)
    const forged = answerOf(await back(alteredEnd(session_token)))
    assert.equal(forged.error, 'server_error')
    const { code: granted } = answerOf(await back(session_token))
    const claims = decodeJwt((await app.exchange(granted)).json.id_token)
    assert.deepEqual(claims[`${namespace}answer`], [
      'red',
      app.user_id,
      'redirect-callback',
      'https://app.test/callback',
    ])
  })

  test('is replaced by its next deployment between two logins, never in part', async () => {
    const version = (nth: number) => action(`api.idToken.setCustomClaim('${namespace}v', [${nth}, event.secrets.NTH])`)
    const secretOf = (nth: number) => [{ name: 'NTH', value: String(nth) }]
    const { id } = await create('versioned', version(1), { secrets: secretOf(1) })
    await bind('versioned')
    const logins = Array.from({ length: 8 }, () => logIn())
    await server.must('PATCH', `actions/actions/${id}`, { code: version(2), secrets: secretOf(2) })
    assert.equal((claimsOf(await logIn())[`${namespace}v`] as unknown[])[0], 1)
    await server.must('POST', `actions/actions/${id}/deploy`)
    for (const claims of [...(await Promise.all(logins)), await logIn()].map(claimsOf)) {
      const [nth, secret] = claims[`${namespace}v`] as [number, string]
      assert.equal(String(nth), secret)
    }
    assert.deepEqual(claimsOf(await logIn())[`${namespace}v`], [2, '2'])
  })
})
