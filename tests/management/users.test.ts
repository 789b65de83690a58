import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer, ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

const password = 'Compiler no. 1'
let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('users', {}, [client])
  await server.createConnection('names', { requires_username: true }, [client])
  await server.createConnection(
    'import',
    {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: legacyScripts([
        { user_id: 1, email: 'moved@legacy.example' },
        { user_id: 1, email: 'moved.new@legacy.example' },
        { user_id: 2, email: 'unmoved@legacy.example' },
      ]),
    },
    [client],
  )
  await server.createConnection(
    'legacy',
    {
      enabledDatabaseCustomization: true,
      customScripts: legacyScripts([{ user_id: 'cached', email: 'cached@legacy.example' }]),
    },
    [client],
  )
})

after(() => server.close())
let made = 0
async function makeUser(more: object = {}) {
  made += 1
  return await server.must('POST', 'users', { connection: 'users', email: `p${made}@example.com`, password, ...more })
}
const at = (user: { user_id: string }): string => `users/${encodeURIComponent(user.user_id)}`

describe('creating a user', () => {
  it('keeps what is given, fills in name and nickname, and answers no password or hash', async () => {
    const user = await makeUser({
      email: 'Ada@Example.com',
      given_name: 'Ada',
      email_verified: true,
      user_metadata: { colour: 'red' },
      app_metadata: { plan: 'gold' },
    })
    assert.equal(user.email, 'ada@example.com')
    assert.equal(user.name, 'ada@example.com')
    assert.equal(user.nickname, 'ada')
    assert.equal(user.email_verified, true)
    assert.deepEqual([user.user_metadata, user.app_metadata], [{ colour: 'red' }, { plan: 'gold' }])
    assert.match(user.user_id, /^auth0\|[0-9a-f]{24}$/)
    assert.deepEqual(user.identities, [
      { connection: 'users', user_id: user.user_id.slice(6), provider: 'auth0', isSocial: false },
    ])
    const text = JSON.stringify(await server.must('GET', at(user)))
    assert.doesNotMatch(text, /argon2|password"|Compiler/)
  })

  it('takes a user id, which is then refused to others', async () => {
    const user = await makeUser({ user_id: 'my|id-1' })
    assert.equal(user.user_id, 'auth0|my|id-1')
    assert.equal((await server.must('GET', 'users/auth0%7Cmy%7Cid-1')).user_id, 'auth0|my|id-1')
    const again = { connection: 'users', email: 'someone@example.com', password, user_id: 'my|id-1' }
    assert.deepEqual((await server.refused('POST', 'users', again)).slice(0, 2), [409, 'auth0_idp_error'])
  })

  it('mails a verification link unless the request disables it', async () => {
    await makeUser({ email: 'mail-me@example.com' })
    await makeUser({ email: 'no-mail@example.com', verify_email: false })
    await makeUser({ email: 'known@example.com', email_verified: true })
    const to = (await server.outbox()).map((message) => message['to'])
    assert.ok(to.includes('mail-me@example.com'))
    assert.ok(!to.includes('no-mail@example.com'))
    assert.ok(!to.includes('known@example.com'))
  })

  it('is refused for an unknown connection, and with a username where the connection has none', async () => {
    const body = { email: 'x@example.com', password }
    assert.equal(
      (await server.refused('POST', 'users', { ...body, connection: 'nowhere' }))[2],
      'Connection does not exist.',
    )
    assert.equal(
      (await server.refused('POST', 'users', { ...body, connection: 'users', username: 'ada' }))[2],
      'Cannot set username for connection without requires_username.',
    )
    assert.equal((await server.refused('POST', 'users', { ...body, connection: 'users', password: 'short' }))[0], 400)
  })

  it('is refused for a user of the legacy store, and while the legacy store does not answer', async () => {
    const body = { connection: 'import', password }
    assert.equal((await server.refused('POST', 'users', { ...body, email: 'Unmoved@legacy.example' }))[0], 409)
    assert.equal((await server.refused('POST', 'users', { ...body, email: 'down@legacy.example' }))[0], 503)
  })
})

describe('reading users', () => {
  it('answers 404 for an unknown id, and decodes ids exactly once', async () => {
    assert.deepEqual(await server.refused('GET', 'users/auth0%7Cnone'), [
      404,
      'inexistent_user',
      'The user does not exist.',
    ])
    const user = await makeUser({ user_id: 'odd%7Cid' })
    assert.equal((await server.must('GET', `users/${encodeURIComponent('auth0|odd%7Cid')}`)).user_id, user.user_id)
    assert.equal((await server.refused('GET', 'users/auth0|odd%7Cid'))[0], 404)
  })

  it('finds users by address in any letter case, in every connection', async () => {
    await makeUser({ email: 'twice@example.com' })
    await server.must('POST', 'users', { connection: 'names', email: 'twice@example.com', username: 'twice', password })
    assert.equal((await server.must('GET', 'users-by-email?email=TWICE@example.com')).length, 2)
    assert.deepEqual(await server.must('GET', 'users-by-email?email=nobody@example.com'), [])
  })

  it('answers pages beyond the end with an empty list', async () => {
    assert.deepEqual(await server.must('GET', 'users?page=9&per_page=100'), [])
    const counted = await server.must('GET', 'users?page=19&include_totals=true')
    assert.equal(counted.users.length, 0)
    assert.ok(counted.total > 0)
    assert.equal(counted.start, 950)
  })

  it('leaves out the excluded fields', async () => {
    const user = await makeUser()
    assert.deepEqual(Object.keys(await server.must('GET', `${at(user)}?fields=email,user_id`)), ['user_id', 'email'])
    const without = await server.must('GET', `${at(user)}?fields=email,identities&include_fields=false`)
    assert.ok(!('email' in without) && !('identities' in without) && 'user_id' in without)
  })

  it('lists only the users of a connection, and counts them', async () => {
    const { users, total } = await server.must('GET', 'users?connection=names&include_totals=true')
    assert.equal(total, users.length)
    assert.ok(
      users.every((user: { identities: { connection: string }[] }) => user.identities[0]?.connection === 'names'),
    )
    assert.deepEqual(await server.must('GET', 'users?connection=nowhere'), [])
  })
})

describe('changing a user', () => {
  it('merges metadata at the first level only, and null removes a member', async () => {
    const user = await makeUser({ user_metadata: { a: { x: 1 }, b: 2, c: 3 }, app_metadata: { plan: 'gold' } })
    const changed = await server.must('PATCH', at(user), { user_metadata: { a: { y: 2 }, b: null } })
    assert.deepEqual(changed.user_metadata, { a: { y: 2 }, c: 3 })
    assert.deepEqual(changed.app_metadata, { plan: 'gold' })
    assert.ok(!('user_metadata' in (await server.must('PATCH', at(user), { user_metadata: null }))))
  })

  it('loses none of many concurrent changes', async () => {
    const user = await makeUser()
    const changes = Array.from({ length: 20 }, (_, index) =>
      server.must('PATCH', at(user), {
        user_metadata: { [`m${index}`]: index },
        app_metadata: { [`n${index}`]: index },
      }),
    )
    await Promise.all(changes)
    const after_all = await server.must('GET', at(user))
    assert.equal(Object.keys(after_all.user_metadata).length, 20)
    assert.equal(Object.keys(after_all.app_metadata).length, 20)
  })

  it('unsets names with null', async () => {
    const user = await makeUser({ given_name: 'Ada', picture: 'https://example.com/a.png' })
    const changed = await server.must('PATCH', at(user), { given_name: null, picture: null, name: 'Countess' })
    assert.ok(!('given_name' in changed))
    assert.match(changed.picture, /^https:\/\/s\.gravatar\.com\//)
    assert.equal(changed.name, 'Countess')
  })

  it('refuses fields that cannot change together, with the messages that clients expect', async () => {
    const user = await makeUser()
    const pairs = [
      [{ password, email: 'a@example.com' }, 'Cannot update password and email simultaneously.'],
      [{ password, email_verified: true }, 'Cannot update password and email_verified simultaneously.'],
      [{ username: 'a', email: 'a@example.com' }, 'Cannot update username and email simultaneously.'],
      [{ username: 'a', email_verified: true }, 'Cannot update username and email_verified simultaneously.'],
      [{ username: 'a', password }, 'Cannot update username and password simultaneously.'],
    ] as const
    for (const [body, message] of pairs) {
      assert.deepEqual(await server.refused('PATCH', at(user), body), [400, 'invalid_body', message])
    }
  })

  it('marks a changed address as unverified, uses it for logins, and invalidates links to the old one', async () => {
    const user = await makeUser({ email: 'old@example.com', email_verified: true })
    await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'users',
      email: 'old@example.com',
    })
    const [mail] = await server.outbox('old@example.com')
    const ticket = ticketIn(String(mail?.['text']))
    const page = () => server.send(`/u/reset-verify?ticket=${ticket}`)
    assert.equal((await page()).status, 200)
    const changed = await server.must('PATCH', at(user), { email: 'New@Example.com' })
    assert.deepEqual([changed.email, changed.email_verified], ['new@example.com', false])
    assert.equal((await server.login(client, 'users', 'old@example.com', password)).status, 403)
    assert.equal((await server.login(client, 'users', 'new@example.com', password)).status, 200)
    assert.notEqual((await page()).status, 200)
  })

  it('keeps an address verified that is sent again in other letter case', async () => {
    const user = await makeUser({ email: 'same@example.com', email_verified: true })
    assert.equal((await server.must('PATCH', at(user), { email: 'SAME@example.com', name: 'X' })).email_verified, true)
    assert.equal(
      (await server.must('PATCH', at(user), { email: 'other@example.com', email_verified: true })).email_verified,
      true,
    )
  })

  it('refuses an address that another user of the connection has', async () => {
    await makeUser({ email: 'taken@example.com' })
    const user = await makeUser()
    assert.equal((await server.refused('PATCH', at(user), { email: 'TAKEN@example.com' }))[0], 409)
  })

  it('looks a new address up in the legacy store: free, own, taken, or unavailable', async () => {
    assert.equal((await server.login(client, 'import', 'moved@legacy.example', 'right one')).status, 200)
    const user = { user_id: 'auth0|1' }
    assert.equal((await server.refused('PATCH', at(user), { email: 'unmoved@legacy.example' }))[0], 409)
    assert.equal((await server.refused('PATCH', at(user), { email: 'down@legacy.example' }))[0], 503)
    assert.equal((await server.must('GET', at(user))).email, 'moved@legacy.example')
    assert.equal(
      (await server.must('PATCH', at(user), { email: 'moved.new@legacy.example' })).email,
      'moved.new@legacy.example',
    )
    assert.equal((await server.must('PATCH', at(user), { email: 'free@example.com' })).email, 'free@example.com')
  })

  it('changes only metadata and blocked of a user in legacy mode without further scripts', async () => {
    assert.equal((await server.login(client, 'legacy', 'cached@legacy.example', 'right one')).status, 200)
    const user = { user_id: 'auth0|cached' }
    const [status, code, message] = await server.refused('PATCH', at(user), { picture: null, name: 'X' })
    assert.deepEqual([status, code], [400, 'invalid_body'])
    assert.match(message, /^The following user attributes cannot be updated: picture, name\. /)
    const [, , of_email] = await server.refused('PATCH', at(user), { email: 'a@example.com' })
    assert.match(of_email, /^change_email script does not exist: /)
    const changed = await server.must('PATCH', at(user), {
      app_metadata: { a: 1 },
      user_metadata: { b: 2 },
      blocked: true,
    })
    assert.deepEqual([changed.blocked, changed.app_metadata.a, changed.user_metadata.b], [true, 1, 2])
  })

  it('revokes every refresh token with a new password, and sets last_password_reset', async () => {
    const user = await makeUser({ email: 'tokens@example.com' })
    const login = await server.login(client, 'users', 'tokens@example.com', password, {
      scope: 'openid offline_access',
    })
    const { refresh_token } = login.json as { refresh_token: string }
    const changed = await server.must('PATCH', at(user), { password: 'Another one 2' })
    assert.ok(Date.parse(changed.last_password_reset) > Date.now() - 60_000)
    const renewed = await server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })
    assert.equal(renewed.status, 403)
    assert.equal((await server.login(client, 'users', 'tokens@example.com', password)).status, 403)
    assert.equal((await server.login(client, 'users', 'tokens@example.com', 'Another one 2')).status, 200)
  })

  it('changes a username where the connection has usernames', async () => {
    const user = await server.must('POST', 'users', {
      connection: 'names',
      email: 'n@example.com',
      username: 'first',
      password,
    })
    await server.must('PATCH', at(user), { email: 'n2@example.com' })
    assert.equal((await server.login(client, 'names', 'first', password)).status, 200)
    assert.equal((await server.must('PATCH', at(user), { username: 'Second' })).username, 'second')
    assert.equal((await server.login(client, 'names', 'first', password)).status, 403)
    assert.equal((await server.login(client, 'names', 'second', password)).status, 200)
    assert.equal((await server.refused('PATCH', at(user), { username: null }))[0], 400)
  })

  it('allows a token with update:users_app_metadata to change nothing else', async () => {
    const user = await makeUser()
    const token = await server.managementToken('update:users_app_metadata')
    const change = (body: object) =>
      server.send(`/api/v2/${at(user)}`, { method: 'PATCH', headers: bearer(token), body })
    assert.equal((await change({ app_metadata: { a: 1 } })).status, 200)
    assert.equal((await change({ app_metadata: { a: 1 }, blocked: true })).status, 403)
    assert.equal((await server.must('GET', at(user))).blocked, false)
  })
})
