import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { serviceOptions, startLegacyService, type LegacyService } from '../support/legacy-service.ts'
import { member, type Answer, type TestClient } from '../support/requests.ts'
import { restartTestServer, startTestServer, type TestServer } from '../support/test-server.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const ada: Scripted = { password: 'right', profile: { user_id: 'ada', email: 'Ada@Legacy.example', nickname: 'first' } }

describe('legacy mode: the scripts decide every login', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  const options = (person: Scripted) => peopleOptions({ 'ada@legacy.example': person }, { import_mode: false })
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', options(ada), [client])
  })
  after(async () => await server.close())

  test('a login caches the profile and never a password', async () => {
    const answer = await server.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid' })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(await server.internals.db.selectFrom('credentials').selectAll().execute(), [])
    assert.equal(member(await server.must('GET', 'users/auth0%7Cada'), 'nickname'), 'first')
    const [record] = await server.records(connection_id)
    assert.equal(record?.['state'], 'seen')
  })

  test('the next login runs the script again, updates the profile, and accepts a new password at once', async () => {
    const changed: Scripted = {
      password: 'new',
      profile: { user_id: 'ada', email: 'ada@legacy.example', nickname: 'second' },
    }
    await server.must('PATCH', `connections/${connection_id}`, { options: options(changed) })
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 403)
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    const user = await server.must('GET', 'users/auth0%7Cada')
    assert.equal(member(user, 'nickname'), 'second')
    assert.equal(member(user, 'logins_count'), 2)
  })

  test('a user blocked here is refused', async () => {
    await server.must('PATCH', 'users/auth0%7Cada', { blocked: true })
    const refused = await server.login(client, 'legacy', 'ada@legacy.example', 'new')
    assert.deepEqual(refused.json, { error: 'unauthorized', error_description: 'user is blocked' })
    await server.must('PATCH', 'users/auth0%7Cada', { blocked: false })
  })

  test('after import mode is turned on, the next login moves the cached user', async () => {
    const change = peopleOptions({
      'ada@legacy.example': { password: 'new', profile: { user_id: 'ada', email: 'ada@legacy.example' } },
    })
    await server.must('PATCH', `connections/${connection_id}`, { options: change })
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'wrong')).status, 403)
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    assert.equal((await server.records(connection_id))[0]?.['state'], 'migrated')
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    const summary = await server.must('GET', `migrations/${connection_id}`)
    assert.equal(member(summary, 'users'), 1)
  })

  test('import mode with moved users is turned off only by force', async () => {
    const refused = await server.api('PATCH', `connections/${connection_id}`, { options: options(ada) })
    assert.equal(refused.status, 409, refused.text)
    assert.equal(member(refused.json, 'errorCode'), 'import_mode_in_use')
    const forced = await server.api('PATCH', `connections/${connection_id}?force=true`, { options: options(ada) })
    assert.equal(forced.status, 200, forced.text)
  })

  test('sign-up and reset are refused where no script supports them', async () => {
    for (const path of ['/dbconnections/signup', '/dbconnections/change_password']) {
      const answer = await server.post(path, {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'x@example.com',
        password: 'Chosen-here-1',
      })
      assert.equal(answer.status, 400, answer.text)
    }
  })
})

describe('a user who is blocked by the legacy store, here, or by both', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  let blocked_there = true
  let service: LegacyService
  const path = 'users/auth0%7Cada'
  const login = (): Promise<Answer> => server.login(client, 'legacy', 'ada@legacy.example', 'any')
  const refused = { error: 'unauthorized', error_description: 'user is blocked' }

  before(async () => {
    server = await startTestServer()
    service = await startLegacyService((email) => ({ user_id: 'ada', email, blocked: blocked_there }))
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', { ...serviceOptions(service), import_mode: false }, [
      client,
    ])
  })
  after(async () => {
    service.close()
    await server.close()
  })

  test('[guard: legacy-block] is refused while the legacy store says so; this is shown apart from a block here', async () => {
    assert.deepEqual((await login()).json, refused)
    const user = await server.must('GET', path)
    assert.deepEqual([member(user, 'blocked'), member(user, 'legacy_blocked')], [false, true])
    const [record] = await server.records(connection_id)
    assert.deepEqual([record?.['state'], record?.['last_outcome']], ['refused', 'blocked'])
  })

  test('[guard: legacy-block] gets in when the legacy store lifts its block', async () => {
    blocked_there = false
    assert.equal((await login()).status, 200)
    assert.equal(member(await server.must('GET', path), 'legacy_blocked'), undefined)
  })

  test('stays blocked here, whatever the legacy store says', async () => {
    await server.must('PATCH', path, { blocked: true })
    assert.deepEqual((await login()).json, refused)
    blocked_there = true
    assert.deepEqual((await login()).json, refused)
    await server.must('PATCH', path, { blocked: false })
    assert.deepEqual((await login()).json, refused)
  })

  test('[guard: block-at-move] is neither moved nor let in by import mode while blocked here, and moves afterwards', async () => {
    blocked_there = false
    await server.must('PATCH', path, { blocked: true })
    await server.must('PATCH', `connections/${connection_id}`, { options: serviceOptions(service) })
    assert.deepEqual((await login()).json, refused)
    assert.deepEqual(await server.internals.db.selectFrom('credentials').selectAll().execute(), [])
    await server.must('PATCH', path, { blocked: false })
    assert.equal((await login()).status, 200)
    assert.equal((await server.records(connection_id))[0]?.['state'], 'migrated')
  })
})

describe('plans', () => {
  for (const { plan, import_mode, legacy_mode } of [
    { plan: 'free', import_mode: 403, legacy_mode: 403 },
    { plan: 'developer', import_mode: 201, legacy_mode: 403 },
    { plan: 'developer_pro', import_mode: 201, legacy_mode: 403 },
    { plan: 'enterprise', import_mode: 201, legacy_mode: 201 },
  ]) {
    test(`${plan}: import mode ${import_mode}, legacy mode ${legacy_mode}`, async () => {
      const server = await startTestServer({ env: { WHERRY_PLAN: plan } })
      try {
        const make = (name: string, imports: boolean) =>
          server.api('POST', 'connections', {
            name,
            strategy: 'auth0',
            options: peopleOptions({}, { import_mode: imports }),
          })
        const imported = await make('imports', true)
        assert.equal(imported.status, import_mode, imported.text)
        const legacy = await make('legacy', false)
        assert.equal(legacy.status, legacy_mode, legacy.text)
        if (legacy_mode === 403) {
          assert.equal(member(legacy.json, 'errorCode'), 'plan_required')
          assert.match(String(member(legacy.json, 'message')), /needs the plan enterprise/)
        }
        const plain = await server.api('POST', 'connections', { name: 'plain', strategy: 'auth0', options: {} })
        assert.equal(plain.status, 201, plain.text)
      } finally {
        await server.close()
      }
    })
  }

  test('a lower plan stops the scripts; moved users still log in', async () => {
    const server = await startTestServer()
    const people = {
      'ada@legacy.example': ada,
      'bob@legacy.example': { password: 'right', profile: { user_id: 'bob', email: 'bob@legacy.example' } },
    }
    const client = await server.createClient()
    await server.createConnection('legacy', peopleOptions(people), [client])
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
    const lowered = await restartTestServer(server, { WHERRY_PLAN: 'free' })
    try {
      assert.equal((await lowered.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
      const refused = await lowered.login(client, 'legacy', 'bob@legacy.example', 'right')
      assert.equal(refused.status, 403, refused.text)
      assert.match(refused.text, /developer/)
    } finally {
      await lowered.close()
    }
  })
})
