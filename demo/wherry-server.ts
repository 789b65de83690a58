// Wherry as an operator starts it: its own process, on a free port, with an empty data folder. The demo reads the port from
// first-run.json and polls /health/ready.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { textAt } from './json-path.ts'
import { sendRequest } from './send-request.ts'

/** The contents of first-run.json, which the first start of Wherry writes. */
export type FirstRun = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  admin_setup_url: string
}

/** Wherry's process. */
export type WherryServer = {
  /** The file of the process log. */
  log_file: string
  /** Resolves when /health/ready answers 200. @throws Error with the end of the log when Wherry ends or is not ready within a minute */
  ready(): Promise<FirstRun>
  /** Stops the process gracefully and resolves with its exit status; null when a signal ended it. */
  stop(): Promise<number | null>
  /** Kills the process. */
  kill(): void
}

const main = fileURLToPath(new URL('../bin/wherry.cjs', import.meta.url))
const start_timeout_ms = 60_000
const stop_timeout_ms = 12_000

function environment(data_dir: string): Record<string, string | undefined> {
  const settings = Object.keys(process.env).filter((name) => name.startsWith('WHERRY_') || name === 'DATABASE_URL')
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)))
  return { ...rest, WHERRY_PORT: '0', WHERRY_DATA_DIR: data_dir }
}

function readFirstRun(file: string): FirstRun | undefined {
  if (!existsSync(file)) return undefined
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return {
    issuer: textAt(content, 'issuer'),
    management_audience: textAt(content, 'management_audience'),
    management_client_id: textAt(content, 'management_client_id'),
    management_client_secret: textAt(content, 'management_client_secret'),
    admin_setup_url: textAt(content, 'admin_setup_url'),
  }
}

async function isReady({ issuer }: FirstRun): Promise<boolean> {
  try {
    return (await sendRequest(`${issuer}health/ready`)).status === 200
  } catch {
    return false
  }
}

/** Starts Wherry's process, with its data and its log in `folder`. */
export function launchWherry(folder: string): WherryServer {
  const data_dir = path.join(folder, 'data')
  const log_file = path.join(folder, 'wherry.log')
  mkdirSync(data_dir, { mode: 0o700 })
  const log = openSync(log_file, 'a', 0o600)
  // In `folder`, so that Wherry does not read a .env file of the current directory.
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
      for (const end = Date.now() + start_timeout_ms; running && Date.now() < end; await sleep(20)) {
        const first_run = readFirstRun(path.join(data_dir, 'first-run.json'))
        if (first_run && (await isReady(first_run))) return first_run
      }
      const log_end = readFileSync(log_file, 'utf8').trim().split('\n').slice(-15).join('\n')
      throw new Error(`Wherry did not start. The end of its log:\n${log_end}`)
    },
    async stop() {
      child.kill('SIGTERM')
      const killing = setTimeout(() => child.kill('SIGKILL'), stop_timeout_ms)
      const status = await ended
      clearTimeout(killing)
      return status
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
