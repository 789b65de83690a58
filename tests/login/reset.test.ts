import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const person = (id: string, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example`, email_verified: true },
  ...more,
})

const chosen = 'Chosen-here-1'

describe('a password reset of a legacy user who has not moved', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  const people: Record<string, Scripted> = {
    'ada@legacy.example': person('ada'),
    'eve@legacy.example': person('eve'),
    'moves@legacy.example': person('moves'),
    'gone@legacy.example': person('gone'),
    // Found by a collation that treats the two letters as equal: another user than the requested one.
    'mıke@legacy.example': person('mike', { profile: { user_id: 'mike', email: 'mike@legacy.example' } }),
    'changes@legacy.example': person('changes'),
    'vanishes@legacy.example': person('vanishes'),
    'other-address@legacy.example': person('other-address'),
    'outage@legacy.example': person('outage'),
    'blocked@legacy.example': person('blocked', {
      profile: { user_id: 'blocked', email: 'blocked@legacy.example', blocked: true },
    }),
    'drift@legacy.example': person('drift', {
      profile: { user_id: 'drift', email: 'drift@legacy.example', nickname: 'from login' },
      get_user: { user_id: 'drift', email: 'drift@legacy.example', nickname: 'from get_user' },
    }),
  }
  const options = (change: Record<string, Scripted> = {}): JsonObject => peopleOptions({ ...people, ...change })

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', options(), [client])
  })
  after(async () => await server.close())

  const requestReset = (email: string): Promise<Answer> =>
    server.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'legacy', email })
  const mailTo = async (email: string): Promise<JsonObject | undefined> => (await server.outbox(email))[0]
  const secretIn = (mail: JsonObject | undefined): string => {
    const found = /\/u\/reset-verify\?ticket=([A-Za-z0-9]{32})#/.exec(String(mail?.['text']))
    assert.ok(found?.[1], 'the mail has a link')
    return found[1]
  }
  const confirm = (ticket: string, password = chosen): Promise<Answer> =>
    server.post('/u/reset-password', new URLSearchParams({ ticket, password, password_repeat: password }), {
      origin: server.origin,
    })
  const recordOf = async (email: string): Promise<JsonObject | undefined> =>
    objects(
      await server.must('GET', `migrations/${connection_id}/records?q=${encodeURIComponent(email)}`),
      'records',
    )[0]
  const setScripts = async (change: Record<string, Scripted>): Promise<void> => {
    await server.must('PATCH', `connections/${connection_id}`, { options: options(change) })
  }

  test('mails a link, and creates the user with the chosen password', async () => {
    const asked = await requestReset(' Ada@Legacy.example ')
    assert.equal(asked.status, 200)
    assert.equal(asked.text, "We've just sent you an email to reset your password.")
    const ticket = secretIn(await mailTo('ada@legacy.example'))
    assert.equal((await recordOf('ada@legacy.example'))?.['state'], 'reset_pending')
    assert.deepEqual(await server.must('GET', 'users-by-email?email=ada@legacy.example'), [])
    const done = await confirm(ticket)
    assert.equal(done.status < 400, true, done.text)
    const record = await recordOf('ada@legacy.example')
    assert.equal(record?.['state'], 'migrated')
    assert.equal(record?.['migrated_through'], 'reset_confirm')
    const login = await server.login(client, 'legacy', 'ada@legacy.example', chosen)
    assert.equal(login.status, 200, login.text)
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 403)
    const again = await confirm(ticket)
    assert.equal(again.status, 400)
  })

  test('opening the link any number of times changes nothing', async () => {
    await requestReset('eve@legacy.example')
    const ticket = secretIn(await mailTo('eve@legacy.example'))
    for (let time = 0; time < 3; time += 1) {
      const page = await server.send(`/u/reset-verify?ticket=${ticket}`)
      assert.equal(page.status, 200)
      assert.equal(page.text.split('<form').length, 2)
    }
    assert.deepEqual(await server.must('GET', 'users-by-email?email=eve@legacy.example'), [])
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('of twenty concurrent confirmations of one link, one succeeds', async () => {
    await server.must('PATCH', 'users/auth0%7Ceve', { user_metadata: { known: true } })
    await requestReset('eve@legacy.example')
    const ticket = secretIn(await mailTo('eve@legacy.example'))
    const answers = await server.hashingAsInProduction(() =>
      Promise.all(Array.from({ length: 20 }, (_, index) => confirm(ticket, `${chosen}${index}`))),
    )
    assert.equal(answers.filter((answer) => answer.status < 400).length, 1)
  })

  test('a look-alike address is never mailed', async () => {
    const before_count = (await server.outbox()).length
    const asked = await requestReset('mıke@legacy.example')
    assert.equal(asked.status, 200)
    assert.equal((await server.outbox()).length, before_count)
    assert.equal(await mailTo('mike@legacy.example'), undefined)
    const [event] = await server.logs('type:fcpr')
    assert.match(String(event?.['description']), /not the one that was typed/)
  })

  test('an unknown address gets the same answer and no mail', async () => {
    const before_count = (await server.outbox()).length
    const asked = await requestReset('nobody@legacy.example')
    assert.equal(asked.text, "We've just sent you an email to reset your password.")
    assert.equal((await server.outbox()).length, before_count)
  })

  test('the answer does not wait for the legacy store', async () => {
    const slow = peopleOptions(people, {
      customScripts: {
        login: 'function login(a, b, cb) {}',
        get_user: 'function getUser(a, cb) { setTimeout(() => cb(null), 4000) }',
      },
    })
    await server.createConnection('slow', slow, [client])
    const started = performance.now()
    const asked = await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'slow',
      email: 'ada@legacy.example',
    })
    const known = performance.now() - started
    assert.equal(asked.status, 200)
    assert.equal(known < 4000, true, `answered after ${known} ms`)
  })

  test('a confirmation is refused where get_user now answers another id', async () => {
    await requestReset('changes@legacy.example')
    const ticket = secretIn(await mailTo('changes@legacy.example'))
    await setScripts({
      'changes@legacy.example': person('changes', {
        get_user: { user_id: 'someone-else', email: 'changes@legacy.example' },
      }),
    })
    const refused = await confirm(ticket)
    assert.equal(refused.status, 400, refused.text)
    assert.deepEqual(await server.must('GET', 'users-by-email?email=changes@legacy.example'), [])
    await setScripts({})
  })

  test('a confirmation is refused where get_user now answers another address, or no user', async () => {
    await requestReset('other-address@legacy.example')
    const first = secretIn(await mailTo('other-address@legacy.example'))
    await requestReset('vanishes@legacy.example')
    const second = secretIn(await mailTo('vanishes@legacy.example'))
    await setScripts({
      'other-address@legacy.example': person('other-address', {
        get_user: { user_id: 'other-address', email: 'new@legacy.example' },
      }),
      'vanishes@legacy.example': person('vanishes', { get_user: null }),
    })
    assert.equal((await confirm(first)).status, 400)
    assert.equal((await confirm(second)).status, 400)
    await setScripts({})
  })

  test('an outage during the confirmation keeps the link valid', async () => {
    await requestReset('outage@legacy.example')
    const ticket = secretIn(await mailTo('outage@legacy.example'))
    const down =
      'function getUser(a, cb) { cb(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })) }'
    await server.must('PATCH', `connections/${connection_id}`, {
      options: { ...options(), customScripts: { login: down, get_user: down } },
    })
    const refused = await confirm(ticket)
    assert.equal(refused.status, 503)
    assert.match(refused.text, /link is still (good|valid)/)
    const failedCall = async (type: string) => {
      await server.settle()
      const [event] = await server.logs(`type:${type}`)
      const { call_id, ...call } = member(event?.['details'], 'migration') as JsonObject
      assert.match(String(call_id), /^[\w-]{16}$/)
      return { ...call, ms: 0 }
    }
    const call = { script: 'get_user', ms: 0, outcome: 'legacy_unreachable', error: 'connect ECONNREFUSED' }
    assert.deepEqual(await failedCall('fcp'), call)
    await requestReset('outage@legacy.example')
    assert.deepEqual(await failedCall('fcpr'), call)
    await setScripts({})
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('for a user who has moved in between the link changes the password here', async () => {
    await requestReset('moves@legacy.example')
    const ticket = secretIn(await mailTo('moves@legacy.example'))
    assert.equal((await server.login(client, 'legacy', 'moves@legacy.example', 'right')).status, 200)
    assert.equal((await confirm(ticket)).status < 400, true)
    assert.equal((await server.login(client, 'legacy', 'moves@legacy.example', chosen)).status, 200)
  })

  test('a weak password is refused and the link stays valid', async () => {
    await requestReset('ada@legacy.example')
    const ticket = secretIn(await mailTo('ada@legacy.example'))
    assert.equal((await confirm(ticket, 'abc')).status, 400)
    assert.equal((await confirm(ticket, 'Better-than-that-2')).status < 400, true)
  })

  test('a user who was deleted here is not mailed', async () => {
    assert.equal((await server.login(client, 'legacy', 'gone@legacy.example', 'right')).status, 200)
    await server.must('DELETE', 'users/auth0%7Cgone')
    await requestReset('gone@legacy.example')
    assert.equal(await mailTo('gone@legacy.example'), undefined)
  })

  test('a user whom the legacy store blocks is not mailed', async () => {
    await requestReset('blocked@legacy.example')
    assert.equal(await mailTo('blocked@legacy.example'), undefined)
  })

  test('the record lists the fields in which login and get_user differ, without values', async () => {
    await requestReset('drift@legacy.example')
    await server.outbox()
    assert.equal((await server.login(client, 'legacy', 'drift@legacy.example', 'right')).status, 200)
    const record = await recordOf('drift@legacy.example')
    assert.deepEqual(member(record?.['drift'], 'fields'), ['nickname'])
    const whole = await server.must('GET', `migrations/${connection_id}/records/${String(record?.['record_id'])}`)
    assert.equal(JSON.stringify(whole).includes('from get_user'), false)
  })

  test('a new password ends the refresh tokens', async () => {
    const opened = await server.login(client, 'legacy', 'ada@legacy.example', 'Better-than-that-2', {
      scope: 'openid offline_access',
    })
    assert.equal(opened.status, 200, opened.text)
    await requestReset('ada@legacy.example')
    const mails = await server.outbox('ada@legacy.example')
    assert.equal((await confirm(secretIn(mails[0]), 'Even-better-3')).status < 400, true)
    const refreshed = await server.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...client,
      refresh_token: member(opened.json, 'refresh_token'),
    })
    assert.equal(refreshed.status, 403, refreshed.text)
  })
})
