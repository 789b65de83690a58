/** Lets every commit wait until it is on the disk, with one sync of the write-ahead log for all that wait at once. */
export type LogSync = {
  /**
   * Resolves when all that was written before the call is on the disk.
   *
   * @throws what the disk answers; a sync that failed once is never tried again, for what it lost stays lost
   */
  reached(): Promise<void>
  /**
   * Sees to it that all that was written before the call is on the disk within `soon_ms`, for writers who do not wait.
   *
   * @throws what the disk answered to a sync before
   */
  soon(): void
  /** Resolves when no sync is under way. */
  settled(): Promise<void>
}

/** What nobody waits for is on the disk after this at the latest, as long as the disk takes what it is given. */
export const soon_ms = 100

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

  let timer: NodeJS.Timeout | undefined
  let failure: { error: unknown } | undefined

  async function reached(): Promise<void> {
    // A sync under way may have begun before the caller's write; only the one after it covers that for certain.
    next ??= begin(running)
    clearTimeout(timer)
    timer = undefined
    await next
  }

  return {
    reached,
    soon() {
      if (failure) throw failure.error
      // A failure is told to the next who writes, and to all after that.
      timer ??= setTimeout(() => void reached().catch((error: unknown) => (failure = { error })), soon_ms)
    },
    async settled() {
      if (timer) await reached().catch(() => undefined)
      await next?.catch(() => undefined)
      await running?.catch(() => undefined)
    },
  }
}
