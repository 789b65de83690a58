import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { send } from './http-request.ts'

const start_within_ms = 60_000
const data_folders = tempFolder('checkouts')

/** What the first start leaves for the operator in `first-run.json`. */
export type FirstRunFile = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  admin_setup_url: string
}

/** A server process of a checkout. */
export type CheckoutServer = {
  port: number
  data_dir: string
  /** What `first-run.json` says. */
  firstRun(): FirstRunFile
  /** Stops it gracefully and removes its data folder where it made one itself. */
  stop(): Promise<void>
}

/**
 * Starts `wherry serve` of the checkout at `checkout`, on a free port and a data folder of its own unless `data_dir` is given.
 *
 * @throws Error with its output when it is not ready within a minute
 */
export async function startCheckout(
  checkout: string,
  env: Record<string, string> = {},
  data_dir?: string,
): Promise<CheckoutServer> {
  const port = await freePort()
  const folder = data_dir ?? mkdtempSync(join(data_folders, 'data-'))
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:WHERRY_|DATABASE_URL$|NODE_)/.test(name))
  const child = spawn(process.execPath, [join(checkout, 'bin/wherry.cjs'), 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(inherited),
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: `http://localhost:${port}`,
      WHERRY_DATA_DIR: folder,
      WHERRY_TRUST_PROXY: 'loopback',
      WHERRY_REQUESTS_PER_SECOND: '100000',
      ...env,
    },
  })
  const killOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killOnExit)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  }
  const stop = async (): Promise<void> => {
    await end(child)
    process.removeListener('exit', killOnExit)
    if (data_dir === undefined) rmSync(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + start_within_ms
  while (!(await isReady(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`The server of ${checkout} did not start:\n${output}`)
    }
    await sleep(30)
  }
  return {
    port,
    data_dir: folder,
    firstRun: () => JSON.parse(readFileSync(join(folder, 'first-run.json'), 'utf8')) as FirstRunFile,
    stop,
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await send(port, { path: '/health/ready' })).status === 200
  } catch {
    return false
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(late)
}
