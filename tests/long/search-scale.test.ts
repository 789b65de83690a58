// Lists and searches of users that an index serves take as long in a large store as in a small one. WHERRY_SEARCH_USERS sets the size of the
// large one (default 100,000).
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openSearches, type Searches } from '../../src/store/searches.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { listUsers, type UserQuery } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const small = 1000
const large = Number(process.env['WHERRY_SEARCH_USERS'] ?? 100_000)
const rounds = 60
const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const server = await startPostgres()
after(() => server.stop())

const engines: Record<string, () => Promise<StoreTarget>> = {
  SQLite: async () => ({ engine: 'sqlite', folder: tempFolder('scale') }),
  PostgreSQL: async () => ({
    engine: 'postgres',
    url: (await server.createDatabase('scale')).url,
    connections: 4,
    onConnectionError: () => undefined,
  }),
}

// Each finds as many users in both stores, but for the blocked ones: one of 500 is blocked, and the oldest two are read.
const queries: Record<string, Partial<UserQuery>> = {
  'the first page with the total': { include_total: true },
  'a page in the order of names': { sort: 'name:1', page: { kind: 'offset', page: 3, per_page: 50 } },
  'the users of a connection': { connection_id: of.connection_id, include_total: true },
  'an e-mail address': { search: 'email:user7@filled.example' },
  'a user id': { search: 'user_id:"auth0|filled-77"' },
  'a way that no user came': { search: 'arrived_through:signup', include_total: true },
  'a text in the metadata': { search: 'app_metadata.batch:b7', include_total: true },
  'a prefix in the metadata that no user has': { search: 'app_metadata.batch:none*', include_total: true },
  'two values in the metadata': {
    search: 'app_metadata.batch:b7 AND app_metadata.seats:[2 TO 7]',
    include_total: true,
  },
  'a value of two': { search: 'app_metadata.batch:(b7 OR b8)', include_total: true },
  'a name': { search: 'name:"NAME 77"', include_total: true },
  'a text in any field': { search: 'user7@filled.example', include_total: true },
  'a username that no user has': { search: 'username:nobody', include_total: true },
  'a prefix of usernames that no user has': { search: 'username:nobody*', include_total: true },
  'a prefix that every user has': { search: 'email:user* OR name:user* OR username:user*', sort: 'created_at:-1' },
  'users who were blocked': {
    search: 'blocked:true',
    sort: 'created_at:1',
    page: { kind: 'offset', page: 0, per_page: 2 },
  },
  'a domain that no address has': { search: 'email.domain:nowhere.example', include_total: true },
}

type Store = { db: Db; searches: Searches }

/** Opens a store with so many users. */
async function openFilled(target: StoreTarget, users: number): Promise<Store> {
  const db = await openStore(target)
  await fillStore(db, { ...of, users, days: 0, events_per_day: 0 })
  // What PostgreSQL does by itself some minutes after so many inserts.
  if (target.engine === 'postgres') await sql`analyze`.execute(db)
  return { db, searches: openSearches(db, target) }
}

const quantile = (times: number[], share: number): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? Number.NaN

/** The times of a list in each store, in ms. The stores are read in turn, so that other work on the machine delays both alike. */
async function measure(stores: readonly Store[], query: Partial<UserQuery>): Promise<number[][]> {
  const times: number[][] = stores.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [nth, store] of stores.entries()) {
      const started = performance.now()
      await listUsers(store, of.tenant_id, { page: { kind: 'checkpoint', take: 50 }, include_total: false, ...query })
      times[nth]?.push(performance.now() - started)
    }
  }
  return times
}

for (const [engine, makeTarget] of Object.entries(engines)) {
  test(`lists and searches of ${large} users take as long as those of ${small} on ${engine}`, async (t) => {
    const stores = [await openFilled(await makeTarget(), small), await openFilled(await makeTarget(), large)]
    const slower: string[] = []
    for (const [name, query] of Object.entries(queries)) {
      const [before = [], now = []] = await measure(stores, query)
      const median = { small: quantile(before, 0.5), large: quantile(now, 0.5) }
      const p95 = `p95 ${quantile(before, 0.95).toFixed(2)} → ${quantile(now, 0.95).toFixed(2)} ms`
      const times = `${name}: median ${median.small.toFixed(2)} → ${median.large.toFixed(2)} ms, ${p95}`
      t.diagnostic(times)
      // On a busy machine the 95th percentile is that of the other work.
      if (!(median.large <= Math.max(median.small * 2, median.small + 5))) slower.push(times)
    }
    for (const { db, searches } of stores) {
      await searches.close()
      await db.destroy()
    }
    assert.deepEqual(slower, [])
  })
}
