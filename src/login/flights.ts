import { createHmac, randomBytes } from 'node:crypto'

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
   * @returns the result, and whether this call shared somebody else's run
   * @throws {FlightsFull} when too many callers wait under the key
   */
  share<T>(key: string, secret: string, work: () => Promise<T>): Promise<{ result: T; shared: boolean }>
}

type Flight = { tag: string; running: Promise<unknown> }

/**
 * Makes flights. Secrets are told apart by a digest with a key of this process alone.
 *
 * @param waiting_max how many callers with other secrets may wait under one key
 */
export function createFlights(waiting_max: number): Flights {
  const digest_key = randomBytes(32)
  const flights = new Map<string, Flight>()
  const waiters = new Map<string, number>()

  return {
    async share<T>(key: string, secret: string, work: () => Promise<T>) {
      const tag = createHmac('sha256', digest_key).update(secret).digest('base64')
      for (let flight = flights.get(key); flight !== undefined; flight = flights.get(key)) {
        if (flight.tag === tag) return { result: (await flight.running) as T, shared: true }
        const waiting = waiters.get(key) ?? 0
        if (waiting >= waiting_max) throw new FlightsFull()
        waiters.set(key, waiting + 1)
        try {
          await flight.running.catch(() => undefined)
        } finally {
          const left = (waiters.get(key) ?? 1) - 1
          if (left === 0) waiters.delete(key)
          else waiters.set(key, left)
        }
      }
      const running = work()
      flights.set(key, { tag, running })
      try {
        return { result: await running, shared: false }
      } finally {
        flights.delete(key)
      }
    },
  }
}
