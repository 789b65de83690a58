import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { storeProblemOf, type StoreProblem } from './store-problem.ts'

/** Whether this process can write to its store. */
export type WriteCheck = {
  /** Writes to the store, at most twice a second for all callers together, and returns whether that succeeded. */
  check(): Promise<boolean>
  /** False from a check that failed, or took five seconds, until the next one that succeeds. */
  isWritable(): boolean
  /** Why the store cannot be written, and since when, in epoch milliseconds; undefined while it can. */
  problem(): { kind: StoreProblem; since: number } | undefined
  close(): void
}

const retry_ms = 1000
const pause_min_ms = 500
const late_ms = 5000

/**
 * Checks that the store can be written: when `check` is called, every `every_ms` if that is given, and every second while it cannot.
 *
 * @param write writes to the store; it rejects while that is impossible
 */
export function startWriteCheck(
  write: () => Promise<void>,
  { log, clock, every_ms }: { log: ProcessLog; clock: Clock; every_ms?: number | undefined },
): WriteCheck {
  let problem: { kind: StoreProblem; since: number } | undefined
  let closed = false
  let running: Promise<boolean> | undefined
  let checked_at = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function settle(now_writable: boolean, error?: unknown): void {
    if (closed) return
    const before = problem
    problem = now_writable ? undefined : { kind: storeProblemOf(error), since: before?.since ?? clock.now() }
    if (now_writable === (before === undefined)) return
    if (now_writable) log.info({}, 'the store can be written again')
    else log.error({ err: error }, 'the store cannot be written: requests that write are refused until it can')
  }

  function schedule(): void {
    clearTimeout(timer)
    const pause_ms = problem ? retry_ms : every_ms
    if (!closed && pause_ms !== undefined) timer = setTimeout(() => void check(), pause_ms).unref()
  }

  async function run(): Promise<boolean> {
    const pause_ms = checked_at + pause_min_ms - performance.now()
    if (pause_ms > 0) await sleep(pause_ms, undefined, { ref: false })
    const late = setTimeout(() => settle(false, new Error(`A write took more than ${late_ms} ms.`)), late_ms).unref()
    try {
      await write()
      settle(true)
    } catch (error) {
      settle(false, error)
    } finally {
      clearTimeout(late)
      checked_at = performance.now()
      running = undefined
      schedule()
    }
    return problem === undefined
  }

  function check(): Promise<boolean> {
    running ??= run()
    return running
  }

  schedule()
  return {
    check,
    isWritable: () => problem === undefined,
    problem: () => problem,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
