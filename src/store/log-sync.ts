/** Lets every commit wait until it is on the disk, with one sync of the write-ahead log for all that wait at once. */
export type LogSync = {
  /**
   * Resolves when all that was written before the call is on the disk.
   *
   * @throws what the disk answers; a sync that failed once is never tried again, for what it lost stays lost
   */
  reached(): Promise<void>
  /** Resolves when no sync is under way. */
  settled(): Promise<void>
}

/** Makes the waiting on `sync`, which puts on the disk what was written before it began. */
export function createLogSync(sync: () => Promise<void>): LogSync {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function begin(before: Promise<void> | undefined): Promise<void> {
    // Throws what the sync before threw, and so do all that follow.
    await before
    next = undefined
    const started = sync()
    running = started
    await started
    if (running === started) running = undefined
  }

  return {
    async reached() {
      // A sync under way may have begun before the caller's write; only the one after it covers that for certain.
      next ??= begin(running)
      await next
    },
    async settled() {
      await next?.catch(() => undefined)
      await running?.catch(() => undefined)
    },
  }
}
