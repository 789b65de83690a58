// An application of `examples/` as its documentation starts it: its client from `client.json`, its own modules, a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../src/base/json.ts'
import { ensureModules } from '../../../tools/ensure-modules.cjs'
import { freePort } from '../free-port.ts'
import type { TestClient } from '../requests.ts'
import type { Issuer } from './issuer.ts'

const examples = resolve(import.meta.dirname, '../../../examples')
const documented_origin = 'http://localhost:3000'
const start_within_ms = 60_000

/** The folder of an example, with its modules installed, unless those of the checkout suffice. */
export function installExample(name: string, uses_own_modules = true): string {
  const folder = join(examples, name)
  if (uses_own_modules) ensureModules(folder, `Installing the modules of examples/${name}.`)
  return folder
}

/** Creates the client of an example as `client.json` says, or for an application at another origin. */
export async function createExampleClient(
  issuer: Issuer,
  folder: string,
  origin = documented_origin,
): Promise<TestClient> {
  const text = readFileSync(join(folder, 'client.json'), 'utf8').replaceAll(documented_origin, origin)
  const client = await issuer.server.createClient(JSON.parse(text) as JsonObject)
  await issuer.server.enableClient(issuer.connection_id, client)
  return client
}

const scriptsOf = (folder: string): Record<string, string> =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts

/** Starts a script of an example's `package.json` in a process that trusts the server's certificate. */
export function startScript(issuer: Issuer, folder: string, script: string, env: Record<string, string>) {
  const path = [join(folder, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter)
  const child = spawn(`exec ${scriptsOf(folder)[script] ?? ''}`, {
    shell: true,
    cwd: folder,
    env: { ...process.env, PATH: path, NODE_EXTRA_CA_CERTS: issuer.ca_file ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  return {
    /** What it has printed. */
    output: () => output,
    /** Resolves with the exit status. */
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs a script of an example to its end. @throws Error with its output where it fails */
export async function runScript(...args: Parameters<typeof startScript>): Promise<string> {
  const script = startScript(...args)
  const status = await script.ended
  if (status !== 0) throw new Error(`${args[2]} ended with ${status}: ${script.output()}`)
  return script.output()
}

/** An application that answers requests. */
export type RunningExample = { name: string; origin: string; client: TestClient; stop(): Promise<void> }

/** What starts an example. */
export type StartedExample = {
  /** The folder in `examples/`. */
  name: string
  /** The environment that its documentation asks for, beside `PORT`. */
  environment: (issuer: Issuer, client: TestClient, origin: string) => Record<string, string>
  /** False where the checkout has its modules. Default: true. */
  uses_own_modules?: boolean
}

/**
 * Builds the application of an example where it has a build, starts it, and waits until it answers.
 *
 * @throws Error with its output where it fails or does not answer within a minute
 */
export async function startExample(
  issuer: Issuer,
  { name, environment, uses_own_modules = true }: StartedExample,
): Promise<RunningExample> {
  const folder = installExample(name, uses_own_modules)
  const port = String(await freePort())
  const origin = `http://localhost:${port}`
  const client = await createExampleClient(issuer, folder, origin)
  const env = { PORT: port, ...environment(issuer, client, origin) }
  if (scriptsOf(folder)['build'] !== undefined) await runScript(issuer, folder, 'build', env)
  const script = startScript(issuer, folder, 'start', env)
  const deadline = Date.now() + start_within_ms
  while (!(await answers(origin))) {
    if (script.hasEnded() || Date.now() > deadline) {
      await script.stop()
      throw new Error(`examples/${name} did not start: ${script.output()}`)
    }
    await sleep(50)
  }
  return { name, origin, client, stop: script.stop }
}

const answers = (origin: string): Promise<boolean> =>
  fetch(origin, { signal: AbortSignal.timeout(5000) }).then(
    () => true,
    () => false,
  )
