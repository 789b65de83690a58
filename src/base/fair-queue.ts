/** Work that is done for several keys, e.g. tenants, with few things at once: the keys take turns. */
export type FairQueue = {
  /**
   * Does the work when it is the turn of its key. Work of one key is started in order.
   *
   * @throws the error of `refuse`, when too much work of the key waits, or the turn has not come in time
   */
  add<T>(key: string, work: () => Promise<T>): Promise<T>
  /** The work of this key that waits. */
  waiting(key: string): number
  /** The work of this key that is being done. */
  running(key: string): number
  /** The keys that have work waiting. */
  keysWaiting(): number
}

type Work = { waiting: (() => void)[]; running: number }

/** The bounds of a fair queue. */
export type FairQueueLimits = {
  /** Work that is done at the same time. */
  at_once: number
  /** The part of it that one key may have; by default all of it. */
  at_once_per_key?: number
  /** The bounds of waiting work, and the error for work beyond them; by default there are none. */
  wait?: { per_key: number; longest_ms: number; refuse(): Error }
}

/** Creates a queue in which a key with much work delays another key by one turn at most. */
export function createFairQueue({ at_once, at_once_per_key = at_once, wait }: FairQueueLimits): FairQueue {
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

  async function turn(key: string, own: Work): Promise<void> {
    if (wait && own.waiting.length >= wait.per_key) throw wait.refuse()
    keys.set(key, own)
    await new Promise<void>((resolve, reject) => {
      const giveUp = (reason: Error): void => {
        own.waiting.splice(own.waiting.indexOf(start), 1)
        if (own.running === 0 && own.waiting.length === 0) keys.delete(key)
        reject(reason)
      }
      const timer = wait && setTimeout(() => giveUp(wait.refuse()), wait.longest_ms)
      const start = (): void => {
        clearTimeout(timer)
        resolve()
      }
      own.waiting.push(start)
      startNext()
    })
  }

  return {
    async add(key, work) {
      const own = keys.get(key) ?? { waiting: [], running: 0 }
      await turn(key, own)
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
