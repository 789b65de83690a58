// Where the total of a search ends: as far as a reader of the list can use it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { listEvents } from '../../src/logs/list-events.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { listUsers, type UserQuery } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { testedStore } from '../support/tested-store.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const rows = 10_100
const by_page = { kind: 'offset', page: 0, per_page: 50 } as const
const from_checkpoint = { kind: 'checkpoint', take: 50 } as const

const store = await testedStore('SQLite')

describe(`the total of a search in a store of ${rows} users and events on ${store.name}`, () => {
  let db: Db

  before(async () => {
    db = await openStore(await store.target())
    await fillStore(db, { ...of, users: rows, days: 1, events_per_day: rows })
  })
  after(() => db.destroy())

  const deps = () => ({
    db,
    searches: {
      run: <T>(_tenant_id: string, read: (reader: Db) => Promise<T>) => read(db),
      close: () => Promise.resolve(),
    },
  })
  const usersOf = async (search: string, page: UserQuery['page']) =>
    (await listUsers(deps(), of.tenant_id, { search, page, include_total: true })).total
  const eventsOf = async (filter: { search?: string }) => {
    const tenant = { tenant_id: of.tenant_id, name: 'a', shows_admins: false }
    return (await listEvents(deps(), tenant, { filter, page: by_page, include_total: true })).total
  }

  for (const search of ['email:user*', 'email:user* OR nickname:nick*', 'email:*@filled* AND NOT name:nobody']) {
    it(`stops at 10,000 users from checkpoints, and has all of them by page: ${search}`, async () => {
      assert.equal(await usersOf(search, from_checkpoint), 10_000)
      assert.equal(await usersOf(search, by_page), rows)
    })
  }

  it('has all users where they are fewer, each once', async () => {
    const search = 'email:user1* OR name:"name 1*" OR name:name\\ 1*'
    assert.equal(await usersOf(search, from_checkpoint), await usersOf(search, by_page))
    assert.equal(
      await usersOf('email:user77@filled.example OR email:user77*', from_checkpoint),
      await usersOf('email:user77*', by_page),
    )
  })

  it('stops at 1,000 events, and that of all events at 10,000', async () => {
    assert.equal(await eventsOf({ search: 'user_name:user*' }), 1000)
    assert.equal(await eventsOf({ search: 'user_name:user77*' }), 111)
    assert.equal(await eventsOf({}), 10_000)
  })
})
