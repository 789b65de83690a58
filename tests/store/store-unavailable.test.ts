import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openStoreOn } from '../../src/store/open-store.ts'
import { postgresDialect } from '../../src/store/postgres.ts'
import { StoreUnavailable } from '../../src/store/store-unavailable.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction, uniqueViolation } from '../../src/store/transaction.ts'
import { startPostgres, type TestDatabase, type DatabaseServer } from '../support/servers.ts'

let server: DatabaseServer
let database: TestDatabase
let db: Db
const reported: string[] = []

before(async () => {
  server = await startPostgres()
  database = await server.createDatabase('away')
  const onConnectionError = ({ message }: Error): void => void reported.push(message)
  const limits = { connections: 1, statement_timeout_ms: 2000 }
  db = await openStoreOn(postgresDialect({ url: database.url, ...limits, onConnectionError }))
})
after(async () => {
  await db?.destroy()
  await server?.stop()
})

const pid = async (): Promise<number> =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid ?? 0

test('a statement over its time limit fails as an unavailable store, and its connection is still used', async () => {
  const before_pid = await pid()
  await assert.rejects(sql`select pg_sleep(20)`.execute(db), StoreUnavailable)
  assert.equal(await pid(), before_pid)
})

test('a connection that is closed during a transaction fails once, and is replaced', async () => {
  const before_pid = await pid()
  reported.length = 0
  const work = inTransaction(db, async (trx) => {
    await trx.insertInto('installation').values({ name: 'half', value: '' }).execute()
    await database.query('select pg_terminate_backend($1)', [before_pid])
    await trx.insertInto('installation').values({ name: 'other', value: '' }).execute()
  })
  await assert.rejects(work, StoreUnavailable)
  assert.notEqual(await pid(), before_pid)
  assert.equal((await db.selectFrom('installation').select('name').where('name', '=', 'half').execute()).length, 0)
  assert.equal(reported.length > 0 && new Set(reported).size === reported.length, true, reported.join('\n'))
})

test('an error of the statement itself is not an outage', async () => {
  const row = { name: 'twice', value: '' }
  await db.insertInto('installation').values(row).execute()
  await assert.rejects(db.insertInto('installation').values(row).execute(), (error) => {
    assert.equal(uniqueViolation(error)?.table, 'installation')
    return !(error instanceof StoreUnavailable)
  })
  for (const wrong of ['select nothing_of_that_name', 'selct 1', 'select 1/0']) {
    await assert.rejects(sql.raw(wrong).execute(db), (error) => !(error instanceof StoreUnavailable))
  }
})
