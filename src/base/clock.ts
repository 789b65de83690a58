/** Base: clock, ids and small pure functions. It knows nothing of Wherry's concepts and reads no environment. */

/** A source of the current time, passed as an argument so that tests can set it. */
export type Clock = {
  /** The current time, in epoch milliseconds. */
  now(): number
}

/** The system clock. */
export const systemClock: Clock = { now: () => Date.now() }
