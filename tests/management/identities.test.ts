// Linking users: one user with several identities, each with a login of its own.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { alteredEnd } from '../support/altered-end.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { bearer, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'
import { at, linkingKit, named, password, subOf, type Person } from './linking-kit.ts'

const legacy_password = 'right one'
let server: TestServer
let client: TestClient
let other_client: TestClient
let kit: ReturnType<typeof linkingKit>
const connections: Record<string, string> = {}

before(async () => {
  server = await startTestServer({ env: { WHERRY_PLAN: 'enterprise' } })
  client = await server.createClient()
  other_client = await server.createClient()
  kit = linkingKit(server, client)
  const both = [client, other_client]
  const scripts = legacyScripts([{ user_id: 'cached', email: 'cached@legacy.example' }])
  connections['users'] = await server.createConnection('users', {}, both)
  connections['shop'] = await server.createConnection('shop', {}, both)
  connections['import'] = await server.createConnection(
    'import',
    {
      enabledDatabaseCustomization: true,
      import_mode: true,
      id_namespace: 'old',
      customScripts: legacyScripts([{ user_id: 'mover', email: 'mover@legacy.example' }]),
    },
    both,
  )
  connections['legacy'] = await server.createConnection(
    'legacy',
    { enabledDatabaseCustomization: true, customScripts: scripts },
    both,
  )
})
after(() => server.close())

describe('linking a user', () => {
  it('answers all identities, the main one first, with the profile of the other', async () => {
    const linked = await kit.makePerson('shop', { name: 'Ada' })
    const user = await kit.makePerson()
    const identities = await kit.link(user, linked)
    const bare = (person: Person) => person.user_id.slice('auth0|'.length)
    assert.deepEqual(identities, [
      { connection: 'users', user_id: bare(user), provider: 'auth0', isSocial: false },
      {
        connection: 'shop',
        user_id: bare(linked),
        provider: 'auth0',
        isSocial: false,
        profileData: { ...identities[1].profileData, email: linked.email, email_verified: false, name: 'Ada' },
      },
    ])
    assert.deepEqual((await server.must('GET', at(user))).identities, identities)
  })

  it('takes the other user out of lists, searches and totals, which find the user by each identity', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop', { app_metadata: { only: 'there' } })]
    const before_link = await kit.total()
    await kit.link(user, linked)
    assert.equal(await kit.total(), before_link - 1)
    assert.deepEqual(await server.refused('GET', at(linked)), [404, 'inexistent_user', 'The user does not exist.'])
    assert.deepEqual(await server.must('GET', `users-by-email?email=${linked.email}`), [])
    for (const q of [`email:${linked.email}`, 'app_metadata.only:there']) {
      assert.deepEqual(await server.must('GET', `users?q=${encodeURIComponent(q)}`), [])
    }
    const q = encodeURIComponent(`identities.user_id:${linked.user_id.slice(6)}`)
    const found = await server.must('GET', `users?q=${q}`)
    assert.deepEqual(
      found.map((each: Json) => each.user_id),
      [user.user_id],
    )
    assert.equal((await server.must('GET', at(user))).app_metadata, undefined)
  })

  it('ends the sessions and refresh tokens of the other user, and keeps those of the user', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson()]
    const [own, others] = [await kit.logIn(user), await kit.logIn(linked)]
    await kit.link(user, linked)
    assert.equal((await kit.refresh(own)).status, 200)
    assert.equal((await kit.refresh(others)).status, 403)
  })

  it('refuses the user itself, one who was linked, one with linked identities, and one who is not there', async () => {
    const [user, linked, other] = [await kit.makePerson(), await kit.makePerson(), await kit.makePerson()]
    await kit.link(user, linked)
    assert.deepEqual(await kit.refused(user, named(user)), [
      400,
      'invalid_body',
      'Main identity and the new one are the same.',
    ])
    const exists = [409, 'identity_conflict', 'Specified identity already exists.']
    assert.deepEqual(await kit.refused(user, named(linked)), exists)
    assert.deepEqual(await kit.refused(other, named(linked)), exists)
    assert.equal((await kit.refused(other, named(user)))[0], 409)
    assert.equal((await kit.refused(user, { provider: 'auth0', user_id: 'nobody' }))[0], 404)
    const foreign = { ...named(other), connection_id: connections['shop'] }
    const not_configured = [400, 'invalid_body', 'The provider/connection is not configured.']
    assert.deepEqual(await kit.refused(user, foreign), not_configured)
    for (const { user_id } of [named(other), { user_id: '115015401343387192604' }]) {
      assert.deepEqual(await kit.refused(user, { provider: 'google-oauth2', user_id }), not_configured)
    }
    assert.equal((await kit.refused(user, { provider: 'auth0' }))[0], 400)
  })

  it('[guard: no-circular-link] never links two users to each other, nor a user who was linked', async () => {
    const [one, other] = [await kit.makePerson(), await kit.makePerson()]
    const both = await Promise.all([
      server.api('POST', `${at(one)}/identities`, named(other)),
      server.api('POST', `${at(other)}/identities`, named(one)),
    ])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((one, other_one) => one - other_one),
      [201, 404],
    )
    const [user, linked] = both[0].status === 201 ? [one, other] : [other, one]
    assert.equal((await kit.refused(linked, named(user)))[0], 404)
    assert.equal(subOf(await kit.logIn(linked)), user.user_id)
  })

  it('[guard: link-own-tenant] finds no user of another tenant', async () => {
    const other = await createOtherTenant(server, 'theirs', 'theirs.test')
    await other.createConnection('theirs')
    const user_id = await other.createUser('theirs', { email: 'theirs@example.com', password })
    const user = await kit.makePerson()
    assert.equal((await kit.refused(user, { provider: 'auth0', user_id }))[0], 404)
  })
})

describe('linking by the ID token of the other user', () => {
  it('links with the token of the user itself', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    const { access } = await kit.ownTokens(user)
    const { id } = await kit.ownTokens(linked)
    const { status, json, text } = await kit.linkAs(access, user, { link_with: id })
    assert.equal(status, 201, text)
    assert.equal(json.length, 2)
    assert.equal(subOf(await kit.logIn(linked)), user.user_id)
    const path = `/api/v2/${at(user)}/identities/auth0/${encodeURIComponent(linked.user_id)}`
    const removed = await server.send(path, { method: 'DELETE', headers: bearer(access) })
    assert.equal(removed.status, 200, removed.text)
    assert.equal(removed.json.length, 1)
  })

  it('[guard: link-needs-token] refuses a user who names another one without a token, or links to another user', async () => {
    const [user, victim] = [await kit.makePerson(), await kit.makePerson()]
    const { access, id } = await kit.ownTokens(user)
    assert.equal((await kit.linkAs(access, user, named(victim))).status, 403)
    assert.equal((await kit.linkAs(access, victim, { link_with: id })).status, 403)
    assert.equal(subOf(await kit.logIn(victim)), victim.user_id)
  })

  it('[guard: link-token-audience] refuses the ID token of another client, an access token, an altered and an expired one', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson()]
    const { access } = await kit.ownTokens(user)
    const other = await kit.ownTokens(linked, other_client)
    const own = await kit.ownTokens(linked)
    for (const link_with of [other.id, own.access, alteredEnd(own.id), 'nonsense']) {
      const { status, json } = await kit.linkAs(access, user, { link_with })
      assert.equal(status, 400)
      assert.match(json.message, /Invalid token.* on property link_with/)
    }
    const both = await kit.linkAs(access, user, { link_with: own.id, ...named(linked) })
    assert.equal(both.status, 400)
    assert.equal(subOf(await kit.logIn(linked)), linked.user_id)
  })

  it('needs the scope, which a user gets on request only', async () => {
    const user = await kit.makePerson()
    const { json } = await server.login(client, 'users', user.email, password, {
      audience: `${server.issuer}api/v2/`,
    })
    assert.doesNotMatch(String(json.scope), /current_user/)
    assert.equal((await kit.linkAs(json.access_token, user, { link_with: 'x' })).status, 403)
  })

  it('never writes the token to the log', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson()]
    const { access } = await kit.ownTokens(user)
    const { id } = await kit.ownTokens(linked)
    await kit.linkAs(access, user, { link_with: id })
    await server.settle()
    assert.doesNotMatch(JSON.stringify(await server.logs()), new RegExp(id.slice(-30)))
  })
})

describe('a login by a linked identity', () => {
  it('logs the user in, counts once, and its tokens go on after a refresh', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    await kit.link(user, linked)
    const answer = await kit.logIn(linked)
    assert.equal(subOf(answer), user.user_id)
    assert.equal(decodeJwt(String(answer.json.id_token))['email'] ?? user.email, user.email)
    assert.equal(subOf(await kit.refresh(answer)), user.user_id)
    assert.equal((await server.must('GET', at(user))).logins_count, 1)
    assert.equal(subOf(await kit.logIn(user)), user.user_id)
    assert.equal((await server.must('GET', at(user))).logins_count, 2)
    const wrong = await server.login(client, 'shop', linked.email, 'not this one')
    assert.equal(wrong.status, 403)
  })

  it('[guard: linked-block] is refused where the user is blocked', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    await kit.link(user, linked)
    await server.must('PATCH', at(user), { blocked: true })
    assert.equal((await kit.logIn(linked)).json.error_description, 'user is blocked')
  })

  it('changes the password of that identity, which ends what logins gave to the user', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    await kit.link(user, linked)
    const own = await kit.logIn(user)
    await server.must('PATCH', at(user), { connection: 'shop', password: 'Another one, no. 2' })
    assert.equal((await kit.refresh(own)).status, 403)
    assert.equal((await kit.logIn(linked)).status, 403)
    assert.equal(subOf(await kit.logIn(user)), user.user_id)
    assert.equal(
      subOf(await server.login(client, 'shop', linked.email, 'Another one, no. 2', { scope: 'openid' })),
      user.user_id,
    )
    const metadata = { connection: 'shop', user_metadata: { a: 1 } }
    assert.match((await server.refused('PATCH', at(user), metadata))[2], /user_metadata.*secondary identity/)
  })

  it('changes and verifies the address of that identity', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    await kit.link(user, linked)
    const email = `new.${linked.email}`
    const changed = await server.must('PATCH', at(user), { connection: 'shop', email, email_verified: true })
    assert.equal(changed.email, user.email)
    const { email: shown, email_verified } = changed.identities[1].profileData
    assert.deepEqual([shown, email_verified], [email, true])
    assert.equal(subOf(await kit.logIn({ ...linked, email })), user.user_id)
    const identity = { provider: 'auth0', user_id: linked.user_id.slice(6) }
    const { ticket } = await server.must('POST', 'tickets/password-change', { user_id: user.user_id, identity })
    assert.match(ticket, /ticket=/)
  })

  it('moves a legacy user, and logs a cached one in, as the user to whom the identity was linked', async () => {
    const user = await kit.makePerson()
    const cached = { user_id: 'auth0|cached', email: 'cached@legacy.example', connection: 'legacy' }
    const first = await server.login(client, 'legacy', cached.email, legacy_password, { scope: 'openid' })
    assert.equal(subOf(first), cached.user_id)
    const mover = { user_id: 'auth0|old|mover', email: 'mover@legacy.example', connection: 'import' }
    assert.equal(
      subOf(await server.login(client, 'import', mover.email, legacy_password, { scope: 'openid' })),
      mover.user_id,
    )
    for (const other of [cached, mover]) {
      await kit.link(user, other)
      const answer = await server.login(client, other.connection, other.email, legacy_password, { scope: 'openid' })
      assert.equal(subOf(answer), user.user_id)
    }
    await server.must('DELETE', `${at(user)}?local_only=false`)
    for (const { connection, email } of [cached, mover]) {
      assert.equal((await server.login(client, connection, email, legacy_password)).json.error, 'invalid_grant')
    }
    const records = await server.records(String(connections['import']))
    assert.deepEqual(
      records.map(({ state }) => state),
      ['deleted'],
    )
  })
})

describe('unlinking an identity', () => {
  it('makes it a user of its own again, also with the id .., and ends what logins gave to the other', async () => {
    const user = await kit.makePerson()
    // A client would take the bare id for a segment of the path that leads elsewhere.
    const linked = await kit.makePerson('shop', { user_id: '..', app_metadata: { plan: 'own' } })
    const before_link = await kit.total()
    await kit.link(user, linked)
    const answer = await kit.logIn(linked)
    assert.equal((await kit.unlink(user, linked)).length, 1)
    assert.equal(await kit.total(), before_link)
    assert.equal((await kit.refresh(answer)).status, 403)
    assert.equal(subOf(await kit.logIn(linked)), linked.user_id)
    assert.deepEqual((await server.must('GET', at(linked))).app_metadata, { plan: 'own' })
    assert.deepEqual((await server.must('GET', at(linked))).identities.length, 1)
  })

  it('refuses the main identity and one of another user', async () => {
    const [user, other] = [await kit.makePerson(), await kit.makePerson()]
    const path = (person: Person) => `${at(user)}/identities/auth0/${encodeURIComponent(person.user_id)}`
    assert.deepEqual((await server.refused('DELETE', path(user)))[0], 400)
    assert.deepEqual(await server.refused('DELETE', path(other)), [
      404,
      'inexistent_identity',
      'The user does not have this identity.',
    ])
  })
})
