import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemTenant } from '../../src/tenants/tenant.ts'
import { bearer, objects } from '../support/requests.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

describe('the system tenant', () => {
  let started: Started
  let system_id: string
  before(async () => {
    started = await startWithAdmin(true)
    system_id = (await systemTenant(started.db))?.tenant_id ?? ''
    assert.notEqual(system_id, '')
  })
  after(() => started.server.close())

  test('is not listed, read, changed or created by the operator', async () => {
    const { server, admins } = started
    const listed = objects(await server.must('GET', 'tenants'), 'tenants')
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['default'],
    )
    assert.equal(objects(await server.must('GET', 'tenants?take=1'), 'tenants').length, 1)
    assert.equal((await server.api('GET', `tenants/${system_id}`)).status, 404)
    assert.equal((await server.api('PATCH', `tenants/${system_id}`, { plan: 'free' })).status, 404)
    for (const [name, domain] of [
      ['$system', 'a.example'],
      ['system', '$system'],
      ['system', admins.host],
    ]) {
      const { status } = await server.api('POST', 'tenants', { name, domain })
      assert.ok(status === 400 || status === 409, `${name} ${domain}: ${status}`)
    }
  })

  test('is not administered by its own users', async () => {
    const { admins, db } = started
    const token = await admins.accessToken('owner@example.com')
    for (const id of [system_id, '$system', '%00', 'ten_%00', '%24system', encodeURIComponent(`../${system_id}`)]) {
      assert.equal((await admins.api(token, 'GET', 'users', undefined, id)).status, 404, id)
    }
    const { user_id } = await db.selectFrom('users').select('user_id').executeTakeFirstOrThrow()
    await db
      .insertInto('tenant_admins')
      .values({ tenant_id: system_id, user_id, role: 'owner', created_at: 1 })
      .execute()
    assert.equal((await admins.api(token, 'GET', 'users', undefined, system_id)).status, 404, 'not even with a role')
  })
})

describe('an admin', () => {
  let started: Started
  let other_id: string
  before(async () => {
    started = await startWithAdmin(true)
    other_id = (await started.server.must('POST', 'tenants', { name: 'other', domain: 'other.example' })).id
  })
  after(() => started.server.close())

  test('has access to the tenants of the role only', async () => {
    const { admins } = started
    await admins.setUp('other@example.com', other_id)
    const owner = await admins.accessToken('owner@example.com')
    const other = await admins.accessToken('other@example.com')
    assert.equal((await admins.api(owner, 'GET', 'users', undefined, other_id)).status, 404)
    assert.equal((await admins.api(other, 'GET', 'users')).status, 404)
    assert.equal((await admins.api(other, 'GET', 'users', undefined, other_id)).status, 200)
  })

  test('of the default tenant is not the operator, with no role and through no client', async () => {
    const { admins, server } = started
    const token = await admins.accessToken('owner@example.com')
    for (const [method, path, body] of [
      ['GET', 'tenants'],
      ['GET', `tenants/${other_id}`],
      ['POST', 'tenants', { name: 'third', domain: 'third.example' }],
      ['PATCH', `tenants/${other_id}`, { plan: 'free' }],
    ] as [string, string, unknown][]) {
      assert.equal((await admins.api(token, method, path, body)).status, 403, `${method} ${path}`)
    }
    const { client_id: management_client_id, client_secret, audience } = server.credentials
    const shown = await admins.api(token, 'GET', `clients/${management_client_id}`)
    assert.deepEqual([shown.json.client_secret, shown.json.is_beyond_role], [undefined, true])
    assert.ok(!(await admins.api(token, 'GET', 'clients')).text.includes(client_secret))
    const secret = { client_secret: 'x'.repeat(64) }
    assert.equal((await admins.api(token, 'POST', `clients/${management_client_id}/rotate-secret`)).status, 403)
    assert.equal((await admins.api(token, 'PATCH', `clients/${management_client_id}`, secret)).status, 403)
    const client = await admins.api(token, 'POST', 'clients', { name: 'own', grant_types: ['client_credentials'] })
    const { client_id } = client.json
    assert.equal((await admins.api(token, 'GET', `clients/${client_id}`)).json.is_beyond_role, undefined)
    const of_operator = { client_id, audience, scope: ['create:tenants'] }
    assert.equal((await admins.api(token, 'POST', 'client-grants', of_operator)).status, 403)
    const allowed = { client_id, audience, scope: ['read:outbox'], allow_all_scopes: true }
    const created = await admins.api(token, 'POST', 'client-grants', allowed)
    assert.equal(created.status, 201, created.text)
    const path = `client-grants/${created.json.id}`
    assert.equal((await admins.api(token, 'PATCH', path, { scope: ['read:tenants'] })).status, 403)

    // A client that has every scope that an owner grants cannot make itself the operator either, nor use the operator's client.
    const [grant] = (await admins.api(token, 'GET', `client-grants?client_id=${management_client_id}`)).json
    const { client_secret: own_secret } = client.json
    const request = { grant_type: 'client_credentials', client_id, client_secret: own_secret, audience }
    const answer = await server.post('/oauth/token', request)
    assert.match(answer.json.scope, /read:outbox/)
    assert.doesNotMatch(answer.json.scope, /tenants/)
    const headers = bearer(answer.json.access_token)
    const call = (method: string, url: string, body?: unknown) =>
      server.send(`/api/v2/${url}`, { method, headers, ...(body === undefined ? {} : { body }) })
    const theirs = `clients/${management_client_id}`
    const { client_secret: no_secret, is_beyond_role } = (await call('GET', theirs)).json
    assert.deepEqual([no_secret, is_beyond_role], [undefined, undefined])
    for (const [method, url, body] of [
      ['PATCH', path, { scope: ['create:tenants'] }],
      ['PATCH', path, { scope: ['export:password_hashes'] }],
      ['PATCH', `client-grants/${grant.id}`, { scope: [] }],
      ['POST', `${theirs}/rotate-secret`],
      ['PATCH', theirs, secret],
      ['PATCH', theirs, { client_authentication_methods: null }],
      ['GET', `${theirs}/credentials`],
      ['GET', 'tenants'],
    ] as [string, string, unknown][]) {
      assert.equal((await call(method, url, body)).status, 403, `${method} ${url}`)
    }
    assert.equal((await admins.api(token, 'PATCH', path, { scope: ['read:users'] })).status, 200)
  })

  test('with the role editor grants a client no more than the role has', async () => {
    const { admins, server, setRole } = started
    await admins.setUp('editor@example.com')
    await setRole('editor@example.com', 'editor')
    const token = await admins.accessToken('editor@example.com')
    const client = await admins.api(token, 'POST', 'clients', { name: 'own', grant_types: ['client_credentials'] })
    assert.equal(client.status, 201, client.text)
    const grant = { client_id: client.json.client_id, audience: server.credentials.audience }
    for (const scope of ['read:outbox', 'read:client_keys', 'update:signing_keys', 'update:client_grants']) {
      assert.equal((await admins.api(token, 'POST', 'client-grants', { ...grant, scope: [scope] })).status, 403, scope)
    }
    const created = await admins.api(token, 'POST', 'client-grants', { ...grant, scope: ['read:users'] })
    assert.equal(created.status, 201)
  })

  test('[guard: local-deletion-by-owners] deletes a user here only with the role owner', async () => {
    const { admins, setRole } = started
    const owner = await admins.accessToken('owner@example.com')
    await admins.setUp('deletes@example.com')
    await setRole('deletes@example.com', 'editor')
    const editor = await admins.accessToken('deletes@example.com')
    const deletion = ['DELETE', 'users/auth0%7Cunknown?local_only=true'] as const
    assert.equal((await admins.api(editor, ...deletion)).status, 403)
    assert.equal((await admins.api(editor, 'DELETE', 'users/auth0%7Cunknown')).status, 204)
    assert.equal((await admins.api(owner, ...deletion)).status, 204)
  })

  test('is named in the log event of every change', async () => {
    const { admins, server } = started
    const token = await admins.accessToken('owner@example.com')
    assert.equal((await admins.api(token, 'POST', 'clients', { name: 'logged' })).status, 201)
    const [event] = await server.logs('description:"Create a client"')
    assert.equal(event?.['user_name'], 'owner@example.com')
    assert.match(String(event?.['user_id']), /^auth0\|[0-9a-f]{24}$/)
    assert.equal(event?.['client_id'], 'wherry-dashboard')
  })
})
