// Wherry as an operator starts it: a process of its own, on a free port, with an empty data folder. The demo
// learns what an operator learns: the port from first-run.json, readiness from /health/ready.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ask, textAt } from './ask.ts'

/** What the first start of Wherry leaves for its operator. */
export type FirstRun = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  admin_setup_url: string
}

/** Wherry's process. */
export type WherryServer = {
  /** Where its process log goes. */
  log_file: string
  /** Resolves when it is ready. @throws Error with the end of its log, when it ends or is not ready within a minute */
  ready(): Promise<FirstRun>
  /** Stops it gracefully and resolves with its exit status; null when it had to be killed. */
  stop(): Promise<number | null>
  /** Ends it at once. */
  kill(): void
}

const main = fileURLToPath(new URL('../bin/wherry.cjs', import.meta.url))
const start_within_ms = 60_000
const stop_within_ms = 12_000

function environment(data_dir: string): Record<string, string | undefined> {
  const settings = Object.keys(process.env).filter((name) => name.startsWith('WHERRY_') || name === 'DATABASE_URL')
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)))
  return { ...rest, WHERRY_PORT: '0', WHERRY_DATA_DIR: data_dir }
}

function readFirstRun(file: string): FirstRun | undefined {
  if (!existsSync(file)) return undefined
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return {
    issuer: textAt(read, 'issuer'),
    management_audience: textAt(read, 'management_audience'),
    management_client_id: textAt(read, 'management_client_id'),
    management_client_secret: textAt(read, 'management_client_secret'),
    admin_setup_url: textAt(read, 'admin_setup_url'),
  }
}

async function isReady({ issuer }: FirstRun): Promise<boolean> {
  try {
    return (await ask(`${issuer}health/ready`)).status === 200
  } catch {
    return false
  }
}

/** Starts Wherry's process with its data in `folder`; `ready` tells when it can be asked. */
export function launchWherry(folder: string): WherryServer {
  const data_dir = path.join(folder, 'data')
  const log_file = path.join(folder, 'wherry.log')
  mkdirSync(data_dir, { mode: 0o700 })
  const log = openSync(log_file, 'a', 0o600)
  // In `folder`, so that no .env file of the person who runs the demo is read.
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    env: environment(data_dir),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', (status) => resolve(status))
  })
  let running = true
  void ended.then(() => (running = false))

  return {
    log_file,
    async ready() {
      for (const until = Date.now() + start_within_ms; running && Date.now() < until; await sleep(20)) {
        const first_run = readFirstRun(path.join(data_dir, 'first-run.json'))
        if (first_run && (await isReady(first_run))) return first_run
      }
      const said = readFileSync(log_file, 'utf8').trim().split('\n').slice(-15).join('\n')
      throw new Error(`Wherry did not start. The end of its log:\n${said}`)
    },
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), stop_within_ms)
      const status = await ended
      clearTimeout(late)
      return status
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
