// The real server as a process of its own that can be killed and started again on the same store.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FirstRun } from '../../src/server/first-run.ts'
import { freePort } from '../support/free-port.ts'

const program = resolve(import.meta.dirname, '../../src/server/main.ts')

/** A server process on a fixed port and store. */
export type KillableServer = {
  readonly origin: string
  readonly first_run: FirstRun
  /** Ends the process without warning. */
  kill(): Promise<void>
  /** Starts it again and waits until it is ready. */
  start(): Promise<void>
}

/** Starts a server on `data_dir` and waits until it is ready. */
export async function startKillable(data_dir: string, env: Record<string, string>): Promise<KillableServer> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''
  const start = async (): Promise<void> => {
    const settings = {
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: origin,
      WHERRY_DATA_DIR: data_dir,
      WHERRY_LOG_LEVEL: 'error',
      WHERRY_REQUESTS_PER_SECOND: '100000',
      ...env,
    }
    const started = spawn(process.execPath, [program, 'serve'], { env: { ...process.env, ...settings } })
    child = started
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    const first_run = join(data_dir, 'first-run.json')
    for (let tries = 0; !(existsSync(first_run) && (await isReady(origin))); tries += 1) {
      if (tries > 600 || started.exitCode !== null) throw new Error(`the server did not start:\n${output.slice(-4000)}`)
      await sleep(50)
    }
  }
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  const first_run = JSON.parse(readFileSync(join(data_dir, 'first-run.json'), 'utf8')) as FirstRun
  return { origin, first_run, kill, start }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/health/ready`)).ok
  } catch {
    return false
  }
}
