// What the dashboard needs beside Auth0's operations: the order of all rules at once, tries of drafts, and all actions in short.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { objects, type Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const passing = 'function (user, context, callback) { callback(null, user, context) }'
const rule = (body: string): string => `function (user, context, callback) {\n  ${body}\n}`
const user = { user_id: 'auth0|1', email: 'ada@example.com', app_metadata: { plan: 'gold' } }

let server: TestServer
before(async () => {
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '3000' } })
})
after(() => server.close())

const tryRule = (script: string): Promise<Json> =>
  server.must('POST', 'rules/try', {
    script,
    arguments: { user, context: { idToken: {}, accessToken: {}, clientName: 'Shop' } },
  })
const names = async (): Promise<unknown[]> => objects(await server.must('GET', 'rules')).map(({ name }) => name)

test('the order of all rules is set at once, and only of all of them [guard: order-of-all-rules]', async () => {
  const ids: string[] = []
  for (const name of ['first', 'second', 'third']) {
    const { id } = await server.must('POST', 'rules', { name, script: passing, order: 40 + ids.length })
    ids.push(String(id))
  }
  const order = (rules: string[]) => server.api('PUT', 'rules/order', { rules })
  assert.equal((await order(ids.toReversed())).status, 204)
  assert.deepEqual(
    objects(await server.must('GET', 'rules')).map(({ name, order: at }) => [name, at]),
    [
      ['third', 1],
      ['second', 2],
      ['first', 3],
    ],
  )
  const others = [ids.slice(1), [...ids, 'rul_unknown'], [ids[0]!, ids[0]!, ids[1]!]]
  for (const rules of others) {
    assert.deepEqual((await server.refused('PUT', 'rules/order', { rules })).slice(0, 2), [409, 'rules_changed'])
  }
  assert.deepEqual(await names(), ['third', 'second', 'first'])
  for (const id of ids) await server.must('DELETE', `rules/${id}`)
})

test('a rule that is not saved is tried with a user and a context, and nothing is stored', async () => {
  await server.must('PUT', 'rules-configs/KEY', { value: 'a-value-of-rules' })
  const allowed = await tryRule(
    rule(`console.log('key', configuration.KEY, context.clientName)
      context.idToken['https://example.com/plan'] = user.app_metadata.plan
      context.idToken.sub = 'other'
      auth0.users.updateAppMetadata(user.user_id, { seen: true }).then(() => callback(null, user, context), callback)`),
  )
  assert.deepEqual(
    { ...allowed, duration_ms: 0 },
    {
      outcome: 'allow',
      changes: {
        id_token: { 'https://example.com/plan': 'gold' },
        access_token: {},
        metadata: [{ user_id: 'auth0|1', app_metadata: { seen: true } }],
      },
      refused_claims: ['sub'],
      console: [{ level: 'log', text: 'key [configuration.KEY] Shop' }],
      duration_ms: 0,
    },
  )
  const denied = await tryRule(rule("callback(new UnauthorizedError('Not today: ' + configuration.KEY))"))
  assert.deepEqual([denied.outcome, denied.message], ['deny', 'Not today: [configuration.KEY]'])
  const failed = await tryRule(rule('\n  null.x'))
  assert.deepEqual([failed.outcome, failed.line], ['error', 3])
  assert.match(failed.message, /line 3: TypeError/)
  const sent = await tryRule(
    rule("context.redirect = { url: 'https://page.example/?a=1' }; callback(null, user, context)"),
  )
  assert.deepEqual([sent.outcome, sent.redirect_url], ['redirect', 'https://page.example/?a=1'])
  const unreadable = await server.refused('POST', 'rules/try', {
    script: 'function (user {',
    arguments: { user, context: {} },
  })
  assert.match(unreadable[2], /Syntax error in line 1.* on property script/)
  assert.deepEqual(await names(), [])
  assert.deepEqual(objects(await server.must('GET', 'script-logs'), 'script_logs'), [])
  await server.must('DELETE', 'rules-configs/KEY')
})

const create = async (name: string, trigger: string, fields: JsonObject = {}): Promise<string> => {
  const supported_triggers = [{ id: trigger }]
  const { id } = await server.must('POST', 'actions/actions', { name, supported_triggers, ...fields })
  return String(id)
}
const tryAction = async (id: string, code: string): Promise<JsonObject> =>
  (await server.must('POST', `actions/actions/${id}/test`, { payload: { user }, code })).payload

test('a draft of an action is tried with its secrets, and the line of its error is named', async () => {
  const secrets = [{ name: 'KEY', value: 'a-secret-of-actions' }]
  const login = await create('login', 'post-login', { secrets, code: 'exports.onExecutePostLogin = async () => {}' })
  const code = `exports.onExecutePostLogin = async (event, api) => {
  api.user.setUserMetadata('theme', event.secrets.KEY.length)
}`
  assert.deepEqual((await tryAction(login, code))['changes'], {
    id_token: {},
    access_token: {},
    metadata: [{ user_id: 'auth0|1', user_metadata: { theme: 19 } }],
  })
  const throwing = code.replace('api.user', 'null.user')
  assert.deepEqual((await tryAction(login, throwing))['line'], 2)
  const changed = await create('changed', 'post-change-password')
  const thrown = await tryAction(changed, '\nexports.onExecutePostChangePassword = async () => {\n  null.x\n}')
  assert.deepEqual([thrown['outcome'], thrown['line']], ['error', 3])
  const saved = await server.must('GET', `actions/actions/${login}`)
  assert.equal(saved.code, 'exports.onExecutePostLogin = async () => {}')
  assert.match(
    (await server.refused('POST', `actions/actions/${login}/test`, { payload: {}, code: 'exports.x = }' }))[2],
    /Syntax error in line 1.* on property code/,
  )
  await server.settle()
  // Neither the values nor the drafts of tries.
  assert.doesNotMatch(JSON.stringify(await server.logs()), /gold|setUserMetadata|updateAppMetadata|Shop/)
  for (const id of [login, changed]) await server.must('DELETE', `actions/actions/${id}`)
})

test('all actions are listed in short: where each is bound, which version runs, and what is not deployed', async () => {
  const code = 'exports.onExecutePostLogin = async () => {}'
  const ids = {
    bound: await create('b bound', 'post-login', { code, deploy: true }),
    draft: await create('a draft', 'post-login', { code }),
    last: await create('z last', 'post-login', { code, deploy: true }),
  }
  await server.must('PATCH', 'actions/triggers/post-login/bindings', {
    bindings: [ids.last, ids.bound].map((value) => ({ ref: { type: 'action_id', value } })),
  })
  await server.must('PATCH', `actions/actions/${ids.bound}`, { code: `${code} // changed` })
  const { actions } = await server.must('GET', 'actions/summary')
  assert.deepEqual(
    objects(actions).map(({ id, name, position, all_changes_deployed, deployed_version }) => [
      [id, name, position, all_changes_deployed],
      (deployed_version as JsonObject | null)?.['number'] ?? null,
    ]),
    [
      [[ids.last, 'z last', 1, true], 1],
      [[ids.bound, 'b bound', 2, false], 1],
      [[ids.draft, 'a draft', null, false], null],
    ],
  )
  assert.match((await server.refused('DELETE', `actions/actions/${ids.bound}`))[2], /bound to a trigger \(post-login\)/)
})
