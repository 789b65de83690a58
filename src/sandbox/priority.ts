import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { process_bounds } from './limits.ts'

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority

// A third of the server's share of a busy core: at 10, scripts on a host with other busy sessions miss their deadlines.
const session_nice = 5

/** The priority of one process, which is below the server's. */
export type Priority = {
  /** Lowers the priority of the session of a process that has one of its own. Called until that has worked, once the process is ready. */
  lowerSession(pid: number): void
  /** Makes the kernel run the process only while a core has nothing else to do, where that is possible. */
  yieldCores(pid: number): void
  /** `yieldCores` was called, and not again for two seconds: the process need not yield, but cannot get its priority back. */
  yieldedBefore(): boolean
}

/** Gives a process a lower priority than the server: a script that computes must not delay its answers. */
export function lowerPriority(pid: number | undefined) {
  if (pid === undefined) return
  try {
    setPriority(pid, PRIORITY_BELOW_NORMAL)
  } catch {
    // The process has exited, or the system has no priorities.
  }
}

/**
 * Linux shares the processor among sessions first, and by the priority of their processes only within each, unless they are in a
 * control group for processor time (sched(7), "The autogroup feature").
 *
 * @returns false where it has to be tried again: the kernel accepts ten such changes a second
 */
function setSessionPriority(pid: number, priority: number): boolean {
  try {
    const groupOf = (process: number | 'self') => readFileSync(`/proc/${process}/autogroup`, 'utf8').split(' ')[0]
    if (groupOf(pid) !== groupOf('self')) writeFileSync(`/proc/${pid}/autogroup`, String(priority))
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EAGAIN')
  }
}

/** Opens the priority of a process whose own priority is already low. */
export function openPriority(): Priority {
  let session_priority: number = session_nice
  let is_set = false
  let yields_until = Number.POSITIVE_INFINITY
  return {
    lowerSession(pid) {
      if (!is_set) is_set = setSessionPriority(pid, session_priority)
    },
    yieldCores(pid) {
      yields_until = Date.now() + process_bounds.yield_ms
      if (session_priority === PRIORITY_LOW) return
      session_priority = PRIORITY_LOW
      is_set = setSessionPriority(pid, session_priority)
      // Without this program (package util-linux), or when the process has exited, the priority stays as it is.
      execFile('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], () => {})
    },
    yieldedBefore: () => Date.now() > yields_until,
  }
}
