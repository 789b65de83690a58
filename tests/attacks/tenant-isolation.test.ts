import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bearer, type Answer } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { createTwoTenants, logIn, password, type TwoTenants } from './two-tenants.ts'

describe('two tenants of one server', () => {
  let server: TestServer
  let mine: TwoTenants['mine']
  let victim: TwoTenants['victim']
  let known: TwoTenants['known']
  let my_client: TwoTenants['my_client']
  before(async () => {
    server = await startTestServer()
    ;({ mine, victim, known, my_client } = await createTwoTenants(server))
  })
  after(async () => await server.close())

  test('the ids, the ticket, the token and the sealed value that the attacker knows exist', async () => {
    assert.match(known.ticket, /^[A-Za-z0-9]{32}$/)
    assert.ok(known.refresh_token.length > 20)
    assert.match(known.sealed, /^2\.0\$/)
    for (const path of known.paths) {
      const { status } = await victim.api('GET', path)
      assert.equal(status, 200, path)
    }
  })

  test("one tenant's management token is refused by other tenants and by the default tenant", async () => {
    const token = await mine.managementToken()
    for (const host of [victim.host, server.host]) {
      for (const path of ['users', 'connections', 'clients', 'logs', 'outbox', 'tenants', 'tenants/settings']) {
        const answer = await server.send(`/api/v2/${path}`, { headers: { host, ...bearer(token) } })
        assert.equal(answer.status, 401, `${host} ${path}`)
      }
    }
  })

  test("the default tenant's management token is refused by other tenants", async () => {
    const answer = await victim.send('/api/v2/users', { headers: bearer(await server.managementToken()) })
    assert.equal(answer.status, 401)
  })

  test('a client of one tenant is unknown to another', async () => {
    for (const grant_type of ['password', realm_grant, 'refresh_token']) {
      const answer = await victim.post('/oauth/token', {
        grant_type,
        ...my_client,
        realm: 'people',
        username: 'ada@victim.example',
        password,
        refresh_token: known.refresh_token,
      })
      assert.equal(answer.status, 401, `${grant_type}: ${answer.text}`)
    }
    const management = await victim.post('/oauth/token', {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: victim.audience,
    })
    assert.equal(management.status, 401)
  })

  test("a client gets no token for another tenant's Management API", async () => {
    for (const audience of [victim.audience, server.first_run.management_audience]) {
      const answer = await mine.post('/oauth/token', { grant_type: 'client_credentials', ...mine.client, audience })
      assert.equal(answer.status, 403, answer.text)
    }
  })

  test("a resource server named like another tenant's Management API issues tokens that the other tenant refuses", async () => {
    const made = await mine.api('POST', 'resource-servers', {
      name: 'theirs',
      identifier: victim.audience,
      scopes: [{ value: 'read:users' }],
    })
    assert.equal(made.status, 201, made.text)
    await mine.must('POST', 'client-grants', {
      client_id: mine.client.client_id,
      audience: victim.audience,
      scope: ['read:users'],
    })
    const forged = await mine.post('/oauth/token', {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: victim.audience,
    })
    const answer = await victim.send('/api/v2/users', { headers: bearer(forged.json.access_token) })
    assert.equal(answer.status, 401)
  })

  test("a user's access token of one tenant is refused by another's /userinfo", async () => {
    const answer = await mine.send('/userinfo', { headers: bearer(known.access_token) })
    assert.equal(answer.status, 401)
  })

  test('another tenant can neither use nor revoke a refresh token', async () => {
    const refresh = await mine.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...my_client,
      refresh_token: known.refresh_token,
    })
    assert.equal(refresh.status, 403)
    await mine.post('/oauth/revoke', { ...my_client, token: known.refresh_token })
    const other = await victim.createClient()
    const stolen = await victim.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...other,
      refresh_token: known.refresh_token,
    })
    assert.equal(stolen.status, 403)
    const own = await victim.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...known.client,
      refresh_token: known.refresh_token,
    })
    assert.equal(own.status, 200, own.text)
  })

  test('a mailed link is refused by another tenant, and stays valid for its own', async () => {
    const open = (host: string): Promise<Answer> =>
      server.send(`/u/reset-verify?ticket=${known.ticket}`, { headers: { host } })
    assert.equal((await open(mine.host)).status, 400)
    const posted = await mine.post(
      '/u/reset-password',
      new URLSearchParams({
        ticket: known.ticket,
        password: 'Stolen-1-x',
        password_repeat: 'Stolen-1-x',
      }),
    )
    assert.equal(posted.status, 400)
    assert.equal((await victim.send(`/u/email-verification?ticket=${known.ticket}`)).status, 400)
    assert.equal((await open(victim.host)).status, 200)
  })

  test("another tenant's ids cannot be read, changed or deleted", async () => {
    const at = { connection: known.connection_id, user: encodeURIComponent(known.user_id) }
    for (const path of known.paths) {
      const answer = await mine.api('GET', path)
      const empty = answer.status === 200 && /^(\[\]|\{"\w+":\[\]\})$/.test(answer.text)
      assert.ok(answer.status === 404 || answer.status === 403 || empty, `${path}: ${answer.status} ${answer.text}`)
      assert.doesNotMatch(answer.text, /victim\.example/)
    }
    const writes: [string, string, unknown][] = [
      ['PATCH', `users/${at.user}`, { blocked: true }],
      ['PATCH', `connections/${at.connection}`, { options: {} }],
      ['PATCH', `connections/${at.connection}/clients`, [{ client_id: my_client.client_id, status: true }]],
      ['PATCH', `clients/${known.client.client_id}`, { name: 'taken' }],
      ['POST', `clients/${known.client.client_id}/rotate-secret`, undefined],
      ['DELETE', `users/${at.user}`, undefined],
      ['DELETE', `connections/${at.connection}/users?email=ada@victim.example`, undefined],
      ['DELETE', `clients/${known.client.client_id}`, undefined],
      ['DELETE', `connections/${at.connection}`, undefined],
      ['DELETE', `user-blocks?identifier=ada@victim.example`, undefined],
    ]
    for (const [method, path, body] of writes) {
      const { status } = await mine.api(method, path, body)
      assert.ok(status === 404 || status === 403 || status === 204 || status === 202, `${method} ${path}: ${status}`)
    }
    assert.equal((await logIn(victim, known.client, 'ada@victim.example')).status, 200)
    assert.equal((await victim.api('GET', `connections/${at.connection}`)).status, 200)
  })

  test("another tenant's client cannot be enabled for a connection or granted an API", async () => {
    const made = await mine.api('POST', 'connections', {
      name: 'foreign-client',
      strategy: 'auth0',
      enabled_clients: [known.client.client_id],
    })
    assert.equal(made.status, 400)
    const grant = await mine.api('POST', 'client-grants', {
      client_id: known.client.client_id,
      audience: mine.audience,
      scope: [],
    })
    assert.ok(grant.status >= 400 && grant.status < 500, grant.text)
    const moved = await mine.api('POST', 'connections', { name: 'x', strategy: 'auth0', realms: [known.connection_id] })
    assert.equal(moved.status, 201, moved.text)
    assert.equal((await logIn(victim, known.client, 'ada@victim.example')).status, 200)
  })

  test('a sealed value is accepted only for the connection and the key that it was read from', async () => {
    for (const tenant of [mine, victim]) {
      const made = await tenant.api('POST', 'connections', {
        name: 'echo',
        strategy: 'auth0',
        options: { configuration: { SECRET: known.sealed } },
      })
      assert.equal(made.status, 400, made.text)
    }
    const elsewhere = await victim.api('PATCH', `connections/${known.connection_id}`, {
      options: { configuration: { OTHER: known.sealed } },
    })
    assert.equal(elsewhere.status, 400)
    const back = await victim.api('PATCH', `connections/${known.connection_id}`, {
      options: { configuration: { SECRET: known.sealed } },
    })
    assert.equal(back.status, 200)
    for (const answer of [elsewhere, back]) assert.doesNotMatch(answer.text, /secret of/)
  })
})
