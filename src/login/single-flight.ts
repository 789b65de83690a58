import { createHmac, generateKeySync } from 'node:crypto'

/** Too many different attempts wait for one another. */
export class FlightsFull extends Error {
  constructor() {
    super('Too many attempts wait for one another')
    this.name = 'FlightsFull'
  }
}

/** Runs work under a key one at a time; callers with the same key and the same secret share one run. */
export type Flights = {
  /**
   * @param lane who asks: lanes take turns, so that many calls of one do not keep the others waiting
   * @returns the result, and whether this call shared somebody else's run
   * @throws {FlightsFull} when too many callers wait under the key; the first of a lane is always taken in
   */
  share<T>(key: string, secret: string, work: () => Promise<T>, lane?: string): Promise<{ result: T; shared: boolean }>
}

type Waiter = { tag: string; start(): void; join(running: Promise<unknown>): void }
type Flight = { tag: string; running: Promise<unknown>; lanes: Map<string, Waiter[]> }

/** Takes the next waiter: lanes in turn, in each the one that waits longest. */
function takeNext(lanes: Map<string, Waiter[]>): Waiter | undefined {
  const [first] = lanes
  if (!first) return undefined
  const [lane, [next, ...rest]] = first
  lanes.delete(lane)
  if (rest.length > 0) lanes.set(lane, rest)
  return next
}

/** Takes everybody out who waits with the same secret. */
function takeAlike(lanes: Map<string, Waiter[]>, tag: string): Waiter[] {
  const alike: Waiter[] = []
  for (const [lane, waiters] of lanes) {
    const [same, others] = [waiters.filter((one) => one.tag === tag), waiters.filter((one) => one.tag !== tag)]
    if (same.length === 0) continue
    alike.push(...same)
    if (others.length > 0) lanes.set(lane, others)
    else lanes.delete(lane)
  }
  return alike
}

/**
 * Makes flights. Secrets are told apart by a digest with a key of this process alone.
 *
 * @param waiting_max how many callers with other secrets may wait under one key
 */
export function createFlights(waiting_max: number): Flights {
  const digest_key = generateKeySync('hmac', { length: 256 })
  const flights = new Map<string, Flight>()

  async function run<T>(
    key: string,
    tag: string,
    work: () => Promise<T>,
    lanes: Map<string, Waiter[]>,
  ): Promise<{ result: T; shared: boolean }> {
    const running = work()
    flights.set(key, { tag, running, lanes })
    for (const waiter of takeAlike(lanes, tag)) waiter.join(running)
    try {
      return { result: await running, shared: false }
    } finally {
      flights.delete(key)
      takeNext(lanes)?.start()
    }
  }

  return {
    async share<T>(key: string, secret: string, work: () => Promise<T>, lane = '') {
      const tag = createHmac('sha256', digest_key).update(secret).digest('base64')
      const flight = flights.get(key)
      if (!flight) return await run(key, tag, work, new Map())
      if (flight.tag === tag) return { result: (await flight.running) as T, shared: true }
      const { lanes } = flight
      const own = lanes.get(lane)
      const waiting = [...lanes.values()].reduce((sum, waiters) => sum + waiters.length, 0)
      if (own && waiting >= waiting_max) throw new FlightsFull()
      return await new Promise<{ result: T; shared: boolean }>((resolve, reject) => {
        const waiter: Waiter = {
          tag,
          start: () => void run(key, tag, work, lanes).then(resolve, reject),
          join: (running) => void running.then((result) => resolve({ result: result as T, shared: true }), reject),
        }
        lanes.set(lane, [...(own ?? []), waiter])
      })
    },
  }
}
