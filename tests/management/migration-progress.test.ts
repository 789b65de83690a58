// What an operator watches: logins by application, causes with samples, days, groups, all migrations, and exported lists.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer, member, objects, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { fillDirectory } from '../migration/rehearsal-kit.ts'

const formula = '=cmd|calc!A1'
const login = `function login(email, password, callback) {
  const user_id = email.split('@')[0]
  if (password === 'down') { const error = new Error('connect ECONNREFUSED db:5432'); error.code = 'ECONNREFUSED'; return callback(error) }
  if (password === 'broken') return callback(new Error('boom ${formula}'))
  if (password === 'no address') return callback(null, { user_id, email: 'no address' })
  if (password !== 'right one') return callback(new WrongUsernameOrPasswordError(user_id))
  callback(null, { user_id, email, given_name: user_id === 'cy' ? 'Cy' : 'X' })
}`
const get_user = `function getByEmail(email, callback) {
  callback(null, { user_id: email.split('@')[0], email, given_name: 'Y' })
}`
const today = new Date().toISOString().slice(0, 10)

const store = await testedStore('SQLite')

describe(`the progress of a migration on ${store.name}`, () => {
  let server: TestServer
  let client: TestClient
  let other: TestClient
  let id: string

  before(async () => {
    server = await startTestServer({ env: await store.env() })
    client = await server.createClient({ name: 'Shop' })
    other = await server.createClient({ name: 'Back office' })
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
    id = await server.createConnection('legacy', options, [client, other])
    const logIn = (by: TestClient, name: string, password: string) =>
      server.login(by, 'legacy', `${name}@legacy.example`, password)
    for (const name of ['ada', 'bea']) await logIn(client, name, 'right one')
    await logIn(other, 'ada', 'right one')
    await logIn(other, 'cy', 'wrong')
    await logIn(client, 'cy', 'no address')
    await logIn(client, 'dot', 'wrong')
    await logIn(client, 'dot', 'broken')
    await logIn(client, 'eve', 'broken')
    await logIn(other, 'eve', 'down')
  })
  after(async () => await server?.close())

  const get = async (path = ''): Promise<Json> => await server.must('GET', `migrations/${id}${path}`)

  const download = async (query: string) =>
    await server.send(`/api/v2/migrations/${id}/export?${query}`, { headers: bearer(await server.managementToken()) })

  it('counts the logins of a day by application and outcome', async () => {
    const { day, outcomes, clients, more_clients, legacy_calls } = await get('/logins')
    assert.equal(day, today)
    assert.equal(more_clients, 0)
    assert.deepEqual(outcomes, {
      moved: 2,
      success: 1,
      wrong_password: 2,
      profile_refused: 1,
      script_error: 2,
      legacy_unreachable: 1,
    })
    // Every login but the second of ada, who is here by then.
    assert.deepEqual(legacy_calls, { script: 'login', calls: 8 })
    const by_name = Object.fromEntries(objects(clients).map((one) => [one['client_name'], one['outcomes']]))
    assert.deepEqual(by_name['Back office'], { success: 1, wrong_password: 1, legacy_unreachable: 1 })
    assert.deepEqual(objects((await get('/logins?day=2020-01-01')).clients), [])
    assert.equal((await server.api('GET', `migrations/${id}/logins?day=today`)).status, 400)
  })

  it('names each cause with its count and a sample', async () => {
    const { logins, people } = await get('/causes')
    const failed = objects(logins)
    assert.deepEqual(
      failed.map((one) => [one['outcome'], one['logins']]),
      [
        ['script_error', 2],
        ['profile_refused', 1],
        ['legacy_unreachable', 1],
      ],
    )
    assert.match(JSON.stringify(failed[0]?.['sample']), /"message":"boom =cmd.*"user_name":"eve@legacy.example"/)
    const causes = objects(people).map(({ kind, cause, people: count, decided }) => [cause, { kind, count, decided }])
    const undecided = { kind: 'outcome', count: 1, decided: 0 }
    assert.deepEqual(Object.fromEntries(causes), { profile_refused: undecided, script_error: undecided })
    const refused = objects(people).find(({ cause }) => cause === 'profile_refused')
    assert.match(String(member(refused?.['sample'], 'message')), /email/)
    const record_id = String(member(refused?.['sample'], 'record_id'))
    await server.must('PUT', `migrations/${id}/records/${record_id}/decision`, { kind: 'exclude' })
    const after_it = objects((await get('/causes')).people).find(({ cause }) => cause === 'profile_refused')
    assert.equal(after_it?.['decided'], 1)
  })

  it('lists and exports the records with the same filters', async () => {
    const namesOf = async (filter: string): Promise<unknown[]> =>
      objects((await get(`/records?${filter}`)).records).map((one) => (one['identifiers'] as string[])[0])
    assert.deepEqual(await namesOf('outcome=script_error'), ['dot@legacy.example'])
    assert.deepEqual(await namesOf('through=login'), ['bea@legacy.example', 'ada@legacy.example'])
    assert.deepEqual(await namesOf('through=import'), [])
    const { text, headers } = await download('state=migrated')
    assert.equal(headers.get('content-disposition'), 'attachment; filename="migration-records-legacy.csv"')
    const [head = '', ...lines] = text.trim().split('\r\n')
    assert.ok(head.startsWith('record_id,legacy_id,email,username,state'))
    assert.deepEqual(
      lines.map((line) => line.split(',')[2]),
      ['bea@legacy.example', 'ada@legacy.example'],
    )
    const all = await download('format=ndjson')
    assert.equal(all.text.trim().split('\n').length, 4)
    assert.equal(JSON.parse(all.text.split('\n')[0] ?? '').connection_id, id)
    assert.equal((await server.api('GET', `migrations/${id}/export?state=lost`)).status, 400)
  })

  it('shows the days, the groups and the sums of all migrations', async () => {
    const { days } = await get('/days')
    const day = objects(days).at(-1)
    assert.deepEqual([day?.['day'], day?.['moved'], day?.['moved_total'], day?.['refused']], [today, 2, 2, 1])
    assert.deepEqual(
      objects(day?.['versions']).map(({ script }) => script),
      ['get_user', 'login'],
    )
    let answer = await get('/groups')
    while (answer.groups === undefined) answer = await get('/groups')
    const { groups } = answer
    assert.deepEqual([groups.people, groups.reachable, groups.without_address, groups.with_hash], [2, 2, 0, 0])
    assert.deepEqual(groups.domains, [{ name: 'legacy.example', people: 2 }])
    assert.deepEqual(groups.moved_through, [{ name: 'login', people: 2 }])
    assert.deepEqual(groups.last_activity.at(-1), { name: 'unknown', people: 2 })
    const all = await server.must('GET', 'migrations')
    assert.deepEqual([all.total, all.totals.users, all.totals.states.migrated, all.totals.moved_today], [1, 2, 2, 2])
    const [one] = objects(all.migrations)
    assert.deepEqual([one?.['connection'], one?.['mode'], one?.['directory_loaded']], ['legacy', 'import', false])
    assert.equal(one?.['failed_today'], 4)
    assert.equal((await server.must('GET', 'migrations?page=1')).migrations.length, 0)
  })

  it('shows how fast the legacy store answers, and finds a person by the id of the record', async () => {
    const { health } = await get()
    assert.equal(health.calls_in_flight, 0)
    const [record] = objects((await get('/records?state=migrated')).records)
    const { people } = await get(`/people?q=${String(record?.['record_id'])}`)
    assert.equal(people.length, 1)
    assert.equal(people[0].record.record_id, record?.['record_id'])
  })

  it('lists the users about whom the scripts disagree, as a cause', async () => {
    assert.deepEqual((await get('/records?drifted=true')).records, [])
    const [dot] = objects((await get('/records?q=dot')).records)
    // get_user runs before a link is mailed to a user who has not moved.
    await server.must('POST', `migrations/${id}/people/send-link`, { record_id: dot?.['record_id'] })
    await server.login(client, 'legacy', 'dot@legacy.example', 'right one')
    const drifted = objects((await get('/records?drifted=true')).records)
    assert.deepEqual(
      drifted.map(({ record_id }) => record_id),
      [dot?.['record_id']],
    )
    const drift = objects((await get('/causes')).people).find(({ kind }) => kind === 'drift')
    assert.deepEqual([drift?.['people'], member(drift?.['sample'], 'message')], [1, 'given_name'])
  })

  const decideCause = async (body: Json): Promise<Answer> =>
    await server.api('POST', `migrations/${id}/decisions/by-cause`, body)

  it('decides about all people with a cause, in parts, and about no one twice', async () => {
    const listed = Array.from({ length: 3 }, (_, nth) => ({
      legacy_id: `bad-${nth}`,
      email: 'no address',
      problem: 'invalid_address',
    }))
    const [first] = await fillDirectory(server, id, listed)
    await server.must('PUT', `migrations/${id}/records/${first}/decision`, { kind: 'exclude', message: 'by hand' })
    const exclude = { problem: 'invalid_address', kind: 'exclude', message: 'Write to us.' }
    const one = await decideCause({ ...exclude, people_max: 1 })
    assert.deepEqual(one.json, { decided: 1, has_more: true }, one.text)
    assert.deepEqual((await decideCause({ ...exclude, people_max: 5000 })).json, { decided: 1, has_more: false })
    assert.deepEqual((await decideCause({ ...exclude, people_max: 5000 })).json, { decided: 0, has_more: false })
    const decisions = objects((await get('/records?problem=invalid_address')).records).map(({ decision }) =>
      String(member(decision, 'message')),
    )
    assert.deepEqual(decisions.toSorted(), ['Write to us.', 'Write to us.', 'by hand'])
    // `retry` holds until the next login, and the user who was excluded before stays so.
    const retry = { outcome: 'profile_refused', kind: 'retry', people_max: 10 }
    assert.deepEqual((await decideCause(retry)).json, { decided: 0, has_more: false })
    await server.login(client, 'legacy', 'fay@legacy.example', 'no address')
    assert.deepEqual((await decideCause(retry)).json, { decided: 1, has_more: false })
    assert.deepEqual((await decideCause(retry)).json, { decided: 0, has_more: false })
    await server.login(client, 'legacy', 'fay@legacy.example', 'no address')
    assert.deepEqual((await decideCause(retry)).json, { decided: 1, has_more: false })
  })

  it('refuses a decision about two causes, about none, about too many, or with a text that no one sees', async () => {
    for (const [body, part] of [
      [{ kind: 'retry', people_max: 1 }, 'one of outcome, problem and rehearsed'],
      [
        { kind: 'retry', people_max: 1, outcome: 'blocked', problem: 'missing_id' },
        'one of outcome, problem and rehearsed',
      ],
      [{ kind: 'retry', people_max: 5001, outcome: 'blocked' }, 'people_max'],
      [{ kind: 'retry', people_max: 1, outcome: 'blocked', message: 'x' }, 'property message'],
      [{ kind: 'keep', people_max: 1, outcome: 'blocked' }, 'property kind'],
    ] as const) {
      const { status, text } = await decideCause(body)
      assert.equal(status, 400)
      assert.ok(text.includes(part), text)
    }
  })

  const notMoved = async (): Promise<number> => {
    const { states } = await get()
    return states.unseen + states.seen + states.reset_pending + states.refused
  }

  it('says what the plan is needed for', async () => {
    const { plan, uses } = await server.must('GET', 'tenants/plan')
    assert.equal(plan, 'enterprise')
    assert.deepEqual(uses, [
      {
        feature: 'import_mode',
        connections: 1,
        users: 3,
        not_moved: await notMoved(),
        is_complete: false,
        first: [{ id, name: 'legacy' }],
      },
      { feature: 'legacy_mode', connections: 0, users: 0, not_moved: 0, is_complete: true, first: [] },
    ])
  })

  it('shows how far the tenant is on the way to the first move', async () => {
    const steps = await server.must('GET', 'tenants/first-steps')
    assert.deepEqual(steps, {
      has_application: true,
      connection: {
        id,
        name: 'legacy',
        mode: 'import',
        has_login_script: true,
        has_application: true,
        was_called: true,
      },
      moved: 3,
    })
  })
})

describe('the first steps of a tenant', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(async () => await server.close())

  it('are counted from nothing to the connection that is nearest to its first move', async () => {
    const steps = async (): Promise<Json> => await server.must('GET', 'tenants/first-steps')
    assert.deepEqual(await steps(), { has_application: false, moved: 0 })
    const shop = await server.createClient({ name: 'Shop' })
    assert.deepEqual(await steps(), { has_application: true, moved: 0 })
    const options = { enabledDatabaseCustomization: true, import_mode: true }
    const with_scripts = { ...options, customScripts: { login, get_user } }
    const far = { mode: 'local', has_login_script: false, has_application: false, was_called: false }
    const local = await server.createConnection('staff', {}, [])
    assert.deepEqual((await steps()).connection, { id: local, name: 'staff', ...far })
    const finished = await server.createConnection('finished', {}, [])
    await server.internals.db
      .updateTable('connections')
      .set({ finish_step: 'disconnect' })
      .where('connection_id', '=', finished)
      .execute()
    await server.createConnection('partners', {}, [])
    const ended = { id: finished, name: 'finished', ...far, finish_step: 'disconnect' }
    assert.deepEqual((await steps()).connection, ended)
    const empty = await server.createConnection('old', options, [])
    assert.deepEqual((await steps()).connection, { ...far, id: empty, name: 'old', mode: 'import' })
    const ready = await server.createConnection('older', with_scripts, [shop])
    await server.createConnection('newest', options, [])
    const near = { id: ready, name: 'older', mode: 'import', has_login_script: true, has_application: true }
    assert.deepEqual((await steps()).connection, { ...near, was_called: false })
  })
})
