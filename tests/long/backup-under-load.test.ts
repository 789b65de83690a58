// Backups of a server under load: each restores to a consistent store, as of one moment of the load.
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../src/store/tables.ts'
import { fillStore } from '../support/fill-store.ts'
import { bearer, type TestClient } from '../support/requests.ts'
import { runCommand } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { withStore } from '../server/stopped-store.ts'

const backups = Number(process.env['WHERRY_TEST_BACKUPS'] ?? 5)
const password = 'Compiler no. 1'
let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const connection_id = await server.createConnection('users', {}, [client])
  await server.createConnection('filled', {}, [client])
  const { db, tenant_id } = server.internals
  // The pages of the store that a backup copies.
  const filled = await db
    .selectFrom('connections')
    .select('connection_id')
    .where('name', '=', 'filled')
    .executeTakeFirstOrThrow()
  await fillStore(db, {
    tenant_id,
    connection_id: filled.connection_id,
    users: 20_000,
    days: 1,
    events_per_day: 20_000,
  })
  assert.notEqual(connection_id, filled.connection_id)
})
after(() => server?.close())

/** What one user of the load has done so far: the users that signed up, in order, and the last refresh token. */
type Worker = { signed_up: string[]; refresh_token?: string; answers: number }

/** Signs up, logs in, refreshes, changes and deletes users, one request after the other, until `ended`. */
async function work(name: string, worker: Worker, ended: () => boolean): Promise<void> {
  for (let nth = 0; !ended(); nth += 1) {
    const email = `${name}-${nth}@example.com`
    const body = { client_id: client.client_id, connection: 'users', email, password }
    const address = `10.${nth % 250}.${Math.floor(nth / 250) % 250}.${name.length}`
    const made = await server.post('/dbconnections/signup', body, { 'x-forwarded-for': address })
    assert.equal(made.status, 200, made.text)
    worker.signed_up.push(email)
    const login = await server.login(client, 'users', email, password, { scope: 'openid offline_access' }, address)
    assert.equal(login.status, 200, login.text)
    const refresh = { grant_type: 'refresh_token', ...client, refresh_token: login.json.refresh_token }
    const refreshed = await server.post('/oauth/token', refresh)
    assert.equal(refreshed.status, 200, refreshed.text)
    worker.refresh_token = String(refreshed.json.refresh_token ?? login.json.refresh_token)
    worker.answers += 3
  }
}

const count = async (db: Db, query: ReturnType<typeof sql<{ total: number }>>): Promise<number> =>
  Number((await query.execute(db)).rows[0]?.total)

/** What holds in a store at each moment: no row without those that were written with it. */
async function checkInvariants(db: Db): Promise<void> {
  const missing: [string, ReturnType<typeof sql<{ total: number }>>][] = [
    [
      'users without an identity',
      sql`select count(*) as total from users where not exists (select 1 from identities where identities.tenant_id = users.tenant_id and identities.user_id = users.user_id)`,
    ],
    [
      'identities without a user',
      sql`select count(*) as total from identities where not exists (select 1 from users where users.tenant_id = identities.tenant_id and users.user_id = identities.user_id)`,
    ],
    [
      'users of the load without a credential',
      sql`select count(*) as total from users where email like '%@example.com' and not exists (select 1 from credentials where credentials.tenant_id = users.tenant_id and credentials.user_id = users.user_id)`,
    ],
    [
      'identifiers without a user',
      sql`select count(*) as total from user_identifiers where not exists (select 1 from users where users.tenant_id = user_identifiers.tenant_id and users.user_id = user_identifiers.user_id)`,
    ],
    [
      'token families without a user',
      sql`select count(*) as total from token_families where user_id is not null and not exists (select 1 from users where users.tenant_id = token_families.tenant_id and users.user_id = token_families.user_id)`,
    ],
    [
      'refresh tokens without a family',
      sql`select count(*) as total from refresh_tokens where not exists (select 1 from token_families where token_families.tenant_id = refresh_tokens.tenant_id and token_families.family_id = refresh_tokens.family_id)`,
    ],
  ]
  for (const [name, query] of missing) assert.equal(await count(db, query), 0, name)
  const of_load = sql<{
    total: number
  }>`select count(*) as total from users join connections using (tenant_id, connection_id) where connections.name = 'users'`
  const counted = sql<{
    total: number
  }>`select sum(value) as total from connection_counters join connections using (tenant_id, connection_id) where counter = 'users' and connections.name = 'users'`
  assert.equal(await count(db, counted), await count(db, of_load), 'the counter of users')
}

test('each of several backups under load restores to a consistent store: what was answered before is in it, what began after is not', async () => {
  const names = ['a', 'bb', 'ccc', 'dddd']
  const workers: Worker[] = names.map(() => ({ signed_up: [], answers: 0 }))
  let ended = false
  const load = names.map((name, at) => work(name, workers[at] as Worker, () => ended))
  const folder = tempFolder('backups')
  const taken: { file: string; before: number[]; after: number[]; rows: Record<string, number> }[] = []
  const began = performance.now()
  for (let nth = 0; nth < backups; nth += 1) {
    await sleep(1000)
    const file = join(folder, `${nth}.sqlite`)
    const before_it = workers.map(({ signed_up }) => signed_up.length)
    const made = await runCommand(['backup', '--file', file, '--json'], { env: { WHERRY_DATA_DIR: server.data_dir } })
    assert.equal(made.status, 0, made.stderr)
    const { rows } = JSON.parse(made.stdout) as { rows: Record<string, number> }
    // One more user of each may be under way.
    taken.push({ file, before: before_it, after: workers.map(({ signed_up }) => signed_up.length + 1), rows })
  }
  const last_tokens = workers.map(({ refresh_token }) => refresh_token)
  ended = true
  await Promise.all(load)
  const answers = workers.reduce((sum, worker) => sum + worker.answers, 0)
  console.log(`${backups} backups during ${answers} requests in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  assert.ok(
    workers.every(({ signed_up }) => signed_up.length > 3),
    'there was load',
  )
  const env = { ...server.env }
  await server.stop()

  for (const { file, before: least, after: most, rows } of taken) {
    const data_dir = tempFolder('restored')
    copyFileSync(join(server.data_dir, 'secret.key'), join(data_dir, 'secret.key'))
    copyFileSync(join(server.data_dir, 'first-run.json'), join(data_dir, 'first-run.json'))
    const restored = await runCommand(['restore', '--file', file, '--json'], { env: { WHERRY_DATA_DIR: data_dir } })
    assert.equal(restored.status, 0, restored.stderr)
    assert.deepEqual((JSON.parse(restored.stdout) as { rows: object }).rows, rows, 'the counts of the backup')
    await withStore(data_dir, async (db) => {
      await checkInvariants(db)
      for (const [at, name] of names.entries()) {
        const found = await db
          .selectFrom('users')
          .select('email')
          .where('email', 'like', `${name}-%@example.com`)
          .execute()
        const numbers = found
          .map(({ email }) => Number(/-(\d+)@/.exec(email ?? '')?.[1]))
          .toSorted((one, other) => one - other)
        // Each worker waits for an answer before the next request: its users have no gap.
        assert.deepEqual(
          numbers,
          numbers.map((_, nth) => nth),
          `the users of ${name} are the first ones`,
        )
        assert.ok(
          numbers.length >= (least[at] ?? 0),
          `${name}: ${least[at]} were answered before the backup, it has ${numbers.length}`,
        )
        assert.ok(numbers.length <= (most[at] ?? 0), `${name}: ${numbers.length} of at most ${most[at]}`)
      }
    })
    const running = await startTestServer({ env: { ...env, WHERRY_DATA_DIR: data_dir } })
    const email = `a-${(least[0] ?? 1) - 1}@example.com`
    const login = await running.login(client, 'users', email, password, { scope: 'openid' })
    assert.equal(login.status, 200, login.text)
    assert.equal((await running.send('/userinfo', { headers: bearer(String(login.json.access_token)) })).status, 200)
    await running.stop()
  }

  server = await startTestServer({ env })
  const refresh = { grant_type: 'refresh_token', ...client, refresh_token: last_tokens[0] }
  assert.equal((await server.post('/oauth/token', refresh)).status, 200, 'the server itself lost nothing')
})
