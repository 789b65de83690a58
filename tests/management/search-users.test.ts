import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { writeSortedCheckpoint } from '../../src/base/page.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { openStore, openStoreOn } from '../../src/store/open-store.ts'
import { openSearches, type Searches } from '../../src/store/searches.ts'
import type { Db, UsersTable } from '../../src/store/tables.ts'
import { listUsers, type UserQuery } from '../../src/users/list-users.ts'
import { user_columns } from '../../src/users/user-columns.ts'
import { indexPendingMetadata } from '../../src/users/metadata/index-pending-metadata.ts'
import { documentLeaf, insertLeaves } from '../../src/users/metadata/metadata-leaves.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { found_by, refused } from './user-searches.ts'
import { completeProfile, writeProfile } from '../../src/users/user-attributes.ts'

const tenant_id = 'ten_a'

type Opened = { db: Db; searches: Searches }

const stores: Record<string, () => Promise<Opened>> = {
  async SQLite() {
    const target = { engine: 'sqlite', folder: tempFolder('search') } as const
    const db = await openStore(target)
    return { db, searches: openSearches(db, target) }
  },
  async PostgreSQL() {
    const db = await openStoreOn(new PGliteDialect({ pglite: () => PGlite.create() }))
    return { db, searches: { run: (_tenant_id, read) => read(db), close: () => Promise.resolve() } }
  },
}

function user(id: string, more: Partial<UsersTable>): UsersTable {
  return {
    tenant_id,
    user_id: `auth0|${id}`,
    connection_id: 'con_1',
    ...writeProfile(completeProfile({ name: more.name ?? undefined, nickname: more.nickname ?? undefined })),
    created_at: Date.UTC(2024, 0, 15),
    updated_at: Date.UTC(2024, 0, 15),
    last_login: null,
    last_ip: null,
    logins_count: 0,
    last_password_reset: null,
    legacy_blocked: 0,
    second_factors: null,
    linked_to: null,
    arrived_through: 'import',
    arrived_at: Date.UTC(2024, 0, 15),
    ...more,
  }
}

const email = (address: string): Partial<UsersTable> => ({
  email: address,
  email_lower: address.toLowerCase(),
  email_domain: address.toLowerCase().split('@').at(-1) ?? null,
})

const people = [
  user('jane', {
    ...email('Jane.Doe@example.com'),
    email_verified: 1,
    name: 'Jane Doe',
    nickname: 'JD',
    logins_count: 5,
    user_metadata: '{"colour":"red","deep":{"er":{"still":7}},"list":["a","b"]}',
    app_metadata:
      '{"plan":"gold","vip":true,"score":12.5,"roles":["admin","editor"],"items":[{"sku":"x1"},{"sku":"x2"}],"empty":{},"none":null,"text":"7"}',
  }),
  user('bob', {
    ...email('bob@other.org'),
    name: "Bob O'Brien",
    logins_count: 1,
    last_login: Date.UTC(2024, 5, 1, 12),
    created_at: Date.UTC(2024, 1, 1),
    app_metadata: '{"plan":"silver","score":3,"vip":false,"seat":7,"below":-2,"long":"LONG"}'.replace(
      'LONG',
      'x'.repeat(300),
    ),
    blocked: 1,
  }),
  user('zoë', {
    username: 'Zoë_100%',
    username_lower: 'zoë_100%',
    name: 'JOSÉ [x]',
    created_at: Date.UTC(2024, 2, 1),
    app_metadata: JSON.stringify({
      plan: 'plätze',
      deep: { a: null },
      many: Array.from({ length: 300 }, (_, at) => `n${at}`),
    }),
  }),
]

for (const [engine, open] of Object.entries(stores)) {
  describe(`searching users on ${engine}`, () => {
    let db: Db
    let searches: Searches
    const find = async (search: string, more: { sort?: string } = {}): Promise<{ ids: string[]; total: number }> => {
      const page = { page: { kind: 'offset', page: 0, per_page: 50 }, include_total: true } as const
      const found = await listUsers({ db, searches }, tenant_id, { search, ...more, ...page })
      return { ids: found.items.map((one) => one.user_id.slice(6)), total: found.total ?? -1 }
    }

    before(async () => {
      const opened = await open()
      db = opened.db
      searches = opened.searches
      await db
        .insertInto('users')
        .values([...people, { ...user('other', email('jane@else.where')), tenant_id: 'ten_b' }])
        .execute()
      const connection = {
        tenant_id,
        strategy: 'auth0',
        options: '{}',
        configuration_sealed: '{}',
        scripts_sealed: '{}',
        data: '{}',
        version: 1,
      }
      await db
        .insertInto('connections')
        .values([
          { ...connection, connection_id: 'con_1', name: 'users', created_at: 1, updated_at: 1 },
          { ...connection, connection_id: 'con_2', name: 'shop', created_at: 1, updated_at: 1 },
        ])
        .execute()
      await db
        .insertInto('identities')
        .values(
          people.map(({ user_id }) => ({
            tenant_id,
            connection_id: user_id.endsWith('zoë') ? 'con_2' : 'con_1',
            identity_user_id: user_id.slice(6),
            user_id,
            strategy: 'auth0',
            created_at: 1,
          })),
        )
        .execute()
      await db
        .insertInto('connection_counters')
        .values([{ tenant_id, connection_id: 'con_1', counter: 'users', slot: 0, value: 3 }])
        .execute()
      // As the schema step leaves users of before the index.
      await db
        .insertInto('metadata_leaves')
        .values(people.map(({ user_id }) => ({ tenant_id, user_id, ...documentLeaf('pending') })))
        .execute()
    })
    after(async () => {
      await searches.close()
      await db.destroy()
    })

    for (const [search, expected] of found_by.filter(([text], nth) => text.includes('_metadata') && nth % 3 === 0)) {
      it(`finds ${expected === '' ? 'no user' : expected} by ${search} before the metadata are indexed`, async () => {
        assert.equal((await find(search)).ids.toSorted().join(' '), expected)
      })
    }

    it('indexes the metadata of existing users as those of new ones', async () => {
      const leaves = () =>
        db.selectFrom('metadata_leaves').selectAll().orderBy('user_id').orderBy('path').orderBy('value').execute()
      const step = () => inTransaction(db, (trx) => indexPendingMetadata(trx, tenant_id))
      assert.deepEqual([await step(), await step()], [people.length, 0])
      const indexed = await leaves()
      await db.deleteFrom('metadata_leaves').where('tenant_id', '=', tenant_id).execute()
      await inTransaction(db, (trx) => insertLeaves(trx, people))
      assert.deepEqual(await leaves(), indexed)
      assert.equal(
        indexed.some(({ value }) => value === 'pending'),
        false,
      )
      assert.ok(indexed.length > 20)
    })

    for (const [search, expected] of found_by) {
      it(`finds ${expected === '' ? 'no user' : expected} by ${search === '' ? 'no search' : search}`, async () => {
        const { ids, total } = await find(search)
        assert.equal(ids.toSorted().join(' '), expected)
        assert.equal(total, ids.length)
      })
    }

    for (const [search, message] of refused) {
      it(`refuses ${search.slice(0, 40)}`, async () => {
        await assert.rejects(find(search), (error) => {
          assert.ok(error instanceof Refusal)
          assert.equal(error.code, 'invalid_query_string')
          return message.test(error.message)
        })
      })
    }

    it('sorts by a field in either direction, users without a value last', async () => {
      assert.deepEqual((await find('', { sort: 'email:1' })).ids, ['bob', 'jane', 'zoë'])
      assert.deepEqual((await find('', { sort: 'email:-1' })).ids, ['jane', 'bob', 'zoë'])
      assert.deepEqual((await find('', { sort: 'created_at:-1' })).ids, ['zoë', 'bob', 'jane'])
      await assert.rejects(find('', { sort: 'constructor:1' }), /cannot be sorted/)
    })

    it('reads one user after the other from checkpoints, in every order, and counts them on the first page', async () => {
      for (const sort of [...user_columns].flatMap(([name, { sortable }]) =>
        sortable ? [`${name}:1`, `${name}:-1`] : [],
      )) {
        const ids: string[] = []
        const totals: (number | undefined)[] = []
        let from: string | undefined
        do {
          const page = { kind: 'checkpoint', take: 1, ...(from === undefined ? {} : { from }) } as const
          const part = await listUsers({ db, searches }, tenant_id, { sort, page, include_total: from === undefined })
          ids.push(...part.items.map((one) => one.user_id.slice(6)))
          totals.push(part.total)
          from = part.next
        } while (from !== undefined)
        assert.deepEqual(ids, (await find('', { sort })).ids, sort)
        assert.deepEqual(totals, [3, undefined, undefined], sort)
      }
    })

    it('lists and counts the users who came in one way, of all connections and of one', async () => {
      const listed = async (of: Partial<UserQuery>) => {
        const page = { kind: 'checkpoint', take: 2 } as const
        return await listUsers({ db, searches }, tenant_id, { ...of, page, include_total: true })
      }
      for (const narrowed of [{}, { connection_id: 'con_1' }, { sort: 'email:1' }]) {
        const { items, total, next } = await listed({ ...narrowed, arrived_through: 'import' })
        assert.deepEqual([items.length, total, next === undefined], [2, 3, false])
        assert.equal((await listed({ ...narrowed, arrived_through: 'login' })).total, 0)
      }
    })

    it('refuses a checkpoint of another list', async () => {
      const checkpoints = [
        'nonsense',
        writeSortedCheckpoint('name:-1', { value: 'a', id: 'b' }),
        writeSortedCheckpoint('name:1', { value: 7, id: 'b' }),
        writeSortedCheckpoint('name:1', { value: 'a\0', id: 'b' }),
        writeSortedCheckpoint('name:1', { value: 'a', id: '\0' }),
      ]
      for (const from of checkpoints) {
        const page = { kind: 'checkpoint', take: 1, from } as const
        const listed = listUsers({ db, searches }, tenant_id, { sort: 'name:1', page, include_total: false })
        await assert.rejects(listed, /Not a checkpoint of this list/, from)
      }
    })
  })
}
