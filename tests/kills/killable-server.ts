// The real server as a process of its own that can be killed and started again on the same store.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'

const compile_cache = join(tempFolder('compile-cache'), 'cache')
const program = resolve(import.meta.dirname, '../../bin/wherry.cjs')

/** A server process on a fixed port and store. */
export type KillableServer = {
  readonly origin: string
  readonly first_run: FirstRun
  /** Ends the process without warning. */
  kill(): Promise<void>
  /** Starts it again, waits until it is ready, and answers how long that took, in ms. */
  start(): Promise<number>
  /** Waits until it is ready, and answers how long that took, in ms. @throws Error when it ended or takes 30 s */
  ready(): Promise<number>
  /** What it printed last. */
  printed(): string
}

/** Starts a server on `data_dir` and waits until it is ready. `is_often`: it is made for many starts. */
export async function startKillable(
  data_dir: string,
  env: Record<string, string>,
  is_often: boolean,
): Promise<KillableServer> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''
  const ready = async (): Promise<number> => {
    const since = performance.now()
    while (!(await isReady(origin))) {
      const ended = child === undefined || child.exitCode !== null || child.signalCode !== null
      if (ended || performance.now() - since > 30_000)
        throw new Error(`the server is not ready:\n${output.slice(-4000)}`)
      await sleep(20)
    }
    return performance.now() - since
  }
  const start = async (): Promise<number> => {
    const settings = {
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: origin,
      WHERRY_DATA_DIR: data_dir,
      WHERRY_LOG_LEVEL: 'error',
      WHERRY_REQUESTS_PER_SECOND: '100000',
      WHERRY_TRUST_PROXY: 'loopback',
      // Reading the sources anew is most of the work of a start; the rounds are about what comes after it.
      NODE_COMPILE_CACHE: compile_cache,
      ...env,
    }
    const started = spawn(process.execPath, [program, 'serve'], { env: { ...process.env, ...settings } })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk) => (output = (output + String(chunk)).slice(-20_000)))
    }
    return await ready()
  }
  process.once('exit', () => child?.kill('SIGKILL'))
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  if (is_often && child) {
    // A process that is killed leaves no compiled sources behind, one that is asked to stop does.
    child.kill('SIGTERM')
    await once(child, 'exit')
    await start()
  }
  const first_run = JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as FirstRun
  return { origin, first_run, kill, start, ready, printed: () => output }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(3000) })).ok
  } catch {
    return false
  }
}
