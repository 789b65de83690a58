import { sql } from 'kysely'
import { readSearch, SearchProblem } from '../base/search-query.ts'
import { Refusal } from '../contract/refusal.ts'
import { countUsers, readCounters } from '../store/counters.ts'
import { engineOf, searchFilter, type Condition } from '../store/search-filter.ts'
import type { Db } from '../store/tables.ts'
import { userFields } from './search-fields.ts'
import { user_columns } from './user-columns.ts'
import { withIdentities, type User } from './user.ts'

/** Which users are wanted, in which order (`field:1` or `field:-1`), and which page of them. */
export type UserQuery = {
  search?: string
  connection_id?: string
  sort?: string
  page: number
  per_page: number
  total_wanted: boolean
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

/** Users without a value come last, in either direction and on either engine. */
function orderOf(sort: string, searched: boolean): Condition {
  const [field = '', direction] = sort.split(':')
  const found = user_columns.get(field)
  if (!found?.sortable) throw refuse(`Users cannot be sorted by ${field}`, 'sort')
  // A bare column would lure an engine without statistics into walking all users in this order to find one.
  const column =
    searched && field === 'created_at' ? sql`+users.created_at` : sql.ref(`users.${found.canonical ?? field}`)
  const way = direction === '-1' ? sql`desc` : sql`asc`
  return found.nullable ? sql`${column} is null, ${column} ${way}, users.user_id` : sql`${column} ${way}, users.user_id`
}

/**
 * A page of a tenant's users. The total comes from counters where nothing is searched for.
 *
 * @throws {Refusal} `invalid_query_string` for a search or an order that cannot be carried out
 */
export async function listUsers(
  db: Db,
  tenant_id: string,
  wanted: UserQuery,
): Promise<{ items: User[]; total?: number }> {
  const searched = wanted.search !== undefined && wanted.search.trim() !== ''
  let query = db.selectFrom('users').where('users.tenant_id', '=', tenant_id)
  if (wanted.connection_id !== undefined) query = query.where('users.connection_id', '=', wanted.connection_id)
  if (searched) query = query.where(conditionOf(db, wanted.search ?? ''))
  const rows = await query
    .selectAll('users')
    .orderBy(orderOf(wanted.sort ?? 'created_at:1', searched))
    .limit(wanted.per_page)
    .offset(wanted.page * wanted.per_page)
    .execute()
  const items = await withIdentities(db, tenant_id, rows)
  if (!wanted.total_wanted) return { items }
  const isLast = items.length < wanted.per_page && (items.length > 0 || wanted.page === 0)
  if (isLast) return { items, total: wanted.page * wanted.per_page + items.length }
  if (searched) {
    const counted = await query.select(sql<number | string>`count(*)`.as('total')).executeTakeFirst()
    return { items, total: Number(counted?.total ?? 0) }
  }
  if (wanted.connection_id === undefined) return { items, total: await countUsers(db, tenant_id) }
  const counters = await readCounters(db, tenant_id, wanted.connection_id)
  return { items, total: counters.users ?? 0 }
}

/** The users with this e-mail address (in canonical form), of every connection. */
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
