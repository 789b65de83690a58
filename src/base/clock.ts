/** Base: clock, ids and small pure functions. It knows nothing of Wherry's concepts and reads no environment. */

/** A source of the present time, handed in so that tests can move it. */
export type Clock = {
  /** The present, in epoch milliseconds. */
  now(): number
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }
