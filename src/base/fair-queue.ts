/** Work that is done for several keys, e.g. tenants, with few things at once: the keys take turns. */
export type FairQueue = {
  /** Does the work when it is the turn of its key. Work of one key is started in order. */
  add<T>(key: string, work: () => Promise<T>): Promise<T>
  /** The work of this key that waits. */
  waiting(key: string): number
  /** The work of this key that is being done. */
  running(key: string): number
  /** The keys that have work waiting. */
  keysWaiting(): number
}

type Work = { waiting: (() => void)[]; running: number }

/**
 * Creates a queue in which a key with much work delays another key by one turn at most.
 *
 * @param limits `at_once`: work that is done at the same time; `at_once_per_key`: the part of it that one key may have
 */
export function createFairQueue(limits: { at_once: number; at_once_per_key?: number }): FairQueue {
  const { at_once, at_once_per_key = at_once } = limits
  // In the order of their turns.
  const keys = new Map<string, Work>()
  let running = 0

  function startNext(): void {
    for (const [key, work] of keys) {
      if (running >= at_once) return
      if (work.running >= at_once_per_key) continue
      const start = work.waiting.shift()
      if (!start) continue
      keys.delete(key)
      keys.set(key, work)
      work.running += 1
      running += 1
      start()
    }
  }

  function end(key: string, work: Work): void {
    work.running -= 1
    running -= 1
    if (work.running === 0 && work.waiting.length === 0) keys.delete(key)
    startNext()
  }

  return {
    async add(key, work) {
      const own = keys.get(key) ?? { waiting: [], running: 0 }
      keys.set(key, own)
      await new Promise<void>((resolve) => {
        own.waiting.push(resolve)
        startNext()
      })
      try {
        return await work()
      } finally {
        end(key, own)
      }
    },
    waiting: (key) => keys.get(key)?.waiting.length ?? 0,
    running: (key) => keys.get(key)?.running ?? 0,
    keysWaiting: () => [...keys.values()].filter(({ waiting }) => waiting.length > 0).length,
  }
}
