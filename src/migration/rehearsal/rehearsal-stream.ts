import { setTimeout } from 'node:timers/promises'
import type { Connection } from '../../connections/connection.ts'
import type { LegacyStore } from '../legacy-store.ts'
import { createPace } from './pace-calls.ts'
import type { RehearsedUser } from './rehearsal-counts.ts'
import { calledWith, rehearseUser, type DirectoryUser, type RehearseUserDeps } from './rehearse-user.ts'

/** The dependencies of a stream. */
export type RehearsalStreamDeps = RehearseUserDeps & {
  legacy: Pick<LegacyStore, 'findHash' | 'health'>
}

/** A user with the durations of the calls, in milliseconds. */
export type StreamedUser = { user: DirectoryUser; durations: number[]; rehearsed: RehearsedUser }

/** Rehearses users one after the other. */
export type RehearsalStream = {
  /** Rehearses all users, or until the signal. A user who was not called when it is given stays without an outcome. */
  run(signal: AbortSignal): Promise<void>
  /** Takes the users with an outcome from the beginning of the stream: no earlier user is without one. */
  takeFinished(): StreamedUser[]
  /** The time for which calls were made, and for which the stream waited while the circuit was open, in milliseconds. */
  times(): { active_ms: number; paused_ms: number }
}

/** Reads at most so many further users. */
export type ReadUsers = (take: number) => Promise<DirectoryUser[]>

type Entry = { user: DirectoryUser; durations: number[]; attempts: number; rehearsed: RehearsedUser | undefined }

// A user whose calls end in an outage so often has that outcome.
const attempts_max = 5
// Beside them, logins have a quarter of the calls that a sandbox process runs at once, and its queue.
const calls_at_once = 12
const read_at_once = 500
const window_s = 5
const window_min = 50
const poll_ms = 250
// While the legacy store stays down, its circuit is probed less and less often.
const first_pause_ms = 1000
const longest_pause_ms = 300_000

/**
 * Creates a stream at a rate. A call that the circuit breaker refuses, or that ends in an outage, is repeated behind the users who were not
 * called yet; while the circuit is open the stream waits. At most the users of 5 s are between the first one without an outcome and the last.
 */
export function createRehearsalStream(
  deps: RehearsalStreamDeps,
  connection: Connection,
  { calls_per_second, readUsers }: { calls_per_second: number; readUsers: ReadUsers },
): RehearsalStream {
  const pace = createPace({ calls_per_second, at_once: calls_at_once })
  const window_max = Math.max(window_min, Math.ceil(calls_per_second * window_s))
  const window: Entry[] = []
  const fresh: Entry[] = []
  const again: Entry[] = []
  let has_more = true
  let paused_ms = 0
  let pause_ms = first_pause_ms

  const refill = async (): Promise<void> => {
    if (!has_more || fresh.length > 0 || window.length >= window_max) return
    const users = await readUsers(Math.min(read_at_once, window_max - window.length))
    has_more = users.length > 0
    const entries = users.map((user): Entry => ({ user, durations: [], attempts: 0, rehearsed: undefined }))
    window.push(...entries)
    fresh.push(...entries)
  }

  const call = async (entry: Entry): Promise<void> => {
    const rehearsed = await rehearseUser(deps, connection, entry.user)
    if (rehearsed.kind === 'not_called') return void again.push(entry)
    if (rehearsed.duration_ms !== undefined) entry.durations.push(rehearsed.duration_ms)
    if (rehearsed.kind === 'rehearsed') {
      if (rehearsed.duration_ms !== undefined) pause_ms = first_pause_ms
      entry.rehearsed = rehearsed.user
      return
    }
    entry.attempts += 1
    if (entry.attempts < attempts_max) return void again.push(entry)
    const { outcome } = rehearsed
    entry.rehearsed = { outcome, detail: undefined, changes: undefined, hash_form: entry.user.hash_form }
  }

  /** Waits while the circuit is open, and longer each time that its probe fails. */
  const awaitCircuit = async (signal: AbortSignal): Promise<void> => {
    const isOpen = (): boolean => deps.legacy.health(connection).state === 'open'
    if (!isOpen()) return
    const began = performance.now()
    const hasWaited = (): boolean => performance.now() - began >= pause_ms
    while (!signal.aborted && (isOpen() || !hasWaited())) await setTimeout(poll_ms)
    paused_ms += performance.now() - began
    pause_ms = Math.min(longest_pause_ms, pause_ms * 2)
    pace.resume()
  }

  return {
    async run(signal) {
      try {
        while (!signal.aborted) {
          await refill()
          const next = fresh.shift() ?? again.shift()
          if (!next) {
            if (!has_more && !pace.isRunning()) return
            // A user who is being called may be repeated, or make place for others.
            await pace.nextEnd(poll_ms)
            continue
          }
          if (calledWith(next.user) === null) {
            await call(next)
            continue
          }
          await awaitCircuit(signal)
          if (signal.aborted) return
          await pace.start(() => call(next))
          // The call may be the probe of an open circuit: its end decides whether others follow.
          if (deps.legacy.health(connection).state !== 'closed') await pace.settle()
        }
      } finally {
        await pace.settle()
      }
    },
    takeFinished() {
      const open = window.findIndex(({ rehearsed }) => rehearsed === undefined)
      const finished = window.splice(0, open < 0 ? window.length : open)
      return finished.flatMap(({ user, durations, rehearsed }) => (rehearsed ? [{ user, durations, rehearsed }] : []))
    },
    times: () => ({ active_ms: pace.activeMs(), paused_ms }),
  }
}
