// Searches run beside all other work: off the event loop on SQLite, on connections of their own on PostgreSQL, and bounded in time.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql, type SqlBool } from 'kysely'
import { Refusal } from '../../src/contract/refusal.ts'
import { listEvents } from '../../src/logs/list-events.ts'
import { listRecords } from '../../src/migration/list-records.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openSearches, search_limits, type Searches, type Snapshots } from '../../src/store/searches.ts'
import { addReader, withoutReaders } from '../../src/store/sqlite-readers.ts'
import { StoreUnavailable } from '../../src/store/store-unavailable.ts'
import type { Db } from '../../src/store/tables.ts'
import { listUsers } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const refusalOf = async (work: Promise<unknown>): Promise<Refusal> =>
  await work.then(
    () => assert.fail('not refused'),
    (error: unknown) => (error instanceof Refusal ? error : assert.fail(String(error))),
  )

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const page = { page: { kind: 'offset', page: 0, per_page: 10 }, include_total: false } as const
// No index serves it.
const nobody = {
  ...page,
  search: Array.from({ length: 20 }, (_, nth) => `email:*nobody${nth}* OR user_id:*nobody${nth}*`).join(' OR '),
}

/** Compares each user with a thousand texts, which takes seconds. */
const readForSeconds = (reader: Db) =>
  reader
    .selectFrom('users')
    .select('user_id')
    .where('tenant_id', '=', of.tenant_id)
    .where(
      sql<SqlBool>`exists (select 1 from log_events as e, log_events as f, log_events as g where e.type || f.type || g.type = users.user_id)`,
    )
    .execute()

describe('searches on SQLite', () => {
  const target = { engine: 'sqlite', folder: tempFolder('searches') } as const
  let db: Db
  let searches: Searches & Snapshots

  before(async () => {
    db = await openStore(target)
    await fillStore(db, { ...of, users: 30_000, days: 1, events_per_day: 10 })
    searches = openSearches(db, target)
    await listUsers({ db, searches }, of.tenant_id, nobody)
  })
  after(async () => {
    await searches.close()
    await db.destroy()
  })

  test('[guard: search-off-event-loop] the event loop turns while a search visits all users', async () => {
    let turns = 0
    const ticking = setInterval(() => (turns += 1), 1)
    for (let nth = 0; nth < 5; nth += 1)
      assert.deepEqual((await listUsers({ db, searches }, of.tenant_id, nobody)).items, [])
    clearInterval(ticking)
    assert.ok(turns >= 12, `${turns} turns`)
  })

  test('[guard: search-time-limit] a search that takes too long is refused, and the next one is served', async () => {
    const impatient = openSearches(db, target, { ...search_limits, timeout_ms: 1000 })
    const began = performance.now()
    const slow = await refusalOf(impatient.run(of.tenant_id, readForSeconds))
    assert.equal(slow.code, 'search_timeout')
    assert.match(slow.message, /over 10 seconds/)
    // Five seconds after its time the thread would be ended instead.
    assert.ok(performance.now() - began < 5500)
    const { items } = await listUsers({ db, searches: impatient }, of.tenant_id, { ...page, search: 'email:user77*' })
    assert.equal(items.length, 10)
    await impatient.close()
  })

  test('a search sees what was committed before it', async () => {
    await db
      .updateTable('users')
      .set({ email_lower: 'new@filled.example' })
      .where('user_id', '=', 'auth0|filled-7')
      .execute()
    const { items } = await listUsers({ db, searches }, of.tenant_id, { ...page, search: 'email:new@filled.example' })
    assert.deepEqual(
      items.map((user) => user.user_id),
      ['auth0|filled-7'],
    )
  })

  test('[guard: no-readers-at-recovery] searches close their connections before the store is opened again', async () => {
    const file = join(target.folder, 'wherry.sqlite')
    let is_closed = false
    const removeReader = addReader(file, async () => {
      await setTimeout(20)
      is_closed = true
    })
    await withoutReaders(file, () => {
      assert.ok(is_closed)
      assert.throws(() => addReader(file, () => Promise.resolve()), StoreUnavailable)
    })
    removeReader()
    const { items } = await listUsers({ db, searches }, of.tenant_id, { ...page, search: 'email:user7*' })
    assert.equal(items.length, 10)
  })

  test('[guard: searches-after-opening] searches wait while the store is opened again, and run once more where they were in the middle', async () => {
    const file = join(target.folder, 'wherry.sqlite')
    const count = async (reader: Db) => (await reader.selectFrom('users').select('user_id').limit(3).execute()).length
    const in_the_middle = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    let reads = 0
    const running = searches.atOneMoment(of.tenant_id, async ({ run }) => {
      reads += 1
      await run(of.tenant_id, count)
      in_the_middle.resolve()
      await closed.promise
      return await run(of.tenant_id, count)
    })
    await in_the_middle.promise
    let later: Promise<number> | undefined
    let is_open = false
    await withoutReaders(file, async () => {
      later = searches.run('ten_b', async (reader) => {
        const counted = await count(reader)
        assert.ok(is_open)
        return counted
      })
      closed.resolve()
      await setTimeout(50)
      is_open = true
    })
    assert.deepEqual([await running, reads, await later], [3, 2, 3])
  })

  test('a search cannot write', async () => {
    const write = searches.run(of.tenant_id, (reader) => reader.deleteFrom('users').execute())
    await assert.rejects(write, /readonly database/)
  })
})

test('[guard: search-threads] lists that visit many rows are searches, and others are not', async () => {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const tenant = { tenant_id: of.tenant_id, name: 'a' }
  let runs = 0
  const searches: Searches = {
    async run(tenant_id, read) {
      assert.equal(tenant_id, of.tenant_id)
      runs += 1
      return await read(db)
    },
    close: () => Promise.resolve(),
  }
  const isSearch = async (list: () => Promise<unknown>): Promise<boolean> => {
    runs = 0
    await list()
    return runs === 1
  }
  const deps = { db, searches }
  const users = (more: object) => isSearch(() => listUsers(deps, of.tenant_id, { ...page, ...more }))
  const events = (filter: object) =>
    isSearch(() =>
      listEvents(deps, { ...tenant, shows_admins: false }, { filter, page: { kind: 'offset', page: 0, per_page: 10 } }),
    )
  const records = (filter: object) => isSearch(() => listRecords(deps, of, filter, { take: 10 }))
  for (const more of [{ search: 'name:x' }, { sort: 'logins_count:1' }, { sort: 'name:1', connection_id: 'con_a' }]) {
    assert.equal(await users(more), true, JSON.stringify(more))
  }
  for (const more of [{}, { sort: 'name:-1' }, { connection_id: 'con_a' }]) {
    assert.equal(await users(more), false, JSON.stringify(more))
  }
  assert.deepEqual([await events({ search: 'type:s' }), await events({ user_id: 'auth0|1' })], [true, false])
  assert.deepEqual(
    [await records({ q: 'x' }), await records({ outcome: 'collision' }), await records({ state: 'seen' })],
    [true, true, false],
  )
  await db.destroy()
})

describe('searches on PostgreSQL', () => {
  let postgres: PostgresServer
  let db: Db
  let searches: Searches
  const errors: Error[] = []
  const sleep = (seconds: number) => (reader: Db) => sql`select pg_sleep(${seconds})`.execute(reader)

  before(async () => {
    postgres = await startPostgres()
    const { url } = await postgres.createStore('searches')
    const target = {
      engine: 'postgres',
      url,
      connections: 2,
      onConnectionError: (error: Error) => void errors.push(error),
    } as const
    db = await openStore(target)
    // As servers have it by default; this one is set otherwise. Later connections have it.
    const database = sql.id(new URL(url).pathname.slice(1))
    await sql`alter database ${database} set max_parallel_workers_per_gather = 2`.execute(db)
    searches = openSearches(db, target, { ...search_limits, timeout_ms: 2000 })
  })
  after(async () => {
    await searches?.close()
    await db?.destroy()
    await postgres?.stop()
  })

  test('[guard: search-connections] many searches take no connection of other work, and tenants take turns', async () => {
    const ended: string[] = []
    let begun = 0
    const search = async (tenant_id: string): Promise<void> => {
      await searches.run(tenant_id, async (reader) => {
        begun += 1
        await sleep(1)(reader)
      })
      ended.push(tenant_id)
    }
    const hostile = Array.from({ length: 6 }, () => search('ten_hostile'))
    const victim = [search('ten_victim')]
    await waitUntil(() => begun === 2)
    const began = performance.now()
    await Promise.all(Array.from({ length: 10 }, () => db.selectFrom('installation').selectAll().execute()))
    assert.equal(ended.length, 0, `other work took ${performance.now() - began} ms`)
    await Promise.all([...hostile, ...victim])
    assert.ok(ended.indexOf('ten_victim') <= 1, ended.join(' '))
  })

  test('[guard: search-time-limit] a search that takes too long is refused, and is no lost connection', async () => {
    const slow = await refusalOf(searches.run(of.tenant_id, sleep(60)))
    assert.equal(slow.code, 'search_timeout')
    assert.deepEqual(errors, [])
    await searches.run(of.tenant_id, sleep(0))
  })

  test('[guard: search-on-one-core] a search uses one core of the server', async () => {
    const setting = await searches.run(of.tenant_id, (reader) =>
      sql<Record<string, string>>`show max_parallel_workers_per_gather`.execute(reader),
    )
    assert.deepEqual(setting.rows, [{ max_parallel_workers_per_gather: '0' }])
  })

  test('an error of a search is not taken for its time limit', async () => {
    const wrong = searches.run(of.tenant_id, (reader) => sql`select no_such_column`.execute(reader))
    await assert.rejects(wrong, (error) => !(error instanceof Refusal))
  })
})
