// Details of the Management API in which Auth0's tools and SDKs rely on Auth0's own answers.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { bearer, member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe("Auth0's answers", () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server?.close())

  it('refuses pages beyond the first 1,000 users and log events', async () => {
    for (const list of [
      'users?page=10&per_page=100',
      'users?page=20&q=name:x',
      'logs?page=20',
      'logs?page=10&per_page=100',
    ]) {
      const refused = await server.api('GET', list)
      assert.equal(refused.status, 400, list)
      assert.deepEqual(
        [member(refused.json, 'errorCode'), member(refused.json, 'message')],
        ['invalid_query_string', 'You can only page through the first 1000 records.'],
      )
    }
  })

  it('refuses search engines that Auth0 has switched off', async () => {
    assert.deepEqual(await server.refused('GET', 'users?search_engine=v2'), [
      400,
      'invalid_query_string',
      'You are not allowed to use search_engine=v2.',
    ])
    await server.must('GET', 'users?search_engine=v3')
  })

  it('names the error of a weak password in the message', async () => {
    await server.createConnection('strict')
    const user = { connection: 'strict', email: 'weak@example.com', password: 'short' }
    const { status, json } = await server.api('POST', 'users', user)
    const { name, message, errorCode, code } = json
    assert.deepEqual(
      [status, name, message, errorCode, code],
      [400, 'PasswordStrengthError', 'PasswordStrengthError: Password is too weak', 'invalid_body', 'invalid_password'],
    )
  })

  it('lists all log streams where release 7 of the deploy CLI asks for a list without pages', async () => {
    const sink = { httpEndpoint: 'https://siem.example/' }
    const { id } = await server.must('POST', 'log-streams', { type: 'http', sink })
    const listed = objects(await server.must('GET', 'log-streams?paginate=false'))
    assert.deepEqual(
      listed.map((stream) => stream['id']),
      [id],
    )
  })

  it('empties metadata by an empty object, and merges any other', async () => {
    await server.createConnection('people')
    const user = await server.must('POST', 'users', {
      connection: 'people',
      email: 'ada@example.com',
      password: 'Right-Password-1',
      user_metadata: { a: 1, b: 2 },
      app_metadata: { c: 3 },
    })
    const path = `users/${encodeURIComponent(String(user.user_id))}`
    assert.deepEqual((await server.must('PATCH', path, { user_metadata: { a: null } })).user_metadata, { b: 2 })
    const emptied = await server.must('PATCH', path, { user_metadata: {}, app_metadata: {} })
    assert.deepEqual([emptied.user_metadata ?? {}, emptied.app_metadata ?? {}], [{}, {}])
  })

  it('takes null for properties of a client that have a default, or none', async () => {
    const { client_id } = await server.must('POST', 'clients', {
      name: 'shop',
      app_type: 'spa',
      token_endpoint_auth_method: 'client_secret_basic',
      organization_usage: 'deny',
      organization_require_behavior: 'no_prompt',
    })
    const changed = await server.must('PATCH', `clients/${client_id}`, {
      token_endpoint_auth_method: null,
      organization_usage: null,
      organization_require_behavior: null,
    })
    assert.equal(changed.token_endpoint_auth_method, 'none')
    assert.ok(!('organization_usage' in changed) && !('organization_require_behavior' in changed))
  })

  it('answers 204 when an unknown connection is deleted', async () => {
    const deleted = await server.send('/api/v2/connections/con_0000000000000000', {
      method: 'DELETE',
      headers: bearer(await server.managementToken()),
    })
    assert.deepEqual([deleted.status, deleted.text], [204, ''])
  })

  it('selects the fields of resource servers', async () => {
    await server.must('POST', 'resource-servers', { identifier: 'https://api.example/' })
    const listed = objects(await server.must('GET', 'resource-servers?fields=id,identifier'))
    assert.deepEqual(Object.keys(listed.at(-1) ?? {}).toSorted(), ['id', 'identifier'])
    const found = await server.must('GET', `resource-servers/${String(listed.at(-1)?.['id'])}?fields=identifier`)
    assert.deepEqual(found, { identifier: 'https://api.example/' })
  })

  it('does not delete the Management API', async () => {
    const servers = objects(await server.must('GET', 'resource-servers'))
    const system = servers.find((each) => each['is_system'] === true)
    const [status, , message] = await server.refused('DELETE', `resource-servers/${String(system?.['id'])}`)
    assert.equal(status, 400)
    assert.match(message, /cannot be deleted/)
  })

  it('takes the setting universal_login, as the deploy CLI sends it', async () => {
    const settings = await server.must('PATCH', 'tenants/settings', { universal_login: {} })
    assert.deepEqual(settings.universal_login, {})
  })

  it('lists no actions, and counts the items of a page of users only', async () => {
    assert.deepEqual(await server.must('GET', 'actions/actions?page=0&per_page=100'), {
      actions: [],
      total: 0,
      page: 0,
      per_page: 100,
    })
    assert.ok(!('length' in (await server.must('GET', 'clients?include_totals=true'))))
    assert.ok('length' in (await server.must('GET', 'users?include_totals=true')))
  })

  it('refuses what it does not do: other algorithms, token formats, client authentication and grants of organizations', async () => {
    const { client_id } = await server.must('POST', 'clients', { name: 'strict' })
    const api = { identifier: 'https://strict.example/' }
    const grant = { client_id, audience: 'https://strict.example/' }
    await server.must('POST', 'resource-servers', { ...api, signing_alg: 'RS256', token_dialect: 'access_token_authz' })
    const cases: [string, JsonObject][] = [
      ...['HS256', 'RS512', 'PS256'].flatMap((alg): [string, JsonObject][] => [
        ['resource-servers', { identifier: `https://${alg}.example/`, signing_alg: alg }],
        ['clients', { name: 'a', jwt_configuration: { alg } }],
      ]),
      ['resource-servers', { identifier: 'https://at.example/', token_dialect: 'rfc9068_profile' }],
      ['clients', { name: 'a', client_authentication_methods: { private_key_jwt: { credentials: [] } } }],
      ['client-grants', { ...grant, organization_usage: 'require' }],
      ['client-grants', { ...grant, allow_any_organization: true }],
      ['client-grants', { ...grant, subject_type: 'user' }],
      ['client-grants', { ...grant, authorization_details_types: ['payment'] }],
    ]
    for (const [path, body] of cases) {
      assert.deepEqual(
        (await server.refused('POST', path, body)).slice(0, 2),
        [400, 'invalid_body'],
        JSON.stringify(body),
      )
    }
    await server.must('POST', 'client-grants', {
      ...grant,
      organization_usage: 'deny',
      allow_any_organization: false,
      subject_type: 'client',
      authorization_details_types: [],
    })
  })
})
