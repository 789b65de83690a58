import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** What bubblewrap (`bwrap`) needs to run Deno on this machine. */
export type Bubblewrap = {
  /** The options that work here. */
  options: readonly string[]
  /** The shared libraries that Deno loads, and the loader. */
  libraries: readonly string[]
}

const namespaces = ['user', 'pid', 'ipc', 'uts', 'net'].map((name) => `--unshare-${name}`)
const options = [...namespaces, '--as-pid-1', '--die-with-parent', '--new-session', '--cap-drop', 'ALL']

const stack_bounds_file = fileURLToPath(new URL('../../sandbox-runtime/runner/proc-self-maps.txt', import.meta.url))

/** The sets of options to try, the strictest first: versions before 0.8 have no `--disable-userns`. */
export const option_sets: readonly (readonly string[])[] = [
  [...options, '--unshare-cgroup-try', '--disable-userns'],
  options,
]

/**
 * The start of a command that runs Deno in namespaces of its own, with no network. Its file system holds its program file, its
 * libraries and `readable`, all of them read-only and at their own paths: no other file, no device, and of `/proc` what Deno needs.
 */
export function bubblewrapPrefix(bubblewrap: Bubblewrap, deno_file: string, readable: string[]): string[] {
  const mounts = [...bubblewrap.libraries, deno_file, ...readable].flatMap((file) => ['--ro-bind', file, file])
  // Deno reads the name of its program file there, and does not start without it.
  const own_name = ['--symlink', deno_file, '/proc/self/exe']
  // The parser of TypeScript in Deno needs the bounds of the stack, which the C library looks up there; it ends the process without them.
  const stack = ['--ro-bind', stack_bounds_file, '/proc/self/maps']
  // Set before bubblewrap starts Deno: the server could set that of bubblewrap only, and later.
  const nice = ['nice', '-n', String(constants.priority.PRIORITY_BELOW_NORMAL)]
  return [...nice, 'bwrap', ...bubblewrap.options, ...mounts, ...own_name, ...stack, '--remount-ro', '/', '--']
}

/** The process id of the program that bubblewrap runs; undefined until there is one. */
export function programOf(bubblewrap_pid: number): number | undefined {
  try {
    const [pid = ''] = readFileSync(`/proc/${bubblewrap_pid}/task/${bubblewrap_pid}/children`, 'utf8').split(' ')
    return pid === '' ? undefined : Number(pid)
  } catch {
    return undefined
  }
}

/**
 * Kills a program that bubblewrap had not started yet when it was killed: such a program waits for ever; once started, it ends
 * with bubblewrap. Call it only while a pipe of the child, which was spawned `detached`, is open: else its group may be another's.
 */
export function killUnstarted({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // There is none.
  }
}
