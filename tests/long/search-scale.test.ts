// Lists and searches of users that an index serves take as long in a large store as in a small one. WHERRY_SEARCH_USERS sets the size of the
// large one (default 100,000).
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openSearches } from '../../src/store/searches.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { listUsers, type UserQuery } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const small = 1000
const large = Number(process.env['WHERRY_SEARCH_USERS'] ?? 100_000)
const rounds = 40
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

// Each finds as many users in both stores.
const queries: Record<string, Partial<UserQuery>> = {
  'the first page with the total': { include_total: true },
  'a page in the order of names': { sort: 'name:1', page: 3 },
  'the users of a connection': { connection_id: of.connection_id, include_total: true },
  'an e-mail address': { search: 'email:user7@filled.example' },
  'a user id': { search: 'user_id:"auth0|filled-77"' },
  'a way that no user came': { search: 'arrived_through:signup', include_total: true },
  'a domain that no address has': { search: 'email.domain:nowhere.example', include_total: true },
}

/** The 95th percentile of the time of each query, in ms, in a store with so many users. */
async function measure(target: StoreTarget, users: number): Promise<Map<string, number>> {
  const db = await openStore(target)
  const searches = openSearches(db, target)
  await fillStore(db, { ...of, users, days: 0, events_per_day: 0 })
  const p95 = new Map<string, number>()
  for (const [name, query] of Object.entries(queries)) {
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now()
      await listUsers({ db, searches }, of.tenant_id, { page: 0, per_page: 50, include_total: false, ...query })
      times.push(performance.now() - started)
    }
    p95.set(name, times.toSorted((one, other) => one - other)[Math.floor(rounds * 0.95)] ?? Number.NaN)
  }
  await searches.close()
  await db.destroy()
  return p95
}

for (const [engine, makeTarget] of Object.entries(engines)) {
  test(`lists and searches of ${large} users take as long as those of ${small} on ${engine}`, async (t) => {
    const before = await measure(await makeTarget(), small)
    const now = await measure(await makeTarget(), large)
    for (const [name, ms] of now) {
      const small_ms = before.get(name) ?? Number.NaN
      t.diagnostic(`${name}: ${small_ms.toFixed(2)} → ${ms.toFixed(2)} ms`)
      assert.ok(ms <= Math.max(small_ms * 2, small_ms + 5), `${name}: ${small_ms} → ${ms} ms`)
    }
  })
}
