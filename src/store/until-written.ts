/**
 * Runs `write` until it answers a value. `write` reads a row and updates it on the condition that it is unchanged; it answers undefined when
 * another request has changed the row in between, and then reads it again.
 */
export async function untilWritten<T>(write: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const written = await write()
    if (written !== undefined) return written
  }
}
