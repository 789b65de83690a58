/** The part of a list that is requested: a page by number, or the items after a checkpoint. */
export type Page =
  | { kind: 'offset'; page: number; per_page: number }
  | { kind: 'checkpoint'; from?: string; take: number }

/** A part of a list. `total`: the length of the whole list, for numbered pages. `next`: the checkpoint after which more items follow. */
export type ListPart<T> = { items: T[]; total?: number; next?: string }

/** The part of `take` items, of rows of which one more was read. `checkpointAfter` gives the checkpoint after an item. */
export function firstPart<T>(rows: T[], take: number, checkpointAfter: (item: T) => string): ListPart<T> {
  const items = rows.slice(0, take)
  const last = items.at(-1)
  return rows.length > items.length && last !== undefined ? { items, next: checkpointAfter(last) } : { items }
}

/** The checkpoint after an item: opaque to clients. */
export function writeCheckpoint(at: number, id: string): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url')
}

/** Reads a checkpoint of `writeCheckpoint`; undefined for any other text. */
export function readCheckpoint(text: string): { at: number; id: string } | undefined {
  const [at, id] = readMembers(text)
  return isInteger(at) && isText(id) ? { at, id } : undefined
}

/** A place in a list that is sorted by a value, and by an id where values are equal. */
export type SortedPlace = { value: string | number | null; id: string }

/** The checkpoint after a place in a list with this order: opaque to clients. */
export function writeSortedCheckpoint(sort: string, { value, id }: SortedPlace): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url')
}

/** Reads a checkpoint of `writeSortedCheckpoint` for a list with this order, by a text or a number; undefined for any other text. */
export function readSortedCheckpoint(text: string, sort: string, by: 'text' | 'number'): SortedPlace | undefined {
  const [of, value, id] = readMembers(text)
  if (of !== sort || !isText(id)) return undefined
  const is_value = by === 'text' ? isText : isInteger
  return value === null || is_value(value) ? { value, id } : undefined
}

function readMembers(text: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}

const isInteger = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)

// PostgreSQL refuses the null character.
const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0')
