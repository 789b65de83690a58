import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'

/** The user a server runs as; absent when the tests themselves are not root. */
export type RunAs = { uid: number; gid: number }

/** A server process that ends with the process that started it. */
export type GuardedProcess = {
  readonly pid: number
  /** Rejects with the tail of its output when the process ends by itself. Settles only then. */
  readonly ended: Promise<number | null>
  /** Sends `signal` and waits for the end; sends SIGKILL after ten seconds. */
  stop(signal: NodeJS.Signals): Promise<void>
}

/**
 * Starts a server that ends with this process, with its output appended to `log_file`.
 *
 * On Linux the kernel kills it (`setpriv --pdeathsig`), so even a killed test leaves no process;
 * elsewhere an exit handler does.
 */
export function startGuarded(command: string, args: string[], log_file: string, run_as?: RunAs): GuardedProcess {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))
  const argv = setpriv === undefined ? [command, ...args] : [setpriv, '--pdeathsig', 'KILL', '--', command, ...args]
  const log = openSync(log_file, 'a')
  const child = spawn(argv[0]!, argv.slice(1), {
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...run_as,
  })
  const ended = endOf(child)
  const killOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killOnExit)
  void ended.finally(() => process.removeListener('exit', killOnExit))
  return { pid: child.pid ?? 0, ended, stop: (signal) => stop(child, ended, signal) }
}

/** Runs a set-up command to its end. @throws Error with its output when it fails. */
export function runToEnd(command: string, args: string[], run_as?: RunAs): void {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', DEBIAN_FRONTEND: 'noninteractive' }
  const ran = spawnSync(command, args, { encoding: 'utf8', cwd: '/', env, maxBuffer: 64 << 20, ...run_as })
  if (ran.error !== undefined) throw ran.error
  if (ran.status === 0) return
  const output = `${ran.stdout}\n${ran.stderr}`.trim().split('\n').slice(-15).join('\n')
  throw new Error(`${command} ended with ${ran.status ?? ran.signal}:\n${output}`)
}

/** Answers the user to run servers as: the first existing one of `names` for root, else undefined. */
export function userToRunAs(names: string[]): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of [...names, 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  return undefined
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', (code) => resolve(code))
  })
}

async function stop(child: ChildProcess, ended: Promise<number | null>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}
