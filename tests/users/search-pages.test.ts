// The pages of a search hold each user that it finds once and in order, whether many users pass it or few, and whichever way they are read.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openStore } from '../../src/store/open-store.ts'
import type { Db, UsersTable } from '../../src/store/tables.ts'
import { listUsers, type UserQuery } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { testedStore } from '../support/tested-store.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const users = 3000
const per_page = 20

/** Searches: the text, and the filter that it stands for. */
const searches: Record<string, { text: string; finds(user: UsersTable): boolean }> = {
  'that every user passes': { text: 'email:user*', finds: () => true },
  'that a third passes': { text: 'name:name*', finds: ({ name }) => name !== null },
  'that one in a hundred passes': {
    text: 'username:guest* OR email:nobody*',
    finds: ({ username }) => username?.startsWith('guest') === true,
  },
  'that only old users pass': {
    text: 'created_at:[2024-12-31 TO 2025-01-01T00:01:59Z]',
    finds: ({ created_at }) => created_at < Date.UTC(2025, 0, 1, 0, 2),
  },
  'of two fields': {
    text: 'email:user1* OR nickname:nick7*',
    finds: ({ email, nickname }) => email?.startsWith('user1') === true || nickname?.startsWith('nick7') === true,
  },
  'with a condition on each': {
    text: 'email:user2* AND NOT given_name:ada',
    finds: ({ email, given_name }) => email?.startsWith('user2') === true && given_name !== 'Ada',
  },
  'that no user passes': { text: 'username:Guest* OR email:nobody*', finds: () => false },
}

const sorts: Record<string, (user: UsersTable) => string | number | null> = {
  created_at: (user) => user.created_at,
  email: (user) => user.email_lower,
  last_login: (user) => user.last_login,
  name: (user) => user.name_lower,
  user_id: (user) => user.user_id,
  logins_count: (user) => user.logins_count,
}

const compare = (one: string | number, other: string | number): number => (one < other ? -1 : one > other ? 1 : 0)

/** The ids in an order: users without a value last, in the order of their ids. */
function sorted(found: readonly UsersTable[], field: string, direction: 1 | -1): string[] {
  const valueOf = sorts[field] ?? (() => null)
  const value = (user: UsersTable): string | number => valueOf(user) ?? ''
  const with_value = found
    .filter((user) => valueOf(user) !== null)
    .toSorted((one, other) => direction * (compare(value(one), value(other)) || compare(one.user_id, other.user_id)))
  const without = found
    .filter((user) => valueOf(user) === null)
    .toSorted((one, other) => compare(one.user_id, other.user_id))
  return [...with_value, ...without].map(({ user_id }) => user_id)
}

const store = await testedStore('SQLite')

describe(`the pages of a search of ${users} users on ${store.name}`, () => {
  let db: Db
  let all: UsersTable[]

  before(async () => {
    db = await openStore(await store.target())
    await fillStore(db, { ...of, users, days: 0, events_per_day: 0 })
    const set = (values: Partial<UsersTable>, each: number) =>
      db
        .updateTable('users')
        .set(values)
        .where(
          'user_id',
          'in',
          Array.from({ length: Math.floor(users / each) }, (_, at) => `auth0|filled-${(at + 1) * each}`),
        )
        .execute()
    await set({ username: 'guest', username_lower: 'guest' }, 97)
    // The row of a linked identity is no user.
    await set({ linked_to: 'auth0|filled-1' }, 101)
    await set({ connection_id: 'con_b' }, 7)
    all = await db.selectFrom('users').selectAll().where('linked_to', 'is', null).execute()
  })
  after(() => db.destroy())

  const read = (query: Partial<UserQuery>, page: UserQuery['page']) => {
    const deps = {
      db,
      searches: {
        run: <T>(_tenant_id: string, run: (reader: Db) => Promise<T>) => run(db),
        close: () => Promise.resolve(),
      },
    }
    return listUsers(deps, of.tenant_id, { ...query, page, include_total: true })
  }

  /** The first pages, from checkpoints. */
  async function pagesOf(
    query: Partial<UserQuery>,
    pages: number,
  ): Promise<{ ids: string[]; total: number | undefined }> {
    const ids: string[] = []
    let total: number | undefined
    let from: string | undefined
    for (let page = 0; page < pages; page += 1) {
      const part = await read(query, { kind: 'checkpoint', take: per_page, ...(from === undefined ? {} : { from }) })
      total ??= part.total
      ids.push(...part.items.map(({ user_id }) => user_id))
      if (part.next === undefined) break
      from = part.next
    }
    return { ids, total }
  }

  for (const [what, { text, finds }] of Object.entries(searches)) {
    for (const field of Object.keys(sorts)) {
      it(`hold the users of a search ${what}, by ${field}`, async () => {
        for (const direction of [1, -1] as const) {
          const query = { search: text, sort: `${field}:${direction}` }
          const expected = sorted(all.filter(finds), field, direction)
          const pages = await pagesOf(query, 4)
          assert.deepEqual(pages.ids, expected.slice(0, 4 * per_page))
          assert.equal(pages.total, expected.length)
          const third = await read(query, { kind: 'offset', page: 2, per_page })
          assert.deepEqual(
            third.items.map(({ user_id }) => user_id),
            expected.slice(2 * per_page, 3 * per_page),
          )
          assert.equal(third.total, expected.length)
        }
      })
    }

    it(`hold the users of a search ${what} and of a connection`, async () => {
      const expected = sorted(
        all.filter((user) => finds(user) && user.connection_id === 'con_b'),
        'created_at',
        -1,
      )
      const query = { search: text, sort: 'created_at:-1', connection_id: 'con_b', arrived_through: 'login' }
      const came = new Set(
        all.filter(({ arrived_through }) => arrived_through === 'login').map(({ user_id }) => user_id),
      )
      const pages = await pagesOf(query, users)
      assert.deepEqual(
        pages.ids,
        expected.filter((id) => came.has(id)),
      )
      assert.equal(pages.total, pages.ids.length)
    })
  }
})
