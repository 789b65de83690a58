import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { admin_password } from '../support/admin-api.ts'
import { sendBytes } from '../support/raw-requests.ts'
import { bearer, type Answer } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

const password = 'Right-one-1'

for (const own_port of [true, false]) {
  describe(own_port ? 'the admin origin on a port of its own' : 'the admin origin behind a reverse proxy', () => {
    let started: Started
    let admin_token: string
    let user_token: string
    let client_token: string

    before(async () => {
      started = await startWithAdmin(own_port)
      const { server, admins } = started
      const client = await server.createClient()
      await server.createConnection('people', {}, [client])
      await server.createUser('people', { email: 'owner@example.com', password })
      const audience = server.first_run.management_audience
      const login = await server.login(client, 'people', 'owner@example.com', password, { audience })
      user_token = login.json.access_token
      client_token = await server.managementToken()
      admin_token = await admins.accessToken('owner@example.com')
    })
    after(() => started.server.close())

    /** The same request at the port of the admin origin and at the port of the tenants, with this Host header. */
    const atBothPorts = (path: string, host: string): Promise<Answer[]> =>
      Promise.all([started.admins.send(path, { headers: { host } }), started.server.send(path, { headers: { host } })])

    test('has one host, and no tenant answers at it', async () => {
      const { admins, server, tenant_id } = started
      const api_path = `/t/${tenant_id}/api/v2/users`
      for (const host of [
        '$system',
        '%24system',
        'system',
        'localhost',
        `${admins.host}.`,
        `${admins.host}.evil.example`,
        `x.${admins.host}`,
      ]) {
        for (const path of ['/', '/u/admin-setup', '/oauth/token', '/.well-known/jwks.json', api_path]) {
          for (const { status, text } of await atBothPorts(path, host)) {
            assert.ok(status === 404 || status === 400, `${host} ${path}: ${status} ${text}`)
          }
        }
      }
      if (!own_port) return
      for (const path of ['/', '/.well-known/openid-configuration', '/u/reset-verify', '/api/v2/users']) {
        assert.equal((await admins.send(path, { headers: { host: server.host } })).status, 404, path)
      }
      for (const path of ['/', '/.well-known/openid-configuration', '/u/admin-setup', api_path]) {
        assert.equal((await server.send(path, { headers: { host: admins.host } })).status, 404, path)
      }
    })

    test('is selected by the Host header only, refuses an absolute URL, and ignores letter case [guard: host-header-only]', async () => {
      const { admins, server, tenant_id } = started
      const headers = bearer(admin_token)
      const path = `/t/${tenant_id}/api/v2/users`
      const forwarded = await server.send(path, { headers: { ...headers, 'x-forwarded-host': 'evil.example' } })
      assert.equal(forwarded.status, 404)
      const own = await server.send(path, { headers: { ...headers, 'x-forwarded-host': admins.host } })
      assert.equal(own.status, 404, 'a trusted proxy that passes on the header of a caller')
      const foreign = { ...headers, host: 'evil.example', 'x-forwarded-host': admins.host }
      assert.equal((await admins.send(path, { headers: foreign })).status, 404)
      const absolute = await sendBytes(
        server,
        `GET http://${admins.host}${path} HTTP/1.1\r\nhost: ${server.host}\r\nauthorization: ${headers.authorization}\r\nconnection: close\r\n\r\n`,
      )
      assert.match(absolute, /^HTTP\/1\.1 40[04] /)
      assert.equal((await admins.send(path, { headers: { ...headers, host: admins.host.toUpperCase() } })).status, 200)
    })

    test('accepts no login from a page of another site, so that it cannot lock an admin out [guard: admin-login-same-site]', async () => {
      const { admins } = started
      const body = {
        grant_type: realm_grant,
        realm: 'admins',
        client_id: 'wherry-dashboard',
        username: 'owner@example.com',
      }
      for (const site of ['cross-site', 'same-site']) {
        const headers = { 'sec-fetch-site': site }
        for (let guess = 0; guess < 11; guess += 1) {
          const answer = await admins.send('/oauth/token', { headers, body: { ...body, password: `guess ${guess}` } })
          assert.equal(answer.status, 403)
          assert.equal(answer.json.error, 'access_denied')
        }
      }
      assert.equal((await admins.logIn('owner@example.com')).status, 200)
    })

    test('says where users and clients of a tenant request tokens', async () => {
      for (const grant_type of ['password', 'client_credentials']) {
        const body = { grant_type, client_id: 'unknown', username: 'ada@example.com', password: 'x' }
        const { status, json } = await started.admins.send('/oauth/token', { body })
        assert.deepEqual([status, json.error], [403, 'unsupported_grant_type'])
        assert.match(json.error_description, /^Unsupported grant type: .* tenant use the origin of that tenant/)
      }
    })

    test('serves nothing of a tenant', async () => {
      const { admins } = started
      for (const path of [
        '/api/v2/users',
        '/api/v2/openapi.json',
        '/u/reset-verify?ticket=x',
        '/u/email-verification?ticket=x',
        '/nowhere',
      ]) {
        assert.equal((await admins.send(path, { headers: bearer(client_token) })).status, 404, path)
      }
      for (const path of [
        '/dbconnections/signup',
        '/dbconnections/change_password',
        '/u/reset-password',
        '/u/email-verification',
      ]) {
        const body = { client_id: 'wherry-dashboard', connection: 'admins', email: 'eve@example.com', password }
        assert.equal((await admins.send(path, { body })).status, 404, path)
      }
    })

    test('issues a token neither to a client without a user nor to a user of a tenant', async () => {
      const { admins, server } = started
      const { audience: management_audience, ...management_client } = server.credentials
      const audience = `${server.admin_url}/api/v2/`
      for (const fields of [
        { ...management_client, audience },
        { ...management_client, audience: management_audience },
        { client_secret: 'x', audience },
        { audience },
      ]) {
        const { status } = await admins.requestToken({ grant_type: 'client_credentials', ...fields })
        assert.ok(status === 401 || status === 403, String(status))
      }
      assert.equal((await admins.logIn('owner@example.com', password, { realm: 'people' })).status, 400)
      assert.equal((await admins.logIn('owner@example.com', password)).status, 403)
      assert.equal((await admins.logIn('owner@example.com', password, { grant_type: 'password' })).status, 403)
    })

    test('accepts no token of a tenant, and no tenant accepts one of the admin origin', async () => {
      const { admins, server, tenant_id } = started
      assert.equal((await admins.api(admin_token, 'GET', 'users')).status, 200)
      for (const foreign of [user_token, client_token, `${admin_token}x`, 'x', '']) {
        assert.equal((await admins.api(foreign, 'GET', 'users')).status, 401)
      }
      const user = { username: 'owner@example.com', password: admin_password, realm: 'admins' }
      const opaque = await admins.requestToken({ grant_type: realm_grant, ...user, scope: 'openid' })
      assert.equal(opaque.status, 200)
      for (const name of ['access_token', 'id_token']) {
        assert.equal((await admins.api(opaque.json[name], 'GET', 'users')).status, 401, name)
      }
      for (const path of ['/api/v2/users', '/userinfo']) {
        assert.equal((await server.send(path, { headers: bearer(admin_token) })).status, 401, path)
      }
      for (const token of [admin_token, client_token]) {
        const answer = await server.send(`/t/${tenant_id}/api/v2/users`, { headers: bearer(token) })
        assert.equal(answer.status, 404)
      }
    })

    test('reads the token from the Authorization header only, not from a cookie or the query', async () => {
      const { admins, tenant_id } = started
      const path = `/t/${tenant_id}/api/v2/users`
      for (const name of ['access_token', 'token', 'session', 'auth0', 'appSession']) {
        assert.equal((await admins.send(path, { headers: { cookie: `${name}=${admin_token}` } })).status, 401)
        assert.equal((await admins.send(`${path}?${name}=${admin_token}`)).status, 401)
      }
      const answer = await admins.send(path, { headers: { ...bearer(admin_token), cookie: 'a=b' } })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('set-cookie'), null)
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    })

    test('applies a removed role, a smaller role and the block of an admin at the next request', async () => {
      const { admins, setRole, db } = started
      const email = 'changing@example.com'
      await admins.setUp(email)
      const token = await admins.accessToken(email, { scope: 'openid read:users read:outbox create:tenants' })
      assert.equal((await admins.api(token, 'GET', 'outbox')).status, 200)
      await setRole(email, 'viewer')
      assert.equal((await admins.api(token, 'GET', 'outbox')).status, 403)
      assert.equal((await admins.api(token, 'GET', 'users')).status, 200)
      assert.equal((await admins.api(token, 'POST', 'clients', { name: 'x' })).status, 403)
      await setRole(email, undefined)
      const unknown = await admins.api(token, 'GET', 'users', undefined, 'ten_none')
      const removed = await admins.api(token, 'GET', 'users')
      assert.deepEqual([removed.status, removed.json], [404, unknown.json])
      await setRole(email, 'owner')
      assert.equal((await admins.api(token, 'GET', 'users')).status, 200)
      await db.updateTable('users').set({ blocked: 1 }).where('email', '=', email).execute()
      assert.equal((await admins.api(token, 'GET', 'users')).status, 401)
      assert.equal((await admins.logIn(email)).status, 403)
    })
  })
}
