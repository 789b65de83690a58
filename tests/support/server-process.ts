// Wherry as its operator runs it: a process of its own with an environment, a working directory and exit statuses.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { siblingAdminUrl } from './admin-urls.ts'
import { freePort } from './free-port.ts'
import { tempFolder } from './temp-folder.ts'

const checkout_program = join(import.meta.dirname, '../../bin/wherry.cjs')
const start_within_ms = 60_000
const stop_within_ms = 20_000

/** What a process is started with. Of the environment of this process, nothing that configures Wherry or Node is inherited. */
export type ProcessOptions = {
  env?: Record<string, string>
  /** Default: an empty folder, so that no `.env` file is read. */
  cwd?: string
  /** The `wherry` command; default: that of the checkout. */
  program?: string
  /** The standard input of a command; default: none. */
  input?: string
}

/** How a command ended and what it printed. */
export type CommandResult = { status: number | null; stdout: string; stderr: string }

/** A server process on one port and data folder, which can be stopped and started again. */
export type ServerProcess = ReturnType<typeof createServerProcess>

const running = new Set<ChildProcess>()
const killAll = (): void => {
  for (const child of running) child.kill('SIGKILL')
}

function spawnProgram(
  args: string[],
  { env = {}, cwd = tempFolder('cwd'), program = checkout_program, input }: ProcessOptions,
  output: 'pipe' | [number, number],
): ChildProcess {
  const [stdout, stderr] = output === 'pipe' ? (['pipe', 'pipe'] as const) : output
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:WHERRY_|DATABASE_URL$|NODE_)/.test(name))
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', stdout, stderr],
  })
  child.stdin?.end(input)
  if (running.size === 0) process.once('exit', killAll)
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    if (running.size === 0) process.removeListener('exit', killAll)
  })
  return child
}

/** Runs a command to its end. @throws Error when it does not end within a minute */
export async function runCommand(args: string[], options: ProcessOptions = {}): Promise<CommandResult> {
  const child = spawnProgram(args, options, 'pipe')
  const printed = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), start_within_ms)
  await once(child, 'close')
  clearTimeout(timer)
  if (child.signalCode !== null) throw new Error(`${args.join(' ')} did not end: ${printed.stdout}${printed.stderr}`)
  return { status: child.exitCode, ...printed }
}

/** Runs a command that goes on until it is stopped; `stdout` is what it has printed. */
export function followCommand(args: string[], env: Record<string, string>) {
  const child = spawnProgram(args, { env }, 'pipe')
  let printed = ''
  let errors = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  return {
    stdout: () => printed,
    stderr: () => errors,
    /** Its exit status. */
    ended,
    async stop(): Promise<void> {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** Starts a server on a free port and waits until it is ready. @throws Error with its output when it ends instead */
export async function startServerProcess(options: ProcessOptions = {}): Promise<ServerProcess> {
  const port = options.env?.['WHERRY_PORT'] ?? String(await freePort())
  const data_dir = options.env?.['WHERRY_DATA_DIR'] ?? tempFolder('data')
  const admin_url = siblingAdminUrl(options.env?.['WHERRY_PUBLIC_URL'] ?? `http://localhost:${port}`)
  const env = { WHERRY_PORT: port, WHERRY_DATA_DIR: data_dir, WHERRY_ADMIN_URL: admin_url, ...options.env }
  const server = createServerProcess({ ...options, env }, tempFolder('log'))
  await server.start()
  return server
}

/** Creates a server process that is not started yet; its output goes to `wherry.log` and `wherry-errors.log` in `log_folder`. */
export function createServerProcess(
  options: ProcessOptions & { env: { WHERRY_PORT: string; WHERRY_DATA_DIR: string } & Record<string, string> },
  log_folder: string,
) {
  const { WHERRY_PORT: port, WHERRY_DATA_DIR: data_dir } = options.env
  const origin = `http://127.0.0.1:${port}`
  const log_file = join(log_folder, 'wherry.log')
  const error_file = join(log_folder, 'wherry-errors.log')
  const printed = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  let child: ChildProcess | undefined
  const hasEnded = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null

  const firstRun = (): FirstRun => JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as FirstRun

  const waitFor = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (const until = Date.now() + start_within_ms; !(await holds()); await sleep(20)) {
      if (!hasEnded() && Date.now() < until) continue
      const output = `${printed(log_file)}\n${printed(error_file)}`.trim().split('\n').slice(-40).join('\n')
      throw new Error(`the server is not ready:\n${output}`)
    }
  }

  const ended = async (): Promise<number | null> => {
    if (child && !hasEnded()) {
      child.ref()
      await once(child, 'exit')
    }
    return child?.exitCode ?? null
  }

  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded()) child?.kill(name)
  }

  return {
    port: Number(port),
    data_dir,
    env: options.env,
    origin,
    pid: (): number => child?.pid ?? 0,
    /** Standard output since the last start. */
    log_file,
    /** Lines of standard output since the last start. */
    lines: (): string[] => printed(log_file).split('\n').slice(0, -1),
    stderr: (): string => printed(error_file),
    /** What the first start wrote to `first-run.json`. */
    firstRun,
    /** Starts it and waits until it says that it is ready (log level `info` or lower). @throws Error with its output */
    async start(): Promise<void> {
      const output: [number, number] = [openSync(log_file, 'w', 0o600), openSync(error_file, 'w', 0o600)]
      child = spawnProgram(['serve'], options, output)
      for (const file of output) closeSync(file)
      // It keeps this process alive only while something waits for it: what a failed test leaves running is killed at exit.
      child.unref()
      await waitFor(() => printed(log_file).includes('"msg":"ready"'))
    },
    /** Waits until it answers that it is ready. @throws Error with its output */
    ready: (): Promise<void> =>
      waitFor(async () => {
        const answer = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(3000) }).catch(
          () => undefined,
        )
        return answer?.ok === true
      }),
    signal,
    /** Resolves with the exit status once it has ended; null after a signal. */
    ended,
    /** Ends it by SIGTERM, and by SIGKILL if that takes 20 s. Answers its exit status. */
    async stop(): Promise<number | null> {
      signal('SIGTERM')
      const late = setTimeout(() => signal('SIGKILL'), stop_within_ms)
      const status = await ended()
      clearTimeout(late)
      return status
    },
    /** Ends it by SIGKILL. */
    async kill(): Promise<void> {
      signal('SIGKILL')
      await ended()
    },
  }
}

/** Entries of the process log among lines of output. */
export function logEntries(lines: string[]): Record<string, unknown>[] {
  return lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line) as Record<string, unknown>)
}
