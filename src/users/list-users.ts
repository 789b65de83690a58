import { sql, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely'
import { defined } from '../base/defined.ts'
import {
  firstPart,
  readSortedCheckpoint,
  writeSortedCheckpoint,
  type ListPart,
  type Page,
  type SortedPlace,
} from '../base/page.ts'
import { Refusal } from '../contract/refusal.ts'
import { countUsers, readCounters } from '../store/connection-counters.ts'
import { engineOf } from '../store/engine.ts'
import { invalidCheckpoint } from '../store/read-page.ts'
import { searchCondition } from '../store/search-filter.ts'
import type { Searches } from '../store/searches.ts'
import type { Database, Db, UsersTable } from '../store/tables.ts'
import { userFields } from './search-fields.ts'
import { user_columns } from './user-columns.ts'
import { withIdentities, type User } from './user.ts'

/** A query for users, in the order of `sort` (`field:1` or `field:-1`). */
export type UserQuery = {
  search?: string
  connection_id?: string
  /** How the users came here. */
  arrived_through?: string
  sort?: string
  include_total: boolean
  page: Page
}

type Order = {
  column: Expression<unknown>
  by: 'text' | 'number'
  nullable: boolean
  descending: boolean
  valueOf: (row: UsersTable) => string | number | null
}

function orderOf(db: Db, sort: string, searched: boolean): Order {
  const [field = '', direction] = sort.split(':')
  const found = user_columns.get(field)
  if (!found?.sortable) {
    const message = `Query validation error: 'Users cannot be sorted by ${field}' on property sort.`
    throw new Refusal('invalid_query_string', { message })
  }
  const name = (found.canonical ?? field) as keyof UsersTable
  const column = sql.ref(`users.${name}`)
  return {
    by: found.type === 'text' ? 'text' : 'number',
    valueOf: (row) => row[name],
    // With a plain column SQLite, which has no statistics, scans the index of this order instead of searching.
    column: searched && engineOf(db) === 'sqlite' ? sql`+${column}` : column,
    nullable: found.nullable === true,
    descending: direction === '-1',
  }
}

type UsersQuery = SelectQueryBuilder<Database, 'users', object>

/** Rows to read: at most `limit`, after `offset` rows, or after a place. */
type Part = { limit: number; offset: number; after?: SortedPlace }

/** The rows with a value, in an order. */
function rowsWithValue(query: UsersQuery, { column, nullable, descending }: Order, after?: SortedPlace): UsersQuery {
  const direction = descending ? 'desc' : 'asc'
  let rows = nullable ? query.where(column, 'is not', null) : query
  if (after) {
    const place = sql`(${after.value}, ${after.id})`
    rows = rows.where(sql<SqlBool>`(${column}, users.user_id) ${descending ? sql`<` : sql`>`} ${place}`)
  }
  return rows.orderBy(column, direction).orderBy('users.user_id', direction)
}

/** Reads rows in an order. Rows without a value come last, in either direction: they are read apart, so that an index serves both parts. */
async function readSorted(query: UsersQuery, order: Order, { limit, offset, after }: Part): Promise<UsersTable[]> {
  const sorted = rowsWithValue(query, order, after)
  const is_in_rest = after?.value === null
  const rows = is_in_rest ? [] : await sorted.selectAll('users').limit(limit).offset(offset).execute()
  if (!order.nullable || rows.length === limit) return rows
  const with_value = rows.length > 0 || offset === 0 ? offset + rows.length : await countUpTo(sorted, offset)
  const without = query.where(order.column, 'is', null)
  const rest = await (is_in_rest ? without.where('users.user_id', '>', after.id) : without)
    .orderBy('users.user_id')
    .selectAll('users')
    .limit(limit - rows.length)
    .offset(offset + rows.length - with_value)
    .execute()
  return [...rows, ...rest]
}

// Counting stops here: most users of a large tenant came in the same way.
const arrivals_counted_max = 10_000

async function countUpTo(query: UsersQuery, most: number): Promise<number> {
  const rows = await query.select('users.user_id').limit(most).execute()
  return rows.length
}

/** Whether a list has to visit many users: whether no index has its condition and order. */
function visitsMany({ search = '', connection_id, arrived_through, sort }: UserQuery): boolean {
  if (search.trim() !== '') return true
  const field = sort?.split(':')[0] ?? 'created_at'
  const is_filtered = connection_id !== undefined || arrived_through !== undefined
  return user_columns.get(field)?.sortable === 'scan' || (is_filtered && field !== 'created_at')
}

/** A part of the rows of a query. @throws {Refusal} `invalid_query_string` for an invalid checkpoint */
async function readPart(query: UsersQuery, order: Order, sort: string, page: Page): Promise<ListPart<UsersTable>> {
  if (page.kind === 'offset') {
    const { per_page } = page
    return { items: await readSorted(query, order, { limit: per_page, offset: page.page * per_page }) }
  }
  const after = page.from === undefined ? undefined : readSortedCheckpoint(page.from, sort, order.by)
  if (page.from !== undefined && !after) throw invalidCheckpoint()
  const rows = await readSorted(query, order, { limit: page.take + 1, offset: 0, ...defined({ after }) })
  return firstPart(rows, page.take, (last) =>
    writeSortedCheckpoint(sort, { value: order.valueOf(last), id: last.user_id }),
  )
}

/** The length of the list that a part ends; undefined where more may follow, or where what comes before is not known. */
function lengthOf(page: Page, { items, next }: ListPart<unknown>): number | undefined {
  if (page.kind === 'checkpoint') return page.from === undefined && next === undefined ? items.length : undefined
  const is_last = items.length < page.per_page && (items.length > 0 || page.page === 0)
  return is_last ? page.page * page.per_page + items.length : undefined
}

async function readUsers(db: Db, tenant_id: string, listed: UserQuery): Promise<ListPart<User>> {
  const { search = '', connection_id, arrived_through, sort = 'created_at:1', page, include_total } = listed
  const searched = search.trim() !== ''
  let query: UsersQuery = db
    .selectFrom('users')
    .where('users.tenant_id', '=', tenant_id)
    .where('users.linked_to', 'is', null)
  if (connection_id !== undefined) query = query.where('users.connection_id', '=', connection_id)
  if (arrived_through !== undefined) query = query.where('users.arrived_through', '=', arrived_through)
  if (searched) query = query.where(searchCondition(db, search, userFields(tenant_id)))
  const part = await readPart(query, orderOf(db, sort, searched), sort, page)
  const users = { ...part, items: await withIdentities(db, tenant_id, part.items) }
  if (!include_total) return users
  const length = lengthOf(page, part)
  if (length !== undefined) return { ...users, total: length }
  if (searched) {
    const counted = await query.select(sql<number | string>`count(*)`.as('total')).executeTakeFirst()
    return { ...users, total: Number(counted?.total ?? 0) }
  }
  if (arrived_through !== undefined) return { ...users, total: await countUpTo(query, arrivals_counted_max) }
  if (connection_id === undefined) return { ...users, total: await countUsers(db, tenant_id) }
  const counters = await readCounters(db, tenant_id, connection_id)
  return { ...users, total: counters.users ?? 0 }
}

/**
 * Returns a part of a tenant's users. A part after a checkpoint takes as long wherever it lies. A list that visits many users runs as a search. Without a search, the total comes from
 * counters; that of users who came in one way is counted up to 10,000.
 *
 * @throws {Refusal} `invalid_query_string` for a search, an order or a checkpoint that is not supported; `search_timeout` and `overloaded`
 */
export async function listUsers(
  { db, searches }: { db: Db; searches: Searches },
  tenant_id: string,
  query: UserQuery,
): Promise<ListPart<User>> {
  if (!visitsMany(query)) return await readUsers(db, tenant_id, query)
  return await searches.run(tenant_id, (reader) => readUsers(reader, tenant_id, query))
}

/** The users with this e-mail address (in canonical form), of every connection. */
export async function usersByEmail(db: Db, tenant_id: string, email_lower: string): Promise<User[]> {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('email_lower', '=', email_lower)
    .where('linked_to', 'is', null)
    // With a plain column SQLite scans the index of creation times instead.
    .orderBy(sql`+created_at`)
    .orderBy('user_id')
    .limit(1000)
    .execute()
  return await withIdentities(db, tenant_id, rows)
}
