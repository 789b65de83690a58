// The store and a server behind PgBouncer in transaction mode, as Debian packages it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { openStore } from '../../src/store/open-store.ts'
import { StoreUnavailable } from '../../src/store/store-unavailable.ts'
import type { Db, Transaction } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { type Pgbouncer, startPgbouncer } from '../support/pgbouncer.ts'
import { type DatabaseServer, startPostgres } from '../support/servers.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, realm_grant } from '../support/tenant-api.ts'

// Fewer than the connections of the server, so that its transactions take turns on them.
const server_connections = 3

let database: DatabaseServer
let pooler: Pgbouncer
let direct: Db
let pooled: Db

const open = (url: string): Promise<Db> =>
  openStore({ engine: 'postgres', url, connections: 6, onConnectionError: () => undefined })

before(async () => {
  database = await startPostgres()
  pooler = await startPgbouncer(database, server_connections)
  pooled = await open(pooler.url)
  direct = await open(database.url)
})
after(async () => {
  await pooled?.destroy()
  await direct?.destroy()
  await pooler?.stop()
  await database?.stop()
})

const limits = async (db: Db | Transaction): Promise<unknown[]> => {
  const shown = sql<{ statement: string; idle: string }>`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle`
  const { rows } = await shown.execute(db)
  return Object.values(rows[0] ?? {})
}

test('without a pooler each session has the time limits; behind one each transaction has them, and leaves none behind [guard: time-limits-behind-a-pooler]', async () => {
  assert.deepEqual(await limits(direct), ['15s', '30s'])
  assert.deepEqual(await inTransaction(pooled, limits), ['15s', '30s'])
  const serializable = pooled.transaction().setIsolationLevel('serializable')
  const found = await serializable.execute(async (trx) => [
    ...(await limits(trx)),
    (await sql<{ level: string }>`select current_setting('transaction_isolation') as level`.execute(trx)).rows[0]
      ?.level,
  ])
  assert.deepEqual(found, ['15s', '30s', 'serializable'])
  assert.deepEqual(await limits(pooled), ['0', '0'])
})

test('a transaction whose client is idle for too long is ended behind a pooler', async () => {
  const idle = pooled.transaction().execute(async (trx) => {
    await sql`set local idle_in_transaction_session_timeout = 200`.execute(trx)
    await trx.insertInto('installation').values({ name: 'idle', value: '' }).execute()
    await sleep(1000)
    await trx.insertInto('installation').values({ name: 'idle, too', value: '' }).execute()
  })
  await assert.rejects(idle, StoreUnavailable)
  assert.deepEqual(await pooled.selectFrom('installation').selectAll().where('name', 'like', 'idle%').execute(), [])
})

test('no update is lost by transactions that take turns on the connections of a pooler', async () => {
  await pooled.insertInto('installation').values({ name: 'count', value: '0' }).execute()
  const raise = (): Promise<void> =>
    inTransaction(pooled, async (trx) => {
      await sql`update installation set value = cast(cast(value as integer) + 1 as text) where name = 'count'`.execute(
        trx,
      )
    })
  await Promise.all(Array.from({ length: 60 }, raise))
  const row = await pooled.selectFrom('installation').select('value').where('name', '=', 'count').executeTakeFirst()
  assert.equal(row?.value, '60')
})

test('a server starts behind PgBouncer as it comes, logs in many users at once, and is ready', async () => {
  const own = await database.createDatabase('pooled')
  const in_front = await startPgbouncer(own, server_connections)
  const env = {
    DATABASE_URL: in_front.url,
    WHERRY_SECRET_KEY: randomUUID() + randomUUID(),
    WHERRY_ADMIN_URL: await freeAdminUrl(),
  }
  const server = await startServerProcess({ env })
  try {
    const tenant = createTenantApi(addressOf(server.firstRun()))
    const client = await tenant.createClient({ grant_types: [realm_grant, 'refresh_token'] })
    await tenant.createConnection('local', {}, [client])
    const password = 'Right-Password-1'
    const emails = Array.from({ length: 20 }, (_, nth) => `user-${nth}@pooled.example`)
    const answers = await Promise.all(
      emails.map(async (email) => {
        const user = { client_id: client.client_id, connection: 'local', email, password }
        const signed_up = await tenant.post('/dbconnections/signup', user)
        const logged_in = await tenant.login(client, 'local', email, password, { scope: 'openid offline_access' })
        const { refresh_token } = logged_in.json
        const refreshed = await tenant.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })
        const wrong = await tenant.login(client, 'local', email, 'Wrong-Password-1')
        return [signed_up.status, logged_in.status, refreshed.status, wrong.status]
      }),
    )
    for (const statuses of answers) assert.deepEqual(statuses, [200, 200, 200, 403])
    assert.equal((await tenant.send('/health/ready')).status, 200)
    assert.deepEqual(
      server.lines().filter((line) => /"level":[456]0/.test(line)),
      [],
    )
  } finally {
    await server.stop()
    await in_front.stop()
  }
})
