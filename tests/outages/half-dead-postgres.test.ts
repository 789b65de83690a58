// A PostgreSQL that reads but cannot write: a standby, and a primary whose synchronous standby is gone.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOwnPostgres, type OwnPostgres } from '../support/postgres.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, realm_grant, type TenantApi } from '../support/tenant-api.ts'

const password = 'Right-Password-1'

let database: OwnPostgres
let server: ServerProcess
let tenant: TenantApi
let client: TestClient

const login = (typed = password): Promise<Answer> => tenant.login(client, 'local', 'ada@own.example', typed)
const readiness = async (): Promise<number> => (await tenant.send('/health/ready')).status

/** Changes a setting of the running PostgreSQL. */
async function set(name: string, value: string): Promise<void> {
  // The session of the test itself is not affected by what it changes.
  await database.query(`alter system set ${name} = ${value}`)
  await database.query('select pg_reload_conf()')
}

async function eventually(what: string, within_ms: number, holds: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + within_ms; !(await holds()); await sleep(100)) {
    assert.ok(performance.now() < until, `${what} within ${within_ms} ms`)
  }
}

async function assertRecovery(): Promise<void> {
  await eventually('ready', 10_000, async () => (await readiness()) === 200)
  assert.equal((await login()).status, 200)
  assert.equal((await login('Wrong-Password-1')).status, 403)
}

const assertRefused = (answer: Answer): void => {
  assert.equal(answer.status, 503, answer.text)
  assert.ok(Number(answer.headers.get('retry-after')) > 0)
  assert.doesNotMatch(answer.text, /password|invalid_grant|postgres|standby|read-only/i)
}

before(async () => {
  database = await startOwnPostgres()
  server = await startServerProcess({
    env: { DATABASE_URL: database.url, WHERRY_SECRET_KEY: randomUUID() + randomUUID() },
  })
  tenant = createTenantApi(addressOf(server.firstRun()))
  client = await tenant.createClient({ grant_types: [realm_grant] })
  await tenant.createConnection('local', {}, [client])
  const ada = { client_id: client.client_id, connection: 'local', email: 'ada@own.example', password }
  assert.equal((await tenant.post('/dbconnections/signup', ada)).status, 200)
  assert.equal((await login()).status, 200)
})
after(async () => {
  await server?.kill()
  await database?.stop()
})

test('a PostgreSQL that takes no writes: logins get 503 and the server is not ready, reads go on, and it recovers by itself [guard: readiness-writes]', async () => {
  await set('default_transaction_read_only', 'on')
  await eventually('not ready', 10_000, async () => (await readiness()) === 503)
  assertRefused(await login())
  assert.equal((await tenant.send('/health/live')).status, 200)
  assert.equal((await tenant.send('/.well-known/jwks.json')).status, 200)
  await set('default_transaction_read_only', 'off')
  await assertRecovery()
})

test('a synchronous standby that is gone: commits hang, and after ten seconds no login waits for one [guard: unwritable-requests-refused-at-once]', async (t) => {
  await set('synchronous_standby_names', "'absent'")
  const first = performance.now()
  const waiting = Array.from({ length: 4 }, () => login())
  await eventually('not ready', 10_000, async () => (await readiness()) === 503)
  await sleep(Math.max(0, 11_000 - (performance.now() - first)))
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now()
    assertRefused(await login())
    const took_ms = performance.now() - began
    assert.ok(took_ms < 2000, `refused after ${took_ms} ms`)
  }
  assert.equal((await tenant.send('/.well-known/jwks.json')).status, 200, 'reads go on')
  for (const answer of await Promise.all(waiting)) assertRefused(answer)
  // Each commit that hangs holds a process of PostgreSQL, also after the client has given up.
  await sleep(8000)
  const hung = await database.query("select pid from pg_stat_activity where wait_event = 'SyncRep'")
  t.diagnostic(`${hung.length} commits hang`)
  assert.ok(hung.length <= 8, `${hung.length} commits hang`)
  await set('synchronous_standby_names', "''")
  await assertRecovery()
})

test('the process log says once what is wrong and once that it is over, for each outage', () => {
  const said = server.lines().filter((line) => /the store can(?:not)? be written/.test(line))
  assert.equal(said.length, 4, said.join('\n'))
  assert.deepEqual(
    server.lines().filter((line) => line.includes('failed')),
    [],
  )
  assert.equal(server.stderr(), '')
})
