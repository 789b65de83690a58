import type { SearchQuery } from '../base/search-query.ts'

/** How many rows a condition on a table of its own probably finds, from few to many; infinite for every other condition. */
export function rankOf(query: SearchQuery, isInOwnTable: (field: string) => boolean): number {
  switch (query.kind) {
    case 'all':
      return Math.min(...query.of.map((part) => rankOf(part, isInOwnTable)))
    case 'any':
      return Math.max(...query.of.map((part) => rankOf(part, isInOwnTable)))
    case 'everything':
    case 'not':
      return Infinity
    default: {
      if (query.field === null || !isInOwnTable(query.field)) return Infinity
      if (query.kind === 'term') return query.pieces.length === 1 ? 0 : 1
      return query.kind === 'range' ? 2 : 3
    }
  }
}

/** Whether a query names values, so that an index may find the rows that have them. */
export function namesValues(query: SearchQuery): boolean {
  if (query.kind === 'all') return query.of.some(namesValues)
  if (query.kind === 'any') return query.of.every(namesValues)
  return query.kind === 'term' || query.kind === 'range'
}

/** Whether a query has a field of these anywhere. */
export function hasField(query: SearchQuery, isOne: (field: string) => boolean): boolean {
  switch (query.kind) {
    case 'all':
    case 'any':
      return query.of.some((part) => hasField(part, isOne))
    case 'not':
      return hasField(query.of, isOne)
    case 'everything':
      return false
    default:
      return query.field !== null && isOne(query.field)
  }
}
