// Admins read what their role does not show: in log events, messages, tries and settings. An editor stops a client of an owner.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { isSecretName } from '../../src/base/is-secret-name.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { Role } from '../../src/contract/roles.ts'
import { bearer, objects, type Answer, type Json } from '../support/requests.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

let started: Started
const tokens = new Map<Role, string>()

const as = (role: Role, method: string, path: string, body?: unknown): Promise<Answer> =>
  started.admins.api(tokens.get(role) ?? '', method, path, body)

async function must(role: Role, method: string, path: string, body?: unknown): Promise<Json> {
  const { status, text, json } = await as(role, method, path, body)
  assert.ok(status < 300, `${role}: ${method} ${path}: ${status} ${text}`)
  return json
}

before(async () => {
  started = await startWithAdmin(true)
  const { admins, setRole } = started
  tokens.set('owner', await admins.accessToken('owner@example.com'))
  for (const role of ['editor', 'viewer', 'support'] as const) {
    await admins.setUp(`${role}@example.com`)
    await setRole(`${role}@example.com`, role)
    tokens.set(role, await admins.accessToken(`${role}@example.com`))
  }
})
after(() => started?.server.close())

describe('the log events of changes to admins', () => {
  const email = 'invited-person@example.com'
  let removed: string
  before(async () => {
    await must('owner', 'POST', 'tenant-admin-invitations', { email, role: 'support' })
    await started.admins.setUp('promoted@example.com')
    const { admins } = await must('owner', 'GET', 'tenant-admins')
    removed = String(objects(admins).find((admin) => admin['email'] === 'promoted@example.com')?.['user_id'])
    await must('owner', 'PATCH', `tenant-admins/${encodeURIComponent(removed)}`, { role: 'viewer' })
    await started.server.settle()
  })

  const logsOf = async (role: Role, query = ''): Promise<JsonObject[]> =>
    objects(await must(role, 'GET', `logs?per_page=100${query}`))

  for (const role of ['viewer', 'editor'] as const) {
    test(`do not tell a ${role} who is invited, or whose role changed [guard: admins-in-logs]`, async () => {
      const events = await logsOf(role)
      const invitation = events.find(({ description }) => description === 'Invite an admin')
      assert.ok(invitation, 'the event itself is listed')
      const change = events.find(({ description }) => description === 'Change the role of an admin')
      const shown = [invitation, change, await must(role, 'GET', `logs/${String(invitation['log_id'])}`)]
      for (const event of [...shown, ...(await logsOf(role, '&from=0&take=100').catch(() => []))]) {
        const text = JSON.stringify(event)
        assert.ok(!text.includes(email), text)
        if (shown.includes(event)) assert.ok(!text.includes(removed) && !text.includes('"role":"support"'), text)
      }
    })

    test(`are not found by a ${role} by what they do not show [guard: admins-in-log-search]`, async () => {
      for (const field of ['request.body.email', 'changes.role.after', 'request.path', 'created_id']) {
        const q = encodeURIComponent(`details.${field}:* AND details.resource:"tenant-admins"`)
        assert.deepEqual(await logsOf(role, `&q=${q}`), [], field)
      }
      const guess = encodeURIComponent(`details.request.body.email:"${email}"`)
      assert.deepEqual(await logsOf(role, `&q=${guess}`), [])
      assert.ok((await logsOf(role, `&q=${encodeURIComponent('details.resource:"tenant-admins"')}`)).length >= 2)
      assert.equal((await logsOf('owner', `&q=${guess}`)).length, 1)
    })
  }

  test('tell an owner', async () => {
    const text = JSON.stringify(await logsOf('owner'))
    assert.ok(text.includes(email) && text.includes(removed))
  })
})

describe('a try of a rule or an action', () => {
  const secret = 'Nobody-reads-4417'

  test('answers no value of a secret wherever it is set [guard: tried-secrets-masked]', async () => {
    await must('owner', 'PUT', 'rules-configs/KEY', { value: secret })
    const rule = (body: string) => ({
      script: `function (user, context, callback) { ${body}; callback(null, user, context) }`,
      arguments: { user: { user_id: 'auth0|1' }, context: { idToken: {}, accessToken: {} } },
    })
    const supported_triggers = [{ id: 'post-login' }]
    const made = { name: 'tried', supported_triggers, secrets: [{ name: 'KEY', value: secret }] }
    const { id } = await must('owner', 'POST', 'actions/actions', made)
    const action = (body: string) => ({
      payload: { user: { user_id: 'auth0|1' } },
      code: `exports.onExecutePostLogin = async (event, api) => { ${body} }`,
    })
    for (const [path, body] of [
      ['rules/try', rule("context.idToken['https://a.example/k'] = ['x ' + configuration.KEY]")],
      ['rules/try', rule("context.idToken['https://a.example/' + configuration.KEY] = 1")],
      ['rules/try', rule("context.redirect = { url: 'https://a.example/?k=' + configuration.KEY }")],
      ['rules/try', rule("auth0.users.updateAppMetadata('auth0|1', { k: configuration.KEY })")],
      ['rules/try', rule("context.idToken['https://a.example/t'] = auth0.accessToken")],
      [`actions/actions/${id}/test`, action('api.user.setAppMetadata("k", { k: event.secrets.KEY })')],
      [`actions/actions/${id}/test`, action('api.idToken.setCustomClaim("https://a.example/k", event.secrets.KEY)')],
    ] as const) {
      const answer = await as('editor', 'POST', path, body)
      assert.equal(answer.status, 200, answer.text)
      assert.match(answer.text, /\[(configuration\.KEY|secrets\.KEY|auth0\.accessToken)\]/, answer.text)
      assert.ok(!answer.text.includes(secret), answer.text)
    }
    await must('owner', 'DELETE', `actions/actions/${id}`)
  })
})

/** Opens a stream of events, and answers its status and what ends it. */
async function openStream(role: Role, connection_id: string): Promise<{ status: number; end: () => void }> {
  const { admins, tenant_id } = started
  return await new Promise((resolve, reject) => {
    const url = new URL(`/t/${tenant_id}/api/v2/connections/${connection_id}/script-logs/stream`, admins.origin)
    const headers = { ...bearer(tokens.get(role)), host: admins.host }
    const sent = request(url, { headers }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, end: () => sent.destroy() })
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a viewer who opens streams of events leaves room for others [guard: streams-of-a-reader]', async () => {
  const connection_id = await started.server.createConnection('watched', {}, [])
  const opened = await Promise.all(Array.from({ length: 10 }, () => openStream('viewer', connection_id)))
  assert.equal(opened.filter(({ status }) => status === 200).length, 4)
  assert.equal(opened.filter(({ status }) => status === 429).length, 6)
  const owner = await openStream('owner', connection_id)
  assert.equal(owner.status, 200)
  for (const { end } of [...opened, owner]) end()
})

test('an editor does not stop or weaken a client that reaches beyond the role [guard: client-beyond-role]', async () => {
  const { client_id, audience } = started.server.credentials
  const path = `clients/${client_id}`
  const [grant] = objects(await must('owner', 'GET', `client-grants?client_id=${client_id}`))
  assert.equal(grant?.['audience'], audience)
  for (const [method, url, body] of [
    ['PATCH', path, { token_endpoint_auth_method: 'none' }],
    ['PATCH', path, { grant_types: [] }],
    ['PATCH', path, { is_first_party: false, description: 'x' }],
    ['DELETE', path],
    ['PATCH', `client-grants/${String(grant['id'])}`, { scope: [] }],
    ['DELETE', `client-grants/${String(grant['id'])}`],
  ] as const) {
    const answer = await as('editor', method, url, body)
    assert.equal(answer.status, 403, `${method} ${url}: ${answer.text}`)
  }
  assert.ok(await started.server.managementToken())
  const { grant_types } = await must('editor', 'GET', path)
  await must('editor', 'PATCH', path, { description: 'The first client', grant_types })
  const own = await must('editor', 'POST', 'clients', { name: 'weak', grant_types: ['client_credentials'] })
  await must('editor', 'PATCH', `clients/${own.client_id}`, { token_endpoint_auth_method: 'none' })
  await must('editor', 'DELETE', `clients/${own.client_id}`)
})

test('names of secrets in legacy profiles [guard: secret-names]', () => {
  const secret = 'legacyPw pw userPw userpw LEGACY_PW pin pin2 secret_answer secretAnswer answer otp otp_code cvv cvv2'
  for (const name of secret.split(' ')) assert.ok(isSecretName(name), name)
  const none = 'pinned spin shipping opinion answered answer_count question hashtag pwned_at'
  for (const name of none.split(' ')) assert.ok(!isSecretName(name), name)
})

test('an error that a script builds of its configuration shows no value to support [guard: configuration-values-masked]', async () => {
  const { server } = started
  const DBURL = 'sqlserver.internal.harbour/crm'
  const client = await server.createClient()
  const login = `function login(email, password, callback) {
    if (password === 'wrong') return callback(new WrongUsernameOrPasswordError('7'))
    throw new Error(configuration.DBURL)
  }`
  const customScripts = { login, get_user: 'function getByEmail(email, callback) { callback(null) }' }
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts, configuration: { DBURL } }
  const connection_id = await server.createConnection('legacy', options, [client])
  for (const password of ['wrong', 'broken']) await server.login(client, 'legacy', 'ada@legacy.example', password)
  for (const path of [
    `migrations/${connection_id}/causes`,
    `migrations/${connection_id}/records`,
    `migrations/${connection_id}/people?q=ada@legacy.example`,
  ]) {
    const answer = await as('support', 'GET', path)
    assert.equal(answer.status, 200, answer.text)
    assert.ok(!answer.text.includes(DBURL), answer.text)
    assert.match(answer.text, /\[configuration\.DBURL\]/, path)
  }
})

describe('the address and the headers of a webhook', () => {
  const token = 'T0k3n-of-the-receiver'
  const httpEndpoint = `https://siem.example/in/${token}?key=${token}`
  const webhook_url = `https://sms.example/send/${token}?key=${token}`

  test('are shown to those who may change them, and in no log event [guard: webhook-tokens]', async () => {
    const httpCustomHeaders = [{ header: 'X-Key', value: token }]
    const sink = { httpEndpoint, httpCustomHeaders }
    const { id } = await must('editor', 'POST', 'log-streams', { name: 'siem', type: 'http', sink })
    await must('editor', 'PATCH', `log-streams/${id}`, { sink: { ...sink, httpEndpoint: `${httpEndpoint}2` } })
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    await must('editor', 'PATCH', 'tenants/settings', { text_message_webhook: { url: webhook_url, secret } })
    await started.server.settle()
    for (const path of ['log-streams', `log-streams/${id}`, 'tenants/settings']) {
      const viewed = await as('viewer', 'GET', path)
      assert.equal(viewed.status, 200, viewed.text)
      assert.ok(!viewed.text.includes(token), viewed.text)
      assert.match(viewed.text, /siem\.example|sms\.example/)
      assert.ok((await as('editor', 'GET', path)).text.includes(token), path)
    }
    const logs = await as('owner', 'GET', 'logs?per_page=100')
    assert.match(logs.text, /siem\.example/)
    assert.match(logs.text, /sms\.example/)
    assert.ok(!logs.text.includes(token))
    await must('editor', 'DELETE', `log-streams/${id}`)
    await must('editor', 'PATCH', 'tenants/settings', { text_message_webhook: null })
  })
})
