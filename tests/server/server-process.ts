// Wherry as its operator runs it: a process of its own with an environment, a working directory and exit statuses.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text as readText } from 'node:stream/consumers'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'

const program = join(import.meta.dirname, '../../bin/wherry.cjs')
const start_within_ms = 30_000

// What a failed test leaves running would keep its file from ending.
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** How a command ended and what it said. */
export type Ended = { status: number | null; stdout: string; stderr: string }

/** What a process is started with. Nothing of Wherry's is inherited. */
export type Surroundings = { env?: Record<string, string>; cwd?: string }

function launch(args: string[], { env = {}, cwd = tempFolder('cwd') }: Surroundings): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:WHERRY_|DATABASE_URL$|NODE_)/.test(name))
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

/** Runs a command to its end. @throws Error when it does not end within 30 s */
export async function runCommand(args: string[], surroundings: Surroundings = {}): Promise<Ended> {
  const child = launch(args, surroundings)
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), start_within_ms)
  await once(child, 'close')
  clearTimeout(timer)
  if (child.signalCode !== null) throw new Error(`${args.join(' ')} did not end: ${said.stdout}${said.stderr}`)
  return { status: child.exitCode, ...said }
}

/** A running server. */
export type ServerProcess = Awaited<ReturnType<typeof startServer>>

/** Starts a server on a free port and waits until it says that it is ready. @throws Error with its output when it ends */
export async function startServer({ env = {}, cwd }: Surroundings = {}) {
  const port = Number(env['WHERRY_PORT'] ?? (await freePort()))
  const data_dir = env['WHERRY_DATA_DIR'] ?? tempFolder('data')
  const all = { WHERRY_PORT: String(port), WHERRY_DATA_DIR: data_dir, ...env }
  const child = launch(['serve'], cwd === undefined ? { env: all } : { env: all, cwd })
  const lines: string[] = []
  let stderr = ''
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close')
  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null) child.kill(signal)
    await ended
    return child.exitCode
  }
  const deadline = Date.now() + start_within_ms
  while (!lines.some((line) => line.includes('"msg":"ready"'))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await kill('SIGKILL')
      throw new Error(`the server did not start:\n${lines.join('\n')}\n${stderr}`)
    }
    await sleep(20)
  }
  return {
    port,
    data_dir,
    env: all,
    pid: child.pid ?? 0,
    /** Lines of standard output. */
    lines,
    stderr: (): string => stderr,
    firstRun: (): FirstRun => JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as FirstRun,
    /** Ends it and gives its exit status. */
    stop: (): Promise<number | null> => kill('SIGTERM'),
    kill: (): Promise<number | null> => kill('SIGKILL'),
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    ended,
  }
}

/** Lines of the process log among lines of output. */
export function logLines(lines: string[]): Record<string, unknown>[] {
  return lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** An answer to `request`. */
export type HttpAnswer = { status: number; body: string; json<T>(): T }

/** Sends a request to this machine, whatever host the address names: the host travels in its header only. */
export async function request(
  address: string,
  { body, headers = {}, method }: { body?: unknown; headers?: Record<string, string>; method?: string } = {},
): Promise<HttpAnswer> {
  const { host, port, pathname, search } = new URL(address)
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const asked = httpRequest({
    host: '127.0.0.1',
    port,
    path: pathname + search,
    method: method ?? (text === undefined ? 'GET' : 'POST'),
    agent: false,
    headers: { host, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  })
  asked.end(text)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const read = await readText(answer)
  return { status: answer.statusCode ?? 0, body: read, json: <T>() => JSON.parse(read) as T }
}

/** Asks for a Management API token as `first-run.json` says. */
export async function managementToken(first_run: FirstRun, more: Record<string, string> = {}): Promise<HttpAnswer> {
  return await request(`${first_run.issuer}oauth/token`, {
    body: {
      grant_type: 'client_credentials',
      client_id: first_run.management_client_id,
      client_secret: first_run.management_client_secret,
      audience: first_run.management_audience,
      ...more,
    },
  })
}

/** Opens the embedded store of a server that is stopped. */
export async function withStore<T>(folder: string, use: (db: Db) => Promise<T>): Promise<T> {
  const db = await openStore({ engine: 'sqlite', folder })
  try {
    return await use(db)
  } finally {
    await db.destroy()
  }
}
