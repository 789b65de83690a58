import { sql, type SqlBool } from 'kysely'
import { readSearch, SearchProblem, type SearchQuery } from '../base/search-query.ts'
import { Refusal } from '../contract/refusal.ts'
import { engineOf } from './engine.ts'
import { hasField } from './search-ranks.ts'
import { eachFinds, searchFilter, type Condition, type Filtering, type SearchFields } from './search-filter.ts'
import type { Db } from './tables.ts'

function readFilter<T>(
  db: Db,
  search: string,
  fields: SearchFields,
  write: (of: Filtering, query: SearchQuery) => T,
): T {
  try {
    return write({ engine: engineOf(db), fields }, readSearch(search))
  } catch (error) {
    if (!(error instanceof SearchProblem)) throw error
    throw new Refusal('invalid_query_string', { message: `Query validation error: '${error.message}' on property q.` })
  }
}

/**
 * The SQL condition of a search in Lucene's syntax, by which rows are found. Its values are parameters, never SQL text.
 *
 * @throws {Refusal} `invalid_query_string` for bad syntax, and a kind of search that a field does not support
 */
export function searchCondition(db: Db, search: string, fields: SearchFields): Condition {
  return readFilter(db, search, fields, (of, query) => searchFilter(of, query, true))
}

/**
 * The same condition as a test of each row: no index serves it, so that rows are visited in another order. Undefined where the test would read
 * another table for each row.
 *
 * @throws {Refusal} as `searchCondition`
 */
export function searchTest(db: Db, search: string, fields: SearchFields): Condition | undefined {
  return readFilter(db, search, fields, (of, query) =>
    hasField(query, (name) => fields.field(name)?.in_own_table === true)
      ? undefined
      : sql<SqlBool>`(${searchFilter(of, query, false)}) is true`,
  )
}

/**
 * The same condition in parts: a row that meets one of them is found. There are several only where an index serves each.
 *
 * @throws {Refusal} as `searchCondition`
 */
export function searchAlternatives(db: Db, search: string, fields: SearchFields): Condition[] {
  return readFilter(db, search, fields, (of, read) => {
    const query = read.kind === 'term' && read.field === null ? fields.anywhere(read) : read
    const parts = query.kind === 'any' && eachFinds(of, query.of) ? query.of : [query]
    return parts.map((part) => searchFilter(of, part, true))
  })
}
