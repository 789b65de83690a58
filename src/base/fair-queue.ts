/** A queue of work of several keys, for example tenants. A limited number of works run at the same time, and the keys take turns. */
export type FairQueue = {
  /**
   * Does the work when it is the turn of its key. Work of one key is started in order.
   *
   * @throws the error of `refuse`, when too much work of the key waits, or the turn has not come in time
   */
  add<T>(key: string, work: () => Promise<T>, kind?: WorkKind): Promise<T>
  /** The work of this key that waits. */
  waiting(key: string): number

  /** How much work of this key may be done at once now. */
  places(key: string): number
  /** The keys that have work waiting. */
  keysWaiting(): number
}

/** `slow` work of all keys together leaves one of several places to other work. */
export type WorkKind = 'usual' | 'slow'

type Waiting = { kind: WorkKind; start: () => void }
type KeyState = { waiting: Waiting[]; running: number; started: number; started_at: number }

/** The bounds of a fair queue. */
export type FairQueueLimits = {
  /** Work that is done at the same time. */
  at_once: number
  /** The part of it that one key may have; by default all of it. */
  at_once_per_key?: number
  /**
   * Reserves one place: for this time after a key starts work, every key that has recently started more work may use all places but one.
   * By default a key may use all places.
   */
  keep_place_ms?: number
  /** The bounds of waiting work, and the error for work beyond them; by default there are none. */
  wait?: { per_key: number; longest_ms: number; refuse(): Error }
}

/** Creates a queue in which a key with much work delays another key by one turn at most. */
export function createFairQueue(limits: FairQueueLimits): FairQueue {
  const { at_once, at_once_per_key = at_once, keep_place_ms = 0, wait } = limits
  // In the order of their turns. A key without work stays while a place is kept for it.
  const keys = new Map<string, KeyState>()
  let running = 0
  let running_slow = 0
  const slow_places = Math.max(1, at_once - 1)

  /** The work that a key has started, of which half is forgotten in each `keep_place_ms`. */
  const startedOf = ({ started, started_at }: KeyState, now: number): number =>
    started * 0.5 ** ((now - started_at) / keep_place_ms)

  function placesOf(work: KeyState | undefined, now: number): number {
    const most = Math.min(at_once, at_once_per_key)
    if (!work || keep_place_ms === 0 || at_once === 1) return most
    const own = startedOf(work, now)
    for (const other of keys.values())
      if (now - other.started_at < keep_place_ms && startedOf(other, now) < own) return Math.min(most, at_once - 1)
    return most
  }

  function forget(key: string, work: KeyState, now: number): void {
    if (work.running > 0 || work.waiting.length > 0) return
    if (now - work.started_at >= keep_place_ms) keys.delete(key)
  }

  /** The first waiting work of a key that a place is left for. */
  const nextOf = ({ waiting }: KeyState): number =>
    running_slow < slow_places ? 0 : waiting.findIndex(({ kind }) => kind === 'usual')

  function startNext(): void {
    const now = performance.now()
    for (const [key, work] of keys) {
      if (running >= at_once) return
      if (work.waiting.length === 0) forget(key, work, now)
      else if (work.running < placesOf(work, now)) {
        const [next] = nextOf(work) < 0 ? [] : work.waiting.splice(nextOf(work), 1)
        if (next === undefined) continue
        keys.delete(key)
        keys.set(key, work)
        work.started = keep_place_ms === 0 ? 0 : startedOf(work, now) + 1
        work.started_at = now
        work.running += 1
        running += 1
        if (next.kind === 'slow') running_slow += 1
        next.start()
      }
    }
  }

  function end(work: KeyState, kind: WorkKind): void {
    work.running -= 1
    running -= 1
    if (kind === 'slow') running_slow -= 1
    startNext()
  }

  async function turn(key: string, own: KeyState, kind: WorkKind): Promise<void> {
    if (wait && own.waiting.length >= wait.per_key) throw wait.refuse()
    keys.set(key, own)
    await new Promise<void>((resolve, reject) => {
      const giveUp = (reason: Error): void => {
        own.waiting.splice(own.waiting.indexOf(entry), 1)
        forget(key, own, performance.now())
        reject(reason)
      }
      const timer = wait && setTimeout(() => giveUp(wait.refuse()), wait.longest_ms)
      const start = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const entry: Waiting = { kind, start }
      own.waiting.push(entry)
      startNext()
    })
  }

  return {
    async add(key, work, kind = 'usual') {
      const own = keys.get(key) ?? { waiting: [], running: 0, started: 0, started_at: Number.NEGATIVE_INFINITY }
      await turn(key, own, kind)
      try {
        return await work()
      } finally {
        end(own, kind)
      }
    },
    waiting: (key) => keys.get(key)?.waiting.length ?? 0,

    places: (key) => placesOf(keys.get(key), performance.now()),
    keysWaiting: () => [...keys.values()].filter(({ waiting }) => waiting.length > 0).length,
  }
}
