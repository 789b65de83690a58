import { createHmac, generateKeySync } from 'node:crypto'

/** Too many callers with other secrets wait under one key. */
export class SingleFlightFull extends Error {
  constructor() {
    super('Too many calls wait for one another')
    this.name = 'SingleFlightFull'
  }
}

/**
 * Runs calls of one key one after the other; callers of the same key and the same secret share one run (single flight). For login
 * attempts the key is the identifier and the secret is the password.
 */
export type SingleFlight = {
  /**
   * Runs `work`, or shares the result of an equal call in flight.
   *
   * @param lane the caller's address or another source: lanes take turns, so that many calls of one do not delay the others
   * @returns the result, and whether another call produced it
   * @throws {SingleFlightFull} when too many callers wait under the key; the first caller of a lane is always accepted
   */
  run<T>(key: string, secret: string, work: () => Promise<T>, lane?: string): Promise<{ result: T; shared: boolean }>
}

type Waiter = { tag: string; start(): void; join(running: Promise<unknown>): void }
type Flight = { tag: string; running: Promise<unknown>; lanes: Map<string, Waiter[]> }

/** Removes the next waiter: lanes in turn, the longest waiting of each first. */
function takeNext(lanes: Map<string, Waiter[]>): Waiter | undefined {
  const [first] = lanes
  if (!first) return undefined
  const [lane, [next, ...rest]] = first
  lanes.delete(lane)
  if (rest.length > 0) lanes.set(lane, rest)
  return next
}

/** Removes every waiter with the same secret. */
function takeEqual(lanes: Map<string, Waiter[]>, tag: string): Waiter[] {
  const equal: Waiter[] = []
  for (const [lane, waiters] of lanes) {
    const [same, others] = [waiters.filter((one) => one.tag === tag), waiters.filter((one) => one.tag !== tag)]
    if (same.length === 0) continue
    equal.push(...same)
    if (others.length > 0) lanes.set(lane, others)
    else lanes.delete(lane)
  }
  return equal
}

/**
 * Creates a single flight. Secrets are compared by a digest under a key of this process.
 *
 * @param waiting_max how many callers with other secrets may wait under one key
 */
export function createSingleFlight(waiting_max: number): SingleFlight {
  const digest_key = generateKeySync('hmac', { length: 256 })
  const flights = new Map<string, Flight>()

  async function start<T>(
    key: string,
    tag: string,
    work: () => Promise<T>,
    lanes: Map<string, Waiter[]>,
  ): Promise<{ result: T; shared: boolean }> {
    const running = work()
    flights.set(key, { tag, running, lanes })
    for (const waiter of takeEqual(lanes, tag)) waiter.join(running)
    try {
      return { result: await running, shared: false }
    } finally {
      flights.delete(key)
      takeNext(lanes)?.start()
    }
  }

  return {
    async run<T>(key: string, secret: string, work: () => Promise<T>, lane = '') {
      const tag = createHmac('sha256', digest_key).update(secret).digest('base64')
      const flight = flights.get(key)
      if (!flight) return await start(key, tag, work, new Map())
      if (flight.tag === tag) return { result: (await flight.running) as T, shared: true }
      const { lanes } = flight
      const own = lanes.get(lane)
      const waiting = [...lanes.values()].reduce((sum, waiters) => sum + waiters.length, 0)
      if (own && waiting >= waiting_max) throw new SingleFlightFull()
      return await new Promise<{ result: T; shared: boolean }>((resolve, reject) => {
        const waiter: Waiter = {
          tag,
          start: () => void start(key, tag, work, lanes).then(resolve, reject),
          join: (running) => void running.then((result) => resolve({ result: result as T, shared: true }), reject),
        }
        lanes.set(lane, [...(own ?? []), waiter])
      })
    },
  }
}
