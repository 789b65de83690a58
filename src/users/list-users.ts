import { sql, type Expression, type SelectQueryBuilder } from 'kysely'
import type { ListPart } from '../base/page.ts'
import { Refusal } from '../contract/refusal.ts'
import { countUsers, readCounters } from '../store/connection-counters.ts'
import { engineOf } from '../store/engine.ts'
import { searchCondition } from '../store/search-filter.ts'
import type { Searches } from '../store/searches.ts'
import type { Database, Db, UsersTable } from '../store/tables.ts'
import { userFields } from './search-fields.ts'
import { user_columns } from './user-columns.ts'
import { withIdentities, type User } from './user.ts'

/** A query for a page of users, in the order of `sort` (`field:1` or `field:-1`). */
export type UserQuery = {
  search?: string
  connection_id?: string
  sort?: string
  page: number
  per_page: number
  include_total: boolean
}

type Order = { column: Expression<unknown>; nullable: boolean; descending: boolean }

function orderOf(db: Db, sort: string, searched: boolean): Order {
  const [field = '', direction] = sort.split(':')
  const found = user_columns.get(field)
  if (!found?.sortable) {
    const message = `Query validation error: 'Users cannot be sorted by ${field}' on property sort.`
    throw new Refusal('invalid_query_string', { message })
  }
  const column = sql.ref(`users.${found.canonical ?? field}`)
  return {
    // With a plain column SQLite, which has no statistics, scans the index of this order instead of searching.
    column: searched && engineOf(db) === 'sqlite' ? sql`+${column}` : column,
    nullable: found.nullable === true,
    descending: direction === '-1',
  }
}

type UsersQuery = SelectQueryBuilder<Database, 'users', object>

/** Reads rows in an order. Rows without a value come last, in either direction: they are read apart, so that an index serves both parts. */
async function readSorted(query: UsersQuery, order: Order, offset: number, limit: number): Promise<UsersTable[]> {
  const { column, nullable, descending } = order
  const direction = descending ? 'desc' : 'asc'
  const sorted = (nullable ? query.where(column, 'is not', null) : query)
    .orderBy(column, direction)
    .orderBy('users.user_id', direction)
  const rows = await sorted.selectAll('users').limit(limit).offset(offset).execute()
  if (!nullable || rows.length === limit) return rows
  const with_value = rows.length > 0 || offset === 0 ? offset + rows.length : await countUpTo(sorted, offset)
  const rest = await query
    .where(column, 'is', null)
    .orderBy('users.user_id')
    .selectAll('users')
    .limit(limit - rows.length)
    .offset(offset + rows.length - with_value)
    .execute()
  return [...rows, ...rest]
}

async function countUpTo(query: UsersQuery, most: number): Promise<number> {
  const rows = await query.select('users.user_id').limit(most).execute()
  return rows.length
}

/** Whether a list has to visit many users: whether no index has its condition and order. */
function visitsMany({ search = '', connection_id, sort }: UserQuery): boolean {
  if (search.trim() !== '') return true
  const field = sort?.split(':')[0] ?? 'created_at'
  return user_columns.get(field)?.sortable === 'scan' || (connection_id !== undefined && field !== 'created_at')
}

async function readUsers(db: Db, tenant_id: string, listed: UserQuery): Promise<ListPart<User>> {
  const { search = '', connection_id, sort = 'created_at:1', page, per_page, include_total } = listed
  const searched = search.trim() !== ''
  let query: UsersQuery = db
    .selectFrom('users')
    .where('users.tenant_id', '=', tenant_id)
    .where('users.linked_to', 'is', null)
  if (connection_id !== undefined) query = query.where('users.connection_id', '=', connection_id)
  if (searched) query = query.where(searchCondition(db, search, userFields(tenant_id)))
  const rows = await readSorted(query, orderOf(db, sort, searched), page * per_page, per_page)
  const items = await withIdentities(db, tenant_id, rows)
  if (!include_total) return { items }
  const isLast = items.length < per_page && (items.length > 0 || page === 0)
  if (isLast) return { items, total: page * per_page + items.length }
  if (searched) {
    const counted = await query.select(sql<number | string>`count(*)`.as('total')).executeTakeFirst()
    return { items, total: Number(counted?.total ?? 0) }
  }
  if (connection_id === undefined) return { items, total: await countUsers(db, tenant_id) }
  const counters = await readCounters(db, tenant_id, connection_id)
  return { items, total: counters.users ?? 0 }
}

/**
 * Returns a page of a tenant's users. A list that visits many users runs as a search. Without a search, the total comes from counters.
 *
 * @throws {Refusal} `invalid_query_string` for a search or an order that is not supported; `search_timeout` and `overloaded`
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
