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
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(read)) return undefined
    const [at, id] = read as unknown[]
    return typeof at === 'number' && Number.isSafeInteger(at) && typeof id === 'string' ? { at, id } : undefined
  } catch {
    return undefined
  }
}
