import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'
import { makeTenant, sendTo, type OtherTenant } from './hostile.ts'

const text = (answer: { json: Answer['json'] }, name: string): string => String(member(answer.json, name))

describe('two tenants of one server', () => {
  let house: TestHouse
  let mine: OtherTenant
  let victim: OtherTenant
  /** What the victim has, and the attacker knows. */
  const known = {
    client: { client_id: '', client_secret: '' } satisfies TestClient,
    connection_id: '',
    user_id: '',
    refresh_token: '',
    access_token: '',
    ticket: '',
    sealed: '',
    ids: {} as Record<string, string>,
  }
  let my_client: TestClient
  const password = 'Right-one-1'
  const grants = ['password', 'http://auth0.com/oauth/grant-type/password-realm', 'refresh_token', 'client_credentials']

  const makeClient = async (tenant: OtherTenant): Promise<TestClient> => {
    const made = await tenant.must('POST', 'clients', {
      name: 'application',
      app_type: 'regular_web',
      grant_types: grants,
      token_endpoint_auth_method: 'client_secret_post',
    })
    return { client_id: String(member(made, 'client_id')), client_secret: String(member(made, 'client_secret')) }
  }
  const token = (tenant: OtherTenant, body: JsonObject): Promise<Answer> =>
    sendTo(house, { path: '/oauth/token', host: tenant.host, body })
  const login = (tenant: OtherTenant, client: TestClient, username: string, more: JsonObject = {}): Promise<Answer> =>
    token(tenant, {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...client,
      realm: 'people',
      username,
      password,
      scope: 'openid offline_access',
      ...more,
    })

  before(async () => {
    house = await startHouse()
    mine = await makeTenant(house, 'mine', 'mine.example')
    victim = await makeTenant(house, 'victim', 'victim.example')
    for (const tenant of [mine, victim]) {
      const client = await makeClient(tenant)
      const connection = await tenant.must('POST', 'connections', {
        name: 'people',
        strategy: 'auth0',
        enabled_clients: [client.client_id],
        options: { configuration: { SECRET: `secret of ${tenant.host}` } },
      })
      const user = await tenant.must('POST', 'users', {
        connection: 'people',
        email: `ada@${tenant.host}`,
        password,
        user_id: `ada-${tenant.host}`,
      })
      if (tenant === mine) {
        my_client = client
        continue
      }
      known.client = client
      known.connection_id = String(member(connection, 'id'))
      known.sealed = String(member(member(member(connection, 'options'), 'configuration'), 'SECRET'))
      known.user_id = String(member(user, 'user_id'))
    }
    const logged_in = await login(victim, known.client, 'ada@victim.example')
    known.refresh_token = text(logged_in, 'refresh_token')
    known.access_token = text(logged_in, 'access_token')
    await sendTo(house, {
      path: '/dbconnections/change_password',
      host: victim.host,
      body: { client_id: known.client.client_id, connection: 'people', email: 'ada@victim.example' },
    })
    await house.house.parts.background.drained()
    const mails = objects(await victim.must('GET', 'outbox'))
    known.ticket = mails.map((mail) => /ticket=([A-Za-z0-9]{32})/.exec(String(mail['text']))?.[1]).find(Boolean) ?? ''
    const first = async (path: string, list?: string): Promise<JsonObject> =>
      objects(await victim.must('GET', path), list)[0] ?? {}
    known.ids = {
      [`users/${encodeURIComponent(known.user_id)}`]: known.user_id,
      [`users/${encodeURIComponent(known.user_id)}/logs`]: '',
      [`connections/${known.connection_id}`]: known.connection_id,
      [`connections/${known.connection_id}/clients`]: known.connection_id,
      [`connections/${known.connection_id}/script-logs`]: '',
      [`clients/${known.client.client_id}`]: known.client.client_id,
      [`clients/${known.client.client_id}/connections`]: '',
      [`logs/${String((await first('logs'))['log_id'])}`]: '',
      [`client-grants/${String((await first('client-grants'))['id'])}`]: '',
      [`resource-servers/${String((await first('resource-servers'))['id'])}`]: '',
      [`outbox/${String((await first('outbox'))['id'])}`]: '',
      [`migrations/${known.connection_id}`]: '',
      [`migrations/${known.connection_id}/records`]: '',
    }
  })
  after(async () => await house.close())

  test('the victim is really there, and so is everything that the attacker knows of', async () => {
    assert.match(known.ticket, /^[A-Za-z0-9]{32}$/)
    assert.ok(known.refresh_token.length > 20)
    assert.match(known.sealed, /^2\.0\$/)
    for (const path of Object.keys(known.ids)) {
      const { status } = await victim.api('GET', path)
      assert.equal(status, 200, path)
    }
  })

  test("one tenant's management token opens nothing at another's host, nor at the default tenant's", async () => {
    for (const host of [victim.host, new URL(house.issuer).host]) {
      for (const path of ['users', 'connections', 'clients', 'logs', 'outbox', 'tenants', 'tenants/settings']) {
        const answer = await sendTo(house, {
          path: `/api/v2/${path}`,
          host,
          headers: { authorization: `Bearer ${mine.token}` },
        })
        assert.equal(answer.status, 401, `${host} ${path}`)
      }
    }
  })

  test("the default tenant's token opens nothing at another's host", async () => {
    const answer = await sendTo(house, {
      path: '/api/v2/users',
      host: victim.host,
      headers: { authorization: `Bearer ${await house.managementToken()}` },
    })
    assert.equal(answer.status, 401)
  })

  test('no client of one tenant is known at another', async () => {
    for (const grant of grants.slice(0, 3)) {
      const answer = await token(victim, {
        grant_type: grant,
        ...my_client,
        realm: 'people',
        username: 'ada@victim.example',
        password,
        refresh_token: known.refresh_token,
      })
      assert.equal(answer.status, 401, `${grant}: ${answer.text}`)
    }
    const management = await token(victim, {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: victim.audience,
    })
    assert.equal(management.status, 401)
  })

  test("a client gets no token for another tenant's Management API", async () => {
    for (const audience of [victim.audience, house.first_run.management_audience]) {
      const answer = await token(mine, { grant_type: 'client_credentials', ...mine.client, audience })
      assert.equal(answer.status, 403, answer.text)
    }
  })

  test("a resource server named like another tenant's Management API makes tokens that it does not take", async () => {
    const made = await mine.api('POST', 'resource-servers', {
      name: 'theirs',
      identifier: victim.audience,
      scopes: [{ value: 'read:users' }],
    })
    if (made.status >= 300) return
    await mine.must('POST', 'client-grants', {
      client_id: mine.client.client_id,
      audience: victim.audience,
      scope: ['read:users'],
    })
    const forged = await token(mine, { grant_type: 'client_credentials', ...mine.client, audience: victim.audience })
    const answer = await sendTo(house, {
      path: '/api/v2/users',
      host: victim.host,
      headers: { authorization: `Bearer ${text(forged, 'access_token')}` },
    })
    assert.equal(answer.status, 401)
  })

  test("a user's token of one tenant tells nothing at another's userinfo", async () => {
    const answer = await sendTo(house, {
      path: '/userinfo',
      host: mine.host,
      headers: { authorization: `Bearer ${known.access_token}` },
    })
    assert.equal(answer.status, 401)
  })

  test('a refresh token opens nothing at another tenant, is not used up by the try, and cannot be revoked from there', async () => {
    const refresh = await token(mine, {
      grant_type: 'refresh_token',
      ...my_client,
      refresh_token: known.refresh_token,
    })
    assert.equal(refresh.status, 403)
    await sendTo(house, {
      path: '/oauth/revoke',
      host: mine.host,
      body: { ...my_client, token: known.refresh_token },
    })
    const other = await makeClient(victim)
    const stolen = await token(victim, { grant_type: 'refresh_token', ...other, refresh_token: known.refresh_token })
    assert.equal(stolen.status, 403)
    const own = await token(victim, {
      grant_type: 'refresh_token',
      ...known.client,
      refresh_token: known.refresh_token,
    })
    assert.equal(own.status, 200, own.text)
  })

  test('a mailed link opens nothing at another tenant, and stays good where it belongs', async () => {
    const open = (host: string): Promise<Answer> =>
      sendTo(house, { path: `/u/reset-verify?ticket=${known.ticket}`, host })
    assert.equal((await open(mine.host)).status, 400)
    const posted = await sendTo(house, {
      path: '/u/reset-password',
      host: mine.host,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ticket: known.ticket,
        password: 'Stolen-1-x',
        password_repeat: 'Stolen-1-x',
      }).toString(),
    })
    assert.equal(posted.status, 400)
    for (const path of ['email-verification', 'admin-setup']) {
      assert.equal((await sendTo(house, { path: `/u/${path}?ticket=${known.ticket}`, host: victim.host })).status, 400)
    }
    assert.equal((await open(victim.host)).status, 200)
  })

  test("another tenant's ids in paths are nobody's, to read, change or delete", async () => {
    const at = { connection: known.connection_id, user: encodeURIComponent(known.user_id) }
    for (const path of Object.keys(known.ids)) {
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
    assert.equal((await login(victim, known.client, 'ada@victim.example')).status, 200)
    assert.equal((await victim.api('GET', `connections/${at.connection}`)).status, 200)
  })

  test("another tenant's client cannot be let onto a connection, nor its connection used by a name", async () => {
    const made = await mine.api('POST', 'connections', {
      name: 'lure',
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
    assert.ok(moved.status < 500)
  })

  test("a sealed value is no currency: not another tenant's, not another connection's, not another key's", async () => {
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

  test("the operator's work is for the operator: a tenant grants itself no such scope", async () => {
    const operator = ['create:tenants', 'read:tenants', 'update:tenants', 'delete:tenants']
    const grants_made = await mine.must('GET', 'client-grants')
    const [grant] = objects(grants_made)
    await mine.api('PATCH', `client-grants/${String(grant?.['id'])}`, { scope: operator, allow_all_scopes: false })
    const [api] = objects(await mine.must('GET', 'resource-servers'))
    const patched = await mine.api('PATCH', `resource-servers/${String(api?.['id'])}`, {
      scopes: operator.map((value) => ({ value })),
    })
    assert.ok(patched.status >= 400 && patched.status < 500, patched.text)
    const got = await token(mine, {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: mine.audience,
      scope: operator.join(' '),
    })
    const headers = { authorization: `Bearer ${text(got, 'access_token')}` }
    assert.doesNotMatch(String(member(got.json, 'scope')), /tenants\b(?!_)/)
    for (const [method, path, body] of [
      ['GET', 'tenants', undefined],
      ['GET', `tenants/${victim.id}`, undefined],
      ['PATCH', `tenants/${mine.id}`, { plan: 'enterprise' }],
      ['POST', 'tenants', { name: 'third', domain: 'third.example' }],
    ] as const) {
      const answer = await sendTo(house, {
        method,
        path: `/api/v2/${path}`,
        host: mine.host,
        headers,
        ...(body === undefined ? {} : { body }),
      })
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`)
    }
  })

  test('a tenant cannot raise its own plan through its settings', async () => {
    for (const change of [{ plan: 'enterprise' }, { flags: { plan: 'enterprise' } }, { domain: 'victim.example' }]) {
      const { status } = await mine.api('PATCH', 'tenants/settings', change)
      assert.ok(status >= 400 && status < 500, JSON.stringify(change))
    }
  })

  test('attempts at one tenant lock nobody at another', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await login(mine, my_client, 'shared@people.example', { password: `wrong ${attempt}` })
    }
    assert.equal((await login(mine, my_client, 'shared@people.example')).status, 429)
    assert.equal((await login(victim, known.client, 'shared@people.example')).status, 403)
  })
})
