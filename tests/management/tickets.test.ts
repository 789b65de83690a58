import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { member, objects, send, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const old = 'Old-passw0rd'
const chosen = 'Chosen-here-1'
const person = (id: string, more: JsonObject = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example`, ...more },
})
const legacy: Record<string, Scripted> = {
  'ada@legacy.example': person('ada'),
  'blocked@legacy.example': person('blocked', { blocked: true }),
  'gone@legacy.example': person('gone'),
  'down@legacy.example': { ...person('down'), answer: 'get_user_error' },
  // Found by a collation that treats the two letters as equal.
  'mıke@legacy.example': person('mike', { email: 'mike@legacy.example' }),
}

let server: TestServer
let client: TestClient
let moving: string

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('people', { requires_username: true }, [client])
  moving = await server.createConnection('moving', peopleOptions(legacy), [client])
})

after(() => server.close())

async function newUser(name: string, more: JsonObject = {}): Promise<string> {
  const email = `${name}@example.com`
  const fields = { connection: 'people', email, username: name, password: old, verify_email: false }
  return String(member(await server.must('POST', 'users', { ...fields, ...more }), 'user_id'))
}

const passwordLink = async (body: JsonObject): Promise<string> =>
  String(member(await server.must('POST', 'tickets/password-change', body), 'ticket'))

/** Opens the page of a link and sends its form, as a browser does. */
async function follow(link: string, password?: string): Promise<Answer> {
  const opened = await send(link)
  assert.equal(opened.status, 200)
  const ticket = new URL(link).searchParams.get('ticket') ?? ''
  const fields: Record<string, string> = { ticket, ...(password ? { password, password_repeat: password } : {}) }
  const path = password ? '/u/reset-password' : '/u/email-verification'
  return await server.post(path, new URLSearchParams(fields), { origin: server.origin })
}

const logsIn = async (realm: string, name: string, password: string): Promise<boolean> =>
  (await server.login(client, realm, name, password)).status === 200

const tickets = async (): Promise<{ user_id: string | null; created_at: number; expires_at: number }[]> =>
  await server.internals.db.selectFrom('tickets').select(['user_id', 'created_at', 'expires_at']).execute()

describe('a link for a new password', () => {
  it('is created for a user, is not mailed, sets the password once, and redirects to result_url', async () => {
    const user_id = await newUser('bea')
    const link = await passwordLink({ user_id, result_url: 'https://shop.example/done?from=back-end' })
    assert.match(link.slice(server.issuer.length), /^u\/reset-verify\?ticket=[A-Za-z0-9]{32}#$/)
    assert.equal(link.startsWith(server.issuer), true)
    const done = await follow(link, chosen)
    const address = new URL(done.headers.get('location') ?? '')
    assert.equal(done.status, 303)
    assert.equal(address.origin + address.pathname, 'https://shop.example/done')
    assert.deepEqual(
      [address.searchParams.get('from'), address.searchParams.get('success'), address.searchParams.get('email')],
      ['back-end', 'true', null],
    )
    assert.deepEqual([await logsIn('people', 'bea', chosen), await logsIn('people', 'bea', old)], [true, false])
    assert.equal((await send(link)).status, 400)
    assert.deepEqual(await server.outbox(), [])
    assert.equal((await server.must('GET', `users/${user_id}`)).email_verified, false)
  })

  it('verifies and passes on the address only where the request says so', async () => {
    const user_id = await newUser('cleo')
    const result_url = 'https://shop.example/done'
    const link = await passwordLink({
      user_id,
      result_url,
      includeEmailInRedirect: true,
      mark_email_as_verified: true,
      identity: { user_id: user_id.replace('auth0|', ''), provider: 'auth0' },
      client_id: client.client_id,
    })
    const done = await follow(link, chosen)
    assert.equal(new URL(done.headers.get('location') ?? '').searchParams.get('email'), 'cleo@example.com')
    assert.equal((await server.must('GET', `users/${user_id}`)).email_verified, true)
    const [event] = await server.logs(`type:scpr AND user_id:"${user_id}"`)
    assert.deepEqual([event?.['client_id'], event?.['user_name']], [client.client_id, 'cleo@example.com'])
  })

  it('is created by connection and address, in any letter case, and not by username', async () => {
    const user_id = await newUser('dora')
    const connection_id = (await server.must('GET', 'connections?name=people'))[0].id
    assert.equal((await follow(await passwordLink({ connection_id, email: 'DORA@Example.com' }), chosen)).status, 200)
    assert.equal(await logsIn('people', 'dora', chosen), true)
    assert.ok((await server.must('GET', `users/${user_id}`)).last_password_reset)
    const unknown = await server.refused('POST', 'tickets/password-change', { connection_id, email: 'no@example.com' })
    assert.deepEqual(unknown.slice(0, 2), [404, 'inexistent_user'])
  })

  it('expires after ttl_sec, or after five days', async () => {
    const user_id = await newUser('emil')
    for (const more of [{ ttl_sec: 60 }, { ttl_sec: 0 }, {}]) await passwordLink({ user_id, ...more })
    const made = (await tickets()).filter((ticket) => ticket.user_id === user_id)
    const lifetimes_s = made.map(({ created_at, expires_at }) => (expires_at - created_at) / 1000)
    assert.deepEqual(
      lifetimes_s.toSorted((one, other) => one - other),
      [60, 432_000, 432_000],
    )
    const { db } = server.internals
    const link = await passwordLink({ user_id, ttl_sec: 60 })
    await db
      .updateTable('tickets')
      .set((row) => ({ expires_at: row('expires_at', '-', 60_000) }))
      .execute()
    assert.equal((await send(link)).status, 400)
  })
})

describe('a link for a legacy user who has not moved', () => {
  const requestLink = (email: string): Promise<Answer> =>
    server.api('POST', 'tickets/password-change', { connection_id: moving, email })
  const recordOf = async (email: string): Promise<JsonObject | undefined> =>
    objects(await server.must('GET', `migrations/${moving}/records?q=${encodeURIComponent(email)}`), 'records')[0]

  it('moves the user with the chosen password', async () => {
    const link = String(member((await requestLink('Ada@legacy.example')).json, 'ticket'))
    assert.equal((await recordOf('ada@legacy.example'))?.['state'], 'reset_pending')
    assert.deepEqual(await server.must('GET', 'users-by-email?email=ada@legacy.example'), [])
    assert.equal((await follow(link, chosen)).status, 200)
    assert.equal((await recordOf('ada@legacy.example'))?.['state'], 'migrated')
    assert.equal(await logsIn('moving', 'ada@legacy.example', chosen), true)
    assert.equal(await logsIn('moving', 'ada@legacy.example', 'right'), false)
  })

  it('is refused where the legacy store has no such user, a blocked one, or one with another address', async () => {
    const before = (await tickets()).length
    for (const [email, status, errorCode] of [
      ['nobody@legacy.example', 404, 'inexistent_user'],
      ['blocked@legacy.example', 400, 'invalid_body'],
      ['mıke@legacy.example', 400, 'invalid_body'],
      ['down@legacy.example', 503, 'temporarily_unavailable'],
    ] as const) {
      const answer = await requestLink(email)
      assert.deepEqual([answer.status, member(answer.json, 'errorCode')], [status, errorCode], email)
      assert.equal(answer.headers.get('retry-after'), status === 503 ? '5' : null)
    }
    assert.equal((await tickets()).length, before)
  })

  it('is refused for a user who was deleted', async () => {
    assert.equal(await logsIn('moving', 'gone@legacy.example', 'right'), true)
    const [user] = await server.must('GET', 'users-by-email?email=gone@legacy.example')
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    assert.equal((await requestLink('gone@legacy.example')).status, 404)
  })
})

describe('a link that verifies an address', () => {
  it('verifies it and redirects to result_url, with the address where the request says so', async () => {
    const user_id = await newUser('fay')
    const body = { user_id, result_url: 'https://shop.example/verified', includeEmailInRedirect: true }
    const { ticket } = await server.must('POST', 'tickets/email-verification', body)
    assert.match(ticket.slice(server.issuer.length), /^u\/email-verification\?ticket=[A-Za-z0-9]{32}#$/)
    assert.equal((await server.must('GET', `users/${user_id}`)).email_verified, false)
    const done = await follow(ticket)
    const address = new URL(done.headers.get('location') ?? '')
    assert.deepEqual(
      [address.searchParams.get('email'), address.searchParams.get('success'), address.searchParams.get('code')],
      ['fay@example.com', 'true', 'success'],
    )
    assert.equal((await server.must('GET', `users/${user_id}`)).email_verified, true)
    assert.deepEqual(await server.outbox(), [])
  })
})

describe('a link is refused', () => {
  const kinds = ['password-change', 'email-verification'] as const

  it('for result URLs that are not http(s), and for unknown users and clients', async () => {
    const user_id = await newUser('gus')
    for (const kind of kinds) {
      for (const result_url of [
        'javascript:alert(1)',
        'ftp://example.com/',
        '//example.com',
        'https://',
        'http://a b',
      ]) {
        const refused = await server.refused('POST', `tickets/${kind}`, { user_id, result_url })
        assert.deepEqual(refused.slice(0, 2), [400, 'invalid_body'], result_url)
      }
      for (const [body, status, errorCode] of [
        [{ user_id: 'auth0|nobody' }, 404, 'inexistent_user'],
        [{ user_id, client_id: 'nobody' }, 404, 'inexistent_client'],
        [{ user_id, identity: { user_id: 'other', provider: 'auth0' } }, 400, 'invalid_body'],
        [
          { user_id, identity: { user_id: user_id.slice(6), provider: 'auth0', connection_id: moving } },
          400,
          'invalid_body',
        ],
        [{ user_id, ttl_sec: -1 }, 400, 'invalid_body'],
        [{ user_id, new_password: 'x' }, 400, 'invalid_body'],
        [{}, 400, 'invalid_body'],
      ] as const) {
        const refused = await server.refused('POST', `tickets/${kind}`, body)
        assert.deepEqual(refused.slice(0, 2), [status, errorCode], JSON.stringify(body))
      }
    }
  })

  it('unless it names exactly one user', async () => {
    const user_id = await newUser('hal')
    for (const body of [
      { user_id, connection_id: moving, email: 'hal@example.com' },
      { user_id, email: 'hal@example.com' },
      { connection_id: moving },
      { email: 'hal@example.com' },
      { connection_id: 'con_unknown', email: 'hal@example.com' },
    ]) {
      assert.equal((await server.refused('POST', 'tickets/password-change', body))[0], 400, JSON.stringify(body))
    }
  })

  it('for users without an address, and for users of a connection in legacy mode', async () => {
    const user_id = await newUser('ivo')
    await server.must('PATCH', `users/${user_id}`, { email: null })
    await server.createConnection('scripts', peopleOptions(legacy, { import_mode: false, id_namespace: 'scripts' }), [
      client,
    ])
    assert.equal(await logsIn('scripts', 'ada@legacy.example', 'right'), true)
    const [cached] = (await server.must('GET', 'users?connection=scripts')) as { user_id: string }[]
    for (const kind of kinds) {
      assert.deepEqual(await server.refused('POST', `tickets/${kind}`, { user_id }), [
        400,
        'invalid_body',
        'The user does not have an email address.',
      ])
      assert.deepEqual((await server.refused('POST', `tickets/${kind}`, { user_id: cached?.user_id })).slice(0, 2), [
        400,
        'operation_not_supported',
      ])
    }
  })

  it('without the scope', async () => {
    const token = await server.managementToken('read:users update:users')
    for (const kind of kinds) {
      const refused = await server.post(
        `/api/v2/tickets/${kind}`,
        { user_id: 'x' },
        { authorization: `Bearer ${token}` },
      )
      assert.equal(refused.status, 403)
    }
  })
})
