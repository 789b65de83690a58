import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { openStore } from '../../src/store/open-store.ts'
import { schemaMigrations } from '../../src/store/schema/schema.ts'
import { StoreUnusable } from '../../src/store/store-unusable.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { freePort } from '../support/free-port.ts'
import { startPostgres } from '../support/servers.ts'
import { inTier } from '../support/tier.ts'
import { waitUntil } from '../support/wait-until.ts'

const server = await startPostgres()
after(() => server.stop())

const lost: string[] = []
const open = (url: string, connections = 6): Promise<Db> =>
  openStore({ engine: 'postgres', url, connections, onConnectionError: (error) => void lost.push(error.message) })

const valueOf = async (db: Db, name: string): Promise<string | undefined> =>
  (await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst())?.value

const processes = inTier(4, 2)
test(`${processes} processes that start concurrently on an empty database all start, and the schema is created once`, async () => {
  const { url, query } = await server.createDatabase('race')
  const program = join(import.meta.dirname, 'store-process.ts')
  const ran = await Promise.all(
    Array.from({ length: processes }, () => promisify(execFile)(process.execPath, [program, 'migrate', url])),
  )
  for (const { stdout, stderr } of ran) assert.deepEqual([stdout, stderr], ['done\n', ''])
  assert.equal((await query('select * from schema_versions')).length, schemaMigrations.length)
})

test('a transaction that PostgreSQL ends for serialization runs again, and no update is lost', async () => {
  const { url } = await server.createDatabase('serial')
  await server.query(
    `alter database ${new URL(url).pathname.slice(1)} set default_transaction_isolation = serializable`,
  )
  const db = await open(url, 10)
  await db.insertInto('installation').values({ name: 'count', value: '0' }).execute()
  let runs = 0
  let reads = 0
  const raise = (): Promise<void> =>
    inTransaction(db, async (trx) => {
      runs += 1
      const row = await trx.selectFrom('installation').select('value').where('name', '=', 'count').executeTakeFirst()
      reads += 1
      // All have read before the first one writes.
      await waitUntil(() => reads >= 5)
      const value = String(Number(row?.value) + 1)
      await trx.updateTable('installation').set({ value }).where('name', '=', 'count').execute()
    })
  await Promise.all(Array.from({ length: 5 }, raise))
  assert.equal(await valueOf(db, 'count'), '5')
  assert.ok(runs > 5, `PostgreSQL ended none of ${runs}: nothing was proved`)
  await db.destroy()
})

test('a transaction that PostgreSQL ends for a deadlock runs again', async () => {
  const db = await open((await server.createDatabase('deadlock')).url)
  for (const name of ['left', 'right']) await db.insertInto('installation').values({ name, value: '' }).execute()
  let runs = 0
  let updates = 0
  const crossing = (first: string, second: string): Promise<void> =>
    inTransaction(db, async (trx) => {
      runs += 1
      await trx.updateTable('installation').set({ value: first }).where('name', '=', first).execute()
      updates += 1
      await waitUntil(() => updates >= 2)
      await trx.updateTable('installation').set({ value: first }).where('name', '=', second).execute()
    })
  await Promise.all([crossing('left', 'right'), crossing('right', 'left')])
  assert.ok(runs > 2, 'PostgreSQL saw no deadlock: nothing was proved')
  assert.equal(await valueOf(db, 'left'), await valueOf(db, 'right'))
  await db.destroy()
})

test('a connection that the server closes during a transaction fails that transaction only', async () => {
  const { url, query } = await server.createDatabase('broken')
  const database = new URL(url).pathname.slice(1)
  const db = await open(url, 3)
  lost.length = 0
  const work = inTransaction(db, async (trx) => {
    await trx.insertInto('installation').values({ name: 'half', value: '' }).execute()
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    await query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await waitUntil(() => lost.length > 0)
    await trx.insertInto('installation').values({ name: 'other half', value: '' }).execute()
  })
  await assert.rejects(work)
  assert.equal(await valueOf(db, 'half'), undefined)
  await inTransaction(db, async (trx) => {
    await trx.insertInto('installation').values({ name: 'whole', value: 'yes' }).execute()
  })
  assert.equal(await valueOf(db, 'whole'), 'yes')
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wherry' and datname = $1`,
    [database],
  )
  const left = 'select 1 from pg_stat_activity where application_name = $1 and datname = $2'
  await waitUntil(async () => (await query(left, ['wherry', database])).length === 0)
  await sleep(100)
  assert.equal(await valueOf(db, 'whole'), 'yes', 'idle connections that were ended are replaced')
  await db.destroy()
})

test('an unusable PostgreSQL is refused with the reason and without the password', async () => {
  const { url } = await server.createDatabase('reasons')
  const changed = (change: (changing: URL) => void): string => {
    const changing = new URL(url)
    change(changing)
    return changing.href
  }
  const password = 'Pass-Word-0123456789'
  const free_port = await freePort()
  const cases: [string, RegExp][] = [
    [changed((each) => (each.password = password)), /password authentication failed/],
    [changed((each) => (each.pathname = '/no_such_database')), /no_such_database/],
    [changed((each) => ((each.port = String(free_port)), (each.password = password))), /ECONNREFUSED/],
    [changed((each) => (each.hostname = 'no-such-host.invalid')), /no-such-host\.invalid/],
  ]
  for (const [wrong, reason] of cases) {
    await assert.rejects(open(wrong), (error) => {
      assert.ok(error instanceof StoreUnusable, String(error))
      assert.match(error.message, /^PostgreSQL at DATABASE_URL cannot be used: /)
      assert.match(error.message, reason)
      assert.ok(!error.message.includes(password) && !error.message.includes(new URL(url).password))
      return true
    })
  }
})

test('a role without the right to create tables is refused with that reason', async () => {
  const { url, query } = await server.createDatabase('role')
  const role = `t_role_${Date.now().toString(36)}`
  await query(`create role ${role} login password 'a-password-for-tests'`)
  await query('revoke create on schema public from public')
  const limited = new URL(url)
  limited.username = role
  limited.password = 'a-password-for-tests'
  await assert.rejects(open(limited.href), (error) => {
    assert.ok(error instanceof StoreUnusable, String(error))
    assert.match(error.message, /permission denied for schema public/)
    return true
  })
  await query(`drop role ${role}`)
})

test('statements and idle transactions have a time limit, so that a stuck process does not block others', async () => {
  const db = await open((await server.createDatabase('limits')).url)
  const show = async (name: string): Promise<unknown> =>
    Object.values((await sql.raw<Record<string, unknown>>(`show ${name}`).execute(db)).rows[0] ?? {})[0]
  assert.equal(await show('statement_timeout'), '15s')
  assert.equal(await show('idle_in_transaction_session_timeout'), '30s')
  await db.destroy()
})
