import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'
import { peopleOptions, type Scripted } from './people-scripts.ts'

const ada: Scripted = { password: 'right', profile: { user_id: 'ada', email: 'Ada@Legacy.example', nickname: 'first' } }

describe('legacy mode: the scripts decide every login', () => {
  let house: TestHouse
  let client: TestClient
  let connection_id: string
  const options = (person: Scripted) => peopleOptions({ 'ada@legacy.example': person }, { import_mode: false })
  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    connection_id = await house.createConnection('legacy', options(ada), [client])
  })
  after(async () => await house.close())

  test('a login caches the profile and never a password', async () => {
    const answer = await house.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid' })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(await house.house.db.selectFrom('credentials').selectAll().execute(), [])
    assert.equal(member(await house.must('GET', 'users/auth0%7Cada'), 'nickname'), 'first')
    const [record] = await house.records(connection_id)
    assert.equal(record?.['state'], 'seen')
  })

  test('the next login asks again, refreshes the profile, and heeds a new password at once', async () => {
    const changed: Scripted = {
      password: 'new',
      profile: { user_id: 'ada', email: 'ada@legacy.example', nickname: 'second' },
    }
    await house.must('PATCH', `connections/${connection_id}`, { options: options(changed) })
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 403)
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    const user = await house.must('GET', 'users/auth0%7Cada')
    assert.equal(member(user, 'nickname'), 'second')
    assert.equal(member(user, 'logins_count'), 2)
  })

  test('a user blocked here stays out', async () => {
    await house.must('PATCH', 'users/auth0%7Cada', { blocked: true })
    const refused = await house.login(client, 'legacy', 'ada@legacy.example', 'new')
    assert.deepEqual(refused.json, { error: 'unauthorized', error_description: 'user is blocked' })
    await house.must('PATCH', 'users/auth0%7Cada', { blocked: false })
  })

  test('when import mode is turned on, the cached user is completed at the next login', async () => {
    const change = peopleOptions({
      'ada@legacy.example': { password: 'new', profile: { user_id: 'ada', email: 'ada@legacy.example' } },
    })
    await house.must('PATCH', `connections/${connection_id}`, { options: change })
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'wrong')).status, 403)
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    assert.equal((await house.records(connection_id))[0]?.['state'], 'migrated')
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'new')).status, 200)
    const summary = await house.must('GET', `migrations/${connection_id}`)
    assert.equal(member(summary, 'users'), 1)
  })

  test('import mode with moved users is turned off only by force', async () => {
    const refused = await house.api('PATCH', `connections/${connection_id}`, { options: options(ada) })
    assert.equal(refused.status, 409, refused.text)
    assert.equal(member(refused.json, 'errorCode'), 'import_mode_in_use')
    const forced = await house.api('PATCH', `connections/${connection_id}?force=true`, { options: options(ada) })
    assert.equal(forced.status, 200, forced.text)
  })

  test('sign-up and reset are honestly refused where no script can do them', async () => {
    for (const path of ['dbconnections/signup', 'dbconnections/change_password']) {
      const answer = await house.post(path, {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'x@example.com',
        password: 'Chosen-here-1',
      })
      assert.equal(answer.status, 400, answer.text)
    }
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
      const house = await startHouse({ env: { WHERRY_PLAN: plan } })
      try {
        const make = (name: string, imports: boolean) =>
          house.api('POST', 'connections', {
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
        const plain = await house.api('POST', 'connections', { name: 'plain', strategy: 'auth0', options: {} })
        assert.equal(plain.status, 201, plain.text)
      } finally {
        await house.close()
      }
    })
  }

  test('a plan that was lowered keeps the scripts from running; moved users still log in', async () => {
    const house = await startHouse({ keep_data: true })
    const people = {
      'ada@legacy.example': ada,
      'bob@legacy.example': { password: 'right', profile: { user_id: 'bob', email: 'bob@legacy.example' } },
    }
    const client = await house.createClient()
    await house.createConnection('legacy', peopleOptions(people), [client])
    assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
    await house.close()
    const lowered = await startHouse({
      data_dir: house.data_dir,
      env: { WHERRY_PLAN: 'free', WHERRY_PORT: String(house.port), WHERRY_PUBLIC_URL: house.issuer },
    })
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
