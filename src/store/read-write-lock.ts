/**
 * A readers-writer lock of one process: shared work runs concurrently, exclusive work alone. First come, first served. Work that need not
 * wait starts at once, within the call.
 */
export type ReadWriteLock = {
  /** Runs `work` when no exclusive work runs or waits before it. */
  shared<T>(work: () => Promise<T>): Promise<T>
  /** Runs `work` when no other work of this lock runs. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
}

type Waiting = { is_exclusive: boolean; start(): void }

/** Creates a readers-writer lock. Work inside the lock must not take it again: it would wait for itself. */
export function createReadWriteLock(): ReadWriteLock {
  const waiting: Waiting[] = []
  let running = 0
  let is_exclusive = false

  function startWaiting(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (is_exclusive || (next.is_exclusive && running > 0)) return
      waiting.shift()
      running += 1
      is_exclusive = next.is_exclusive
      next.start()
    }
  }

  async function run<T>(work: () => Promise<T>, runs_alone: boolean): Promise<T> {
    if (waiting.length === 0 && !is_exclusive && (running === 0 || !runs_alone)) {
      running += 1
      is_exclusive = runs_alone
    } else {
      await new Promise<void>((start) => {
        waiting.push({ is_exclusive: runs_alone, start })
      })
    }
    try {
      return await work()
    } finally {
      running -= 1
      is_exclusive = false
      startWaiting()
    }
  }

  return { shared: (work) => run(work, false), exclusive: (work) => run(work, true) }
}
