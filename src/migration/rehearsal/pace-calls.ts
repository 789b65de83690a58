import { setTimeout } from 'node:timers/promises'

/** Starts calls at a rate, at most some at once. */
export type Pace = {
  /** Waits for the time of the next call, and for a free place; then `call` is started. */
  start(call: () => Promise<void>): Promise<void>
  /** Waits for all calls. @throws the first error of a call */
  settle(): Promise<void>
  /** Whether a call is running. */
  isRunning(): boolean
  /** Waits until a call ends, at most so long. @throws the first error of a call */
  nextEnd(timeout_ms: number): Promise<void>
  /** How long calls were made in milliseconds: from the first one to the end of the last, or until the next one is due, without pauses. */
  activeMs(): number
  /** Begins anew after a pause: the calls that were not made meanwhile are not made up for. */
  resume(): void
}

// Calls that are late by up to a second, by a busy process or for want of a place, are made up for at a slightly higher rate, not in a burst.
const late_max_ms = 1000
const catch_up = 0.8
// How late a timer may be without the next call being later, too.
const timer_late_ms = 50

/** Creates a pace of `calls_per_second`. */
export function createPace({ calls_per_second, at_once }: { calls_per_second: number; at_once: number }): Pace {
  const interval_ms = 1000 / calls_per_second
  const running = new Set<Promise<void>>()
  let due_at = performance.now()
  // No call begins before this time, also where several are late.
  let earliest_at = due_at
  // What is before the last pause, and the time since it for which calls were made.
  let active_ms = 0
  let since: { began: number; ended: number } | undefined
  let error: unknown
  let has_failed = false

  const activeMs = (): number => active_ms + (since ? since.ended - since.began : 0)

  return {
    async start(call) {
      const wait_ms = Math.max(due_at, earliest_at) - performance.now()
      if (wait_ms > 0) await setTimeout(wait_ms)
      while (running.size >= at_once) await Promise.race(running)
      const now = performance.now()
      due_at = Math.max(due_at, now - late_max_ms) + interval_ms
      earliest_at = Math.max(earliest_at, now - timer_late_ms) + interval_ms * catch_up
      since = { began: since?.began ?? now, ended: Math.max(since?.ended ?? now, due_at) }
      const run = call()
        .catch((cause: unknown) => {
          if (!has_failed) error = cause
          has_failed = true
        })
        .finally(() => {
          running.delete(run)
          if (since) since.ended = Math.max(since.ended, performance.now())
        })
      running.add(run)
    },
    async settle() {
      await Promise.all(running)
      if (has_failed) throw error
    },
    isRunning: () => running.size > 0,
    async nextEnd(timeout_ms) {
      await Promise.race([...running, setTimeout(timeout_ms)])
      if (has_failed) throw error
    },
    activeMs,
    resume() {
      active_ms = activeMs()
      since = undefined
      due_at = performance.now()
    },
  }
}
