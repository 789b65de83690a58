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
import { engineOf } from '../store/engine.ts'
import { invalidCheckpoint } from '../store/read-page.ts'
import type { Condition } from '../store/search-filter.ts'
import type { Database, Db, UsersTable } from '../store/tables.ts'
import { user_columns } from './user-columns.ts'

/** An order of users, by a column. */
export type Order = {
  column: Expression<unknown>
  /** The column by which an index has this order. */
  indexed: Expression<unknown> | undefined
  by: 'text' | 'number'
  nullable: boolean
  descending: boolean
  valueOf: (row: UsersTable) => string | number | null
}

/**
 * The order that a list has by `sort`.
 *
 * @throws {Refusal} `invalid_query_string` for an order that is not supported
 */
export function orderOf(db: Db, sort: string, searched: boolean): Order {
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
    indexed: found.sortable === 'index' ? column : undefined,
    nullable: found.nullable === true,
    descending: direction === '-1',
  }
}

/** A query for rows of `users`. */
export type UsersQuery = SelectQueryBuilder<Database, 'users', object>

/** Rows to read: at most `limit`, after `offset` rows, or after a place. */
type Part = { limit: number; offset: number; after?: SortedPlace }

/** The rows with a value, in an order. */
function rowsWithValue(
  query: UsersQuery,
  { column, nullable, descending }: Pick<Order, 'column' | 'nullable' | 'descending'>,
  after?: SortedPlace,
): UsersQuery {
  const direction = descending ? 'desc' : 'asc'
  let rows = nullable ? query.where(column, 'is not', null) : query
  if (after) {
    const place = sql`(${after.value}, ${after.id})`
    rows = rows.where(sql<SqlBool>`(${column}, users.user_id) ${descending ? sql`<` : sql`>`} ${place}`)
  }
  return rows.orderBy(column, direction).orderBy('users.user_id', direction)
}

/** The number of rows of a query, up to `most`. */
export async function countUpTo(query: UsersQuery, most: number): Promise<number> {
  const rows = await query.select('users.user_id').limit(most).execute()
  return rows.length
}

/** The rows of a list, also linked ones, and the test that those of a search pass. */
export type Walk = {
  rows: UsersQuery
  test: Condition
  /** By a column of which an index has the order. */
  order: Pick<Order, 'column' | 'nullable' | 'descending'>
}

const walk_lengths = [200, 1000, 10_000]
const walk_max = 10_000

/**
 * Reads the rows of a search by a walk in their order, where the first 200 rows, and those up to the first 1,000, let expect that 10,000 have
 * enough that pass. Undefined where they do not: then it is better to find and sort all that pass.
 */
async function walkSorted(
  { rows, test, order }: Walk,
  { limit, offset, after }: Part,
): Promise<UsersTable[] | undefined> {
  const wanted = offset + limit
  let before = { length: 0, found: 0 }
  for (const length of walk_lengths) {
    const walked = rowsWithValue(rows, order, after)
    const end = await walked
      .select([sql<string | number>`${order.column}`.as('value'), 'users.user_id as id'])
      .limit(1)
      .offset(length - 1)
      .executeTakeFirst()
    let passing = walked.where('users.linked_to', 'is', null).where(test)
    if (end) {
      const place = sql`(${end.value}, ${end.id})`
      passing = passing.where(
        sql<SqlBool>`(${order.column}, users.user_id) ${order.descending ? sql`>=` : sql`<=`} ${place}`,
      )
    }
    const found = await passing.selectAll('users').limit(wanted).execute()
    const is_all = end === undefined && !order.nullable
    if (found.length === wanted || is_all) return found.slice(offset)
    const share = (found.length - before.found) / (length - before.length)
    if (end === undefined || found.length + share * (walk_max - length) < wanted) return undefined
    before = { length, found: found.length }
  }
  return undefined
}

/** Reads rows in an order. Rows without a value come last, in either direction: they are read apart, so that an index serves both parts. */
async function readSorted(query: UsersQuery, order: Order, part: Part, walk?: Walk): Promise<UsersTable[]> {
  const { limit, offset, after } = part
  const sorted = rowsWithValue(query, order, after)
  const is_in_rest = after?.value === null
  const walked = walk && !is_in_rest ? await walkSorted(walk, part) : undefined
  if (walked) return walked
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

/**
 * A part of the rows of a query in an order, of which `sort` is the name.
 *
 * @param walk how to visit the rows in this order, where it is that of an index
 * @throws {Refusal} `invalid_query_string` for an invalid checkpoint
 */
export async function readPart(
  query: UsersQuery,
  order: Order,
  sort: string,
  page: Page,
  walk?: Walk,
): Promise<ListPart<UsersTable>> {
  if (page.kind === 'offset') {
    const { per_page } = page
    return { items: await readSorted(query, order, { limit: per_page, offset: page.page * per_page }, walk) }
  }
  const after = page.from === undefined ? undefined : readSortedCheckpoint(page.from, sort, order.by)
  if (page.from !== undefined && !after) throw invalidCheckpoint()
  const rows = await readSorted(query, order, { limit: page.take + 1, offset: 0, ...defined({ after }) }, walk)
  return firstPart(rows, page.take, (last) =>
    writeSortedCheckpoint(sort, { value: order.valueOf(last), id: last.user_id }),
  )
}
