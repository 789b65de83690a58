import { sql, type SqlBool } from 'kysely'
import type { ListPart, Page } from '../base/page.ts'
import { countUsers, readCounters } from '../store/connection-counters.ts'
import { engineOf } from '../store/engine.ts'
import { searchAlternatives, searchCondition, searchTest } from '../store/search-condition.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import { userFields } from './search-fields.ts'
import { countUpTo, orderOf, readPart } from './sort-users.ts'
import { user_columns } from './user-columns.ts'
import {
  all_documents,
  readRows,
  unreadBytes,
  usersOf,
  type Documents,
  type ListedRow,
  type UsersQuery,
} from './user-rows.ts'
import type { User } from './user.ts'

/** A query for users, in the order of `sort` (`field:1` or `field:-1`). */
export type UserQuery = {
  search?: string
  connection_id?: string
  /** How the users came here. */
  arrived_through?: string
  sort?: string
  include_total: boolean
  page: Page
  /** The documents to read, by default all: those of the other columns are empty. */
  documents?: Documents
}

// Counting stops here: most users of a large tenant came in the same way, and a search may find them all.
const counted_max = 10_000

/** Whether an index has the filters and the order of a list. */
function hasIndex({ connection_id, arrived_through, sort }: UserQuery): boolean {
  const field = sort?.split(':')[0] ?? 'created_at'
  const is_filtered = connection_id !== undefined || arrived_through !== undefined
  return user_columns.get(field)?.sortable !== 'scan' && (!is_filtered || field === 'created_at')
}

/** The length of the list that a part ends; undefined where more may follow, or where what comes before is not known. */
function lengthOf(page: Page, { items, next }: ListPart<unknown>): number | undefined {
  if (page.kind === 'checkpoint') return page.from === undefined && next === undefined ? items.length : undefined
  const is_last = items.length < page.per_page && (items.length > 0 || page.page === 0)
  return is_last ? page.page * page.per_page + items.length : undefined
}

/** Counts the users of a search, up to 10,000. SQLite would find all of them first: there each way of finding them ends at this number. */
async function countSearch(db: Db, tenant_id: string, listed: UserQuery, query: UsersQuery): Promise<number> {
  if (engineOf(db) !== 'sqlite') return await countUpTo(query, counted_max)
  const { search = '', connection_id, arrived_through } = listed
  const [first, ...more] = searchAlternatives(db, search, userFields(tenant_id)).map((alternative) => {
    let found = db
      .selectFrom('users')
      .select('users.user_id')
      .where('users.tenant_id', '=', tenant_id)
      .where(alternative)
      // A plus, so that the index of the alternative is used.
      .where(sql<SqlBool>`+users.linked_to is null`)
    if (connection_id !== undefined) found = found.where(sql<SqlBool>`+users.connection_id = ${connection_id}`)
    if (arrived_through !== undefined) found = found.where(sql<SqlBool>`+users.arrived_through = ${arrived_through}`)
    return db.selectFrom(found.limit(counted_max).as('found')).select('found.user_id')
  })
  if (!first) return 0
  const all = more.reduce((sets, set) => sets.unionAll(set), first)
  const counted = await db
    .selectFrom(all.as('each'))
    .select(({ fn }) => fn.count<number>('each.user_id').distinct().as('total'))
    .executeTakeFirst()
  return Math.min(counted?.total ?? 0, counted_max)
}

async function countUsersOf(db: Db, tenant_id: string, listed: UserQuery, query: UsersQuery): Promise<number> {
  const { search = '', connection_id, arrived_through, page } = listed
  if (search.trim() !== '') {
    if (page.kind === 'checkpoint') return await countSearch(db, tenant_id, listed, query)
    const counted = await query.select(sql<number | string>`count(*)`.as('total')).executeTakeFirst()
    return Number(counted?.total ?? 0)
  }
  if (arrived_through !== undefined) return await countUpTo(query, counted_max)
  if (connection_id === undefined) return await countUsers(db, tenant_id)
  const counters = await readCounters(db, tenant_id, connection_id)
  return counters.users ?? 0
}

async function readPage(db: Db, tenant_id: string, listed: UserQuery): Promise<ListPart<ListedRow>> {
  const { search = '', connection_id, arrived_through, sort = 'created_at:1', page, include_total } = listed
  const { documents = all_documents } = listed
  const searched = search.trim() !== ''
  let rows: UsersQuery = db.selectFrom('users').where('users.tenant_id', '=', tenant_id)
  if (connection_id !== undefined) rows = rows.where('users.connection_id', '=', connection_id)
  if (arrived_through !== undefined) rows = rows.where('users.arrived_through', '=', arrived_through)
  let query = rows.where('users.linked_to', 'is', null)
  const fields = userFields(tenant_id)
  if (searched) query = query.where(searchCondition(db, search, fields))
  const order = orderOf(db, sort, searched)
  const is_walkable = searched && engineOf(db) === 'sqlite' && hasIndex(listed)
  const test = is_walkable ? searchTest(db, search, fields) : undefined
  const walk = test && order.indexed ? { rows, test, order: { ...order, column: order.indexed } } : undefined
  const part = await readPart(query, order, sort, { page, documents }, walk)
  if (!include_total) return part
  return { ...part, total: lengthOf(page, part) ?? (await countUsersOf(db, tenant_id, listed, query)) }
}

// Pages with larger documents are read as searches are: in turns per tenant.
const page_max_bytes = 4_194_304

/**
 * Returns a part of a tenant's users. A part after a checkpoint takes as long wherever it lies. A list that visits many users, or reads more than
 * 4 MiB of large documents, runs as a search. Without a search, the total comes from counters; that of users who came in one way, and that of a
 * search that is read from checkpoints, is counted up to 10,000.
 *
 * @throws {Refusal} `invalid_query_string` for a search, an order or a checkpoint that is not supported; `search_timeout` and `overloaded`
 */
export async function listUsers(
  { db, searches }: { db: Db; searches: Searches },
  tenant_id: string,
  query: UserQuery,
): Promise<ListPart<User>> {
  const { documents = all_documents } = query
  const build = async (reader: Db, part: ListPart<ListedRow>): Promise<ListPart<User>> => ({
    ...part,
    items: await usersOf(reader, tenant_id, part.items, documents),
  })
  const is_search = (query.search ?? '').trim() !== ''
  if (is_search || !hasIndex(query))
    return await searches.run(tenant_id, async (reader) => build(reader, await readPage(reader, tenant_id, query)))
  const part = await readPage(db, tenant_id, query)
  if (unreadBytes(part.items) <= page_max_bytes) return await build(db, part)
  return await searches.run(tenant_id, (reader) => build(reader, part))
}

/** The users with this e-mail address (in canonical form), of every connection. */
export async function usersByEmail(
  db: Db,
  tenant_id: string,
  email_lower: string,
  documents = all_documents,
): Promise<User[]> {
  const query = db
    .selectFrom('users')
    .where('users.tenant_id', '=', tenant_id)
    .where('users.email_lower', '=', email_lower)
    .where('users.linked_to', 'is', null)
    // With a plain column SQLite scans the index of creation times instead.
    .orderBy(sql`+users.created_at`)
    .orderBy('users.user_id')
    .limit(1000)
  return await usersOf(db, tenant_id, await readRows(query, documents), documents)
}
