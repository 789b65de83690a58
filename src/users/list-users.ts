import { sql } from 'kysely'
import { readSearch, SearchProblem } from '../base/search-query.ts'
import { Refusal } from '../contract/refusal.ts'
import { countUsers, readCounters } from '../store/connection-counters.ts'
import { engineOf, searchFilter, type Condition } from '../store/search-filter.ts'
import type { Db } from '../store/tables.ts'
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

function refuse(text: string, property: string): Refusal {
  return new Refusal('invalid_query_string', { message: `Query validation error: '${text}' on property ${property}.` })
}

function conditionOf(db: Db, search: string): Condition {
  try {
    return searchFilter(engineOf(db), readSearch(search), userFields)
  } catch (error) {
    throw error instanceof SearchProblem ? refuse(error.message, 'q') : error
  }
}

// Users without a value come last, in either direction and in either engine.
function orderOf(sort: string, searched: boolean): Condition {
  const [field = '', direction] = sort.split(':')
  const found = user_columns.get(field)
  if (!found?.sortable) throw refuse(`Users cannot be sorted by ${field}`, 'sort')
  // With a plain column, a query planner without statistics scans the index of this order instead of searching.
  const column =
    searched && field === 'created_at' ? sql`+users.created_at` : sql.ref(`users.${found.canonical ?? field}`)
  const keyword = direction === '-1' ? sql`desc` : sql`asc`
  return found.nullable
    ? sql`${column} is null, ${column} ${keyword}, users.user_id`
    : sql`${column} ${keyword}, users.user_id`
}

/**
 * Answers a page of a tenant's users. Without a search, the total comes from counters.
 *
 * @throws {Refusal} `invalid_query_string` for a search or an order that is not supported
 */
export async function listUsers(
  db: Db,
  tenant_id: string,
  { search = '', connection_id, sort = 'created_at:1', page, per_page, include_total }: UserQuery,
): Promise<{ items: User[]; total?: number }> {
  const searched = search.trim() !== ''
  let query = db.selectFrom('users').where('users.tenant_id', '=', tenant_id)
  if (connection_id !== undefined) query = query.where('users.connection_id', '=', connection_id)
  if (searched) query = query.where(conditionOf(db, search))
  const rows = await query
    .selectAll('users')
    .orderBy(orderOf(sort, searched))
    .limit(per_page)
    .offset(page * per_page)
    .execute()
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

/** Answers the users with this e-mail address (in canonical form), of every connection. */
export async function usersByEmail(db: Db, tenant_id: string, email_lower: string): Promise<User[]> {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('email_lower', '=', email_lower)
    .orderBy('created_at')
    .orderBy('user_id')
    .limit(1000)
    .execute()
  return await withIdentities(db, tenant_id, rows)
}
