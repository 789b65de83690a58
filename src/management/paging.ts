import type { Page, Part } from '../base/page.ts'

/** What a request says of paging. */
export type PagingQuery = {
  page?: number
  per_page?: number
  include_totals?: boolean
  from?: string
  take?: number
}

const usual = 50

/** Which part of a list a request wants: a checkpoint wins over a page number. */
export function pageOf({ page = 0, per_page = usual, from, take }: PagingQuery): Page {
  if (from === undefined && take === undefined) return { kind: 'offset', page, per_page }
  return { kind: 'checkpoint', take: take ?? usual, ...(from === undefined ? {} : { from }) }
}

/** A list answered by page: an array, or with `include_totals` an object. */
export type OffsetAnswer<N extends string, T> =
  | T[]
  | ({ start: number; limit: number; length: number; total: number } & Record<N, T[]>)

/** A list answered from a checkpoint. */
export type CheckpointAnswer<N extends string, T> = { next?: string } & Record<N, T[]>

function named<N extends string, T>(name: N, items: T[]): Record<N, T[]> {
  return { [name]: items } as Record<N, T[]>
}

/** The answer of a list, in the form the request asked for. `name` is the member that holds the items. */
export function listAnswer<N extends string, T>(
  name: N,
  query: PagingQuery,
  part: Part<T>,
): OffsetAnswer<N, T> | CheckpointAnswer<N, T> {
  const page = pageOf(query)
  if (page.kind === 'checkpoint') return checkpointAnswer(name, part)
  if (query.include_totals !== true) return part.items
  return {
    start: page.page * page.per_page,
    limit: page.per_page,
    length: part.items.length,
    total: part.total ?? part.items.length,
    ...named(name, part.items),
  }
}

/** The answer of a list that is read from checkpoints only. */
export function checkpointAnswer<N extends string, T>(name: N, part: Part<T>): CheckpointAnswer<N, T> {
  return { ...named(name, part.items), ...(part.next === undefined ? {} : { next: part.next }) }
}
