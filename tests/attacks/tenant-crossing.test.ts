import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, startHouse, type Answer, type TestHouse } from '../support/house.ts'
import { sendTo } from './hostile.ts'
import { makeTwoTenants, type TwoTenants } from './two-tenants.ts'

const text = (answer: { json: Answer['json'] }, name: string): string => String(member(answer.json, name))

describe('two tenants of one server', () => {
  let house: TestHouse
  let mine: TwoTenants['mine']
  let victim: TwoTenants['victim']
  let known: TwoTenants['known']
  let my_client: TwoTenants['my_client']
  let token: TwoTenants['token']
  let login: TwoTenants['login']
  let makeClient: TwoTenants['makeClient']
  let password: string
  let grants: string[]
  before(async () => {
    house = await startHouse()
    ;({ mine, victim, known, my_client, token, login, makeClient, password, grants } = await makeTwoTenants(house))
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
})
