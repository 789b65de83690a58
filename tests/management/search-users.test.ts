import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { Refusal } from '../../src/contract/refusal.ts'
import { openStore, openStoreOn } from '../../src/store/open-store.ts'
import { openSearches, type Searches } from '../../src/store/searches.ts'
import type { Db, UsersTable } from '../../src/store/tables.ts'
import { listUsers } from '../../src/users/list-users.ts'
import { tempFolder } from '../support/temp-folder.ts'
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
    ...writeProfile(completeProfile({})),
    created_at: Date.UTC(2024, 0, 15),
    updated_at: Date.UTC(2024, 0, 15),
    last_login: null,
    last_ip: null,
    logins_count: 0,
    last_password_reset: null,
    legacy_blocked: 0,
    second_factors: null,
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
    app_metadata: '{"plan":"silver","score":3,"vip":false,"seat":7}',
    blocked: 1,
  }),
  user('zoë', { username: 'Zoë_100%', username_lower: 'zoë_100%', name: 'JOSÉ [x]', created_at: Date.UTC(2024, 2, 1) }),
]

// A search and the users that it finds.
const found_by: readonly (readonly [string, string])[] = [
  ['', 'bob jane zoë'],
  ['*', 'bob jane zoë'],
  ['email:"jane.doe@EXAMPLE.com"', 'jane'],
  ['email:jane.doe@example.com', 'jane'],
  ['email:jane*', 'jane'],
  ['email:*example.com', 'jane'],
  ['email:*oe@exa*', 'jane'],
  ['email.domain:"other.org"', 'bob'],
  ['email.domain:OTHER.org', 'bob'],
  ['name:"jane doe"', 'jane'],
  ['name:jane', ''],
  ['name:JANE*', 'jane'],
  ["name:o'brien", ''],
  ["name:*o'brien", 'bob'],
  ['name:"josé [x]"', 'zoë'],
  ['name:JOSÉ*', 'zoë'],
  ['username:Zoë_100%', 'zoë'],
  ['username:zoë_100%', ''],
  ['username:Zo*100%', 'zoë'],
  ['username:Zoë?100%', ''],
  ['user_id:"auth0|bob"', 'bob'],
  ['user_id:auth0\\|bob', 'bob'],
  ['user_id:AUTH0\\|bob', ''],
  ['nickname:jd', 'jane'],
  ['blocked:true', 'bob'],
  ['blocked:false', 'jane zoë'],
  ['_exists_:blocked', 'bob'],
  ['NOT _exists_:email', 'zoë'],
  ['email_verified:true', 'jane'],
  ['logins_count:5', 'jane'],
  ['logins_count:2.5', ''],
  ['logins_count:>=1', 'bob jane'],
  ['logins_count:>1', 'jane'],
  ['logins_count:<1', 'zoë'],
  ['logins_count:[1 TO 5]', 'bob jane'],
  ['logins_count:{1 TO 5]', 'jane'],
  ['logins_count:[1 TO 5}', 'bob'],
  ['NOT _exists_:logins_count OR logins_count:0', 'zoë'],
  ['created_at:[2024-01-01 TO 2024-02-01}', 'jane'],
  ['created_at:[2024-01-01 TO 2024-02-01]', 'bob jane'],
  ['created_at:[2024-02 TO *]', 'bob zoë'],
  ['created_at:2024-01-15', 'jane'],
  ['created_at:2024', 'bob jane zoë'],
  ['last_login:>2024-05', 'bob'],
  ['_exists_:last_login', 'bob'],
  ['app_metadata.plan:gold', 'jane'],
  ['app_metadata.plan:"GOLD"', ''],
  ['app_metadata.plan:(gold OR silver)', 'bob jane'],
  ['app_metadata.plan:g*', 'jane'],
  ['app_metadata.vip:true', 'jane'],
  ['app_metadata.vip:false', 'bob'],
  ['app_metadata.score:12.5', 'jane'],
  ['app_metadata.score:[3 TO 12]', 'bob'],
  ['app_metadata.score:>3', 'jane'],
  ['app_metadata.seat:7', 'bob'],
  ['app_metadata.text:7', 'jane'],
  ['app_metadata.text:"7"', 'jane'],
  ['app_metadata.roles:admin', 'jane'],
  ['app_metadata.roles:"admin" AND app_metadata.roles:editor', 'jane'],
  ['app_metadata.items.sku:x2', 'jane'],
  ['app_metadata.items.sku:x3', ''],
  ['_exists_:app_metadata.plan', 'bob jane'],
  ['_exists_:app_metadata.empty', ''],
  ['_exists_:app_metadata.none', ''],
  ['_exists_:app_metadata.roles', 'jane'],
  ['_exists_:app_metadata', 'bob jane'],
  ['user_metadata.colour:red', 'jane'],
  ['user_metadata.deep.er.still:7', 'jane'],
  ['user_metadata.list:b', 'jane'],
  ['identities.connection:"users"', 'bob jane'],
  ['identities.connection:use*', 'bob jane'],
  ['identities.connection:"shop"', 'zoë'],
  ['identities.provider:auth0', 'bob jane zoë'],
  ['identities.isSocial:true', ''],
  ['jane.doe@example.com', 'jane'],
  ['jane*', 'jane'],
  ['red', ''],
  ['arrived_through:import', 'bob jane zoë'],
  ['arrived_through:(login OR reset)', ''],
  ['arrived_at:2024-01-15', 'bob jane zoë'],
  ['nothing:here', ''],
  ['NOT nothing:here', 'bob jane zoë'],
  ['app_metadata.a.b.c.d.e.f.g:1', ''],
  ['email:jane* AND blocked:true', ''],
  ['email:jane* OR blocked:true', 'bob jane'],
  ['email:jane* OR email:bob* AND blocked:false', 'jane'],
  ['(email:jane* OR email:bob*) AND blocked:true', 'bob'],
  ['_exists_:email -blocked:true', 'jane'],
  ['_exists_:email AND NOT email:jane*', 'bob'],
  ['NOT (email:jane* OR email:bob*)', 'zoë'],
  ['!email:jane*', 'bob zoë'],
  ['+_exists_:email +blocked:true', 'bob'],
  ['name:"\'; drop table users; --"', ''],
  ['app_metadata.\\"\\);drop:x', ''],
  ['name:"%"', ''],
  ['name:%*', ''],
]

// A search that is refused, and the message.
const refused: readonly (readonly [string, RegExp])[] = [
  ['email:"', /Bad syntax/],
  ['(', /Bad syntax/],
  ['AND', /Bad syntax/],
  ['a OR', /Bad syntax/],
  ['a AND NOT', /Bad syntax/],
  ['name:(a', /Bad syntax at character 8/],
  [' email:x AND AND', /Bad syntax at character 16: nothing follows the operator/],
  ['a OR )b', /Bad syntax at character 6/],
  ['name:*x*y', /at least 3/],
  ['name:/x.*/', /Regular expressions/],
  ['name:*ab', /at least 3/],
  ['user_metadata.colour:r*', /user_metadata/],
  ['user_metadata.colour:[a TO z]', /user_metadata/],
  ['created_at:yesterday', /is not a date/],
  ['created_at:[2024-13-01 TO *]', /is not a date/],
  ['created_at:2024-02-30', /is not a date/],
  [`${'('.repeat(12)}a${')'.repeat(12)}`, /10 deep/],
  [Array.from({ length: 60 }, (_, index) => `name:n${index}`).join(' OR '), /50 terms/],
  ['x'.repeat(2001), /2000 characters/],
]

for (const [engine, open] of Object.entries(stores)) {
  describe(`searching users on ${engine}`, () => {
    let db: Db
    let searches: Searches
    const find = async (search: string, more: { sort?: string } = {}): Promise<{ ids: string[]; total: number }> => {
      const page = { page: 0, per_page: 50, include_total: true }
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
    })
    after(async () => {
      await searches.close()
      await db.destroy()
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
  })
}
