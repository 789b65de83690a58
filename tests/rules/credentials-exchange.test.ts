// Actions of credentials-exchange, which decide about the tokens of clients, and actions that are tried.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import type { ActionTrigger } from '../../src/contract/action.ts'
import { member, objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const namespace = 'https://example.com/'
const audience = 'https://api.example.com/'

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '3000' } })
  client = await server.createClient({ client_metadata: { color: 'red' } })
  await server.createResourceServer(audience, { scopes: [{ value: 'read:a' }, { value: 'read:b' }] })
  await server.createClientGrant(client.client_id, audience, ['read:a', 'read:b'])
})
after(() => server.close())

/** Creates actions of a trigger from their bodies, with a secret, and binds them in this order. */
async function bind(trigger: ActionTrigger, on: string, ...bodies: string[]): Promise<void> {
  const bindings: JsonObject[] = []
  for (const [nth, body] of bodies.entries()) {
    const { id } = await server.must('POST', 'actions/actions', {
      name: `${trigger} ${nth}`,
      supported_triggers: [{ id: trigger }],
      code: `exports.${on} = async (event, api) => { ${body} }`,
      secrets: [{ name: 'KEY', value: 'a-secret-of-actions' }],
      deploy: true,
    })
    bindings.push({ ref: { type: 'action_id', value: String(id) } })
  }
  await server.must('PATCH', `actions/triggers/${trigger}/bindings`, { bindings })
}
afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'actions/actions'), 'actions'))
    await server.must('DELETE', `actions/actions/${String(id)}?force=true`)
})

const logged = async (): Promise<string[]> =>
  objects(await server.must('GET', 'script-logs?take=100'), 'script_logs').map(({ text }) => String(text))

describe('credentials-exchange', () => {
  const bindTo = (body: string) => bind('credentials-exchange', 'onExecuteCredentialsExchange', body)
  const request = (fields: JsonObject = {}) =>
    server.post('/oauth/token', { grant_type: 'client_credentials', ...client, audience, ...fields })

  test('adds claims to the token of a client, never those of the server, and sees no secret', async () => {
    await bindTo(`api.accessToken.setCustomClaim('${namespace}seen', { event: { ...event, secrets: Object.keys(event.secrets) } })
      api.accessToken.setCustomClaim('sub', 'auth0|ada').accessToken.setCustomClaim('scope', 'admin').accessToken.setCustomClaim('plain', 1)`)
    const answer = await request({ scope: 'read:a', extra: 'x' })
    assert.equal(answer.status, 200, answer.text)
    const claims = decodeJwt(answer.json.access_token)
    assert.deepEqual([claims.sub, claims['scope'], claims['plain']], [`${client.client_id}@clients`, 'read:a', 1])
    const { event } = claims[`${namespace}seen`] as { event: JsonObject }
    assert.deepEqual(event['request'], {
      ip: '127.0.0.1',
      hostname: new URL(server.issuer).host,
      user_agent: member(event['request'], 'user_agent'),
      geoip: {},
      method: 'POST',
      query: {},
      body: { grant_type: 'client_credentials', client_id: client.client_id, audience, scope: 'read:a', extra: 'x' },
    })
    assert.deepEqual(
      [event['client'], event['resource_server'], event['transaction'], event['secrets']],
      [
        { client_id: client.client_id, name: 'test client', metadata: { color: 'red' } },
        { identifier: audience },
        { requested_scopes: ['read:a'] },
        ['KEY'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(claims), new RegExp(client.client_secret))
    assert.ok((await logged()).includes('claims that an action may not set: sub, scope'))
  })

  test('denies with its code and text, and fails without a token [guard: exchange-denied]', async () => {
    await bindTo(`switch (event.request.body.do) {
      case 'scope': return api.access.deny('invalid_scope', 'Not this scope.')
      case 'error': return api.access.deny('server_error', 'Later.')
      case 'odd': return api.access.deny('teapot', 'x')
      case 'large': return api.accessToken.setCustomClaim('${namespace}x', 'x'.repeat(20000))
      default: null.x }`)
    const failed = [500, 'server_error', 'We could not complete the token request.']
    for (const [name, expected] of [
      ['scope', [400, 'invalid_scope', 'Not this scope.']],
      ['error', [500, 'server_error', 'Later.']],
      ['odd', failed],
      ['large', failed],
      ['throws', failed],
    ] as const) {
      const { status, json } = await request({ do: name })
      assert.deepEqual([status, json.error, json.error_description], expected, name)
    }
    const [event] = await server.logs('type:feccft')
    const call = member(event?.['details'], 'action_call')
    assert.match(String(member(call, 'error')), /line 6: TypeError/)
    await logged()
    const execution = await server.must('GET', `actions/executions/${String(member(call, 'call_id'))}`)
    assert.deepEqual([execution.trigger_id, execution.status], ['credentials-exchange', 'final'])
    assert.match(execution.results[0].error.msg, /line 6: TypeError/)
    assert.equal((await server.refused('GET', 'actions/executions/none'))[0], 404)
  })
})

test('an action is tried with an event before it is deployed: nothing is applied, secrets are masked', async () => {
  const create = async (trigger: string, code: string): Promise<string> => {
    const secrets = [{ name: 'KEY', value: 'a-secret-of-actions' }]
    const supported_triggers = [{ id: trigger }]
    const { id } = await server.must('POST', 'actions/actions', { name: trigger, supported_triggers, code, secrets })
    return `actions/actions/${String(id)}/test`
  }
  const login = await create(
    'post-login',
    `exports.onExecutePostLogin = async (event, api) => {
      console.log('key', event.secrets.KEY)
      if (event.user.email === 'no@x.example') return api.access.deny('Not ' + event.secrets.KEY)
      api.idToken.setCustomClaim('https://example.com/city', event.request.geoip.cityName).accessToken.addScope('read:a') }`,
  )
  const payload = { user: { email: 'a@x.example' }, request: { geoip: { cityName: 'Ulm' } } }
  const { duration_ms, ...allowed } = (await server.must('POST', login, { payload })).payload
  assert.ok(Number(duration_ms) >= 0)
  const console = [{ level: 'log', text: 'key [secrets.KEY]' }]
  const changes = { id_token: { 'https://example.com/city': 'Ulm' }, access_token: {}, scope: ['read:a'] }
  assert.deepEqual(allowed, { outcome: 'allow', changes, console })
  const denied = (await server.must('POST', login, { payload: { user: { email: 'no@x.example' } } })).payload
  assert.deepEqual([denied.outcome, denied.message], ['deny', 'Not [secrets.KEY]'])
  const exchange = await create('credentials-exchange', 'exports.onExecuteCredentialsExchange = async () => null.x')
  const failed = (await server.must('POST', exchange, { payload: {} })).payload
  assert.match(failed.message, /^The action "credentials-exchange", line 1: TypeError/)
})
