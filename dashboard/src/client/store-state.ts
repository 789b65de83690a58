// What the answers of the server say about its store. They say it while it cannot be written; reads may work all the same.

const problems = ['disk_full', 'read_only', 'unavailable'] as const

/** What keeps the server from writing. */
export type StoreProblem = (typeof problems)[number]

/** Since when the server cannot write to its store, as it says; `reads_fail`: nor read it. */
export type StoreState = { problem: StoreProblem; since: string; reads_fail: boolean }

let state: StoreState | undefined
const listeners = new Set<() => void>()

/** The state of the store, for `useSyncExternalStore`; undefined while it can be written. */
export const storeState = (): StoreState | undefined => state

/** Calls `listener` after each change of the state. */
export function onStoreChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const isSame = (one: StoreState | undefined, other: StoreState | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Learns the state of the store from an answer. A refused read says that it cannot be read, either, until a read succeeds. */
export function learnStoreState({ headers, status }: Response, is_read: boolean): void {
  const problem = problems.find((one) => one === headers.get('wherry-store-problem'))
  const since = headers.get('wherry-store-problem-since')
  // Of an answer to a stranger nothing is learnt.
  if (status === 401) return
  const reads_fail = is_read ? status === 503 : (state?.reads_fail ?? false)
  const next = problem !== undefined && since !== null ? { problem, since, reads_fail } : undefined
  if (isSame(state, next)) return
  state = next
  for (const listener of listeners) listener()
}
