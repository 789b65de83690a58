import { StoreUnavailable } from './store-unavailable.ts'

/** The reader of a statement was closed because the store is opened again. */
export class ReaderClosed extends StoreUnavailable {}

// The functions that close the readers of each file; `opened` while no reader may be opened: it ends when one may.
type Readers = { closing: Set<() => Promise<void>>; opened: Promise<void> | undefined }
const readers_of = new Map<string, Readers>()

function readersOf(file: string): Readers {
  const readers = readers_of.get(file) ?? { closing: new Set(), opened: undefined }
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
  if (readers.opened) throw new StoreUnavailable(undefined)
  readers.closing.add(close)
  return () => void readers.closing.delete(close)
}

/** Waits until a reader of a file may be opened. */
export async function untilReadable(file: string): Promise<void> {
  for (let { opened } = readersOf(file); opened; { opened } = readersOf(file)) await opened
}

/** Closes all readers of a file, runs `work`, and permits readers again. */
export async function withoutReaders(file: string, work: () => void | Promise<void>): Promise<void> {
  const readers = readersOf(file)
  const { promise, resolve } = Promise.withResolvers<void>()
  readers.opened = promise
  try {
    await Promise.all([...readers.closing].map((close) => close()))
    await work()
  } finally {
    readers.opened = undefined
    resolve()
  }
}
