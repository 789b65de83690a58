/** Group commit: one sync of the write-ahead log (WAL) makes durable all writes that wait for it. */
export type WalSync = {
  /**
   * Resolves when everything written before the call is on the disk.
   *
   * @throws the error of the sync; after a failed sync every call fails until `resume`, since the writes that it lost cannot be synced
   *   again
   */
  synced(): Promise<void>
  /**
   * Syncs everything written before the call within `sync_delay_ms`, for writers that do not wait.
   *
   * @throws the error of an earlier sync
   */
  syncSoon(): void
  /** Resolves when no sync is running or scheduled. */
  idle(): Promise<void>
  /** The error of the failed sync, until `resume`. */
  failure(): { error: unknown } | undefined
  /** Syncs again after a failed sync. The caller has brought all earlier writes to the disk by other means. */
  resume(): void
}

/** How long a write for which no caller waits may stay unsynced. */
export const sync_delay_ms = 100

/** Creates the group commit over `sync`, which writes to the disk everything written before it was called. */
export function createWalSync(sync: () => Promise<void>): WalSync {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failure: { error: unknown } | undefined

  async function begin(before: Promise<void> | undefined): Promise<void> {
    // Throws the error of the sync before, and so does every later sync.
    await before
    next = undefined
    const started = sync()
    running = started
    try {
      await started
    } catch (error) {
      failure = { error }
      throw error
    }
    if (running === started) running = undefined
  }

  async function synced(): Promise<void> {
    if (failure) throw failure.error
    // A running sync may have begun before the caller's write; only the next one is certain to include it.
    next ??= begin(running)
    clearTimeout(timer)
    timer = undefined
    await next
  }

  return {
    synced,
    syncSoon() {
      if (failure) throw failure.error
      // The next writer, and every later one, receives the error.
      timer ??= setTimeout(() => void synced().catch(() => undefined), sync_delay_ms)
    },
    async idle() {
      if (timer) await synced().catch(() => undefined)
      await next?.catch(() => undefined)
      await running?.catch(() => undefined)
    },
    failure: () => failure,
    resume() {
      running = undefined
      next = undefined
      failure = undefined
    },
  }
}
