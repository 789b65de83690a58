import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertUser, type UserToInsert } from '../../src/users/insert-user.ts'
import { completeProfile } from '../../src/users/user-attributes.ts'
import { until } from '../jobs/job-kit.ts'
import { objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})

after(() => server.close())

const scripts = legacyScripts([{ user_id: 1, email: 'ada@legacy.example' }])
/** Options in import mode of a legacy store with one user, `<id>@legacy.example`. */
const storeOf = (id: string): JsonObject => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: legacyScripts([{ user_id: id, email: `${id}@legacy.example` }]),
})
const custom = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }

const newUserOf = (tenant_id: string, connection_id: string, nth: number): UserToInsert => ({
  tenant_id,
  connection_id,
  strategy: 'auth0',
  identity_user_id: `${connection_id}-${nth}`,
  at: Date.now(),
  ...completeProfile({ email: `p${nth}@local.example`, email_verified: true }),
  last_password_reset: null,
  identifiers: [{ kind: 'email', value: `p${nth}@local.example` }],
})

let made = 0
async function make(options: JsonObject = {}, more: JsonObject = {}) {
  made += 1
  return await server.must('POST', 'connections', {
    name: `c${made}`,
    strategy: 'auth0',
    options,
    enabled_clients: [client.client_id],
    ...more,
  })
}

describe('the clients of a connection', () => {
  it('are enabled and disabled one by one, and listed for the connection and for the client', async () => {
    const { id } = await make({}, { enabled_clients: [] })
    const other = await server.createClient()
    await server.must('PATCH', `connections/${id}/clients`, [
      { client_id: client.client_id, status: true },
      { client_id: other.client_id, status: true },
    ])
    await server.must('PATCH', `connections/${id}/clients`, [{ client_id: client.client_id, status: false }])
    assert.deepEqual(await server.must('GET', `connections/${id}/clients`), {
      clients: [{ client_id: other.client_id }],
    })
    const { connections } = await server.must('GET', `clients/${other.client_id}/connections`)
    assert.deepEqual(
      connections.map((connection: { id: string }) => connection.id),
      [id],
    )
    assert.equal((await server.refused('PATCH', `connections/${id}/clients`, []))[0], 400)
  })
})

describe('listing connections', () => {
  before(async () => {
    for (let index = 0; index < 7; index += 1) await make()
  })

  it('pages by number with totals, or by checkpoint where take or from is sent', async () => {
    const all = await server.must('GET', 'connections?per_page=100')
    const { connections, total, start, limit } = await server.must(
      'GET',
      'connections?page=1&per_page=2&include_totals=true',
    )
    assert.deepEqual([connections.length, total, start, limit], [2, all.length, 2, 2])
    const seen: string[] = []
    let next: string | undefined
    do {
      const from = next === undefined ? '' : `&from=${next}`
      const part = await server.must('GET', `connections?include_totals=true&take=3${from}`)
      assert.ok(!('total' in part))
      seen.push(...part.connections.map((connection: { id: string }) => connection.id))
      next = part.next
    } while (next !== undefined)
    assert.deepEqual(
      seen,
      all.map((connection: { id: string }) => connection.id),
    )
  })

  it('refuses an invalid checkpoint', async () => {
    assert.equal((await server.refused('GET', 'connections?take=3&from=nonsense'))[1], 'invalid_query_string')
  })

  it('filters by name and by one or several strategies', async () => {
    assert.equal((await server.must('GET', `connections?name=c1`)).length, 1)
    const { id } = await make({}, { name: 'Harbour-store', display_name: 'The 100% quay' })
    for (const q of ['harb', 'QUAY', '100%25', id]) {
      assert.deepEqual(
        objects(await server.must('GET', `connections?q=${q}`)).map(({ name }) => name),
        ['Harbour-store'],
      )
    }
    assert.deepEqual(await server.must('GET', 'connections?q=1%25'), [])
    assert.ok((await server.must('GET', 'connections?strategy=auth0&strategy=samlp')).length > 1)
    assert.deepEqual(await server.must('GET', 'connections?strategy=samlp'), [])
  })
})

/** Waits until the due jobs that delete the data of connections are completed. */
async function untilDeleted(): Promise<void> {
  const { db, clock } = server.internals
  const due = () =>
    db
      .selectFrom('jobs')
      .select('job_id')
      .where('kind', '=', 'delete_connection_data')
      .where('run_at', '<=', clock.now())
      .where('state', '!=', 'completed')
      .executeTakeFirst()
  await until(async () => (await due()) === undefined)
}

describe('deleting a connection', () => {
  it('deletes its users, ledger, tokens and script log, and frees its name', async () => {
    const { id, name } = await make(storeOf('cy'), { name: 'doomed' })
    assert.equal((await server.login(client, name, 'cy@legacy.example', 'right one')).status, 200)
    assert.equal((await server.must('GET', 'users-by-email?email=cy@legacy.example')).length, 1)
    const { deleted_at } = await server.must('DELETE', `connections/${id}`)
    assert.ok(Date.parse(deleted_at) > 0)
    assert.equal((await server.login(client, name, 'cy@legacy.example', 'right one')).status, 400)
    await untilDeleted()
    const left = await Promise.all(
      (['users', 'identities', 'user_identifiers', 'migration_records', 'connection_counters'] as const).map((table) =>
        server.internals.db.selectFrom(table).select('tenant_id').where('connection_id', '=', id).execute(),
      ),
    )
    assert.deepEqual(left.flat(), [])
    await make({}, { name: 'doomed' })
    assert.equal((await server.api('DELETE', `connections/${id}`)).status, 204)
  })

  it('refuses logins and sign-ups as soon as the connection is deleted, while its users are still being deleted', async () => {
    const { id, name } = await make()
    const { db } = server.internals
    const tenant_id = (await db.selectFrom('connections').select('tenant_id').executeTakeFirstOrThrow()).tenant_id
    await inTransaction(db, async (trx) => {
      for (let nth = 0; nth < 6000; nth += 1) await insertUser(trx, newUserOf(tenant_id, String(id), nth))
    })
    const attempts: { at: number; status: number }[] = []
    const signUp = async (nth: number): Promise<void> => {
      const at = performance.now()
      const body = {
        client_id: client.client_id,
        connection: name,
        email: `late-${nth}@local.example`,
        password: 'Right-one-1',
      }
      attempts.push({ at, status: (await server.post('/dbconnections/signup', body)).status })
    }
    await signUp(0)
    let ended = false
    const signing_up = (async () => {
      for (let nth = 1; !ended; nth += 1) await signUp(nth)
    })()
    await server.must('DELETE', `connections/${id}`)
    const gone_at = performance.now()
    await signUp(9998)
    await untilDeleted()
    ended = true
    await signing_up
    await signUp(9999)
    const late = attempts.filter(({ at }) => at > gone_at)
    assert.equal(attempts[0]?.status, 200)
    assert.ok(late.length > 1, `${late.length} sign-ups came late`)
    assert.deepEqual([...new Set(late.map(({ status }) => status))], [400])
  })
})

describe('plans', () => {
  it('limit import mode and legacy mode when a connection is created or changed', async () => {
    const small = await startTestServer({ env: { WHERRY_PLAN: 'developer' } })
    try {
      const legacy = { enabledDatabaseCustomization: true, customScripts: scripts }
      const refused = await small.api('POST', 'connections', { name: 'a', strategy: 'auth0', options: legacy })
      assert.equal(refused.status, 403)
      assert.deepEqual(
        [(refused.json as JsonObject)['errorCode'], (refused.json as JsonObject)['required_plan']],
        ['plan_required', 'enterprise'],
      )
      const { id } = await small.must('POST', 'connections', { name: 'b', strategy: 'auth0', options: custom })
      assert.equal((await small.refused('PATCH', `connections/${id}`, { options: legacy }))[1], 'plan_required')
      await small.must('PATCH', 'tenants/settings', { friendly_name: 'Small' })
      assert.equal((await small.refused('PATCH', 'tenants/settings', { plan: 'enterprise' }))[1], 'invalid_body')
      const { tenants } = await small.must('GET', 'tenants')
      await small.must('PATCH', `tenants/${tenants[0].id}`, { plan: 'free' })
      assert.equal((await small.refused('PATCH', `connections/${id}`, { options: custom }))[1], 'plan_required')
      await small.must('PATCH', `connections/${id}`, { display_name: 'Still mine' })
      await small.must('PATCH', `tenants/${tenants[0].id}`, { plan: 'enterprise' })
      await small.must('POST', 'connections', { name: 'c', strategy: 'auth0', options: legacy })
    } finally {
      await small.close()
    }
  })
})
