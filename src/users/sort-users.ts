import { sql, type Expression, type SqlBool } from 'kysely'
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
import type { Db } from '../store/tables.ts'
import { user_columns } from './user-columns.ts'
import { readRows, type Documents, type ListedRow, type UsersQuery } from './user-rows.ts'
import type { UserRow } from './user.ts'

/** An order of users, by a column. */
export type Order = {
  column: Expression<unknown>
  /** The column by which an index has this order. */
  indexed: Expression<unknown> | undefined
  by: 'text' | 'number'
  nullable: boolean
  descending: boolean
  valueOf: (row: UserRow) => string | number | null
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
  const name = (found.canonical ?? field) as keyof UserRow
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

/** Rows to read: at most `limit`, after `offset` rows, or after a place. */
type Part = { limit: number; offset: number; after?: SortedPlace; documents: Documents }

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

/** The rows of a query up to the end of a part, of which so many were read after an offset. */
async function countRead(query: UsersQuery, offset: number, read: number): Promise<number> {
  return read > 0 || offset === 0 ? offset + read : await countUpTo(query, offset)
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
  { limit, offset, after, documents }: Part,
): Promise<ListedRow[] | undefined> {
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
    const read = await readRows(passing.limit(limit).offset(offset), documents)
    const is_all = end === undefined && !order.nullable
    if (read.length === limit || is_all) return read
    const found = await countRead(passing, offset, read.length)
    const share = (found - before.found) / (length - before.length)
    if (end === undefined || found + share * (walk_max - length) < wanted) return undefined
    before = { length, found }
  }
  return undefined
}

/** Reads rows in an order. Rows without a value come last, in either direction: they are read apart, so that an index serves both parts. */
async function readSorted(query: UsersQuery, order: Order, part: Part, walk?: Walk): Promise<ListedRow[]> {
  const { limit, offset, after, documents } = part
  const sorted = rowsWithValue(query, order, after)
  const is_in_rest = after?.value === null
  const walked = walk && !is_in_rest ? await walkSorted(walk, part) : undefined
  if (walked) return walked
  const rows = is_in_rest ? [] : await readRows(sorted.limit(limit).offset(offset), documents)
  if (!order.nullable || rows.length === limit) return rows
  const with_value = await countRead(sorted, offset, rows.length)
  const without = query.where(order.column, 'is', null)
  const rest = (is_in_rest ? without.where('users.user_id', '>', after.id) : without)
    .orderBy('users.user_id')
    .limit(limit - rows.length)
    .offset(offset + rows.length - with_value)
  return [...rows, ...(await readRows(rest, documents))]
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
  { page, documents }: { page: Page; documents: Documents },
  walk?: Walk,
): Promise<ListPart<ListedRow>> {
  if (page.kind === 'offset') {
    const { per_page } = page
    const part = { limit: per_page, offset: page.page * per_page, documents }
    return { items: await readSorted(query, order, part, walk) }
  }
  const after = page.from === undefined ? undefined : readSortedCheckpoint(page.from, sort, order.by)
  if (page.from !== undefined && !after) throw invalidCheckpoint()
  const rows = await readSorted(
    query,
    order,
    { limit: page.take + 1, offset: 0, documents, ...defined({ after }) },
    walk,
  )
  return firstPart(rows, page.take, (last) =>
    writeSortedCheckpoint(sort, { value: order.valueOf(last), id: last.user_id }),
  )
}
