import { StoreUnavailable } from './store-unavailable.ts'

// The functions that close the readers of each file; `closed` while no reader may be opened.
const readers_of = new Map<string, { closing: Set<() => Promise<void>>; closed: boolean }>()

function readersOf(file: string) {
  const readers = readers_of.get(file) ?? { closing: new Set(), closed: false }
  readers_of.set(file, readers)
  return readers
}

/**
 * Registers a connection that reads the embedded store beside the driver's own, before it is opened. `close` is called when the store is
 * opened again. Call the returned function when the connection is closed.
 *
 * @throws {StoreUnavailable} while the store is opened again
 */
export function addReader(file: string, close: () => Promise<void>): () => void {
  const readers = readersOf(file)
  if (readers.closed) throw new StoreUnavailable(undefined)
  readers.closing.add(close)
  return () => void readers.closing.delete(close)
}

/** Closes all readers of a file, runs `work`, and permits readers again. */
export async function withoutReaders(file: string, work: () => void | Promise<void>): Promise<void> {
  const readers = readersOf(file)
  readers.closed = true
  try {
    await Promise.all([...readers.closing].map((close) => close()))
    await work()
  } finally {
    readers.closed = false
  }
}
