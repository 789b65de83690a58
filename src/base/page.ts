/** Which part of a list is wanted: a page by number, or what follows a checkpoint. */
export type Page =
  | { kind: 'offset'; page: number; per_page: number }
  | { kind: 'checkpoint'; from?: string; take: number }

/** A part of a list: `total` of the whole list where pages are numbered, `next` where more follows a checkpoint. */
export type Part<T> = { items: T[]; total?: number; next?: string }

/** The checkpoint after an item: opaque to clients. */
export function writeCheckpoint(at: number, id: string): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url')
}

/** What `writeCheckpoint` wrote, or undefined for anything else. */
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
