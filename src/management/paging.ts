import { defined } from '../base/defined.ts'
import type { Page, ListPart } from '../base/page.ts'
import { Refusal } from '../contract/refusal.ts'

/** The paging parameters of a request. */
export type PagingQuery = {
  page?: number
  per_page?: number
  include_totals?: boolean
  from?: string
  take?: number
}

const default_page_size = 50

/** The checkpoint and the number of items of a request to a list that is read from checkpoints. */
export function checkpointOf({
  from,
  take = default_page_size,
}: Pick<PagingQuery, 'from' | 'take'>): Extract<Page, { kind: 'checkpoint' }> {
  return { kind: 'checkpoint', take, ...(from === undefined ? {} : { from }) }
}

/** The page of a request to a list. A checkpoint takes precedence over a page number. */
export function pageOf(query: PagingQuery): Page {
  const { page = 0, per_page = default_page_size, from, take } = query
  return from === undefined && take === undefined ? { kind: 'offset', page, per_page } : checkpointOf(query)
}

// Auth0's limit and text.
const reachable = 1000
const beyond = 'You can only page through the first 1000 records.'

/**
 * A page of a list that may be long: the first 1,000 items can be reached by page number.
 *
 * @throws {Refusal} `invalid_query_string` for a page beyond them
 */
export function reachablePage(page: number, per_page: number): Extract<Page, { kind: 'offset' }> {
  if (page * per_page >= reachable) throw new Refusal('invalid_query_string', { message: beyond })
  return { kind: 'offset', page, per_page }
}

/**
 * The page of a request to a list that may be long: by number, of the first 1,000 items, or from a checkpoint, of all.
 *
 * @throws {Refusal} `invalid_query_string` for a page beyond them
 */
export function reachablePageOf(query: PagingQuery): Page {
  const page = pageOf(query)
  return page.kind === 'offset' ? reachablePage(page.page, page.per_page) : page
}

/** The response of a list that is read by page number: an array, or with `include_totals` an object. */
export type OffsetAnswer<N extends string, T> =
  | T[]
  | ({ start: number; limit: number; length?: number; total: number } & Record<N, T[]>)

/** The response of a list that is read from a checkpoint. `total`: where the list counts its items. */
export type CheckpointAnswer<N extends string, T> = { total?: number; next?: string } & Record<N, T[]>

function listMember<N extends string, T>(name: N, items: T[]): Record<N, T[]> {
  return { [name]: items } as Record<N, T[]>
}

/** The response of a list, in the format that the request selects. `name` is the member that holds the items. */
export function listAnswer<N extends string, T>(
  name: N,
  query: PagingQuery,
  part: ListPart<T>,
): OffsetAnswer<N, T> | CheckpointAnswer<N, T> {
  const page = pageOf(query)
  if (page.kind === 'checkpoint') return checkpointAnswer(name, part)
  if (query.include_totals !== true) return part.items
  return {
    start: page.page * page.per_page,
    limit: page.per_page,
    // Only lists of users have it at Auth0.
    ...(name === 'users' ? { length: part.items.length } : {}),
    total: part.total ?? part.items.length,
    ...listMember(name, part.items),
  }
}

/** The response of a list that is read from checkpoints only. */
export function checkpointAnswer<N extends string, T>(name: N, part: ListPart<T>): CheckpointAnswer<N, T> {
  return { ...listMember(name, part.items), ...defined({ total: part.total, next: part.next }) }
}
